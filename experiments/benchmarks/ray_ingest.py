"""Is what a Ray cluster ingests what one machine ingests? Also where a node dies midway.

    python -m experiments.benchmarks.ray_ingest PATH... --work DIR --out FILE.json [--kill] [--index INDEX]

starts a cluster of several nodes on this machine, ingests by both engines and compares documents, passages and vectors;
exit status 1 where they differ. With `--index` the index of one machine is there already.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from experiments.benchmarks.scale import environment
from retrieval.embedding import Embedder, TextEmbedder
from retrieval.files import write_atomically
from retrieval.index.index import Index
from retrieval.index.sqlite_file import FILE
from retrieval.ingest import IngestReport, ingest
from retrieval.ray_ingest import ingest_on_ray

TOLERANCE = 1e-5  # between two vectors, in any of their numbers


@contextmanager
def local_cluster(nodes: int, **options: int) -> Iterator[Any]:
    """A Ray cluster of so many nodes with a core each, and a head that does not compute, all on this machine.

    Args:
        nodes: that compute.
        options: of each node, such as `object_store_memory` in bytes.
    """
    os.environ.setdefault("RAY_worker_niceness", "0")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **options})
    try:
        for _ in range(nodes):
            cluster.add_node(num_cpus=1, **options)
        yield cluster
    finally:
        cluster.shutdown()


def differences(one: Path, other: Path) -> dict[str, Any]:
    """How two indexes differ: documents and passages that one has and the other not, and the vectors of the others.

    Ids, identities, pages' text and passages count with all their fields; where a document was read from does not.
    """
    with sqlite3.connect(one / FILE) as db:
        db.execute("ATTACH ? AS other", (str(other / FILE),))
        found: dict[str, Any] = {
            f"{table} of one only": db.execute(
                f"SELECT (SELECT count(*) FROM (SELECT {columns} FROM main.{table} EXCEPT "  # noqa: S608 (constants)
                f"SELECT {columns} FROM other.{table})) + (SELECT count(*) FROM (SELECT {columns} FROM other.{table} "
                f"EXCEPT SELECT {columns} FROM main.{table}))"
            ).fetchone()[0]
            for table, columns in (
                ("documents", "id, title, identity, pages, passages"),
                ("pages", "document, number, data"),
                ("passages", "id, document, page, kind, header, text, segments, start, end, statement"),
                ("sources", "path, digest, document, reason"),
            )
        }
        pairs = db.execute("SELECT a.vector, b.vector FROM main.vectors a JOIN other.vectors b USING (passage)")
        apart = [_apart(a, b) for a, b in pairs]
    db.close()
    return found | {"passages compared": len(apart), "vectors apart at most": max(apart, default=0.0)}


def equal(found: dict[str, Any]) -> bool:
    """Whether two indexes with these differences hold the same."""
    return not any(found[name] for name in found if name.endswith("of one only")) and (
        found["passages compared"] > 0 and found["vectors apart at most"] <= TOLERANCE
    )


def ingest_on_cluster(
    folder: Path, paths: list[Path], *, embedder: TextEmbedder, nodes: int, kill_after: int | None
) -> tuple[IngestReport, float | None]:
    """Ingests on a new cluster into a new index; kills a node after so many documents, and says at which second."""
    killed: float | None = None
    with local_cluster(nodes) as cluster, Index.create(folder, embedder=embedder) as index:

        def kill(report: IngestReport, title: str) -> None:
            nonlocal killed
            typer.echo(f"{report.seconds:.0f} s: {report.added} documents, {title}", err=True)
            if kill_after is not None and killed is None and report.added >= kill_after:
                cluster.remove_node(cluster.worker_nodes.copy().pop(), allow_graceful=False)
                killed = report.seconds

        return ingest_on_ray(index, paths, progress=kill, address=cluster.address), killed


def _apart(one: bytes, other: bytes) -> float:
    a, b = (np.frombuffer(vector, dtype=np.float32) for vector in (one, other))
    return float(np.abs(a - b).max())


def main(
    paths: Annotated[list[Path], typer.Argument(help="Filings.")],
    work: Annotated[Path, typer.Option(help="A new folder for the indexes.")],
    out: Annotated[Path, typer.Option(help="JSON file of what was found.")],
    index: Annotated[Path | None, typer.Option(help="An index of these filings that one machine made.")] = None,
    nodes: Annotated[int, typer.Option(min=2, help="Of the cluster, a core each.")] = 2,
    kill_after: Annotated[int | None, typer.Option(min=1, help="Documents after which a node is killed.")] = None,
) -> None:
    """Ingest by both engines, compare, say how long each took."""
    embedder = Embedder()
    result: dict[str, Any] = {"environment": environment(), "nodes": nodes}
    if index is None:
        index = work / "one-machine"
        with Index.create(index, embedder=embedder) as opened:
            result["one machine, s"] = ingest(opened, paths).seconds
    report, killed = ingest_on_cluster(work / "cluster", paths, embedder=embedder, nodes=nodes, kill_after=kill_after)
    result |= {
        "cluster, s": report.seconds,
        "documents": report.added,
        "passages": report.passages,
        "node killed at, s": killed,
    }
    result |= differences(index, work / "cluster")
    write_atomically(out, json.dumps(result, indent=1))
    typer.echo(json.dumps(result, indent=1))
    if not equal(result) or (killed is None) != (kill_after is None):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
