"""A file of questions answered on a Ray cluster: each process of its nodes opens the index and loads the reader once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from qa.answer import Answer
from retrieval.index.address import MILVUS
from retrieval.ray_cluster import Item, on_cluster


def answers_on_ray(
    index: str | Path,
    questions: Sequence[str],
    *,
    reader: str | Path,
    k: int,
    address: str | None = None,
    **options: Any,  # noqa: ANN401 (whatever `ask` takes)
) -> Iterator[Answer]:
    """The answers to questions, in their order, as `FinanceQA.ask` gives them with these options.

    All nodes must see the index, and the reader where it is a folder, under the same absolute path or address.

    Raises:
        retrieval.ray_cluster.ClusterError: there is no Ray, no cluster, or no index or reader on a node.
    """
    place = str(index) if str(index).startswith(MILVUS) else str(Path(index).absolute())
    worker = partial(_Worker, place, str(reader), k, options)
    return on_cluster(worker, [{"question": question} for question in questions], address=address)


class _Worker:
    """A process of a node that answers questions; index and reader stay open."""

    def __init__(self, index: str, reader: str, k: int, options: dict[str, Any]) -> None:
        from qa.answering import FinanceQA

        self._system = FinanceQA.open(index, reader=reader, k=k)
        self._options = options

    def __call__(self, items: Sequence[Item]) -> Iterator[Answer]:
        return (self._system.ask(item["question"], **self._options) for item in items)
