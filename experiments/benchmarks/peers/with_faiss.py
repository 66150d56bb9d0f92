"""A plain script with sentence-transformers, FAISS and transformers, as tutorials have it.

Pieces of a fixed number of words that overlap, `encode` with its own batches, a flat FAISS index of cosines, texts in a
JSON file. All pieces found are read as one batch, and the best pair of start and end logits of any of them is the answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
from lxml import etree, html

from experiments.benchmarks.peers.models import ENCODER, READER
from experiments.benchmarks.peers.system import MAX_LENGTH, OVERLAP, STRIDE, WORDS

TITLE = "transformers + FAISS"
PACKAGES = ("transformers", "sentence-transformers", "faiss-cpu")
NOTES = (
    f"A script: `itertext` of lxml, pieces of {WORDS} words that overlap by {OVERLAP}, `SentenceTransformer.encode`, "
    f"`IndexFlatIP`; all pieces read as one batch of windows of {MAX_LENGTH} tokens, stride {STRIDE}, best of 20 starts "
    "and ends. It always answers. Tables are running text to it."
)
_VECTORS, _TEXTS = "vectors.faiss", "texts.json"
_BEST, _LONGEST = 20, 30  # starts and ends looked at; tokens of an answer


class Ingest:
    """Texts and vectors in memory, written at the end."""

    def __init__(self, index: Path, models: Path) -> None:
        """Loads the encoder."""
        from sentence_transformers import SentenceTransformer

        self._folder = index
        self._encoder = SentenceTransformer(str(models / ENCODER), device="cpu")
        self._vectors = faiss.IndexFlatIP(self._encoder.get_embedding_dimension())
        self._texts: list[str] = []

    def add(self, files: Sequence[str]) -> None:
        """Embeds the pieces of all files together, which lets `encode` sort them by length."""
        texts = [piece for file in files for piece in _pieces(_text(Path(file)))]
        self._vectors.add(self._encoder.encode(texts, normalize_embeddings=True))
        self._texts += texts

    def finish(self) -> int:
        """Writes both files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._vectors, str(self._folder / _VECTORS))
        (self._folder / _TEXTS).write_text(json.dumps(self._texts), encoding="utf-8")
        return len(self._texts)


class Ask:
    """Both models and both files in memory."""

    def __init__(self, index: Path, models: Path, k: int) -> None:
        """Loads everything."""
        from sentence_transformers import SentenceTransformer
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._k = k
        self._vectors = faiss.read_index(str(index / _VECTORS))
        self._texts: list[str] = json.loads((index / _TEXTS).read_text(encoding="utf-8"))
        self._encoder = SentenceTransformer(str(models / ENCODER), device="cpu")
        self._tokenizer = AutoTokenizer.from_pretrained(str(models / READER))
        self._reader = AutoModelForQuestionAnswering.from_pretrained(str(models / READER))

    def ask(self, question: str) -> str | None:
        """The best span of the k nearest pieces."""
        import torch

        _, found = self._vectors.search(self._encoder.encode([question], normalize_embeddings=True), self._k)
        contexts = [self._texts[i] for i in found[0] if i >= 0]
        inputs = self._tokenizer(
            [question] * len(contexts),
            contexts,
            truncation="only_second",
            max_length=MAX_LENGTH,
            stride=STRIDE,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            padding=True,
            return_tensors="pt",
        )
        piece_of, offsets = inputs.pop("overflow_to_sample_mapping"), inputs.pop("offset_mapping")
        with torch.no_grad():
            output = self._reader(**inputs)
        best, answer = float("-inf"), None
        for row, (starts, ends) in enumerate(zip(output.start_logits.numpy(), output.end_logits.numpy(), strict=True)):
            span, score = _best_span(starts, ends, inputs.sequence_ids(row))
            if span is not None and score > best:
                first, last = offsets[row][span[0]][0], offsets[row][span[1]][1]
                best, answer = score, contexts[piece_of[row]][first:last]
        return answer


def _text(file: Path) -> str:
    if file.suffix == ".txt":
        return file.read_text(encoding="utf-8")
    tree = html.fromstring(file.read_bytes())
    etree.strip_elements(tree, "script", "style", with_tail=False)
    return " ".join(map(str, tree.itertext()))


def _pieces(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[i : i + WORDS]) for i in range(0, max(1, len(words) - OVERLAP), WORDS - OVERLAP)]


def _best_span(starts: Any, ends: Any, parts: Sequence[int | None]) -> tuple[tuple[int, int] | None, float]:  # noqa: ANN401
    """First and last token of the best answer in one window, and its score; `parts` is 1 where a token is context."""
    best: tuple[tuple[int, int] | None, float] = (None, float("-inf"))
    for start in starts.argsort()[-_BEST:]:
        for end in ends.argsort()[-_BEST:]:
            score = float(starts[start] + ends[end])
            inside = parts[start] == 1 and parts[end] == 1 and start <= end < start + _LONGEST
            if inside and score > best[1]:
                best = (int(start), int(end)), score
    return best
