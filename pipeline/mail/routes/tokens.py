"""Tokens that sign in to a mail service instead of a password: what asks for one, and how long one is kept.

Sending by SMTP, sending by Microsoft Graph and reading a mailbox all start here::

    tokens = make_token_source(config, environ, Purpose.SMTP)
    line = xoauth2_string(config.mail.mailbox, tokens.token())

A ``TokenSource`` is shared by the threads of a process. Whatever goes wrong is a ``TokenError``: the route's failure,
never a reader's, with one sentence that says who can lift it.
"""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from threading import Lock
from typing import Protocol

from pipeline.errors import DeliveryError

_HOUR = timedelta(hours=1)
_MARGIN_SECONDS = 300
"""A token is fetched anew so long before it ends, or a tenth of its life before where that is less."""
_SAME_FAILURE_SECONDS = 30
"""So long a failure answers the thread that asks next: threads that wait behind one another do not each wait for it."""


class Purpose(StrEnum):
    """What a token is for; each is a permission of its own."""

    SMTP = "smtp"
    IMAP = "imap"
    GRAPH_SEND = "graph-send"
    GRAPH_READ = "graph-read"
    GROUP_READ = "group-read"
    """Who is in a group; no mail."""


class TokenError(DeliveryError):
    """No token could be had: the route rests for as long as the provider asks, or an hour; nobody counts as told."""

    def __init__(self, message: str, *, resume_after: timedelta | None = None) -> None:
        super().__init__(message, permanent=False, pauses_route=True, resume_after=resume_after or _HOUR)
        self.is_asked_to_wait: bool = resume_after is not None
        """The provider itself said how long; else an hour is our own choice."""


class TokenSource(Protocol):
    """Where a token comes from. Threads share it."""

    def token(self) -> str:
        """Return a token that is good for some minutes yet.

        Raises:
            TokenError: when there is none; says who can lift that.
        """
        ...

    def renew(self, refused: str) -> str:
        """Return another token than the one a server has just refused.

        Raises:
            TokenError: as ``token``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A token as the provider gave it."""

    token: str
    lasts_seconds: float


class KeptToken:
    """Keeps a token until shortly before it ends. One thread fetches, the others wait for what it gets."""

    def __init__(self, fetch: Callable[[bool], Fetched], *, clock: Callable[[], float] = time.monotonic) -> None:
        """``fetch`` is called with True where a token that should still be good was refused."""
        self._fetch, self._clock, self._lock = fetch, clock, Lock()
        self._kept: str | None = None
        self._good_until = 0.0
        self._failure: TokenError | None = None
        self._failure_until = 0.0

    def token(self) -> str:
        """Return the kept token, or a new one where it ends soon."""
        with self._lock:
            if self._kept is not None and self._clock() < self._good_until:
                return self._kept
            return self._anew(refused=False)

    def renew(self, refused: str) -> str:
        """Return a token fetched anew, unless another thread has done so since ``refused`` was handed out."""
        with self._lock:
            if self._kept is not None and self._kept != refused and self._clock() < self._good_until:
                return self._kept
            return self._anew(refused=True)

    def _anew(self, *, refused: bool) -> str:
        if self._failure is not None and self._clock() < self._failure_until:
            raise self._failure
        self._kept = None
        try:
            fetched = self._fetch(refused)
        except TokenError as error:
            wait = min(_SAME_FAILURE_SECONDS, (error.resume_after or _HOUR).total_seconds())
            self._failure, self._failure_until = error, self._clock() + wait
            raise
        margin = min(_MARGIN_SECONDS, fetched.lasts_seconds / 10)
        self._kept, self._good_until = fetched.token, self._clock() + fetched.lasts_seconds - margin
        return fetched.token


def xoauth2_string(user: str, token: str) -> str:
    """Return the first and only line of a SASL XOAUTH2 sign-in, base64 without line breaks.

    Source: Google, "OAuth 2.0 Mechanism"; Microsoft, "Authenticate an IMAP, POP or SMTP connection using OAuth".
    """
    return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode()).decode("ascii")
