"""Read a mailbox through Microsoft Graph and change nothing in it: it asks for the right to read, and for no other.

The place in it is the address that Graph's *delta query* gives with each page. It names what came into the folder
since, also a mail that a rule or a person moved there later: by the day of arrival such a mail would be passed over.
The order is Graph's own, and the same mail may come twice; the reader knows what was taken in before.

Source: "message: delta"; "Use delta query to track changes in Microsoft Graph data" (replays, synchronization reset,
token duration); "message resource type" (internetMessageHeaders); "Get MIME content of a message"; "List mailFolders".
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from pipeline.config import Config
from pipeline.errors import DeliveryError
from pipeline.mail.inbox.mailbox import HEAD_FIELDS, Head, MailboxPage
from pipeline.mail.inbox.received import MOST_BYTES
from pipeline.mail.oauth.calls import retry_after
from pipeline.mail.oauth.graph_answers import (
    STANDS_BETWEEN,
    THROTTLED,
    graph_address,
    read_error,
    say_refusal,
    say_who_lifts,
)
from pipeline.mail.oauth.graph_reading import MOST_PAGE_BYTES, GraphAnswer, GraphReader, GraphSilentError
from pipeline.mail.routes.tokens import TokenSource
from pipeline.register.mail.inbox import MailboxPosition

WAIT_SECONDS = 30
HEADS_AT_ONCE = 50
_MOST_HEAD = 16_384
_MOST_PAGES = 5_000
"""In one look; the rest is for the next."""
_LOOKED_FOR = 25
"""So many of the newest mails are searched for one."""
_PAGED = {"Prefer": f"odata.maxpagesize={HEADS_AT_ONCE}"}
_SELECTED = "$select=receivedDateTime,internetMessageHeaders"
_FIELDS = frozenset(name.lower() for name in HEAD_FIELDS)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_WHO_LIFTS = {
    "ErrorAccessDenied": (
        "Microsoft does not let the app read the mailbox {mailbox}. An administrator of the school's Microsoft 365 can "
        "allow it for this one mailbox; 'policy mail letter' has the commands."
    ),
    "ErrorInvalidUser": (
        "Microsoft 365 has no mailbox {mailbox}. Check [inbox] user; an administrator of Microsoft 365 can make it."
    ),
}


class GraphMailbox:
    """A folder of a mailbox in Microsoft 365, for looking only. Not shared by threads."""

    def __init__(
        self,
        config: Config,
        tokens: TokenSource,
        *,
        context: ssl.SSLContext | None = None,
        stop: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], None] = time.sleep,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        """Find the folder.

        ``context`` verifies Microsoft; None is the system's own trust. ``stop`` is asked while Microsoft wants to be
        left alone. ``wait_seconds``: for a whole answer.

        Raises:
            DeliveryError: when the mailbox cannot be read, or has no such folder.
        """
        self._user = config.inbox.user
        self._mailbox = f"{graph_address(config.mail.oauth)}/users/{quote(self._user, safe='@')}"
        self._graph = GraphReader(
            self._mailbox, tokens, context=context, stop=stop, sleep=sleep, wait_seconds=wait_seconds
        )
        try:
            self._folder = self._find_folder(config.inbox.folder)
        except BaseException:
            self.close()
            raise

    def pages(self, place: MailboxPosition | None) -> Iterator[MailboxPage]:
        """Yield what came into the folder after a place, in Graph's own order; all where Graph has forgotten it."""
        first = f"{self._folder}/messages/delta?changeType=created&{_SELECTED}"
        url = place.link if place is not None and self._graph.is_own(place.link) else first
        seen = {url}
        for _ in range(_MOST_PAGES):
            answer = self._get(url, _PAGED)
            if url != first and _is_forgotten(answer):
                # The place is too old, or the folder another one: all is read again, and what was taken in is known.
                url, seen = first, {first}
                answer = self._get(url, _PAGED)
            found = self._found(answer)
            link, is_last = self._link(found)
            yield MailboxPage(tuple(self._heads(found)), MailboxPosition(0, 0, link))
            if is_last:
                return
            if link in seen:
                raise self._nonsense(answer)
            seen.add(link)
            url = link

    def content(self, head: Head) -> bytes | None:
        """Return the first part of a mail; None where it is gone."""
        answer = self._get(f"{self._mailbox}/messages/{quote(head.id, safe='=')}/$value", {}, MOST_BYTES, cut=True)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self._refused(answer)
        return answer.content

    def has(self, message_id: str, code: str) -> bool:
        """Return whether one of the newest mails has that Message-ID, or that code in its subject."""
        newest = f"$orderby=receivedDateTime desc&$top={_LOOKED_FOR}&$select=internetMessageId,subject"
        found = self._found(self._get(f"{self._folder}/messages?{newest}", {}))
        return any(
            one.get("internetMessageId") == message_id or code in str(one.get("subject", "")) for one in found["value"]
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._graph.close()

    # --- folders ---

    def _find_folder(self, path: str) -> str:
        """Return the address of a folder: ``INBOX``, or names as people see them, one within another behind a slash."""
        place = f"{self._mailbox}/mailFolders"
        folder = ""
        for number, name in enumerate(path.split("/")):
            is_inbox = number == 0 and name.casefold() == "inbox"
            known = "inbox" if is_inbox else self._folder_named(place, name.strip())
            if known is None:
                raise DeliveryError(f"{self._user} has no folder {path!r}. Check [inbox] folder.", permanent=False)
            folder = f"{self._mailbox}/mailFolders/{quote(known, safe='=')}"
            place = f"{folder}/childFolders"
        return folder

    def _folder_named(self, place: str, name: str) -> str | None:
        url = f"{place}?$select=id,displayName&$top=100"
        for _ in range(_MOST_PAGES):
            found = self._found(self._get(url, {}))
            for one in found["value"]:
                if str(one.get("displayName", "")).casefold() == name.casefold():
                    return str(one["id"])
            if "@odata.nextLink" not in found:
                break
            url, _ = self._link(found)
        return None

    # --- what an answer holds ---

    def _found(self, answer: GraphAnswer) -> dict[str, Any]:
        """Return an answer with a list of objects under ``value``, each with an ``id``. Raises DeliveryError."""
        if answer.status != 200:
            raise self._refused(answer)
        found = answer.objects()
        if found is None:
            raise self._nonsense(answer)
        return found

    def _link(self, found: Mapping[str, Any]) -> tuple[str, bool]:
        """Return the address that is asked next, and whether that is for the next look. Raises DeliveryError."""
        for name, is_last in (("@odata.nextLink", False), ("@odata.deltaLink", True)):
            if name in found:
                if not self._graph.is_own(found[name]):
                    break
                return str(found[name]), is_last
        raise self._nonsense(GraphAnswer(200, json.dumps(found).encode(), {}))

    def _heads(self, found: Mapping[str, Any]) -> Iterator[Head]:
        for one in found["value"]:
            if "@removed" not in one:
                yield Head(one["id"], _moment(one.get("receivedDateTime")), _headers(one.get("internetMessageHeaders")))

    # --- asking ---

    def _get(
        self, url: str, headers: Mapping[str, str], most: int = MOST_PAGE_BYTES, *, cut: bool = False
    ) -> GraphAnswer:
        """Ask for something. Raises DeliveryError where there is no answer."""
        try:
            return self._graph.get(url, headers, most, cut=cut)
        except GraphSilentError as error:
            raise self._not_read(error.why, error.who_lifts) from error

    # --- refusals ---

    def _refused(self, answer: GraphAnswer) -> DeliveryError:
        code, words = read_error(answer.text)
        said = say_refusal(answer.status, code, words)
        if answer.status in THROTTLED:
            return DeliveryError(
                f"Microsoft does not let {self._user} be read just now. Nobody need do anything: it is tried again by "
                f"itself. {said}",
                permanent=False,
                resume_after=retry_after(answer.headers, datetime.now(UTC)),
            )
        if answer.status >= 500:
            return self._not_read(f"has a fault of its own (status {answer.status})", "Only Microsoft can lift that")
        if answer.status < 400:
            return self._nonsense(answer)
        lifted = say_who_lifts(answer.status, code, _WHO_LIFTS, self._user)
        return DeliveryError(f"{lifted} {said}", permanent=False)

    def _nonsense(self, answer: GraphAnswer) -> DeliveryError:
        code, words = read_error(answer.text)
        return DeliveryError(
            f"The mailbox of {self._user} was not read: what came is no answer of Microsoft Graph. {STANDS_BETWEEN} "
            f"{say_refusal(answer.status, code, words[:80]).replace('Microsoft said', 'It said')}",
            permanent=False,
        )

    def _not_read(self, why: str, lifts: str) -> DeliveryError:
        return DeliveryError(
            f"The mailbox of {self._user} was not read: Microsoft Graph {why}. {lifts}; it is tried again by itself.",
            permanent=False,
        )


def _is_forgotten(answer: GraphAnswer) -> bool:
    """Return whether Graph does not know a place any more, or refuses it: reading begins anew then.

    Source: "Use delta query to track changes": 410, or another 40x such as ``syncStateNotFound``.
    """
    return 400 <= answer.status < 500 and answer.status not in (401, 403, *THROTTLED)


def _headers(given: object) -> bytes:
    """Return the head of a mail as in the mail; empty where nothing tells it, so that the whole is fetched."""
    lines, names = [], set()
    for one in given if isinstance(given, list) else ():
        name, value = (one.get("name"), one.get("value")) if isinstance(one, dict) else (None, None)
        if isinstance(name, str) and isinstance(value, str) and name.lower() in _FIELDS:
            lines.append(f"{name}: {' '.join(value.split())}\r\n")
            names.add(name.lower())
    if "from" not in names:
        return b""
    return "".join(lines).encode("utf-8", "replace")[:_MOST_HEAD] + b"\r\n"


def _moment(text: object) -> datetime:
    """Return when a mail arrived, in UTC; long ago where Graph does not say it."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else _LONG_AGO
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _LONG_AGO
