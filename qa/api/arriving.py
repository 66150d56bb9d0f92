"""Requests that come in at a snail's pace are cut off, so that clients cannot hold connections for ever."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from qa.api.limits import ARRIVAL_RATE, ARRIVAL_SECONDS

_LOOK = 1.0  # seconds between two looks at a connection


class TimelyRequests(H11Protocol):
    """A connection that is closed unless each request, head and body, comes in within a time that grows with its size.

    A connection that has had no request yet counts as one that comes in, and so does the rest of a body that was
    refused. Between requests the server's own limit holds.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        self._since: float | None = self.loop.time()
        self._size = 0
        self._next_look = self.loop.call_later(_LOOK, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        self._next_look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some of a request has come in."""
        if self._since is None:
            self._since, self._size = self.loop.time(), 0
        self._size += len(data)
        super().data_received(data)
        state = self.conn.their_state
        if state is not h11.SEND_BODY and not (state is h11.IDLE and self.conn.trailing_data[0]):
            self._since = None

    def _look(self) -> None:
        if self._since is not None and self.loop.time() > self._since + ARRIVAL_SECONDS + self._size / ARRIVAL_RATE:
            self.transport.abort()
            return
        self._next_look = self.loop.call_later(_LOOK, self._look)
