"""Answers of a server that wants to know who asks, is asked seldom, and may be busy."""

from __future__ import annotations

import logging
import re
import time

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from retrieval.collecting.pace import Pace

ATTEMPTS = 7
_log = logging.getLogger(__name__)
_BUSY = (429, 500, 502, 503, 504)
_LONGEST_WAIT = 600  # seconds that a server may ask for
_CONTACT = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")


class FetchError(RuntimeError):
    """A server does not give what it was asked for; the message is one line with the fix."""


class MissingError(FetchError):
    """There is nothing at an address."""


class Fetcher:
    """Fetches one address after the other; what fails is asked for again, later each time."""

    def __init__(
        self, user_agent: str, *, pace: Pace | None = None, backoff: float = 1.0, timeout: float = 30.0
    ) -> None:
        """For somebody.

        Args:
            user_agent: who asks: a name with an e-mail address.
            pace: when requests may go out.
            backoff: seconds before the second of `ATTEMPTS`, twice as long before each further one.
            timeout: seconds in which a server must say something.

        Raises:
            ValueError: the user agent has no e-mail address, or characters that no header may have.
        """
        if not (_CONTACT.search(user_agent) and user_agent.isascii() and user_agent.isprintable()):
            raise ValueError(
                f"the user agent {user_agent!r} does not say who asks; give a name and an e-mail address, "
                "such as 'Jane Doe jane@example.com'"
            )
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent
        self._pace = pace or Pace()
        self._backoff = backoff
        self._timeout = timeout

    def get(self, url: str) -> bytes:
        """The whole body at an address.

        Raises:
            MissingError: there is none (404).
            FetchError: the server refuses, cannot be reached, breaks off or stays busy.
        """
        for attempt in range(1, ATTEMPTS + 1):
            self._pace.wait()
            seconds = self._backoff * 2 ** (attempt - 1)
            try:
                response = self._session.get(url, timeout=self._timeout, allow_redirects=False)
            except requests.RequestException as error:
                failure = f"gives no answer ({' '.join(str(error).split())})"
            else:
                if response.status_code not in _BUSY:
                    return _body(response, url)
                failure = f"answers {response.status_code}"
                seconds = _asked_to_wait(response, url) or seconds
            if attempt < ATTEMPTS:
                _log.warning("%s %s; again in %.0f s", url, failure, seconds)
                time.sleep(seconds)
        raise FetchError(f"{url} {failure}, {ATTEMPTS} times; run the same again later, what was fetched is kept")


def _body(response: requests.Response, url: str) -> bytes:
    if response.status_code == 200:
        return response.content
    if response.status_code == 404:
        raise MissingError(f"there is nothing at {url}")
    if response.status_code == 403:
        raise FetchError(
            f"{url} is refused (403): the user agent does not please, or this address has asked too often; "
            "name yourself with an e-mail address, or wait ten minutes, then run the same again"
        )
    raise FetchError(f"{url} answers {response.status_code}, which is no document")


def _asked_to_wait(response: requests.Response, url: str) -> float | None:
    """The seconds of a Retry-After header, or to its date; `None` where there is none that can be read."""
    try:
        seconds = Retry().parse_retry_after(response.headers["Retry-After"])
    except (KeyError, InvalidHeader):
        return None
    if seconds > _LONGEST_WAIT:
        raise FetchError(f"{url} asks to wait {seconds:.0f} s; run the same again then, what was fetched is kept")
    return seconds
