"""Inference in turn: one thread that owns the system, a queue of bounded length, a deadline for each request."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from starlette.requests import Request

from qa.api.limits import PATIENCE
from qa.api.problems import Problem, unavailable
from qa.api.stopping import until

System = TypeVar("System")
Result = TypeVar("Result")
_FIRST_TURN = 0.5  # seconds that a turn is taken to last before any has been seen
_NEWS = 0.1  # weight of a turn in the running mean of how long they last


class Pool(Generic[System]):
    """The thread that computes answers. Torch uses all cores for one answer, so a second thread would win nothing."""

    def __init__(self, opened: Callable[[], System], *, queue: int) -> None:
        """With what opens the system, and how many requests may wait while it works for another."""
        self._opened = opened
        self._queue = queue
        self._taken = 0
        self._turn = _FIRST_TURN
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inference")
        self._system: System | None = None

    async def start(self) -> None:
        """Opens the system in the thread that will use it; raises what opening raises."""
        self._system = await asyncio.wrap_future(self._thread.submit(self._opened))

    def close(self) -> None:
        """Finishes what is running."""
        self._thread.shutdown()

    @contextmanager
    def place(self, seconds: float) -> Iterator[Place[System]]:
        """A place in the queue; what still runs when it is left is stopped.

        Raises:
            Problem: the queue is full, or so long that its turn is not to be expected soon (503).
        """
        with self._lock:
            wait = self._taken * self._turn
            if self._taken > self._queue or wait > PATIENCE:
                later = max(1, math.ceil(wait - PATIENCE))
                raise unavailable("queue-full", "too many requests are waiting; try again later", seconds=later)
            self._taken += 1
        place = Place(self, seconds)
        try:
            yield place
        finally:
            place.leave(self._left)

    def submit(self, work: Callable[[System], Result], given_up: threading.Event) -> Future[Result]:
        """Has work done when its turn comes."""

        def done() -> Result:
            if self._system is None:
                raise RuntimeError("the pool was not started")
            begun = time.monotonic()
            with until(given_up):
                try:
                    return work(self._system)
                except StopIteration as error:  # which no coroutine can be given; it would wait for ever
                    raise RuntimeError("the work ran out of something") from error
                finally:
                    self._turn += _NEWS * (time.monotonic() - begun - self._turn)

        return self._thread.submit(done)

    def _left(self) -> None:
        with self._lock:
            self._taken -= 1


class Place(Generic[System]):
    """One request's place in the queue.

    Attributes:
        waited: seconds that it waited for its turns.
    """

    def __init__(self, pool: Pool[System], seconds: float) -> None:
        """In a pool, with the seconds that all its work may take, waiting included."""
        self.waited = 0.0
        self._pool = pool
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._given_up = threading.Event()
        self._running: Future[Any] | None = None

    async def run(self, work: Callable[[System], Result]) -> Result:
        """The result of work on the system.

        Raises:
            Problem: it was not done by the deadline (504).
        """
        submitted = time.monotonic()

        def timed(system: System) -> Result:
            self.waited += time.monotonic() - submitted
            return work(system)

        future = self._pool.submit(timed, self._given_up)
        self._running = future
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._end - submitted)
        except TimeoutError:
            raise Problem(504, "deadline", f"not answered within {self._seconds:g} s; ask for less") from None

    def leave(self, release: Callable[[], object]) -> None:
        """Gives up what still runs; the place is free once it has stopped."""
        self._given_up.set()
        if self._running is None:
            release()
        else:
            self._running.cancel()
            self._running.add_done_callback(lambda _: release())


async def unless_gone(request: Request, work: Awaitable[Result]) -> Result:
    """The result of work that is cancelled when the client closes the connection.

    Raises:
        Problem: it did (499, which nobody reads but the log).
    """
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Problem(499, "client-gone", "the client closed the connection")
    finally:
        gone.cancel()
        if working.cancel():
            await asyncio.wait({working})


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
