"""Answers from a table and the text around it, with how each was worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.hybrid.context import Context
from qa.hybrid.derivation import Derivation
from qa.hybrid.model import HybridCase, HybridModel, joined, load_model, prose_case, table_case
from qa.hybrid.reading import point
from qa.lookup.model import log_odds
from qa.reader import Reader

READER_FOLDER = Path(__file__).parent.parent / "models" / "hybrid-reader"


@dataclass(frozen=True, slots=True)
class HybridAnswer:
    """An answer.

    Attributes:
        derivation: what it is and what it comes from.
        scale: one of `qa.metrics.tatqa.SCALES`.
        probability: of being right, calibrated on contexts that the fit left out.
    """

    derivation: Derivation
    scale: str
    probability: float


def answer_of(model: HybridModel, case: HybridCase, context: Context, question: str) -> HybridAnswer | None:
    """The likeliest answer of a case; `None` where the context admits none."""
    best = model.best(case)
    if best is None:
        return None
    derivation, chance = best
    scale = model.scale.scale(derivation, context, question)
    return HybridAnswer(derivation, scale, model.curve.probability(log_odds(chance)))


class HybridReader:
    """The shipped heads over the shipped reader of text around tables."""

    def __init__(self, model: HybridModel | None = None, reader: Reader | None = None) -> None:
        """Loads what is not given.

        Raises:
            retrieval.bundled.ModelError: a model's file is missing or damaged.
        """
        self.model = model or load_model()
        self.reader = reader or Reader.from_pretrained(READER_FOLDER)

    def answers(self, questions: Sequence[str], contexts: Sequence[Context]) -> list[HybridAnswer | None]:
        """The answer of each question in its context."""
        pointed = point(self.reader, questions, [context.text for context in contexts])
        return [
            answer_of(
                self.model,
                joined(table_case(question, context), prose_case(question, context, spans)),
                context,
                question,
            )
            for question, context, spans in zip(questions, contexts, pointed, strict=True)
        ]
