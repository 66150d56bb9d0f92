"""Work on a Ray cluster: items to outcomes, in order, by processes on its nodes."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import numpy as np

_BLOCKS = 50_000  # at most; a block of items is one task, which is done again where its node dies

Item = dict[str, str]
Worker = Callable[[Sequence[Item]], Iterator[Any]]
"""Gives the outcomes of some items."""


class ClusterError(RuntimeError):
    """Ray is not installed, no cluster is at the address, or the work failed there; the message is one line."""


def on_cluster(make: Callable[[], Worker], items: Sequence[Item], *, address: str | None = None) -> Iterator[Any]:
    """The outcomes of the items, in their order, while the cluster works on those after them.

    As many processes as the cluster has room for, a core each, call `make` once. Ray Data holds them up where outcomes
    are not taken, and gives what a process or node that died had begun to another.

    Args:
        make: makes the worker; goes to the nodes, where this package must be installed in the same version.
        items: texts by name, the same names in all.
        address: of the cluster's head, as `ray start` prints it, or `auto`; `None` for this machine's cores.

    Raises:
        ClusterError: there is no Ray or no cluster, or a worker failed.
    """
    require_ray()
    import ray.data

    if not items:
        return
    try:
        with _connected(ray, address):
            context = ray.data.DataContext.get_current()
            context.execution_options.preserve_order = True
            context.enable_progress_bars = False
            dataset = ray.data.from_items(list(items), override_num_blocks=min(len(items), _BLOCKS)).map_batches(
                _outcomes, fn_kwargs={"make": make, "work": uuid4().hex}, batch_size=None
            )
            for row in dataset.iter_rows():
                yield row["outcome"]
    except (ray.exceptions.RayError, ConnectionError) as error:
        raise ClusterError(f"the work on Ray failed: {_reason(error)}") from error


def require_ray() -> None:
    """Says what to install where there is no Ray.

    Raises:
        ClusterError: there is none.
    """
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        raise ClusterError(
            f"the engine ray needs the extra `ray` ({error}); run: pip install 'finance-qa[ray]'"
        ) from error


def _reason(error: Exception) -> str:
    """In one line why work failed: what a worker raised, whose message Ray adds advice to, else what Ray says last."""
    cause = getattr(error, "cause", None)
    lines = [line.strip() for line in str(cause or error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[0] if cause else re.sub(r"^[\w.]+: ", "", lines[-1])  # without the name of the exception


# Of a process of a node, by the work that it is for. Ray keeps a process for the next task. An actor would hold a worker
# too, but the tasks of one whose node died wait for it, and it waits for a core, which those that live do not give up.
_workers: dict[str, Worker] = {}


def _outcomes(batch: dict[str, Any], make: Callable[[], Worker], work: str) -> Iterator[dict[str, Any]]:
    """What a task does: columns in, columns out."""
    if work not in _workers:
        _workers.clear()  # those of work that has ended
        _workers[work] = make()
    items = [dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)]
    for outcome in _workers[work](items):
        column = np.empty(1, dtype=object)  # whatever the outcome is, it is one
        column[0] = outcome
        yield {"outcome": column}


@contextlib.contextmanager
def _connected(ray: Any, address: str | None) -> Iterator[None]:  # noqa: ANN401 (a module)
    """A connection to the cluster; one that stands already is used and left."""
    if ray.is_initialized():
        there = ray.get_runtime_context().gcs_address
        if address not in (None, "auto", there):
            raise ClusterError(f"Ray is connected to {there}, not to {address}; leave the address out or shut Ray down")
        yield
        return
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if host:  # Ray itself would try for minutes
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"no Ray cluster at {address} ({error}); `ray start --head` prints its address"
            ) from None
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what ends the work is raised
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    ray.init(address=address or "local", log_to_driver=False, logging_level="ERROR", include_dashboard=False)
    try:
        yield
    finally:
        ray.shutdown()
