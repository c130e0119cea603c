"""Fetch pages and the documents they link to from the school's own website or VLE: bounded in number, size and time.

What comes is a stranger's: pages are looked through for links by Python's own parser, which runs nothing; documents are
only put on the drive here, and read in a child process.
"""

import hashlib
import ssl
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from pipeline.documents import SUFFIXES
from pipeline.documents.source import MAX_FILE_BYTES
from pipeline.mail.oauth.calls import EndlessAnswerError, read_body, say_no_answer
from pipeline.outgoing import InsideError, open_outgoing, say_line

_MOST_PAGE_BYTES = 5 * 1024 * 1024
_MOST_BYTES_IN_ALL = 2 * 1024**3
"""Of all documents together: they lie on the drive until all are judged."""
_WAIT_SECONDS = 30.0
_FILE_SECONDS = 120.0
_MOST_REDIRECTIONS = 5
_CALLED = "policy-pipeline (a school looks at its own policies)"
_BY_TYPE = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
}
_MAY_BE_FILES = ("download", "attachment", "file=", "document", "pluginfile", "resource/view")
"""In an address without an ending: how websites and VLEs write that of a file."""


class FetchError(Exception):
    """Nothing came; the message says why, in words that follow the address."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page."""

    address: str
    """Complete, without the part after ``#``."""
    words: str
    """What the page says there."""


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A document that was fetched."""

    path: Path
    sha256: str
    words: str = ""
    """Of a page, as it came; empty for a document, which is read in a child."""


class Fetcher:
    """Fetches over one client; close it, or use it in a ``with`` statement. Files go into ``folder``.

    It goes nowhere inside the school's own network, or on this computer, but to what is ``meant`` (``outgoing``).
    """

    def __init__(self, folder: Path, context: ssl.SSLContext | None = None, meant: Collection[str] = ()) -> None:
        self._folder, self._room = folder, _MOST_BYTES_IN_ALL
        self._client = open_outgoing(
            meant=meant,
            context=context,
            wait_seconds=_WAIT_SECONDS,
            most_redirects=_MOST_REDIRECTIONS,
            headers={"User-Agent": _CALLED},
        )

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def links(self, page: str) -> tuple[Link, ...]:
        """Return the links of a page that are or may be documents, each once, in their order.

        Raises:
            FetchError: it did not come, or is no page.
        """
        content, kind, address = self._get(page, _MOST_PAGE_BYTES, _WAIT_SECONDS)
        if "html" not in kind:
            raise FetchError("is no web page")
        reader = _LinkReader()
        reader.feed(content.decode("utf-8", "replace"))
        reader.close()
        found: dict[str, Link] = {}
        for href, words in reader.found:
            link = _complete(urljoin(address, reader.base or ""), href, words)
            if link is not None and link.address not in found:
                found[link.address] = link
        return tuple(found.values())

    def document(self, address: str) -> FetchedFile | None:
        """Fetch a document; None where the address leads to something else, such as another page.

        Raises:
            FetchError: it did not come.
        """
        if self._room < MAX_FILE_BYTES:
            raise FetchError("was left out, as those before it are 2 GB together: name fewer pages at a time")
        content, kind, _ = self._get(address, MAX_FILE_BYTES, _FILE_SECONDS)
        suffix = suffix_of(address) or _BY_TYPE.get(kind, "")
        if content.startswith(b"%PDF-"):
            suffix = ".pdf"
        if not suffix or "html" in kind:
            return None
        digest = hashlib.sha256(content).hexdigest()
        path = self._folder / f"{digest}{suffix}"
        if not path.exists():
            path.write_bytes(content)
            self._room -= len(content)
        return FetchedFile(path, digest)

    def page(self, address: str) -> FetchedFile:
        """Return a page; it is put into no file. Raises FetchError where it did not come."""
        content = self._get(address, _MOST_PAGE_BYTES, _WAIT_SECONDS)[0]
        return FetchedFile(Path(), hashlib.sha256(content).hexdigest(), content.decode("utf-8", "replace"))

    def _get(self, address: str, most_bytes: int, seconds: float) -> tuple[bytes, str, str]:
        """Return content, media type and the address it came from in the end."""
        import httpx

        try:
            with self._client.stream("GET", address) as response:
                if response.status_code != httpx.codes.OK:
                    raise FetchError(_say_status(response.status_code))
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                return read_body(response, most_bytes, seconds), kind, str(response.url)
        except InsideError as error:
            raise FetchError(
                "leads into a network of the school's own, which nobody said it may; where it is meant, write into "
                f"config.toml: {say_line([error.host])}"
            ) from error
        except EndlessAnswerError as error:
            raise FetchError(f"is larger than {most_bytes // 1024**2} MB, or takes too long to come") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise FetchError("is no address of a web page") from error
        except httpx.TooManyRedirects as error:
            raise FetchError("leads from one address to the next without end") from error
        except httpx.HTTPError as error:
            raise FetchError(say_no_answer(error)) from error


def _say_status(status: int) -> str:
    if status in (401, 403):
        return "wants a sign-in, so nobody outside sees it"
    if status in (404, 410):
        return "is not there (any more)"
    return f"was refused by the website (status {status})"


def suffix_of(address: str) -> str:
    """Return the ending of an address that is one of a document, in small letters; else nothing."""
    suffix = Path(unquote(urlsplit(address).path)).suffix.lower()
    return suffix if suffix in SUFFIXES and suffix not in (".txt", ".md") else ""


def _complete(base: str, href: str, words: str) -> Link | None:
    """Return a link that may lead to a document, None for any other."""
    try:
        address = urldefrag(urljoin(base, href.strip())).url
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    told = address.lower()
    if suffix_of(address) or parts.path.lower().endswith(".html") or any(each in told for each in _MAY_BE_FILES):
        return Link(address, " ".join(words.split())[:200])
    return None


class _LinkReader(HTMLParser):
    """Gathers where links lead and what stands in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.base: str | None = None
        self._href: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "base" and self.base is None:
            self.base = given.get("href")
        elif tag == "a":
            self._end()
            self._href = given.get("href")
        elif tag in ("iframe", "embed", "object"):
            shown = given.get("src") or given.get("data")
            self.found += [(shown, given.get("title") or "")] if shown else []
        elif tag == "img" and self._href is not None:
            self._words.append(given.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end()

    def handle_data(self, data: str) -> None:
        if self._href is not None:
            self._words.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        if self._href is not None:
            self.found.append((self._href, "".join(self._words)))
        self._href, self._words = None, []


def each_once(links: Iterator[tuple[str, Link]]) -> list[tuple[str, Link]]:
    """Return page and link, each address at its first place."""
    seen: dict[str, tuple[str, Link]] = {}
    for page, link in links:
        seen.setdefault(link.address, (page, link))
    return list(seen.values())
