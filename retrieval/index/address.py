"""Which kind of store an address means: a folder's path, or `milvus+` and where a Milvus server listens."""

from __future__ import annotations

from pathlib import Path

from retrieval.index.store import Store

MILVUS = "milvus+"


def store_kind(address: str | Path) -> type[Store]:
    """The class that opens the store of an address."""
    if str(address).startswith(MILVUS):
        from retrieval.index.milvus import MilvusStore

        return MilvusStore
    from retrieval.index.embedded import EmbeddedStore

    return EmbeddedStore
