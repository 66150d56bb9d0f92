"""A question and a text to the characters that answer it: two logits a token, and the best pair of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.decoding import Candidate, best_spans, merge_windows, probabilities
from qa.features import Window, encode_windows, whole_words
from qa.three_steps.step import Step, Steps, Value, tensor

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_LENGTH, _OVERLAP = 384, 128  # tokens of a window, and those that neighbours share; as the pipeline has them
_ANSWER = 15  # tokens at most
_CANDIDATES = 20
_SHOWN = 4


def question_answering(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, question: str, context: str
) -> Steps:
    """The steps of `pipeline("question-answering")`, which `qa.pipeline` gives back to transformers."""
    length = min(_LENGTH, tokenizer.model_max_length)
    windows = encode_windows(tokenizer, [question], [context], max_length=length, stride=min(length // 2, _OVERLAP))
    outputs = [_logits(model, window) for window in windows]
    found = [
        best_spans(starts.numpy(), ends.numpy(), window.offsets, n_best=_CANDIDATES, max_answer_tokens=_ANSWER)
        for window, (_, starts, ends) in zip(windows, outputs, strict=True)
    ]
    spans = merge_windows(found, _CANDIDATES)
    shares = probabilities([span.score for span in spans], None)
    answers: dict[tuple[int, int], float] = defaultdict(float)
    for span, share in zip(spans, shares, strict=True):
        answers[whole_words(tokenizer, context, span.start, span.end)] += share
    (start, end), score = max(answers.items(), key=lambda each: each[1], default=((0, 0), 0.0))
    hidden, starts, ends = outputs[0]
    return Steps(
        (
            _tokenised(tokenizer, windows),
            Step(
                f"model: numbers to logits ({type(model).__name__})",
                "The body gives each token a vector that depends on all others. The head, a matrix of two rows, gives "
                "each of them two logits: does an answer start here, does one end here? Of the first window:",
                (
                    tensor("hidden states", hidden),
                    tensor("start logits", starts),
                    _highest("highest", tokenizer, windows[0], starts),
                    tensor("end logits", ends),
                    _highest("highest", tokenizer, windows[0], ends),
                ),
            ),
            _chosen(context, spans, shares),
        ),
        [{"score": score, "start": start, "end": end, "answer": context[start:end]}],
    )


def _logits(model: PreTrainedModel, window: Window) -> tuple[Tensor, Tensor, Tensor]:
    """Hidden states [1, tokens, size], start and end logits [tokens] of one window."""
    import torch

    inputs = {name: torch.tensor([values]) for name, values in window.inputs.items()}
    with torch.inference_mode():
        output = model(**inputs, output_hidden_states=True)
    return output.hidden_states[-1], output.start_logits[0].float(), output.end_logits[0].float()


def _tokenised(tokenizer: PreTrainedTokenizerBase, windows: Sequence[Window]) -> Step:
    import torch

    first = windows[0]
    tokens = tokenizer.convert_ids_to_tokens(first.inputs["input_ids"])
    places = [f"{token} {place[0]}-{place[1]}" for token, place in zip(tokens, first.offsets, strict=True) if place]
    return Step(
        "tokenise: question and text to numbers",
        "Both go in together, special tokens around them. A text too long for one window is cut into several that "
        "overlap. Offsets, the characters of the text that each token came from, are kept for the third step. "
        f"Windows: {len(windows)}; the first:",
        (
            Value("tokens", " ".join(tokens), (len(tokens),)),
            *(tensor(name, torch.tensor([values])) for name, values in first.inputs.items()),
            Value("offsets", ", ".join(places[:_CANDIDATES])),
        ),
    )


def _highest(name: str, tokenizer: PreTrainedTokenizerBase, window: Window, logits: Tensor) -> Value:
    values, places = logits.topk(min(_SHOWN, len(logits)))
    tokens = tokenizer.convert_ids_to_tokens([window.inputs["input_ids"][place] for place in places.tolist()])
    return Value(name, ", ".join(f"{t} {v:.2f}" for t, v in zip(tokens, values.tolist(), strict=True)))


def _chosen(context: str, spans: Sequence[Candidate], shares: Sequence[float]) -> Step:
    best = [
        Value(
            f"span {number}", f"{span.start_logit:.2f} + {span.end_logit:.2f} = {span.score:.2f}, {share:.4f}  {text}"
        )
        for number, (span, share) in enumerate(zip(spans[:_SHOWN], shares, strict=False), start=1)
        for text in [context[span.start : span.end]]
    ]
    return Step(
        "post-process: logits to an answer",
        f"A span's score is the logit of its first token plus that of its last, over all pairs that lie in the text, in "
        f"order and at most {_ANSWER} tokens apart. The softmax over the best {_CANDIDATES} of all windows makes "
        "probabilities of scores. Spans are widened to whole words; those that become one share theirs.",
        best,
    )
