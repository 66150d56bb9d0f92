"""Haystack's pipelines for indexing and extractive question answering, from the components of its guides.

Indexing: files routed by type, HTML through trafilatura, cleaned, split by words, embedded 32 at a time, written to the
document store in memory, which is saved as one JSON file. Asking: text embedder, embedding retriever, extractive reader.
Only what would make it differ from the others is not left as it is by default: models, split, k, window and stride;
`no_answer` is off, so that it always answers, and one answer is asked for instead of twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.benchmarks.peers.models import ENCODER, READER
from experiments.benchmarks.peers.system import MAX_LENGTH, OVERLAP, STRIDE, WORDS

TITLE = "Haystack"
PACKAGES = ("haystack-ai", "transformers-haystack", "sentence-transformers-haystack", "trafilatura")
NOTES = (
    f"Indexing: `HTMLToDocument`, `DocumentCleaner`, `DocumentSplitter` ({WORDS} words, overlap {OVERLAP}), "
    "`SentenceTransformersDocumentEmbedder`, `InMemoryDocumentStore`. Asking: `SentenceTransformersTextEmbedder`, "
    f"`InMemoryEmbeddingRetriever`, `TransformersExtractiveReader` (windows of {MAX_LENGTH} tokens, stride {STRIDE}, "
    "`no_answer` off). It always answers. Its reader passes on no token types, with which models of BERT's kind are "
    "trained. Its store in memory makes its matrix anew for every question; the store on FAISS (faiss-haystack) asks for "
    "numpy below 2 and cannot be installed beside today's numpy."
)
_STORE = "store.json"


class Ingest:
    """The indexing pipeline."""

    def __init__(self, index: Path, models: Path) -> None:
        """Builds it and loads the encoder."""
        from haystack import Pipeline
        from haystack.components.converters import HTMLToDocument, TextFileToDocument
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
        from haystack.components.routers import FileTypeRouter
        from haystack.components.writers import DocumentWriter
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        self._file = index / _STORE
        self._store = InMemoryDocumentStore()
        pipeline = Pipeline()
        pipeline.add_component("router", FileTypeRouter(mime_types=["text/html", "text/plain"]))
        pipeline.add_component("html", HTMLToDocument())
        pipeline.add_component("text", TextFileToDocument())
        pipeline.add_component("joiner", DocumentJoiner())
        pipeline.add_component("cleaner", DocumentCleaner())
        pipeline.add_component("splitter", DocumentSplitter("word", split_length=WORDS, split_overlap=OVERLAP))
        pipeline.add_component(
            "embedder", SentenceTransformersDocumentEmbedder(model=str(models / ENCODER), progress_bar=False)
        )
        pipeline.add_component("writer", DocumentWriter(self._store))
        pipeline.connect("router.text/html", "html.sources")
        pipeline.connect("router.text/plain", "text.sources")
        pipeline.connect("html", "joiner")
        pipeline.connect("text", "joiner")
        for first, second in (
            ("joiner", "cleaner"),
            ("cleaner", "splitter"),
            ("splitter", "embedder"),
            ("embedder", "writer"),
        ):
            pipeline.connect(first, second)
        pipeline.warm_up()
        self._pipeline = pipeline

    def add(self, files: Sequence[str]) -> None:
        """One run of the pipeline."""
        self._pipeline.run({"router": {"sources": list(files)}})

    def finish(self) -> int:
        """Saves the store."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._store.save_to_disk(str(self._file))
        return int(self._store.count_documents())


class Ask:
    """The pipeline that answers."""

    def __init__(self, index: Path, models: Path, k: int) -> None:
        """Loads store and models."""
        from haystack import Pipeline
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder
        from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

        store = InMemoryDocumentStore.load_from_disk(str(index / _STORE))
        reader = TransformersExtractiveReader(
            model=str(models / READER), max_seq_length=MAX_LENGTH, stride=STRIDE, top_k=1, no_answer=False
        )
        pipeline = Pipeline()
        pipeline.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=str(models / ENCODER), progress_bar=False)
        )
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=k))
        pipeline.add_component("reader", reader)
        pipeline.connect("embedder.embedding", "retriever.query_embedding")
        pipeline.connect("retriever.documents", "reader.documents")
        pipeline.warm_up()
        self._pipeline = pipeline

    def ask(self, question: str) -> str | None:
        """The best answer."""
        found = self._pipeline.run({"embedder": {"text": question}, "reader": {"query": question}})
        answers = found["reader"]["answers"]
        return answers[0].data if answers else None
