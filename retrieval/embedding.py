"""Texts to vectors: many with a sentence-transformers model, a question with the same weights on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from retrieval.bundled import BUNDLED, ModelError, file_digest, resolve_model
from retrieval.delta import FILE, load_delta, tuned_weights
from retrieval.onnx_encoder import OnnxEncoder
from retrieval.precision import fast_products
from retrieval.tokens import WINDOW, encoder_inputs

SHIPPED = "finance-qa-retriever"
SHIPPED_FOLDER = Path(__file__).parent / "models" / "retriever"

# Torch keeps a compiled product for every shape it meets; few shapes keep its memory small.
PADDING = 16
BATCH_TOKENS = 4096  # padding included; measured: more do not fit the processor's cache
FEW = 8  # texts for which torch is not loaded, which takes seconds

Vectors = npt.NDArray[np.float32]


class TextEmbedder(Protocol):
    """What the index needs of an embedder."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """What tells this model from others: an index is only ever read with the one it was built with."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors [n, dimensions] of length 1."""


class Embedder:
    """A sentence-transformers model, loaded when first used."""

    def __init__(self, model: str | Path = SHIPPED) -> None:
        """By hub name or folder; `finance-qa-retriever` is ours, `all-MiniLM-L6-v2` the one it was trained from."""
        self.name = str(model)
        self._model: Any = None
        self._question_encoder: OnnxEncoder | None = None

    def __reduce__(self) -> tuple[type[Embedder], tuple[str]]:
        """To another process goes the name: each loads its own weights."""
        return Embedder, (self.name,)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._loaded().get_embedding_dimension())

    @property
    def fingerprint(self) -> str:
        """The sha256 of the weights for a folder, else the hub name."""
        folder = self._folder
        weights = [folder / name for name in (FILE, "model.safetensors") if (folder / name).is_file()]
        return file_digest(weights[0]) if weights else self.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors [n, dimensions], float32, of length 1, in the order of the texts.

        On processors with bfloat16 instructions the products of more than `FEW` texts are computed in it, 2.5 times as
        fast; cosines then differ in the third decimal. Which others a text is embedded with changes nothing else.
        """
        if self._is_tuned and 0 < len(texts) <= FEW:
            return self._embed_few(texts)
        model = self._loaded()
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        with fast_products():
            for batch in self._batches(texts):
                vectors[batch] = model.encode(
                    [texts[i] for i in batch],
                    batch_size=len(batch),
                    convert_to_numpy=True,
                    show_progress_bar=False,
                    processing_kwargs={"text": {"pad_to_multiple_of": PADDING}},
                )
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        unit: Vectors = np.divide(vectors, lengths, dtype=np.float32)
        return unit

    def _embed_few(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts one by one, without torch: the mean of the last hidden states, made one long."""
        if self._question_encoder is None:
            self._question_encoder = OnnxEncoder(*tuned_weights(self._folder))
        encoder = self._question_encoder
        means = [encoder(*window).mean(axis=0) for window in encoder_inputs(texts)]
        return np.stack([mean / max(np.linalg.norm(mean), 1e-12) for mean in means])

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Positions of texts that are padded to the same length in tokens, a power of two of them, `BATCH_TOKENS` at most.

        In bfloat16 the last digits depend on the padding. Texts of one padded length give each the vector that it has
        alone, on any machine with such a processor; and nothing is padded that need not be.
        """
        model = self._loaded()
        tokens = model.tokenizer(list(texts), truncation=True, max_length=model.max_seq_length)["input_ids"]
        padded = [-(-len(each) // PADDING) * PADDING for each in tokens]
        for length, alike in groupby(sorted(range(len(texts)), key=padded.__getitem__), key=padded.__getitem__):
            positions = list(alike)
            while positions:
                size = 1 << (min(len(positions), BATCH_TOKENS // max(length, 1)).bit_length() - 1)  # few shapes
                yield positions[:size]
                positions = positions[size:]

    @property
    def _folder(self) -> Path:
        return SHIPPED_FOLDER if self.name == SHIPPED else Path(resolve_model(self.name))

    @property
    def _is_tuned(self) -> bool:
        """Whether it is kept as its difference to the bundled encoder."""
        return (self._folder / FILE).is_file()

    def _loaded(self) -> Any:  # noqa: ANN401 (a SentenceTransformer)
        if self._model is None:
            from sentence_transformers import SentenceTransformer
            from transformers import AutoModel

            tuned = self.name == SHIPPED or self._is_tuned  # of ours that is missing the delta says so
            try:
                self._model = SentenceTransformer(resolve_model(BUNDLED if tuned else self.name), device="cpu")
                if tuned:
                    weights = load_delta(self._folder, AutoModel).state_dict()
                    self._model[0].auto_model.load_state_dict(weights, strict=False)  # the pooler is not used
            except (OSError, ValueError) as error:
                raise ModelError(
                    f"no embedding model at {self.name!r}; give a folder, or a hub name such as "
                    "sentence-transformers/all-MiniLM-L6-v2"
                ) from error
            self._model.max_seq_length = min(WINDOW, self._model.max_seq_length or WINDOW)
        return self._model
