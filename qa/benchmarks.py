"""The benchmarks that bring the context of each question, by name."""

from collections.abc import Callable

from qa.hybrid.evaluation import TatEvaluation, evaluate_tatqa
from qa.programs.evaluation import FinEvaluation, evaluate_convfinqa, evaluate_finqa

BENCHMARKS: dict[str, Callable[[str], TatEvaluation | FinEvaluation]] = {
    "tatqa": evaluate_tatqa,
    "finqa": evaluate_finqa,
    "convfinqa": evaluate_convfinqa,
}
