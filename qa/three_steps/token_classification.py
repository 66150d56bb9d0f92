"""A label for each token, joined to entities: the companies, sums and dates that a text names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from qa.three_steps.step import Step, Steps, Value, tensor, tokenised

if TYPE_CHECKING:
    from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase

_OUTSIDE = "O"
_SHOWN = 40  # tokens


@dataclass(frozen=True)
class _Token:
    word: str
    label: str
    score: float
    start: int
    end: int

    @property
    def kind(self) -> str:
        """The label without its B- or I-."""
        return self.label[2:] if self.label[:2] in ("B-", "I-") else self.label


def token_classification(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str) -> Steps:
    """The steps of `pipeline("token-classification", aggregation_strategy="simple")`."""
    import torch

    inputs = tokenizer(
        text, truncation=True, return_offsets_mapping=True, return_special_tokens_mask=True, return_tensors="pt"
    )
    read = {name: inputs[name] for name in tokenizer.model_input_names if name in inputs}
    with torch.inference_mode():
        output = model(**read, output_hidden_states=True)
    scores, labels = output.logits[0].float().softmax(-1).max(-1)
    names = [model.config.id2label[label] for label in labels.tolist()]
    tokens = list(_tokens(tokenizer, inputs, text, names, scores.tolist()))
    named = [Value(token.word, f"{token.label} {token.score:.4f}") for token in tokens[:_SHOWN]]
    return Steps(
        (
            Step(
                "tokenise: text to numbers",
                "The text is cut into pieces of the vocabulary. Offsets, the characters that each came from, and which "
                "tokens are special are not for the model: they are kept for the third step.",
                [*tokenised(tokenizer, inputs), tensor("offset_mapping", inputs["offset_mapping"])],
            ),
            Step(
                f"model: numbers to logits ({type(model).__name__})",
                "The body gives each token a vector that depends on all others; the head, one matrix, gives each of them "
                "a logit for every label.",
                (tensor("hidden states", output.hidden_states[-1]), tensor("logits", output.logits)),
            ),
            Step(
                "post-process: logits to entities",
                "The softmax for each token, and its likeliest label; special tokens are left out. Neighbours of one kind "
                "are an entity, unless the later one begins a new one (B-); its score is their mean, its characters lead "
                f"from the first to the last. What is labelled {_OUTSIDE} is no entity.",
                named,
            ),
        ),
        [_entity(tokenizer, group) for group in _groups(tokens) if group[0].kind != _OUTSIDE],
    )


def _tokens(
    tokenizer: PreTrainedTokenizerBase, inputs: BatchEncoding, text: str, labels: Sequence[str], scores: Sequence[float]
) -> Iterator[_Token]:
    """The tokens of the text itself."""
    ids, places = inputs["input_ids"][0].tolist(), inputs["offset_mapping"][0].tolist()
    special = inputs["special_tokens_mask"][0].tolist()
    for token, (start, end), skip, label, score in zip(ids, places, special, labels, scores, strict=True):
        if not skip:
            unknown = token == tokenizer.unk_token_id
            word = text[start:end] if unknown else tokenizer.convert_ids_to_tokens(token)
            yield _Token(word, label, score, start, end)


def _groups(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """Neighbours of one kind together."""
    groups: list[list[_Token]] = []
    for token in tokens:
        if groups and groups[-1][-1].kind == token.kind and not token.label.startswith("B-"):
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


def _entity(tokenizer: PreTrainedTokenizerBase, tokens: Sequence[_Token]) -> dict[str, Any]:
    return {
        "entity_group": tokens[0].kind,
        "score": fmean(token.score for token in tokens),
        "word": tokenizer.convert_tokens_to_string([token.word for token in tokens]),
        "start": tokens[0].start,
        "end": tokens[-1].end,
    }
