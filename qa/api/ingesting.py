"""Uploads into the index, in the background: a process that ingests, started when there are uploads.

It is not the worker process that answers, so that ingesting neither holds up answers nor leaves its memory behind,
and a filing that brings it down brings down nothing else.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from qa.api.logs import log
from qa.api.metrics import Metrics
from qa.api.settings import Settings
from qa.api.upload_store import UploadStore
from retrieval.index.index import Index
from retrieval.index.lock import WriterLock
from retrieval.index.store import StoreBusyError
from retrieval.loading.sandbox import child_environment

_LOOK = 2.0  # seconds between two looks for uploads that other worker processes took
_RETRY = 0.2  # seconds between two tries to become the writer
_END = 10.0  # seconds that the process has to end when it is told to


@contextmanager
def writing(address: str, *, patience: float) -> Iterator[Index]:
    """The index, opened for writing within some seconds.

    Raises:
        StoreBusyError: others were writing all that time.
    """
    end = time.monotonic() + patience
    while True:
        try:
            index = Index.open(address, writable=True)
            break
        except StoreBusyError:
            if time.monotonic() > end:
                raise
            time.sleep(_RETRY)
    with index:
        yield index


class Ingesting:
    """The thread of a worker process that sees to it that uploads are ingested; that of one worker at a time does."""

    def __init__(self, settings: Settings, uploads: UploadStore, metrics: Metrics) -> None:
        """Of a service's uploads."""
        self._settings = settings
        self._uploads = uploads
        self._metrics = metrics
        self._turn = WriterLock(settings.folder, "ingesting.lock")
        self._wake = threading.Event()
        self._ending = False
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._run, name="ingesting")

    def start(self) -> None:
        """Goes on with what was left and waits for more."""
        self._thread.start()

    def wake(self) -> None:
        """Says that there is an upload."""
        self._wake.set()

    def close(self) -> None:
        """Breaks off; the upload that is being ingested and those that wait are left for the next start."""
        self._ending = True
        self._wake.set()
        if self._process is not None:
            self._process.terminate()
        self._thread.join(_END)
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending:
            self._wake.clear()
            try:
                if self._uploads.next_unfinished() is not None and self._turn.acquire():
                    self._ingest()
            except Exception as error:  # the thread must outlive a full disk
                log("ingest", {}, level=logging.ERROR, error=error)
            finally:
                self._turn.release()
            self._wake.wait(_LOOK)

    def _ingest(self) -> None:
        """Starts the process and counts what it has done, until it ends."""
        places = [str(self._settings.index), str(self._settings.folder)]
        command = [sys.executable, "-P", "-m", "qa.api.ingest_process", *places]
        with subprocess.Popen(  # noqa: S603 (our own interpreter and program)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=child_environment()
        ) as process:
            self._process = process
            if self._ending:
                process.terminate()
            for line in process.stdout or ():
                self._metrics.uploads.labels(line.strip()).inc()
        self._process = None
        if process.returncode and not self._ending:
            log("ingest", {"status": process.returncode}, level=logging.ERROR)
