"""A text to another one, token by token: a decoder goes on with it, an encoder-decoder reads it and writes its summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.three_steps.step import Step, Steps, Value, tensor, tokenised

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase

_SHOWN = 10  # tokens that are written
_RIVALS = 3  # tokens that each was chosen among


def text_generation(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str, *, max_new_tokens: int
) -> Steps:
    """The steps of `pipeline("text-generation", do_sample=False)`."""
    inputs = tokenizer(text, return_tensors="pt")
    sequence, logits = _generate(model, inputs, max_new_tokens)
    new = sequence[inputs["input_ids"].shape[1] :]
    return Steps(
        (
            Step(
                "tokenise: text to numbers",
                "The text is cut into pieces of the tokenizer's vocabulary; each has a number. They are what is gone on from.",
                tokenised(tokenizer, inputs),
            ),
            _written(
                model,
                tokenizer,
                "The decoder gives a logit to every token of the vocabulary: which comes next? The likeliest is "
                "appended, and the model runs again with it.",
                logits,
                new,
            ),
            Step(
                "post-process: numbers to text",
                "The new tokens are decoded, special ones left out, and set behind the text that was given.",
                (Value("new tokens", " ".join(map(str, new.tolist())), tuple(new.shape)),),
            ),
        ),
        [{"generated_text": text + tokenizer.decode(new, skip_special_tokens=True)}],
    )


def summarization(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str, *, max_new_tokens: int
) -> Steps:
    """The steps of what transformers 5 no longer has a pipeline for: an encoder-decoder summarises."""
    known = (getattr(model.config, "task_specific_params", None) or {}).get("summarization", {})
    inputs = tokenizer(known.get("prefix", "") + text, truncation=True, return_tensors="pt")
    sequence, logits = _generate(model, inputs, max_new_tokens)
    return Steps(
        (
            Step(
                "tokenise: text to numbers",
                "The text is cut into pieces of the vocabulary, after the words that the model's config wants before a "
                "text to summarise, if any. What is longer than the model reads is cut off.",
                tokenised(tokenizer, inputs),
            ),
            _written(
                model,
                tokenizer,
                "The encoder reads the text once. The decoder begins with its start token, looks at what was read, and "
                "gives a logit to every token of the vocabulary; the likeliest is appended, and the decoder runs again.",
                logits,
                sequence[1:],
            ),
            Step(
                "post-process: numbers to text",
                "The tokens are decoded, special ones left out. Nothing ties them to the text that was read: whether a "
                "figure in a summary is right has to be looked up.",
                (Value("tokens", " ".join(map(str, sequence.tolist())), tuple(sequence.shape)),),
            ),
        ),
        [{"summary_text": tokenizer.decode(sequence, skip_special_tokens=True)}],
    )


def _generate(model: PreTrainedModel, inputs: BatchEncoding, max_new_tokens: int) -> tuple[Tensor, Sequence[Tensor]]:
    """The likeliest token after the other: all tokens [tokens], and each new one's logits [1, vocabulary]."""
    import torch

    with torch.inference_mode():
        output = model.generate(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            max_new_tokens=max_new_tokens,
            do_sample=False,
            num_beams=1,
            return_dict_in_generate=True,
            output_logits=True,
        )
    return output.sequences[0], output.logits


def _written(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, told: str, logits: Sequence[Tensor], tokens: Tensor
) -> Step:
    """The second step: the logits of the first new token, then which token was chosen among which."""
    values = [tensor("logits", logits[0])]
    for number, (token, each) in enumerate(zip(tokens[:_SHOWN].tolist(), logits, strict=False), start=1):
        shares, ids = each[0].float().softmax(-1).topk(_RIVALS)
        rivals = zip(tokenizer.convert_ids_to_tokens(ids.tolist()), shares.tolist(), strict=True)
        chosen = tokenizer.convert_ids_to_tokens(token)
        values.append(Value(f"token {number}", f"{chosen}  of " + ", ".join(f"{name} {p:.3f}" for name, p in rivals)))
    return Step(
        f"model: numbers to logits, once a token ({type(model).__name__})",
        f"{told} It ends with the end token, or after as many as are allowed.",
        values,
    )
