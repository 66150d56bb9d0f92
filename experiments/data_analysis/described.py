"""What each question is like: lengths, numbers, where its answer stands; and the same by data set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from retrieval.tokens import count_tokens

if TYPE_CHECKING:
    import pandas as pd
    from datasets import Dataset

WINDOW = 384  # tokens that a reader of BERT's kind is mostly given at once
_DIGIT = re.compile(r"\d")
Batch = Mapping[str, list[Any]]


def described(questions: Dataset) -> Dataset:
    """The questions with columns for what they are like.

    `tokens` are the encoder's, of question and context; `numbers` the share of the context's words with a digit;
    `position` where the first answer begins, 0 to 1 of the context, and `occurrences` how often it stands there, both
    empty where it is not a span of it.
    """
    return questions.map(describe, batched=True, batch_size=1000, desc="describe")


def describe(batch: Batch) -> dict[str, list[Any]]:
    """The new columns of a batch."""
    answers = [texts[0] if texts else "" for texts in batch["answers"]]
    starts = [places[0] if places else -1 for places in batch["starts"]]
    asked, read = count_tokens(batch["question"]), count_tokens(batch["context"])
    return {
        "question_words": [len(text.split()) for text in batch["question"]],
        "context_words": [len(text.split()) for text in batch["context"]],
        "answer_words": [sum(len(text.split()) for text in texts) for texts in batch["answers"]],
        "tokens": [one + other for one, other in zip(asked, read, strict=True)],
        "numbers": [number_share(text) for text in batch["context"]],
        "numeric": [bool(_DIGIT.search(answer)) for answer in answers],
        "position": [
            start / len(text) if start >= 0 else None for start, text in zip(starts, batch["context"], strict=True)
        ],
        "occurrences": [
            occurrences(answer, text) if start >= 0 else None
            for answer, start, text in zip(answers, starts, batch["context"], strict=True)
        ],
    }


def number_share(text: str) -> float:
    """The share of a text's words that have a digit."""
    words = text.split()
    return sum(bool(_DIGIT.search(word)) for word in words) / len(words) if words else 0.0


def occurrences(answer: str, text: str) -> int:
    """How often an answer stands in a text as words of its own."""
    return len(re.findall(rf"(?<!\w){re.escape(answer)}(?!\w)", text))


def by_dataset(questions: Dataset) -> pd.DataFrame:
    """Per data set: what the report's table shows. Shares are percentages."""
    frame: pd.DataFrame = questions.with_format("pandas")[:]
    frame["long"] = frame["tokens"] > WINDOW
    frame["span"] = frame["position"].notna()
    spans = frame[frame["span"]]
    groups = frame.groupby("dataset", sort=False)
    found = groups.agg(
        questions=("id", "size"),
        documents=("document", "nunique"),
        question_words=("question_words", "median"),
        context_words=("context_words", "median"),
        context_words_95=("context_words", lambda words: words.quantile(0.95)),
        answer_words=("answer_words", "median"),
        long=("long", "mean"),
        numbers=("numbers", "mean"),
        numeric=("numeric", "mean"),
        span=("span", "mean"),
    )
    found["repeated"] = (spans["occurrences"] > 1).groupby(spans["dataset"]).mean()
    shares = ["long", "numbers", "numeric", "span", "repeated"]
    found[shares] = 100 * found[shares].astype(float)
    return found
