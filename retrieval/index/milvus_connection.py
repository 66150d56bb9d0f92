"""A connection to Milvus: its address, calls that are tried again while nobody answers, errors in one line.

pymilvus tries some calls again by itself, but gives up at once where it cannot connect anew.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from retrieval.index.address import MILVUS
from retrieval.index.store import StoreBusyError, StoreError

PATIENCE = 60.0  # seconds for which a server that does not answer is asked again
BUILDING = 1800.0  # seconds that an answer may take where indexes are built or loaded
_LONGEST_PAUSE = 5.0  # seconds between two tries
TOKEN = "FINANCEQA_MILVUS_TOKEN"  # noqa: S105 (a variable's name); it has `user:password` or an API key
_ROWS = 1000  # read at a time
_ADDRESS = re.compile(re.escape(MILVUS) + r"(?:(https?://[^/@\s]+)|file://(/\S+\.db))/([A-Za-z_]\w{0,199})", re.ASCII)

Row = Mapping[str, Any]
Answer = TypeVar("Answer")


class Connection:
    """The collections of one index on a Milvus server.

    Attributes:
        address: as it was given.
        lite: whether it is Milvus Lite on a file, whose server this process runs.
        lost: whether the server was given up.
    """

    def __init__(self, address: str, *, make: bool = False) -> None:
        """Connects; `make` makes the file of Milvus Lite where there is none.

        Raises:
            StoreError: the address is none, `pymilvus` is not installed, the file is missing, or nobody answers.
            StoreBusyError: another process has the file of Milvus Lite.
        """
        server, file, self._name = _parts(address)
        self.address = address
        self.lite = file is not None
        self.lost = False
        client_class, token = _client_class(self.lite), os.environ.get(TOKEN, "")
        if file is not None and make:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        elif file is not None and not Path(file).exists():
            raise self.missing()
        self._client = self._patiently("connect", lambda: client_class(file or server, token=token, timeout=PATIENCE))

    def close(self) -> None:
        """Ends it; what was written stays."""
        self._client.close()

    def missing(self) -> StoreError:
        """That there is no index."""
        return StoreError(f"no index at {self.address}; make one with: financeqa ingest --index {self.address} PATH...")

    def call(self, method: str, part: str, *values: Any, patience: float = PATIENCE, **options: Any) -> Any:  # noqa: ANN401
        """What a method of `MilvusClient` gives for a part of the index: `passages`, `pages` or `records`.

        Raises:
            StoreError: the server does not answer, or refuses.
        """
        ask = getattr(self._client, method)
        return self._patiently(method, lambda: ask(f"{self._name}_{part}", *values, timeout=patience, **options))

    def rows(self, part: str, condition: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows of a part that meet a condition, `_ROWS` in memory at a time. Raises as `call`."""
        batches = self.call("query_iterator", part, batch_size=_ROWS, filter=condition, output_fields=list(fields))
        try:
            while batch := self._patiently("query", batches.next):
                yield from batch
        finally:
            batches.close()

    def _patiently(self, doing: str, ask: Callable[[], Answer]) -> Answer:
        """What `ask` gives; asked again, later each time, while nobody answers."""
        from grpc import RpcError, StatusCode
        from pymilvus.client.types import Status
        from pymilvus.exceptions import ConnectionConfigException, MilvusException

        end, pause = time.monotonic() + PATIENCE, 0.1
        while True:
            try:
                return ask()
            except ConnectionConfigException as error:
                raise StoreBusyError(
                    f"{self.address} cannot be opened ({error.message}); Milvus Lite is used by one process at a time, "
                    "end the other or start a server"
                ) from error
            except (MilvusException, RpcError) as error:
                code, said = (
                    (error.code(), error.details()) if isinstance(error, RpcError) else (error.code, error.message)
                )
                if code not in (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED, Status.CONNECT_FAILED):
                    raise StoreError(f"Milvus at {self.address} refuses ({doing}): {said}") from error
                if time.monotonic() + pause > end:
                    self.lost = True
                    raise StoreError(
                        f"Milvus at {self.address} does not answer ({doing}, tried for {PATIENCE:g} s); see that it runs "
                        f"and that ${TOKEN} is right, and give the command again, which goes on with what is missing"
                    ) from error
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def lite_file(address: str) -> Path | None:
    """The file of Milvus Lite in an address; `None` where that is of a server. Raises StoreError where it is neither."""
    file = _parts(address)[1]
    return None if file is None else Path(file)


def _parts(address: str) -> tuple[str | None, str | None, str]:
    """The server or the file, and the name of the index there."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise StoreError(
            f"{address} is no address of an index; write {MILVUS}http://HOST:19530/NAME, or "
            f"{MILVUS}file:///FOLDER/FILE.db/NAME for Milvus Lite; user and password go into ${TOKEN}"
        )
    server, file, name = found.groups()
    return server, file, name


def _client_class(lite: bool) -> Any:  # noqa: ANN401 (untyped)
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it prints lines of its own
    try:
        from pymilvus import MilvusClient

        if lite:
            import milvus_lite  # noqa: F401 (pymilvus imports it later, and says less where it is missing)
    except ImportError as error:
        more = " milvus-lite" if lite else ""
        raise StoreError(
            f"this index needs more packages ({error}); run: pip install 'finance-qa[milvus]'{more}"
        ) from error
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they log errors that are raised too, with tracebacks
    return MilvusClient
