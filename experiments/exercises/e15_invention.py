"""An invention, kept or lost.

Task: begin with a gap, have an idea, say what would refute it, and only then look. The gap: `first_found` answers
with the first amount or reason of a passage, whichever was asked about. Write `PAGE`, with a paragraph each for gap,
hypothesis, prediction, refuted if and measure, as the pages of `research/inventions` have them; `SMALLEST`, the gain
in points below which it is not worth having; `answer(question, context)`, your idea, whose answers are verbatim in
the passage, or empty for "not found"; and `verdict(gain)`, which follows the rule that you stated: `lost` where the
95% interval of the `Comparison` does not lie above zero or the gain is below `SMALLEST`, else `kept`. You may look at
the generated questions of `train`; the check asks those of `dev`, and asks them again about companies of other names.

Hypothesis: my idea gains ___ points of exact match over `first_found` on questions that I have not seen, because ___.

Reading: `research/inventions/README.md` and a page of it; `experiments/statistics/comparison.py`;
`experiments/inventions`.

Size: thirty lines and a page; the check takes some seconds. A lost invention meets the exercise, as it meets the
register.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import ModuleType

from experiments.exercises.finding import Finding, Measured, Said, same
from experiments.exercises.prediction import Number
from experiments.sections import section
from experiments.statistics import Comparison, compare
from qa.data.generated import generated_examples
from qa.data.squad_form import Example
from qa.metrics.normalise import exact_match

ASKED = Number("points of exact match", within=5.0)
SECTIONS = ("Gap", "Hypothesis", "Prediction", "Refuted if", "Measure")
Answer = Callable[[str, str], str]
_AMOUNT = re.compile(r"\$[\d.,]+ million")
_REASON = re.compile(r"(?<=because of )[^.]+")
_OTHER_NAME = "Quillford"


def first_found(question: str, context: str) -> str:
    """The first reason of a passage for a question that asks why, else the first amount; empty where there is none."""
    found = (_REASON if question.startswith("Why") else _AMOUNT).search(context)
    return found[0] if found else ""


def gain(answer: Answer, examples: Sequence[Example]) -> Comparison:
    """What an answerer has over `first_found` in exact match, questions drawn by company."""
    scores = [
        [exact_match(each(example.question, example.context), example.answers[0]) for example in examples]
        for each in (answer, first_found)
    ]
    return compare(scores[0], scores[1], [example.group for example in examples])


def check(yours: ModuleType) -> Iterator[Said]:
    """Reads what was stated, tries the rule, and asks questions that were not seen."""
    lacking = [name for name in SECTIONS if not section(yours.PAGE, name) or "___" in section(yours.PAGE, name)]
    yield Finding(not lacking, f"the page{' does not say ' + ', '.join(lacking) if lacking else ' says everything'}")
    smallest = float(yours.SMALLEST)
    yield Finding(smallest > 0, f"the smallest gain worth having: {smallest:g} points")
    for case, found, right in _rules(smallest):
        yield same(f"verdict on {case}", yours.verdict(found), right)
    examples = list(generated_examples("dev"))
    answers = [yours.answer(example.question, example.context) for example in examples]
    made_up = [text for text, example in zip(answers, examples, strict=True) if text not in example.context]
    yield Finding(not made_up, f"answers stand in their passage{f'; not so {made_up[0]!r}' if made_up else ''}")
    renamed = [yours.answer(*_renamed(example)) for example in examples]
    yield same("the same answers about companies of other names", sum(map(str.__eq__, answers, renamed)), len(answers))
    measured = gain(yours.answer, examples)
    yield Finding(True, f"{measured.points} points on {measured.questions} questions: {yours.verdict(measured)}")
    yield Measured(100 * measured.difference, "points of exact match over first_found")


def _rules(smallest: float) -> Iterator[tuple[str, Comparison, str]]:
    """Comparisons on which the rule is clear."""
    least = smallest / 100
    base = Comparison(2 * least, least, 3 * least, 0.01, "made up", seeds=1, questions=96, documents=8, won=20, lost=2)
    yield "a clear gain", base, "kept"
    yield "a gain that chance explains", replace(base, low=-least), "lost"
    yield "a clear gain that is too small", replace(base, difference=least / 2, low=least / 4, high=least), "lost"
    yield "a clear loss", replace(base, difference=-2 * least, low=-3 * least, high=-least), "lost"
    yield "no difference", replace(base, difference=0.0, low=0.0, high=0.0), "lost"


def _renamed(example: Example) -> tuple[str, str]:
    """Question and passage about a company that nobody has seen."""
    return example.question.replace(example.group, _OTHER_NAME), example.context.replace(example.group, _OTHER_NAME)
