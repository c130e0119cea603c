"""Call a provider's token endpoint, or Microsoft Graph: over httpx, bounded in time and size, every fault in words.

``msal`` and ``google-auth`` decide what is asked; their requests are carried by ``TokenCalls``, so that an endpoint
which answers nonsense, throttles, stalls or has no good certificate is met in one place.
"""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.errors import say_system_error
from pipeline.mail.routes.its_clock import say_difference
from pipeline.mail.routes.tokens import TokenError
from pipeline.mail.words import one_line

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 30
_MOST_BYTES = 1_000_000
NONSENSE = (
    "The sign-in answers what is no answer to it. Your IT provider can see what stands between this computer and it, "
    "such as a filter or proxy."
)
_LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """What a token endpoint said, in the shapes that both ``msal`` and ``google-auth`` read."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    @property
    def status(self) -> int:
        """The status, as google-auth calls it."""
        return self.status_code

    @property
    def data(self) -> bytes:
        """The body, as google-auth calls it."""
        return self.text.encode("utf-8")

    def raise_for_status(self) -> None:
        """Nothing to raise: what is no answer at all was raised before."""


class TokenCalls:
    """Carries requests to one token endpoint. Not shared by threads."""

    def __init__(self, provider: str, context: ssl.SSLContext | None, *, wait_seconds: float = TIMEOUT_SECONDS) -> None:
        """``provider``: as it is called in sentences. ``wait_seconds``: for a whole answer."""
        self._provider, self._context, self._wait_seconds = provider, context, wait_seconds

    def post(self, url: str, data: Any, headers: Mapping[str, str]) -> TokenResponse:
        """Post a form; return an answer that is a JSON object, be it a refusal.

        Raises:
            TokenError: when there was no such answer.
        """
        content = {"data": data} if isinstance(data, Mapping) else {"content": data}
        return self._call("POST", url, headers, **content)

    def get(self, url: str) -> TokenResponse:
        """Ask for what a provider publishes, a JSON object; otherwise as ``post``."""
        return self._call("GET", url, {"Accept": "application/json"})

    def _call(self, method: str, url: str, headers: Mapping[str, str], **content: Any) -> TokenResponse:
        import httpx

        try:
            with (
                open_client(self._context, self._wait_seconds) as client,
                client.stream(method, url, headers=dict(headers), **content) as response,
            ):
                body = self._read(response, url)
        except httpx.InvalidURL as error:
            raise TokenError(f"{one_line(url)} is no address that tokens can come from.") from error
        except httpx.HTTPError as error:
            raise TokenError(f"{self._where(url)} {say_no_answer(error)}. {self._who_lifts(error)}") from error
        return self._judged(
            TokenResponse(response.status_code, body.decode("utf-8", "replace"), dict(response.headers)), url
        )

    def _read(self, response: "httpx.Response", url: str) -> bytes:
        """Read a body, neither endlessly long nor endlessly slow."""
        try:
            return read_body(response, _MOST_BYTES, self._wait_seconds)
        except EndlessAnswerError as error:
            raise TokenError(f"{self._where(url)} sends without end. {self._wait()}") from error

    def _judged(self, answer: TokenResponse, url: str) -> TokenResponse:
        where, status = self._where(url), answer.status_code
        dated = next((text for name, text in answer.headers.items() if name.lower() == "date"), "")
        if said := say_difference(where, dated, datetime.now(UTC)):
            raise TokenError(said)
        wait = retry_after(answer.headers, datetime.now(UTC))
        if status == 429:
            raise TokenError(
                f"{where} has been asked too often and wants to be left alone. Nobody need do anything: it is tried "
                "again by itself.",
                resume_after=wait,
            )
        if status >= 500:
            raise TokenError(f"{where} has a fault of its own (status {status}). {self._wait()}", resume_after=wait)
        if not is_json_object(answer.text) or (status != 200 and not 400 <= status < 500):
            raise TokenError(
                f"{where} answers what is no answer to a sign-in (status {status}: {one_line(answer.text, 80)!r}). "
                "Your IT provider can see what stands between this computer and it, such as a filter or proxy."
            )
        return answer

    def _where(self, url: str) -> str:
        return f"{self._provider}'s sign-in at {one_line(urlsplit(url).netloc, 80)}"

    def _wait(self) -> str:
        return f"Only {self._provider} can lift that; it is tried again by itself."

    def _who_lifts(self, error: Exception) -> str:
        if find_cause(error, ssl.SSLCertVerificationError):
            return "Your IT provider can renew or trust it, if it is that of the school's own filter; else wait."
        return "Is this computer on the internet? It is tried again by itself; your IT provider can open the way."


def open_client(context: ssl.SSLContext | None, wait_seconds: float = TIMEOUT_SECONDS) -> "httpx.Client":
    """Return a client that verifies whom it speaks to, waits so long for an answer and follows no redirection."""
    import httpx

    timeout = httpx.Timeout(TIMEOUT_SECONDS, read=wait_seconds)
    return httpx.Client(verify=context or ssl.create_default_context(), timeout=timeout, follow_redirects=False)


class EndlessAnswerError(Exception):
    """An answer is longer, or comes more slowly, than any is."""


def read_body(response: "httpx.Response", most_bytes: int, wait_seconds: float, *, cut: bool = False) -> bytes:
    """Read an answer that is streamed, for ``wait_seconds`` at most; with ``cut`` only its first ``most_bytes``.

    Raises:
        EndlessAnswerError: when it is not over by then.
        httpx.HTTPError: when the connection broke.
    """
    body, ends = bytearray(), time.monotonic() + wait_seconds
    for piece in response.iter_bytes():
        body += piece
        if cut and len(body) >= most_bytes:
            break
        if len(body) > most_bytes or time.monotonic() > ends:
            raise EndlessAnswerError
    return bytes(body[:most_bytes])


def say_no_answer(error: Exception) -> str:
    """Return why a call had no answer, in words that follow the name of the one that was called."""
    import httpx

    if refused := find_cause(error, ssl.SSLCertVerificationError):
        assert isinstance(refused, ssl.SSLCertVerificationError)
        return f"was not spoken to, since its certificate is not good ({refused.verify_message})"
    if isinstance(error, httpx.TimeoutException):
        return "did not answer in time"
    if find_cause(error, ssl.SSLError):
        return "does not speak the encryption that is needed"
    if system := find_cause(error, OSError):
        assert isinstance(system, OSError)
        return f"could not be reached: {say_system_error(system)}"
    return f"could not be reached: {one_line(str(error) or type(error).__name__, 200).rstrip('. ')}"


def find_cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """Return the error itself or the first one behind it of that kind."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, kind):
        seen = seen.__cause__ or seen.__context__
    return seen


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long a Retry-After header asks to wait, at least a second and at most a day; None where it does not.

    Source: RFC 9110, section 10.2.3: seconds, or a day and time.
    """
    value = next((text.strip() for name, text in headers.items() if name.lower() == "retry-after"), "")
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value[:9]), _LONGEST_WAIT.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return max(timedelta(seconds=1), min(wait, _LONGEST_WAIT))


def is_token(text: str) -> bool:
    """Return whether a text can stand in a header or a sign-in line as a token."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def is_json_object(text: str) -> bool:
    """Return whether a text is one JSON object."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
