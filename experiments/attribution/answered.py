"""An answer of a reader as a sum of two logits, which a model computes from the embeddings of the tokens it read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.features import Window, encode_windows, label_positions
from qa.reader import Reader, Span

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Answered:
    """The window of a text in which the reader found its answer.

    Attributes:
        model: the reader's.
        question: as it was asked.
        span: the answer.
        tokens: of the window, as the tokenizer writes them.
        special: whether a token is one of the tokenizer's own, such as `[SEP]`.
        inputs: of the model, [1, tokens] each.
        embeddings: word embeddings of the tokens, [tokens, size].
        baseline: the same where nothing is said: the padding token's in place of each token that is not special.
        first: the answer's first token.
        last: its last one.
    """

    model: Any
    question: str
    span: Span
    tokens: Sequence[str]
    special: Sequence[bool]
    inputs: dict[str, Tensor]
    embeddings: Tensor
    baseline: Tensor
    first: int
    last: int

    def scores(self, embeddings: Tensor) -> Tensor:
        """Start logit plus end logit of the answer's tokens, [batch], were the words' embeddings [batch, tokens, size] these."""
        others = {
            name: values.expand(len(embeddings), -1) for name, values in self.inputs.items() if name != "input_ids"
        }
        output = self.model(inputs_embeds=embeddings, **others)
        return output.start_logits[:, self.first] + output.end_logits[:, self.last]

    def score_without(self, positions: Sequence[int]) -> float:
        """The answer's score where the tokens at these positions say nothing."""
        import torch

        silent = torch.tensor(positions, dtype=torch.long)
        embeddings = self.embeddings.index_copy(0, silent, self.baseline[silent])
        with torch.no_grad():
            return float(self.scores(embeddings[None])[0])

    @property
    def score(self) -> float:
        """The answer's score as it is."""
        return self.score_without(())


def answer(reader: Reader, question: str, texts: Sequence[str]) -> Answered:
    """The reader's best answer in texts, "no answer" left aside, in the window that gives it its score.

    Raises:
        ValueError: the texts hold nothing to point at, or the tokenizer has no padding token.
    """
    spans = reader.read(question, texts, top_k=1)
    if not spans:
        raise ValueError("the text holds nothing that could be an answer; give text that says something")
    if reader.tokenizer.pad_token_id is None:
        raise ValueError("the tokenizer has no padding token, which stands for nothing said; choose another model")
    windows = encode_windows(
        reader.tokenizer,
        [question],
        [texts[spans[0].context]],
        max_length=reader.max_length,
        stride=reader.stride,
        max_question_tokens=reader.max_question_tokens,
    )
    places = [(window, label_positions(window, spans[0].start, spans[0].end)) for window in windows]
    readings = [_answered(reader, question, spans[0], window, place) for window, place in places if place is not None]
    return max(readings, key=lambda each: each.score)


def _answered(reader: Reader, question: str, span: Span, window: Window, place: tuple[int, int]) -> Answered:
    import torch

    tokenizer, ids = reader.tokenizer, window.inputs["input_ids"]
    special = [each in tokenizer.all_special_ids for each in ids]
    with torch.no_grad():
        embedded = reader.model.get_input_embeddings()
        embeddings, padding = embedded(torch.tensor(ids)), embedded(torch.tensor(tokenizer.pad_token_id))
    return Answered(
        model=reader.model,
        question=question,
        span=span,
        tokens=tokenizer.convert_ids_to_tokens(ids),
        special=special,
        inputs={name: torch.tensor([values]) for name, values in window.inputs.items()},
        embeddings=embeddings,
        baseline=torch.where(torch.tensor(special)[:, None], embeddings, padding),
        first=place[0],
        last=place[1],
    )
