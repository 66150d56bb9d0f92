"""A text to a label, such as the sentiment of a sentence from a filing: one vector of logits for the whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.three_steps.step import Step, Steps, Value, tensor, tokenised

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase


def text_classification(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str) -> Steps:
    """The steps of `pipeline("text-classification", top_k=None)`: every label with its score, the likeliest first."""
    import torch

    inputs = tokenizer(text, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        output = model(**inputs, output_hidden_states=True)
    logits = output.logits[0].float()
    name, scores = _scores(logits, model.config)
    labels = [model.config.id2label[i] for i in range(len(scores))]
    answer = [{"label": label, "score": score} for label, score in zip(labels, scores.tolist(), strict=True)]
    return Steps(
        (
            Step(
                "tokenise: text to numbers",
                "The text is cut into pieces of the tokenizer's vocabulary, with its special tokens around them; each "
                "piece has a number. What is longer than the model reads is cut off.",
                tokenised(tokenizer, inputs),
            ),
            Step(
                f"model: numbers to logits ({type(model).__name__})",
                "The body gives each token a vector that depends on all others. The head makes one vector for the whole "
                "text of them, and of it one logit a label.",
                (tensor("hidden states", output.hidden_states[-1]), tensor("logits", output.logits)),
            ),
            Step(
                "post-process: logits to labels",
                f"{name}. What the labels are called is in the model's config (`id2label`).",
                [Value(label, f"{score:.4f}") for label, score in zip(labels, scores.tolist(), strict=True)],
            ),
        ),
        sorted(answer, key=lambda each: -each["score"]),
    )


def _scores(logits: Tensor, config: PretrainedConfig) -> tuple[str, Tensor]:
    """How the model's kind makes scores of logits [labels], and these."""
    if config.problem_type == "regression":
        return "The logits themselves: the model was trained to give numbers", logits
    if config.problem_type == "multi_label_classification" or config.num_labels == 1:
        return "A sigmoid each: labels do not exclude each other", logits.sigmoid()
    return "The softmax: exactly one label holds, so scores add up to one", logits.softmax(-1)
