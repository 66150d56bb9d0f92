"""`financeqa serve`: checks what it is told, then serves until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile

from qa.api.keys import VARIABLE, load_keys
from qa.api.settings import Settings
from retrieval.index.index import Index

_GRACE = 5  # seconds more than a request's deadline, which an end waits for what is running
_HUNG = 30  # seconds after which a worker that gives no sign of life is replaced; a busy one takes a few


def serve(settings: Settings, *, workers: int) -> None:
    """Serves an index with some worker processes.

    Raises:
        retrieval.index.store.StoreError: there is no index, or it is damaged.
        KeysError: the keys cannot be read.
        ValueError: others than this machine could reach it, and there are no keys.
        OSError: the address is none of this machine, or in use.
    """
    if load_keys(settings.keys) is None and not settings.loopback:
        raise ValueError(
            f"{settings.host} can be reached from other machines: give API keys with --keys FILE or {VARIABLE}"
        )
    Index.open(settings.index).close()
    _try_address(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"serving {settings.index} at http://{host}:{settings.port}/ until Ctrl-C", flush=True)
    settings.to_environment()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the server repeats it once all is finished
    with tempfile.TemporaryDirectory(prefix="financeqa-metrics-") as folder:
        if workers > 1:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # prometheus_client looks for it when it is imported
        import uvicorn

        from qa.api.arriving import TimelyRequests

        uvicorn.run(
            "qa.api.app:from_environment",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            http=TimelyRequests,
            timeout_graceful_shutdown=round(settings.deadline) + _GRACE,
            timeout_worker_healthcheck=_HUNG,
        )


def _try_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise OSError(f"cannot listen at {host}, port {port}: {error.strerror}; give another --port") from None
