"""All possible answers of a question in its context, and what chooses among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from qa.calibration import Calibration
from qa.heads.model import Case, Heads
from qa.hybrid.asked import read_question
from qa.hybrid.candidates import derivations
from qa.hybrid.context import Context
from qa.hybrid.derivation import OPERATORS, Derivation
from qa.hybrid.features import FEATURES, Scorer
from qa.hybrid.match import Match
from qa.hybrid.prose import Pointed, Prose
from qa.hybrid.scale import ScaleModel
from qa.hybrid.wording import wordings
from retrieval.bundled import ModelError

FILE = Path(__file__).parent.parent / "models" / "hybrid.json"


@dataclass(frozen=True)
class HybridCase(Case):
    """A question with all its derivations, one for each answer; operators are numbered as in `OPERATORS`."""

    derivations: Sequence[Derivation]


def table_case(question: str, context: Context) -> HybridCase:
    """What the table admits for a question."""
    asked = read_question(question, context.vocabulary)
    match = Match(context, asked)
    scorer = Scorer(context, asked, match, Prose("", ()))
    return _case(derivations(context, asked, match), scorer, wordings(asked))


def prose_case(question: str, context: Context, pointed: Sequence[Pointed]) -> HybridCase:
    """What the text around the table admits, by where the reader points."""
    asked = read_question(question, context.vocabulary)
    prose = Prose(context.text, pointed)
    scorer = Scorer(context, asked, Match(context, asked), prose)
    return _case(prose.derivations(), scorer, wordings(asked))


def joined(one: HybridCase, other: HybridCase) -> HybridCase:
    """All answers of two cases of one question."""
    return HybridCase(
        np.vstack([one.features, other.features]),
        np.concatenate([one.operators, other.operators]),
        one.wordings,
        [*one.derivations, *other.derivations],
    )


def _case(found: Sequence[Derivation], scorer: Scorer, said: frozenset[str]) -> HybridCase:
    features = np.array([scorer.features(derivation) for derivation in found], dtype=np.float32)
    operators = np.array([OPERATORS.index(derivation.operator) for derivation in found], dtype=np.int64)
    return HybridCase(features.reshape(len(found), len(FEATURES)), operators, said, found)


@dataclass(frozen=True)
class HybridModel:
    """What was fitted.

    Attributes:
        heads: that choose a derivation.
        scale: in what the answer is written.
        curve: from the log-odds of an answer to how often such answers are right on contexts that the fit left out.
    """

    heads: Heads
    scale: ScaleModel
    curve: Calibration = field(default_factory=Calibration)

    def best(self, case: HybridCase) -> tuple[Derivation, float] | None:
        """The likeliest derivation, and how likely its answer is over all derivations; `None` where there is none."""
        if not case.derivations:
            return None
        chances = self.heads.probabilities(case)
        answer = case.derivations[self.heads.likeliest(case, chances)]
        same = [i for i, other in enumerate(case.derivations) if other.parts == answer.parts]
        return answer, float(chances[same].sum())


def model_file(model: HybridModel) -> str:
    """The text of the model's file."""
    record = {
        "operators": list(OPERATORS),
        **model.heads.record(FEATURES),
        "scale": model.scale.record(),
        "slope": round(model.curve.slope, 3),
        "intercept": round(model.curve.intercept, 3),
    }
    return json.dumps(record).replace('], "', '],\n "') + "\n"


@lru_cache(maxsize=2)
def load_model(file: Path = FILE) -> HybridModel:
    """The shipped model.

    Raises:
        ModelError: its file is missing, damaged, or of other operators or features.
    """
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if tuple(record["operators"]) != OPERATORS:
            raise ValueError("other operators")
        return HybridModel(
            heads=Heads.of_record(record, FEATURES),
            scale=ScaleModel.of_record(record["scale"]),
            curve=Calibration(slope=float(record["slope"]), intercept=float(record["intercept"])),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{file} is no hybrid model ({error}); make it again: python -m qa.hybrid.shipping") from error
