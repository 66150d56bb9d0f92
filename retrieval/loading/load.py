"""Paths to documents. What cannot be read is skipped with one line that says why, and the rest goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from retrieval.document import Document, Identity
from retrieval.loading.files import MAX_BYTES, digest_of, find_files, kind_of
from retrieval.loading.parsed import Loaded, LoadError, Parsed, PassingError, Skipped, SourceFile
from retrieval.loading.sandbox import Sandbox
from retrieval.loading.sidecar import parse_sidecar, sidecar_path

_REASON = 300  # characters of why a file was skipped, which may quote it
PARSER_VERSION = b"9"  # a change of it makes every file, and what is read of it, new to an index


def load_documents(
    paths: Iterable[str | Path],
    *,
    overrides: Identity | None = None,
    unchanged: Callable[[SourceFile], bool] | None = None,
    sandbox: Sandbox | None = None,
) -> Iterator[Loaded | Skipped]:
    """The documents of files and folders, in order.

    Files are parsed in another process, one ahead of the consumer. Who filed what for when is taken
    from the filing, then from a sidecar (`report.pdf.meta.toml`), then from `overrides`.

    Args:
        paths: files and folders; PDF, HTML, text, Markdown, each also gzipped.
        overrides: fields that hold for all files.
        unchanged: asked before a file is parsed; where it says yes nothing is given for the file.
        sandbox: with other limits than usual.
    """
    sandbox = sandbox or Sandbox()
    given = overrides or Identity()
    pending: SourceFile | None = None
    try:
        for path in find_files(paths):
            found = _source(path, given)
            file = found.file if isinstance(found, Skipped) else found[0]
            if file is not None and unchanged is not None and unchanged(file):
                continue
            done = None if pending is None else _finish(sandbox, pending)
            pending = None
            if not isinstance(found, Skipped):
                pending, sidecar = found
                sandbox.submit(path, (sidecar, given))
            if done is not None:
                yield done
            if isinstance(found, Skipped):
                yield found
        if pending is not None:
            yield _finish(sandbox, pending)
    finally:
        sandbox.close()


def _source(path: Path, overrides: Identity) -> tuple[SourceFile, Identity] | Skipped:
    """A file's digest and what its sidecar says, or why it need not be sent to the parser."""
    file: SourceFile | None = None
    try:
        head, content, note = _read(path)
        file = SourceFile(path, digest_of(content, note, repr(overrides).encode(), PARSER_VERSION))
        if not head:
            raise LoadError("empty file")
        if head[:2] != b"\x1f\x8b":
            kind_of(head, path.name)
        return file, parse_sidecar(note) if note else Identity()
    except LoadError as error:
        return Skipped(_shown(path), str(error)[:_REASON], file)


def _read(path: Path) -> tuple[bytes, bytes, bytes]:
    """The first bytes of a file, the sha256 of all, and its sidecar.

    Raises:
        LoadError: it cannot be read at all.
    """
    if any("\ud800" <= character <= "\udfff" for character in str(path)):  # bytes that no encoding of names explains
        raise LoadError("its name is not UTF-8; rename it")
    try:
        if not path.is_file():
            raise LoadError(_no_file(path))
        if path.stat().st_size > MAX_BYTES:
            raise LoadError(f"larger than {MAX_BYTES // 1_000_000} MB")
        with path.open("rb") as opened:
            head = opened.read(1024)
            opened.seek(0)
            content = hashlib.file_digest(opened, "sha256").digest()
        beside = sidecar_path(path)
        return head, content, beside.read_bytes() if beside.is_file() else b""
    except PermissionError:
        raise LoadError("permission denied") from None
    except OSError as error:
        raise LoadError(f"cannot be read ({error.strerror})") from None


def _no_file(path: Path) -> str:
    """What a path is that is no plain file."""
    if path.is_dir():
        return "a folder that may not be read"
    return "not a plain file" if path.exists() else "does not exist"


def _finish(sandbox: Sandbox, file: SourceFile) -> Loaded | Skipped:
    try:
        return Loaded(_document(sandbox.result(), file.path), file)
    except LoadError as error:
        return Skipped(_shown(file.path), str(error), None if isinstance(error, PassingError) else file)


def _document(parsed: Parsed, path: Path) -> Document:
    texts = [page.text.encode("utf-8", "surrogatepass") for page in parsed.pages]
    identity = parsed.identity
    named = " ".join(part for part in (identity.company, identity.form, identity.period_name) if part)
    return Document(
        id=digest_of(PARSER_VERSION, *texts, repr(identity).encode())[:16],
        title=named if identity.company else parsed.title or path.name,
        identity=identity,
        source=str(path),
        pages=parsed.pages,
    )


def _shown(path: Path) -> str:
    """A path as one line, whatever characters it has."""
    return str(path).encode("unicode_escape").decode("ascii") if not str(path).isprintable() else str(path)
