"""What stands before every page: the headers of each response, and the refusal of posts that another site sent."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_FORM_BYTES = 16 * 1024
_MOST_FIELDS = 20
FORM_TOKEN = "form"
"""The hidden field that each form of a signed-in page carries, filled with ``Sessions.form_token``."""
FIELDS_ONLY = "application/x-www-form-urlencoded"
"""The kind of a form without files."""
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_RAW = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in _HEADERS.items()]
_NAMES = frozenset(name for name, _ in _RAW)
"""As a server takes them, made once: every answer has them."""


class SecureHeaders:
    """Adds to every response what keeps pages out of frames, caches, search engines and scripts."""

    def __init__(self, app: ASGIApp, is_https: Callable[[], bool] = lambda: False) -> None:
        """``is_https`` says whether pages are served by https, which browsers are then told to keep to."""
        self._app, self._is_https = app, is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and complete the headers of what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [pair for pair in message["headers"] if pair[0] not in _NAMES] + _RAW
                headers = MutableHeaders(scope=message)
                if self._is_https():
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                # Browsers show a PDF through parts of their own, which the policy of our pages would switch off.
                is_pdf = headers.get("content-type", "").startswith("application/pdf")
                if "location" in headers:
                    headers["location"] = _without_host(headers["location"], scope)
                headers.setdefault("Content-Security-Policy", "frame-ancestors 'none'" if is_pdf else _POLICY)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _without_host(address: str, scope: Scope) -> str:
    """Return where an answer leads on to without the name that a request called this server by: it may be anyone's."""
    asked = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="").geturl() if parts.netloc and parts.netloc == asked else address


def is_from_elsewhere(request: Request, base_url: str) -> bool:
    """Return whether another site sent this post.

    A missing Origin or Sec-Fetch-Site header says nothing; so does ``null``, which our own pages send because they
    give no referrer.
    """
    if request.headers.get("sec-fetch-site") == "cross-site":
        return True
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return False
    return urlsplit(origin).netloc not in {request.headers.get("host", ""), urlsplit(base_url).netloc} - {""}


class TooLargeError(MultiPartException):
    """A body is longer than its form takes."""


async def read_form(request: Request) -> Mapping[str, str] | None:
    """Return the fields of a posted form, the last of each name; None where it is no form of ours or far too long.

    No browser sends a NUL from a form, and PostgreSQL keeps none.
    """
    if not request.headers.get("content-type", "").startswith(FIELDS_ONLY):
        return None
    try:
        form = await bounded(request, LARGEST_FORM_BYTES).form(max_fields=_MOST_FIELDS)
    except MultiPartException:
        return None
    fields = {name: str(value) for name, value in form.multi_items()}
    return fields if not any("\0" in value for value in fields.values()) else None


def bounded(request: Request, most: int) -> Request:
    """Return a request whose form is read up to ``most`` bytes: reading it raises TooLargeError beyond.

    And MultiPartException for fields with a letter that is not written by its number, which no browser sends.
    """
    said = request.headers.get("content-length", "")
    announced = int(said) if said.isascii() and said.isdigit() else 0
    fields_only = request.headers.get("content-type", "").startswith(FIELDS_ONLY)
    count = 0

    async def receive() -> Message:
        nonlocal count
        message: Message = {} if announced > most else await request.receive()
        body = message.get("body", b"")
        count += len(body)
        if max(announced, count) > most:
            raise TooLargeError("too large")
        if fields_only and not body.isascii():
            raise MultiPartException("not encoded")
        return message

    # Without the application it raises what is wrong with the body, in place of answering with a page of its own.
    return Request({name: value for name, value in request.scope.items() if name != "app"}, receive)
