"""Ask Microsoft Graph for something, with a token that is renewed once and short waits that it asks for.

A mailbox is read by this, and who is in a group. What an answer means, and who can lift a refusal, says the caller.

Source: "Microsoft Graph throttling guidance"; "Paging Microsoft Graph data in your app".
"""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pipeline.mail.oauth.calls import EndlessAnswerError, open_client, read_body, retry_after, say_no_answer
from pipeline.mail.oauth.graph_answers import THROTTLED
from pipeline.mail.routes.pace import SHORT_WAIT, SHORT_WAITS
from pipeline.mail.routes.tokens import TokenSource

MOST_PAGE_BYTES = 64_000_000
"""Exchange takes mails with 256 KB of headers, twice that as JSON: a page of such mails must not stay unread."""


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """What Graph said, whatever its status."""

    status: int
    content: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """The body, as far as it is text."""
        return self.content.decode("utf-8", "replace")

    def objects(self) -> dict[str, Any] | None:
        """Return an answer with a list of objects under ``value``, each with an ``id``; None where it is none."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        value = found.get("value") if isinstance(found, dict) else None
        if not isinstance(value, list) or not all(isinstance(one, dict) and _has_id(one) for one in value):
            return None
        return dict(found)


class GraphSilentError(Exception):
    """Graph gave no answer at all."""

    def __init__(self, why: str, who_lifts: str) -> None:
        super().__init__(why)
        self.why: str = why
        """In words that follow "Microsoft Graph"."""
        self.who_lifts: str = who_lifts
        """A sentence, without its full stop."""


class GraphReader:
    """Asks one Graph; not shared by threads. Close it."""

    def __init__(
        self,
        address: str,
        tokens: TokenSource,
        *,
        context: ssl.SSLContext | None = None,
        stop: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], None] = time.sleep,
        wait_seconds: float,
    ) -> None:
        """``address``: where Graph is; no token goes anywhere else. ``wait_seconds``: for a whole answer."""
        self._address, self._tokens, self._wait_seconds = address, tokens, wait_seconds
        self._stop, self._sleep, self._waits_left = stop, sleep, SHORT_WAITS
        self._client = open_client(context, wait_seconds)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def is_own(self, link: object) -> bool:
        """Return whether an address is one of the same Graph: no token goes anywhere else."""
        import httpx

        if not isinstance(link, str) or not link:
            return False
        try:
            httpx.URL(link)
            return urlsplit(link)[:2] == urlsplit(self._address)[:2]
        except (httpx.InvalidURL, ValueError):
            return False

    def get(
        self, url: str, headers: Mapping[str, str], most: int = MOST_PAGE_BYTES, *, cut: bool = False
    ) -> GraphAnswer:
        """Ask for something; a token that has run out is renewed once, and a short while to be left alone waited for.

        Raises NoAnswerError, and TokenError where no token is to be had.
        """
        token = self._tokens.token()
        answer = self._ask(url, headers, token, most, cut=cut)
        if answer.status == 401:
            token = self._tokens.renew(token)
            answer = self._ask(url, headers, token, most, cut=cut)
        while answer.status in THROTTLED and self._waited(answer):
            answer = self._ask(url, headers, token, most, cut=cut)
        return answer

    def _ask(self, url: str, headers: Mapping[str, str], token: str, most: int, *, cut: bool) -> GraphAnswer:
        import httpx

        asked = {**headers, "Authorization": f"Bearer {token}"}
        try:
            with self._client.stream("GET", url, headers=asked) as response:
                is_cut = cut and response.status_code == 200
                body = read_body(response, most, self._wait_seconds, cut=is_cut)
                return GraphAnswer(response.status_code, body, dict(response.headers))
        except EndlessAnswerError as error:
            raise GraphSilentError("sends without end", "Only Microsoft can lift that") from error
        except httpx.HTTPError as error:
            lifts = "Is this computer on the internet? Your IT provider can open the way to it"
            raise GraphSilentError(say_no_answer(error), lifts) from error

    def _waited(self, answer: GraphAnswer) -> bool:
        """Wait where Microsoft asks for a short while; return False where it is long, too often, or it is to stop."""
        wait = retry_after(answer.headers, datetime.now(UTC))
        if wait is None or wait > SHORT_WAIT or not self._waits_left:
            return False
        self._waits_left -= 1
        left = wait / timedelta(seconds=1)
        while left > 0 and not self._stop():
            self._sleep(min(left, 1.0))
            left -= 1
        return not self._stop()


def _has_id(one: Mapping[str, Any]) -> bool:
    return isinstance(one.get("id"), str) and bool(one["id"])
