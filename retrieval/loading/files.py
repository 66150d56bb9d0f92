"""Which files are to be read, and their bytes within bounds. Goes by content; the name tells only texts apart."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from retrieval.loading.parsed import LoadError, PassingError

MAX_BYTES = 200_000_000
SIDECAR_SUFFIX = ".meta.toml"
_SPREADSHEETS = (".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".numbers")
_CODE = (".py", ".js", ".css", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".sh", ".sql", ".ipynb")
_NAMES = (  # of texts that hold no sentences
    (_SPREADSHEETS, "spreadsheets are not read; export it to PDF or HTML"),
    ((".json", ".jsonl"), "a data file is not a filing"),
    (_CODE, "a program or its settings are not a filing"),
)
_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or an office document is not read; export it to PDF or HTML"),
    (b"\xd0\xcf\x11\xe0", "an old office document is not read; export it to PDF or HTML"),
    (b"\x89PNG", "an image has no text; run OCR first"),
    (b"\xff\xd8\xff", "an image has no text; run OCR first"),
    (b"GIF8", "an image has no text; run OCR first"),
    (b"II*\x00", "an image has no text; run OCR first"),
    (b"MM\x00*", "an image has no text; run OCR first"),
    (b"\x7fELF", "a program is not a filing"),
    (b"MZ\x90", "a program is not a filing"),
    (b"SQLite format 3\x00", "a database is not a filing"),
    (b"PAR1", "a data file is not a filing"),
    (b"BZh", "bzip2 archives are not read; unpack it first"),
    (b"\xfd7zXZ", "xz archives are not read; unpack it first"),
    (b"7z\xbc\xaf", "7z archives are not read; unpack it first"),
    (b"Rar!", "rar archives are not read; unpack it first"),
    (b"{\\rtf", "RTF is not read; export it to PDF or HTML"),
    (b"%!PS", "PostScript is not read; export it to PDF"),
)


def find_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files of `paths`, each once: folders searched through, sorted, without hidden files and sidecars.

    A path that does not exist is given too, and last folders that may not be read: reading them says so. Links to folders are not followed.
    """
    met: set[str] = set()  # where paths lead
    for path in _found(paths):
        real = os.path.realpath(path)
        if real not in met:
            met.add(real)
            yield path


def _found(paths: Iterable[str | Path]) -> Iterator[Path]:
    closed: list[OSError] = []
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path, onerror=closed.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith(".") and not name.endswith(SIDECAR_SUFFIX):
                    yield Path(folder) / name
    yield from (Path(error.filename) for error in closed)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, unpacked where it is gzipped.

    Raises:
        LoadError: it is missing, no plain file, forbidden, empty, too large, or damaged.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise LoadError("not a plain file")
        if path.stat().st_size > MAX_BYTES:
            raise LoadError(f"larger than {MAX_BYTES // 1_000_000} MB")
        data = path.read_bytes()
    except FileNotFoundError:
        raise PassingError("does not exist") from None
    except PermissionError:
        raise PassingError("permission denied") from None
    except OSError as error:
        raise PassingError(f"cannot be read ({error.strerror})") from None
    if data[:2] == b"\x1f\x8b":
        data = _unpack(data)
        if data[:2] == b"\x1f\x8b":
            raise LoadError("gzipped twice; unpack it first")
    if not data.strip(b"\x00 \t\r\n"):
        raise LoadError("empty file")
    return data


def kind_of(data: bytes, name: str) -> str:
    """`pdf`, `html`, `markdown` or `text`, by what the bytes are.

    Raises:
        LoadError: they are none of these.
    """
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    for signature, reason in _SIGNATURES:
        if data.startswith(signature):
            raise LoadError(reason)
    if data[257:262] == b"ustar":
        raise LoadError("tar archives are not read; unpack it first")
    bare = name.lower().removesuffix(".gz")
    for names, reason in _NAMES:
        if bare.endswith(names):
            raise LoadError(reason)
    if bare == "readme.md":
        raise LoadError("a README is not a filing")
    start = head.lower().replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<!--")) or b"<html" in start or b"<body" in start:
        return "html"
    if bare.endswith((".html", ".htm", ".xhtml")) and b"<" in head:
        return "html"
    return "markdown" if bare.endswith((".md", ".markdown")) else "text"


def digest_of(*parts: bytes) -> str:
    """One sha256 over several byte strings."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()


def _unpack(data: bytes) -> bytes:
    """Gzipped bytes unpacked, no further than `MAX_BYTES`, so that a bomb costs no more than that."""
    import io

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            plain = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise LoadError(f"damaged gzip file ({error})") from None
    if len(plain) > MAX_BYTES:
        raise LoadError(f"unpacks to more than {MAX_BYTES // 1_000_000} MB")
    return plain
