"""The owner's sign-in: a link that works once, then a session. Kept in memory; a restart signs everybody out."""

import hashlib
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

COOKIE = "policy_session"
_SESSION_HOURS = 12


class Sessions:
    """The sign-in links that still work and the sessions that are open, by the hash of what their holder has."""

    def __init__(self, draw: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> None:
        self._draw = draw
        self._links: set[str] = set()
        self._sessions: dict[str, datetime] = {}
        self._turn = threading.Lock()

    def make_link_token(self) -> str:
        """Return the token of a new sign-in link."""
        token = self._draw()
        with self._turn:
            self._links.add(_hash(token))
        return token

    def is_link_token(self, token: str) -> bool:
        """Return whether a sign-in link still works; looking does not use it up."""
        with self._turn:
            return _hash(token) in self._links

    def sign_in(self, token: str, now: datetime) -> str | None:
        """Use a sign-in link up and return the token of a session; None where the link does not work."""
        with self._turn:
            if _hash(token) not in self._links:
                return None
            self._links.remove(_hash(token))
            session = self._draw()
            self._sessions[_hash(session)] = now + timedelta(hours=_SESSION_HOURS)
            return session

    def is_signed_in(self, session: str | None, now: datetime) -> bool:
        """Return whether ``session`` is open at ``now``."""
        with self._turn:
            until = self._sessions.get(_hash(session or ""))
            return until is not None and now < until

    def sign_out(self, session: str | None) -> None:
        """End a session; one that is not open is no error."""
        with self._turn:
            self._sessions.pop(_hash(session or ""), None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
