"""Gives transformers its `question-answering` pipeline back: `import qa.pipeline`, then use it as before.

transformers dropped the pipeline in 5.3. This one takes and returns what 5.2's did, over the same
reader and decoding as everything else here, so that scores compare across the windows of a long
context, and `handle_impossible_answer` works where a context has several (transformers #14277, #14311).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import transformers.pipelines
from transformers import AutoModelForQuestionAnswering
from transformers.pipelines import PIPELINE_REGISTRY, Pipeline

from qa.decoding import probabilities
from qa.features import whole_words
from qa.reader import Reader, Span

TASK = "question-answering"
_READING = ("doc_stride", "max_seq_len", "max_question_len", "max_answer_len")
_ANSWERING = ("top_k", "handle_impossible_answer", "align_to_words")

Answered = dict[str, Any]


class QuestionAnsweringPipeline(Pipeline):  # type: ignore[misc]
    """`pipe(question=..., context=...)` gives `{"score", "start", "end", "answer"}`.

    Also takes lists of questions and contexts, dicts with both keys, and lists of dicts. Options, here or
    in the call: `top_k` (a list for more than 1), `doc_stride`, `max_seq_len`, `max_question_len`,
    `max_answer_len`, `handle_impossible_answer`, `align_to_words`, `padding` (accepted; batches are
    always padded as far as they must be).
    """

    default_input_names = "question,context"

    def __call__(self, *args: Any, **kwargs: Any) -> Answered | list[Answered] | list[list[Answered]]:  # noqa: ANN401
        """The answer of one question, or a list with one entry a question.

        Raises:
            ValueError: a question or context is missing or empty, or an option is impossible.
        """
        examples, single = _examples(args, kwargs)
        result = super().__call__(examples, **kwargs)
        return result[0] if single else list(result)

    def _sanitize_parameters(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:  # noqa: ANN401
        if options.pop("padding", "longest") not in ("longest", "max_length", "do_not_pad", True, False):
            raise ValueError("padding must be longest, max_length or do_not_pad")
        unknown = set(options) - {*_READING, *_ANSWERING}
        if unknown:
            raise ValueError(
                f"unknown option {', '.join(sorted(unknown))}; known: {', '.join((*_READING, *_ANSWERING))}"
            )
        for name, least in (("top_k", 1), ("max_answer_len", 1), ("max_seq_len", 1), ("max_question_len", 1)):
            if options.get(name) is not None and options[name] < least:
                raise ValueError(f"{name} is {options[name]}, it must be at least {least}")
        reading = {name: options[name] for name in (*_READING, "top_k") if options.get(name) is not None}
        return {}, reading, {name: options[name] for name in _ANSWERING if options.get(name) is not None}

    def preprocess(self, inputs: dict[str, str]) -> dict[str, str]:
        """A question and its context, as they are: the reader cuts windows."""
        return inputs

    def _forward(
        self,
        inputs: dict[str, str],
        top_k: int = 1,
        doc_stride: int | None = None,
        max_seq_len: int | None = None,
        max_question_len: int = 64,
        max_answer_len: int = 15,
    ) -> dict[str, Any]:
        length = min(max_seq_len or 384, self.tokenizer.model_max_length)
        reader = Reader(
            self.model,
            self.tokenizer,
            max_length=length,
            stride=min(length // 2, 128) if doc_stride is None else doc_stride,
            max_question_tokens=max_question_len,
            max_answer_tokens=max_answer_len,
        )
        # more than asked for, since aligning to words makes several spans one
        return {
            "context": inputs["context"],
            "spans": reader.read(inputs["question"], [inputs["context"]], top_k=20 * top_k),
        }

    def postprocess(
        self,
        outputs: dict[str, Any],
        top_k: int = 1,
        handle_impossible_answer: bool = False,
        align_to_words: bool = True,
    ) -> Answered | list[Answered]:
        """The `top_k` best answers; equal ones are one, with their scores added."""
        spans: list[Span] = outputs["spans"]
        context: str = outputs["context"]
        null = spans[0].null_score if spans and handle_impossible_answer else None
        shares = probabilities([span.score for span in spans], null)
        merged: dict[tuple[int, int], float] = {}
        for span, share in zip(spans, shares, strict=True):
            place = (span.start, span.end)
            if align_to_words:
                place = whole_words(self.tokenizer, context, *place)
            merged[place] = merged.get(place, 0.0) + share
        if handle_impossible_answer:
            merged[0, 0] = max(0.0, 1.0 - sum(shares))
        ranked = sorted(merged.items(), key=lambda item: -item[1])[:top_k]
        answers = [{"score": p, "start": s, "end": e, "answer": context[s:e]} for (s, e), p in ranked]
        if not answers:
            answers = [{"score": 0.0, "start": 0, "end": 0, "answer": ""}]
        return answers[0] if top_k == 1 else answers


def _examples(args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[dict[str, str]], bool]:
    """The questions with their contexts, and whether it was one; takes its part out of `kwargs`."""
    question, context = kwargs.pop("question", None), kwargs.pop("context", None)
    if args or "data" in kwargs or "X" in kwargs:
        given = args[0] if len(args) == 1 else list(args) or kwargs.pop("data", None) or kwargs.pop("X", None)
        single = isinstance(given, Mapping) and isinstance(given.get("question"), str)
        listed = given if isinstance(given, list | tuple) else [given]
        pairs = [pair for item in listed for pair in _pairs(*_both(item))]
    else:
        single = isinstance(question, str) and isinstance(context, str)
        pairs = list(_pairs(question, context))
    for asked, text in pairs:
        if not isinstance(asked, str) or not asked.strip():
            raise ValueError(f"a question is {asked!r}; give text that asks something")
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"the context of {asked!r} is {text!r}; give the text to be read")
    return [{"question": asked, "context": text} for asked, text in pairs], single


def _both(item: Any) -> tuple[Any, Any]:  # noqa: ANN401
    if not isinstance(item, Mapping) or not {"question", "context"} <= item.keys():
        raise ValueError(f"{item!r:.80} is no question; give a dict with the keys question and context")
    return item["question"], item["context"]


def _pairs(question: Any, context: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """One or several questions with one or as many contexts."""
    if question is None or context is None:
        raise ValueError("give both question= and context=")
    if isinstance(question, str) and isinstance(context, str):
        yield question, context
        return
    questions = [question] * len(context) if isinstance(question, str) else list(question)
    contexts = [context] * len(questions) if isinstance(context, str) else list(context)
    if len(questions) != len(contexts):
        raise ValueError(f"{len(questions)} questions and {len(contexts)} contexts; give one context, or one for each")
    yield from zip(questions, contexts, strict=True)


# transformers refuses the names of tasks that it removed before it looks at what is registered
getattr(transformers.pipelines, "REMOVED_TASKS", {}).pop(TASK, None)
PIPELINE_REGISTRY.register_pipeline(
    TASK,
    pipeline_class=QuestionAnsweringPipeline,
    pt_model=(AutoModelForQuestionAnswering,),
    type="text",
)
