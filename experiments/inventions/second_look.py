"""Can a cross-encoder choose among programs in words?

    python -m experiments.inventions.second_look

runs what `research/inventions/second-look.md` says; resumes; about 40 minutes on two cores.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import cache

import typer

from experiments.inventions.lookup_cases import echo_difference, echo_row
from experiments.inventions.recorded import recorded
from experiments.inventions.reranker import Reranker, Shortlist, folder_of, shortlist, train_reranker
from qa.data.finqa import FinQuestion, finqa_questions, is_executed_right
from qa.heads.model import Heads
from qa.programs.evaluation import FOLDS, Found, folds_of
from qa.programs.model import best_program, case_of, fit


def both(folds: Sequence[Sequence[FinQuestion]]) -> list[tuple[list[Found], list[Found]]]:
    """Of each fold the programs that heads of the others choose, and those that a reranker of the others does.

    The reranker learns from shortlists of each other fold by heads that saw neither it nor the one left out.
    """
    cases = [[case_of(question) for question in fold] for fold in folds]

    @cache
    def heads_without(left_out: frozenset[int]) -> Heads:
        others = [i for i in range(FOLDS) if i not in left_out]
        return fit([q for i in others for q in folds[i]], [case for i in others for case in cases[i]])

    def lists(fold: int, left_out: frozenset[int]) -> list[Shortlist]:
        heads = heads_without(left_out)
        return [shortlist(q, c, heads.probabilities(c)) for q, c in zip(folds[fold], cases[fold], strict=True)]

    found = []
    for left, questions in enumerate(folds):
        training = [each for i in range(FOLDS) if i != left for each in lists(i, frozenset((i, left)))]
        reranker = Reranker(train_reranker(training, folder_of(training)))
        heads = heads_without(frozenset((left,)))
        alone = [(q, best_program(heads, case)) for q, case in zip(questions, cases[left], strict=True)]
        found.append((alone, [(each.question, reranker.best(each)) for each in lists(left, frozenset((left,)))]))
    return found


@recorded("second-look")
def main() -> None:
    """Print execution accuracy of both, and what the second look has over the heads, with and without the first fold."""
    found = both(folds_of(finqa_questions("dev"), lambda question: question.page))
    for name, some in (("all folds", found), ("without the first", found[1:])):
        heads, second = ([_right(pair) for fold in some for pair in fold[which]] for which in (0, 1))
        echo_row(name, {"heads": statistics.mean(heads), "second look": statistics.mean(second)})
        pages = [question.page for alone, _ in some for question, _ in alone]
        echo_difference("  second look over heads", second, heads, pages)


def _right(found: Found) -> float:
    question, best = found
    return float(best is not None and is_executed_right(question, best[0].steps))


if __name__ == "__main__":
    typer.run(main)
