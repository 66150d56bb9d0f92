"""The reader: a question and passages in, answer spans out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.bundled_tokenizer import BundledTokenizer
from qa.calibration import Calibration, load_calibration
from qa.decoding import Candidate, Place, admissible_spans, agreed, best_spans, merge_windows, probabilities
from qa.features import MAX_QUESTION_TOKENS, Window, WindowTokenizer, encode_windows
from qa.finished_model import has_adapter, load_finished
from retrieval.bundled import BUNDLED, ModelError, resolve_model
from retrieval.delta import FILE, load_delta, tuned_weights
from retrieval.onnx_encoder import OnnxEncoder
from retrieval.precision import has_integer_products

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SHIPPED = "finance-qa-reader"
GENERAL = "general-qa-reader"  # what the shipped one started from, and what studies start from
FOLDERS = {
    name: Path(__file__).parent / "models" / folder
    for name, folder in ((SHIPPED, "reader"), (GENERAL, "general-reader"))
}
N_BEST = 20
CLAUSE = 64  # tokens of an answer at most when questions are answered; filings answer in clauses, SQuAD in phrases
_HEAD = "qa_outputs"


def tokenizer_folder(name: str | Path) -> str:
    """Where the tokenizer of a model lies that may be one of `FOLDERS`, which are tokenised as the bundled encoder is."""
    return resolve_model(BUNDLED if str(name) in FOLDERS else name)


def require_vocabulary(tokenizer: PreTrainedTokenizerBase, name: str | Path) -> None:
    """Refuses the empty tokenizer that comes of a folder without one.

    Raises:
        ModelError: it knows no tokens but special ones.
    """
    if not tokenizer.get_vocab().keys() - set(tokenizer.all_special_tokens):
        raise ModelError(f"{name!r} has no tokenizer; save the one that the model was trained with beside it")


@dataclass(frozen=True, slots=True)
class Span:
    """A possible answer.

    Attributes:
        text: characters [start, end) of its context.
        context: which of the contexts, by position.
        start: first character.
        end: one past the last.
        start_logit: of its first token.
        end_logit: of its last token.
        null_score: sum of both logits at the null position: the least over the windows of its context.
        probability: from one softmax over all candidates of the question and "no answer".
        agreed: whether it is the one to give of its context, see `qa.decoding.agreed`; of allowed places the best.
    """

    text: str
    context: int
    start: int
    end: int
    start_logit: float
    end_logit: float
    null_score: float
    probability: float
    agreed: bool

    @property
    def score(self) -> float:
        """Start logit plus end logit."""
        return self.start_logit + self.end_logit

    @property
    def margin(self) -> float:
        """How far the span beats "no answer" in its own context."""
        return self.score - self.null_score


@dataclass(frozen=True)
class _Request:
    question: str
    context: str
    allowed: Sequence[Place] | None


class Reader:
    """An extractive reader over any `AutoModelForQuestionAnswering` checkpoint."""

    def __init__(
        self,
        model: PreTrainedModel | OnnxEncoder,
        tokenizer: WindowTokenizer,
        *,
        max_length: int = 256,
        stride: int = 96,
        batch_size: int = 32,
        max_answer_tokens: int = 30,
        max_question_tokens: int = MAX_QUESTION_TOKENS,
        calibration: Calibration | None = None,
    ) -> None:
        """Wraps a model.

        Args:
            model: with a span head; of an `OnnxEncoder` that is all that it gives out.
            tokenizer: a fast one.
            max_length: tokens in a window; made smaller where the model cannot read as many.
            stride: context tokens that neighbouring windows share.
            batch_size: windows read at once.
            max_answer_tokens: length of an answer at most.
            max_question_tokens: length of a question at most; the rest is not read.
            calibration: threshold of "not found" and probabilities; without it the null score itself decides.
        """
        self.model: Any = model if isinstance(model, OnnxEncoder) else model.eval()
        self.tokenizer: Any = tokenizer
        self.max_length = min(max_length, tokenizer.model_max_length)
        self.stride = stride
        self.batch_size = batch_size
        self.max_answer_tokens = max_answer_tokens
        self.max_question_tokens = max_question_tokens
        self.calibration = calibration or Calibration()

    @classmethod
    def from_pretrained(cls, name: str | Path = SHIPPED, *, device: str = "cpu") -> Reader:
        """A reader of `FOLDERS`, a folder, or any extractive checkpoint of the hub.

        Raises:
            ModelError: there is no such model, or it has no span head.
        """
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        folder = FOLDERS.get(str(name), Path(name))
        if (folder / FILE).is_file() or str(name) in FOLDERS:
            tokenizer = AutoTokenizer.from_pretrained(resolve_model(BUNDLED))
            model = load_delta(folder, AutoModelForQuestionAnswering).to(device)
            return cls(model, tokenizer, calibration=load_calibration(folder))
        try:
            tokenizer = AutoTokenizer.from_pretrained(str(name))
            if has_adapter(folder):
                return cls(load_finished(folder).to(device), tokenizer, calibration=load_calibration(folder))
            model, loading = AutoModelForQuestionAnswering.from_pretrained(str(name), output_loading_info=True)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"no reader at {name!r} ({first_line(error)}); give a folder or a hub name such as "
                "deepset/roberta-base-squad2"
            ) from error
        if any("qa_outputs" in key or "qa_classifier" in key for key in loading["missing_keys"]):
            raise ModelError(f"{name!r} has no trained span head; give a checkpoint fine-tuned for question answering")
        require_vocabulary(tokenizer, name)
        return cls(model.to(device), tokenizer, calibration=load_calibration(Path(name)))

    @classmethod
    def quick(cls, name: str | Path = SHIPPED) -> Reader:
        """A reader for answering: one of `FOLDERS` without torch; any other is as `from_pretrained` loads it.

        It starts in a fraction of a second. On processors made for it products are those of 8-bit integers, twice as fast.

        Raises:
            ModelError: there is no such model, or it has no span head.
        """
        folder = FOLDERS.get(str(name), Path(name))
        if (folder / FILE).is_file() or str(name) in FOLDERS:
            weights, config = tuned_weights(folder)
            encoder = OnnxEncoder(weights, config, head=_HEAD, bits=8 if has_integer_products() else 32)
            reader = cls(encoder, BundledTokenizer(), batch_size=1, calibration=load_calibration(folder))
        else:
            reader = cls.from_pretrained(name)
        reader.max_answer_tokens = CLAUSE
        return reader

    def read(
        self,
        question: str | Sequence[str],
        contexts: Sequence[str],
        *,
        top_k: int = N_BEST,
        allowed: Sequence[Sequence[Place] | None] | None = None,
    ) -> list[Span]:
        """The best answers to a question over all contexts together: the one of each context, then others, best first.

        Args:
            question: any text; a list has one wording for each context.
            contexts: passages; empty ones have no answers.
            top_k: how many at most.
            allowed: for each context the only admissible answers, as characters [start, end); `None` admits all.
        """
        limits = allowed or [None] * len(contexts)
        wordings = [question] * len(contexts) if isinstance(question, str) else question
        requests = [_Request(*parts) for parts in zip(wordings, contexts, limits, strict=True)]
        results = self._candidates(requests, n_best=max(N_BEST, top_k))
        null_score = min((null for _, null in results), default=None)
        shares = iter(probabilities([c.score for candidates, _ in results for c in candidates], null_score))
        found = [
            span_of(request.context, i, candidate, null, next(shares), agreed=place == chosen)
            for i, (request, (candidates, null)) in enumerate(zip(requests, results, strict=True))
            for chosen in [_chosen(request, candidates)]
            for place, candidate in enumerate(candidates)
        ]
        return sorted(found, key=lambda span: (not span.agreed, -span.margin))[:top_k]

    def read_each(self, questions: Sequence[str], contexts: Sequence[str]) -> list[Span | None]:
        """The span to give of each (question, context) pair, whatever its null score; `None` for an empty context.

        Pairs are batched together by length, so this is the way to read a whole data set.
        """
        requests = [_Request(q, c, None) for q, c in zip(questions, contexts, strict=True)]
        return [
            span_of(request.context, 0, chosen, null, probabilities([chosen.score], null)[0], agreed=True)
            if candidates and (chosen := candidates[_chosen(request, candidates)])
            else None
            for request, (candidates, null) in zip(requests, self._candidates(requests), strict=True)
        ]

    def _candidates(self, requests: Sequence[_Request], n_best: int = N_BEST) -> list[tuple[list[Candidate], float]]:
        """For each request its merged candidates and its null score."""
        if not requests:
            return []
        windows = encode_windows(
            self.tokenizer,
            [request.question for request in requests],
            [request.context for request in requests],
            max_length=self.max_length,
            stride=self.stride,
            max_question_tokens=self.max_question_tokens,
        )
        found: list[list[list[Candidate]]] = [[] for _ in requests]
        nulls = [float("inf")] * len(requests)
        for batch in self._batches(windows):
            starts, ends = self._logits(batch)
            for window, start, end in zip(batch, starts, ends, strict=True):
                request, size = requests[window.pair], len(window.offsets)
                start, end = start[:size], end[:size]
                if request.allowed is None:
                    candidates = best_spans(
                        start, end, window.offsets, n_best=n_best, max_answer_tokens=self.max_answer_tokens
                    )
                else:
                    candidates = admissible_spans(start, end, window.offsets, request.allowed)
                found[window.pair].append(candidates)
                null = float(start[window.null_index] + end[window.null_index])
                nulls[window.pair] = min(nulls[window.pair], null)
        return [(merge_windows(lists, n_best), null) for lists, null in zip(found, nulls, strict=True)]

    def _batches(self, windows: Sequence[Window]) -> list[list[Window]]:
        """The windows in batches of like length, so that little is padded."""
        ordered = sorted(windows, key=lambda window: len(window.offsets))
        return [ordered[i : i + self.batch_size] for i in range(0, len(ordered), self.batch_size)]

    def _logits(self, batch: Sequence[Window]) -> tuple[Any, Any]:
        """Start and end logits as float32 arrays [windows, tokens], padded on the right."""
        if isinstance(self.model, OnnxEncoder):
            (window,) = batch
            logits = self.model(window.inputs["input_ids"], window.inputs["token_type_ids"])
            return logits[None, :, 0], logits[None, :, 1]
        import torch

        padded = self.tokenizer.pad(
            {name: [window.inputs[name] for window in batch] for name in batch[0].inputs},
            padding_side="right",
            return_tensors="pt",
        ).to(self.model.device)
        with torch.inference_mode():
            output = self.model(**padded)
        return output.start_logits.float().cpu().numpy(), output.end_logits.float().cpu().numpy()


def _chosen(request: _Request, candidates: Sequence[Candidate]) -> int:
    """Which of a context's candidates is the one to give."""
    return agreed(candidates, request.context) if candidates and request.allowed is None else 0


def span_of(text: str, context: int, candidate: Candidate, null: float, probability: float, *, agreed: bool) -> Span:
    """A candidate as a span of a context, which is `text`; what else is told is as in `Span`."""
    start, end = candidate.start, candidate.end
    return Span(
        text[start:end],
        context,
        start,
        end,
        candidate.start_logit,
        candidate.end_logit,
        null,
        probability,
        agreed=agreed,
    )


def first_line(error: Exception) -> str:
    """The first line of an error, of at most 200 characters."""
    return str(error).strip().split("\n", 1)[0][:200]
