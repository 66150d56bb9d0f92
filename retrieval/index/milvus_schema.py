"""The three collections that an index is in Milvus: passages, pages and records.

- passages: what is searched. `company` is the partition key, so that a search in one company's filings reads its
  partition only.
- pages: the pages of documents, compressed, in parts that fit a text field.
- records: what the index knows of documents and sources, and its settings. It has one shard, so that rows
  written together are seen together.

A collection must have a vector; pages and records have one of two zeros.
"""

from __future__ import annotations

from typing import Any

TEXT = 65_535  # bytes that a text field holds at most
ID = 512
NO_VECTOR = (0.0, 0.0)
Made = tuple[Any, Any]  # schema and indexes, as `MilvusClient` takes them
K1, B = 1.2, 0.75  # of BM25, as tantivy has them


def passages(dimensions: int, *, lite: bool) -> Made:
    """Of passages.

    Args:
        dimensions: of a vector.
        lite: whether it is for Milvus Lite on a file. That has no use for a partition key (it searches all partitions,
            and counts words in each by itself), and finds too little with an index of vectors under a filter.
    """
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("company", DataType.VARCHAR, max_length=TEXT, is_partition_key=not lite)
    for name in ("document", "form", "statement", "digest"):
        schema.add_field(name, DataType.VARCHAR, max_length=ID)
    for name in ("fiscal_year", "quarter"):
        schema.add_field(name, DataType.INT32)
    schema.add_field("words", DataType.VARCHAR, max_length=TEXT, enable_analyzer=True)
    schema.add_field("passage", DataType.VARCHAR, max_length=TEXT, mmap_enabled=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
    schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function("bm25", FunctionType.BM25, input_field_names=["words"], output_field_names=["bm25"]))
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("vector", index_type="FLAT" if lite else "AUTOINDEX", metric_type="COSINE")
    indexes.add_index(
        "bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={"bm25_k1": K1, "bm25_b": B}
    )
    for name in ("document", "form", "statement", "digest", "fiscal_year", "quarter"):
        indexes.add_index(name, index_type="INVERTED")
    return schema, indexes


def pages() -> Made:
    """Of pages."""
    return _unsearched(["document"], ["number", "part", "parts"])


def records() -> Made:
    """Of records."""
    return _unsearched(["kind", "document"], [])


def _unsearched(texts: list[str], numbers: list[str]) -> Made:
    """A collection of data under keys, found by these fields."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False)
    schema.add_field("id", DataType.VARCHAR, max_length=ID, is_primary=True)
    for name in texts:
        schema.add_field(name, DataType.VARCHAR, max_length=ID)
    for name in numbers:
        schema.add_field(name, DataType.INT32)
    schema.add_field("data", DataType.VARCHAR, max_length=TEXT, mmap_enabled=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=len(NO_VECTOR))
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("vector", index_type="FLAT", metric_type="L2")
    for name in (*texts, *numbers):
        indexes.add_index(name, index_type="INVERTED")
    return schema, indexes
