"""Two accounts of one answer: what each token brought to its score, and where the model looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.attribution.answered import Answered, answer
from experiments.attribution.attention import attention_rollout
from experiments.attribution.integrated_gradients import Attribution, integrated_gradients
from qa.reader import Reader

SILENCED = 5  # tokens of the highest share that are taken away to see whether they carried the answer
_SHOWN = 8


@dataclass(frozen=True)
class Account:
    """An answer with both accounts of it; `attention` is [tokens] and adds up to 1."""

    answered: Answered
    attribution: Attribution
    attention: npt.NDArray[np.float64]

    def ranked(self, shares: npt.NDArray[np.float64]) -> list[int]:
        """The positions of all tokens but special ones, the highest share first."""
        ordered = np.argsort(-shares, kind="stable").tolist()
        return [position for position in ordered if not self.answered.special[position]]

    def carriers(self, shares: npt.NDArray[np.float64]) -> list[int]:
        """The first `SILENCED` of `ranked` that are not the answer itself, without which there is none anyway."""
        own = range(self.answered.first, self.answered.last + 1)
        return [position for position in self.ranked(shares) if position not in own][:SILENCED]

    def words(self, positions: Sequence[int]) -> str:
        """The tokens at some positions."""
        return ", ".join(self.answered.tokens[position] for position in positions)


def account(reader: Reader, question: str, texts: Sequence[str]) -> Account:
    """Both accounts of the reader's best answer in texts.

    Raises:
        ValueError: as `answer` and `attention_rollout`.
    """
    answered = answer(reader, question, texts)
    return Account(answered, integrated_gradients(answered), attention_rollout(answered))


def told(found: Account) -> Iterator[str]:
    """The accounts in words: the shares of the tokens that brought most, and the score without those that each account puts first."""
    answered, attribution = found.answered, found.attribution
    yield f"{answered.span.text}"
    yield (
        f"score {attribution.score:.2f}, {attribution.baseline:.2f} where nothing is said; shares add up to "
        f"{attribution.tokens.sum():.2f} of the difference of {attribution.score - attribution.baseline:.2f}"
    )
    yield f"{'token':>16} {'share':>7} {'attention':>9}"
    for position in found.ranked(np.abs(attribution.tokens))[:_SHOWN]:
        share, attention = attribution.tokens[position], found.attention[position]
        yield f"{answered.tokens[position]:>16} {share:7.2f} {attention:9.3f}"
    for name, shares in (("integrated gradients", attribution.tokens), ("attention", found.attention)):
        carriers = found.carriers(shares)
        yield f"score {answered.score_without(carriers):.2f} without {found.words(carriers)} (the first by {name})"
