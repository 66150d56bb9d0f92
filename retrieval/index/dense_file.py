"""The approximate index on disk: one file with the transaction that it has absorbed, old or new but never half.

It is a numpy archive, whose checksums tell a damaged one, and nothing in it can run code.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from retrieval.files import atomic_file
from retrieval.index.held import Held
from retrieval.index.slots import Slots

FILE = "dense.npz"
_DAMAGE = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


def write(path: Path, held: Held) -> None:
    """Writes it in place of an older one.

    Raises:
        OSError: the folder cannot be written or the disk is full; the old file is then as it was.
    """
    import faiss

    with atomic_file(path) as file:
        np.savez(
            file,
            state=np.array([held.transaction, held.trained_for], dtype=np.int64),
            documents=np.array(held.slots.documents, dtype=np.str_),
            passages=held.slots.passages,
            owners=held.slots.owners,
            faiss=faiss.serialize_index(held.faiss),
        )


def state(path: Path) -> tuple[int, int] | None:
    """Its transaction and how many passages it was trained for, without reading the rest; `None` where it cannot be."""
    try:
        with np.load(path, allow_pickle=False) as file:
            transaction, trained_for = file["state"].tolist()
    except _DAMAGE:
        return None
    return transaction, trained_for


def read(path: Path) -> Held | None:
    """What was written; `None` where it is missing, damaged or cannot be read now."""
    import faiss

    try:
        with np.load(path, allow_pickle=False) as file:
            transaction, trained_for = file["state"].tolist()
            slots = Slots(file["documents"].tolist(), file["passages"], file["owners"])
            return Held(faiss.deserialize_index(file["faiss"]), slots, transaction, trained_for)
    except _DAMAGE:
        return None
