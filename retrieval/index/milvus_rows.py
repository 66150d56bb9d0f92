"""Documents, sources, passages and pages as rows of Milvus, and back."""

from __future__ import annotations

import hashlib
import json
from base64 import b85decode, b85encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from retrieval.document import Document, Page
from retrieval.index.codec import (
    decode_identity,
    decode_page,
    decode_passage,
    encode_identity,
    encode_page,
    encode_passage,
)
from retrieval.index.milvus_connection import Row
from retrieval.index.milvus_schema import NO_VECTOR, TEXT
from retrieval.index.store import DocumentRecord, KnownSource, Vectors, text_digest
from retrieval.index.terms import terms, unsplit
from retrieval.passage import Passage


def record_row(key: str, kind: str, document: str, data: str) -> dict[str, Any]:
    """A row of records: data under a key, found by kind and document."""
    return {"id": key, "kind": kind, "document": document, "data": data, "vector": NO_VECTOR}


def document_key(document: str) -> str:
    """Under which key the record of a document stands."""
    return f"document/{document}"


def document_row(document: Document, passages: int) -> dict[str, Any]:
    """The record of a document."""
    values = [document.id, document.title, encode_identity(document.identity), document.source, len(document.pages)]
    return record_row(document_key(document.id), "document", document.id, json.dumps([*values, passages]))


def read_document(data: str) -> DocumentRecord:
    """The document of a record."""
    identifier, title, identity, *others = json.loads(data)
    return DocumentRecord(identifier, title, decode_identity(identity), *others)


def source_key(path: str) -> str:
    """Under which key stands what became of a file."""
    return f"source/{hashlib.sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()}"


def source_row(path: str, source: KnownSource) -> dict[str, Any]:
    """The record of a file."""
    data = json.dumps([path, source.digest, source.document, source.reason])
    return record_row(source_key(path), "source", source.document or "", data)


def read_source(data: str) -> tuple[str, KnownSource]:
    """The path of a file and what became of it."""
    path, *values = json.loads(data)
    return path, KnownSource(*values)


def passage_rows(document: Document, passages: Sequence[Passage], vectors: Vectors) -> Iterator[dict[str, Any]]:
    """The passages of a document with their vectors; one whose compressed form exceeds a text field is left out."""
    identity = document.identity
    for passage, vector in zip(passages, vectors, strict=True):
        data = _text(encode_passage(passage))
        if len(data) > TEXT:
            continue
        yield {
            "id": passage.id,
            "company": identity.company or "",
            "document": document.id,
            "form": identity.form or "",
            "fiscal_year": identity.fiscal_year or 0,
            "quarter": identity.quarter or 0,
            "statement": passage.statement or "",
            "digest": text_digest(passage.indexed_text).hex(),
            "words": " ".join(map(unsplit, terms(passage.indexed_text)))[:TEXT],
            "passage": data,
            "vector": vector.tolist(),
        }


def page_rows(document: Document) -> Iterator[dict[str, Any]]:
    """The pages of a document, in parts that fit a text field."""
    for page in document.pages:
        data = _text(encode_page(page))
        starts = range(0, len(data), TEXT)
        for part, at in enumerate(starts):
            yield {
                "id": f"{document.id}/{page.number}/{part}",
                "document": document.id,
                "number": page.number,
                "part": part,
                "parts": len(starts),
                "data": data[at : at + TEXT],
                "vector": NO_VECTOR,
            }


def read_page(parts: Iterable[str]) -> Page:
    """The page whose parts these are, in order."""
    return decode_page(_bytes("".join(parts)))


def read_passage(row: Row) -> Passage:
    """The passage of a row."""
    return decode_passage(_bytes(row["passage"]))


def read_vectors(rows: Sequence[Row]) -> Vectors:
    """The vectors [n, dimensions] of some rows."""
    if not rows:
        return np.zeros((0, 0), dtype=np.float32)
    return np.array([row["vector"] for row in rows], dtype=np.float32)


def _text(data: bytes) -> str:
    return b85encode(data).decode()


def _bytes(text: str) -> bytes:
    return b85decode(text)
