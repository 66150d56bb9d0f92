"""Is the scale of an answer a fact of the document?

    python -m experiments.inventions.late_bound_scale

runs what `research/inventions/late-bound-scale.md` says.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import typer

from experiments.inventions.lookup_cases import echo_difference, echo_row
from experiments.inventions.recorded import recorded
from qa.data.tatqa import TatQuestion, tatqa_questions
from qa.hybrid.derivation import Derivation
from qa.hybrid.model import joined, prose_case, table_case
from qa.hybrid.reading import FOLDS, fold_of, point
from qa.hybrid.scale import ScaleModel, fit_scale, rule_scale, scale_clues
from qa.hybrid.training import fit, rights
from qa.metrics.tatqa import tatqa_scores
from qa.reader import Reader

Clues = Callable[[Derivation, TatQuestion], frozenset[str]]


def all_clues(derivation: Derivation, question: TatQuestion) -> frozenset[str]:
    """What the shipped model looks at, the rule's say among it."""
    return scale_clues(derivation, question.context, question.question)


def without_rule(derivation: Derivation, question: TatQuestion) -> frozenset[str]:
    """The clues that don't say what the rule says."""
    return frozenset(clue for clue in all_clues(derivation, question) if "rule " not in clue)


@recorded("late-bound-scale")
def main() -> None:
    """Print official exact match by how the scale is bound, and the paired differences."""
    questions = tatqa_questions("dev")
    pointed = point(Reader.from_pretrained(), [q.question for q in questions], [q.context.text for q in questions])
    every = [
        (q, joined(table_case(q.question, q.context), prose_case(q.question, q.context, spans)))
        for q, spans in zip(questions, pointed, strict=True)
    ]
    scores: dict[str, list[float]] = {name: [] for name in ("none", "rule", "learned", "both", "gold")}
    documents: list[str] = []
    for fold in range(FOLDS):
        training, tested = (
            [(q, c) for q, c in every if (fold_of(q.context.name) == fold) == own] for own in (False, True)
        )
        questions, cases = [q for q, _ in training], [c for _, c in training]
        wanted = [rights(q, case.derivations) for q, case in zip(questions, cases, strict=True)]
        model = fit(questions, cases, wanted)
        first = [
            (q, case.derivations[int(right.argmax())])
            for q, case, right in zip(questions, cases, wanted, strict=True)
            if right.any()
        ]
        learned = {name: _fit(first, clues) for name, clues in (("learned", without_rule), ("both", all_clues))}
        for question, case in tested:
            documents.append(question.context.name)
            best = model.best(case)
            if best is None or question.gold is None:
                for each in scores.values():
                    each.append(0.0)
                continue
            derivation = best[0]
            scales = {
                "none": "",
                "rule": rule_scale(derivation, question.context),
                "learned": learned["learned"].of_clues(without_rule(derivation, question)) or "",
                "both": learned["both"].of_clues(all_clues(derivation, question)) or "",
                "gold": question.gold.scale,
            }
            for name, scale in scales.items():
                scores[name].append(tatqa_scores(derivation.parts, scale, question.gold)[0])
    for name, each in scores.items():
        echo_row(name, {"exact match": statistics.mean(each)})
    for one, other in (("rule", "none"), ("learned", "rule"), ("both", "rule"), ("both", "learned")):
        echo_difference(f"{one} over {other}", scores[one], scores[other], documents)


def _fit(found: list[tuple[TatQuestion, Derivation]], clues: Clues) -> ScaleModel:
    scaled = [(clues(derivation, q), q.gold.scale) for q, derivation in found if q.gold is not None]
    return fit_scale([each for each, _ in scaled], [scale for _, scale in scaled])


if __name__ == "__main__":
    typer.run(main)
