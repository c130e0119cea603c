"""Serve a school's pages below a path of the trust's server, as if each were a server of its own.

A school's pages are made for ``/`` and know nothing of where they are served. What leads from one page to another is
changed here, on its way out: the addresses in a page, where an answer leads on to, and the names of cookies. On the way
in a school is shown its own cookies alone, so that no session of one school, nor the trust's, is ever told to another.

An address that begins with ``/..`` leads out of the school, to the trust's own pages: ``/../sign-in``.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LINK = re.compile(rb"""=\s?(["'])/(?!/)(\.\.(?=[/"'])/?)?""")
"""What stands between an attribute and an address of this server; it begins with letters that are found at once."""
_IN_STYLES = re.compile(rb"""(\burl\(\s*["']?|@import\s+["'])/(?!/)""", re.IGNORECASE)
"""What stands before an address of this server in a stylesheet of a school's own."""
_ATTRIBUTES = (b"href", b"src", b"srcset", b"action")
"""Of ``formaction``, too. No words of anybody hold one with its quote: whatever is filled into a page is escaped."""
_HOST = "__Host-"
_Headers = list[tuple[bytes, bytes]]


class Mounted:
    """One school's pages below ``/schools/KEY``."""

    def __init__(self, app: ASGIApp, key: str, is_https: Callable[[], bool]) -> None:
        """``is_https`` says whether the trust's pages are reached by https; the school's cookies then are, too."""
        self._app, self._key, self._is_https = app, key, is_https
        self._prefix = f"/schools/{key}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on whose path begins with the school's, and change what comes back."""
        path = scope["path"].removeprefix(self._prefix)
        inner = {**scope, "path": path, "raw_path": quote(path).encode("ascii"), "headers": self._inward(scope)}
        page = _Page(self, send, _host(scope))
        await self._app(inner, receive, page.send)

    def _inward(self, scope: Scope) -> _Headers:
        return [(name, kept) for name, value in scope["headers"] if (kept := self._in(name, value)) is not None]

    def _in(self, name: bytes, value: bytes) -> bytes | None:
        if name == b"cookie":
            return "; ".join(self._own_cookies(value.decode("latin-1"))).encode("latin-1")
        if name == b"referer":
            path = urlsplit(value.decode("latin-1")).path
            own = path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else ""
            return own.encode("latin-1") or None
        return value

    def _own_cookies(self, sent: str) -> Iterator[str]:
        """Give this school's cookies under the names that it gave them, by http or by https as its settings have it."""
        behind, is_https = f".{self._key}", self._is_https()
        for pair in sent.split(";"):
            name, _, value = pair.strip().partition("=")
            if name.endswith(behind) and name.startswith(_HOST) == is_https:
                own = name.removeprefix(_HOST).removesuffix(behind)
                yield f"{own}={value}"
                yield f"{_HOST}{own}={value}"

    def outward(self, headers: _Headers, host: str) -> _Headers:
        """Return the headers of an answer as they leave this server."""
        return [(name, self._out(name, value, host)) for name, value in headers]

    def _out(self, name: bytes, value: bytes, host: str) -> bytes:
        if name.lower() == b"location":
            return self.lead(value.decode("latin-1"), host).encode("latin-1")
        if name.lower() == b"set-cookie":
            return self._cookie(value.decode("latin-1")).encode("latin-1")
        return value

    def lead(self, address: str, host: str) -> str:
        """Return where an answer leads on to, counted from this server's ``/``; another server's stays as it is."""
        parts = urlsplit(address)
        if parts.netloc and parts.netloc == host:
            address = parts._replace(scheme="", netloc="").geturl()
        if not address.startswith("/") or address.startswith("//"):
            return address
        return "/" + address.removeprefix("/..").lstrip("/") if _leads_out(address) else self._prefix + address

    def _cookie(self, value: str) -> str:
        pair, *attributes = [part.strip() for part in value.split(";")]
        name, _, words = pair.partition("=")
        kept = [one for one in attributes if one.casefold() != "secure"]
        is_https = self._is_https()
        mine = f"{_HOST if is_https else ''}{name.removeprefix(_HOST)}.{self._key}"
        return "; ".join([f"{mine}={words}", *kept, *(["Secure"] if is_https else [])])

    def links(self, page: bytes) -> bytes:
        """Return a page whose addresses are counted from this server's ``/``."""
        prefix = self._prefix.encode("ascii")

        def counted(found: re.Match[bytes]) -> bytes:
            start = found.start()
            if not page[max(0, start - 10) : start].rstrip().lower().endswith(_ATTRIBUTES):
                return found[0]
            return b"=" + found[1] + (b"" if found[2] else prefix) + b"/"

        return _LINK.sub(counted, page)

    def styles(self, sheet: bytes) -> bytes:
        """Return a stylesheet whose addresses are counted from this server's ``/``."""
        prefix = self._prefix.encode("ascii")
        return _IN_STYLES.sub(lambda found: found[1] + prefix + b"/", sheet)


class _Page:
    """One answer on its way out; a page or stylesheet is held until it has come whole, all else goes as it comes."""

    def __init__(self, mounted: Mounted, send: Send, host: str) -> None:
        self._mounted, self._send, self._host = mounted, send, host
        self._start: Message | None = None
        self._change: Callable[[bytes], bytes] | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Send a part of the answer on."""
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._mounted.outward(message["headers"], self._host)}
            kind = _kind(message["headers"])
            self._change = {b"text/html": self._mounted.links, b"text/css": self._mounted.styles}.get(kind)
            if self._change is not None:
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None and self._change is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self._start, self._change(self._body))
            return
        await self._send(message)

    async def _send_page(self, start: Message, page: bytes) -> None:
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        length = (b"content-length", str(len(page)).encode("ascii"))
        await self._send({**start, "headers": [*headers, length]})
        await self._send({"type": "http.response.body", "body": page})


def _kind(headers: _Headers) -> bytes:
    return next((value for name, value in headers if name.lower() == b"content-type"), b"").partition(b";")[0].strip()


def _leads_out(address: str) -> bool:
    return address == "/.." or address.startswith("/../")


def _host(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
