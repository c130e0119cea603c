"""A mailbox behind Microsoft Graph as its pages document it; it refuses whatever they do not.

``providers.Provider`` answers with it. The pages, by their titles:

- MS-DELTA: "message: delta" and "Use delta query to track changes in Microsoft Graph data": ``changeType``,
  ``$select`` and ``$top`` in the first request alone, ``$skiptoken`` or ``$deltatoken`` alone after it;
  ``Prefer: odata.maxpagesize``; replays; 410, or 40x with ``syncStateNotFound``
- MS-MIME: "Get MIME content of a message": ``GET .../messages/{id}/$value``
- MS-FOLDERS: "List mailFolders", "List childFolders"; the well-known name ``inbox``
- MS-LIST: "List messages": ``$select``, ``$top``, ``$orderby``
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PROPERTIES = {"id", "subject", "receivedDateTime", "internetMessageId", "internetMessageHeaders", "isRead", "from"}
"""Of "message resource type", as far as anybody here asks for them."""
Answer = tuple[int, bytes | dict[str, Any]]


@dataclass
class GraphFolders:
    """One user's folders; ``inbox`` is one of them."""

    user: str
    folders: dict[str, list[bytes]] = field(default_factory=lambda: {"inbox": []})
    """By id."""
    names: dict[str, str] = field(default_factory=lambda: {"inbox": "Inbox"})
    """As people see them, by id; ``a/b`` lies in ``a``."""
    without_headers: bool = False
    """internetMessageHeaders is never told."""
    arrived_at: str = "2026-11-23T12:00:00Z"
    edition: int = 1
    """Part of every state token; another one makes the older tokens unknown."""
    unknown_token: Answer = (410, {"error": {"code": "resyncRequired", "message": "Resync required."}})
    replays: bool = False
    """The last mail of a round is told again in the next."""
    fetched: list[str] = field(default_factory=list)
    """The ids of the mails whose MIME content was asked for."""

    def put(self, *mails: bytes, folder: str = "inbox") -> None:
        """Let mails come in."""
        self.folders[folder].extend(mails)

    def answer(self, base: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Answer a GET of ``path``, which begins behind ``/users/{id}``; ``base`` stands before it."""
        parts = urlsplit(path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        asked = dict(query)
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        if len(asked) != len(query):
            return refused("a parameter stands twice")
        match steps:
            case ["mailFolders"] | ["mailFolders", _, "childFolders"]:
                return self._list_folders(steps[1] if len(steps) > 1 else "", asked)
            case ["mailFolders", folder, "messages", "delta"] if folder in self.folders:
                return self._delta(f"{base}{parts.path}", folder, asked, headers)
            case ["mailFolders", folder, "messages"] if folder in self.folders:
                return self._newest(folder, asked)
            case ["messages", key, "$value"] if not asked:
                return self._content(key)
        return 404, {"error": {"code": "ErrorItemNotFound", "message": "The specified object was not found."}}

    def _list_folders(self, parent: str, asked: dict[str, str]) -> Answer:
        if not set(asked) <= {"$select", "$top"} or not set(asked.get("$select", "id").split(",")) <= {
            "id",
            "displayName",
        }:
            return refused("such a query is not documented for mail folders")
        within = {key: name.rpartition("/")[2] for key, name in self.names.items() if name.rpartition("/")[0] == parent}
        return 200, {"value": [{"id": key, "displayName": name} for key, name in within.items()]}

    def _delta(self, place: str, folder: str, asked: dict[str, str], headers: Mapping[str, str]) -> Answer:
        size = re.fullmatch(r"odata\.maxpagesize=(\d+)", headers.get("prefer", ""))
        token = asked.get("$skiptoken") or asked.get("$deltatoken")
        if token is not None:
            if len(asked) != 1:
                return refused("a state token stands alone")
            state = re.fullmatch(r"(\d+)\.(\d+)", token)
            if state is None or int(state[1]) != self.edition:
                return self.unknown_token
            start = int(state[2]) - (self.replays and "$deltatoken" in asked and int(state[2]) > 0)
        else:
            if not set(asked) <= {"changeType", "$select", "$top"} or asked.get("changeType") != "created":
                return refused(f"such a delta query is not documented: {sorted(asked)}")
            if not set(asked.get("$select", "id").split(",")) <= PROPERTIES:
                return refused("no such property")
            start = 0
        mails = self.folders[folder]
        end = min(len(mails), start + (int(size[1]) if size else 10))
        link = ("nextLink", "skiptoken") if end < len(mails) else ("deltaLink", "deltatoken")
        told = [{"id": "gone", "@removed": {"reason": "deleted"}}] if start == 0 and mails else []
        return 200, {
            "value": [*told, *(self._message(folder, number) for number in range(start, end))],
            f"@odata.{link[0]}": f"{place}?${link[1]}={self.edition}.{end}",
        }

    def _message(self, folder: str, number: int) -> dict[str, Any]:
        told: dict[str, Any] = {"id": f"{folder}-{number}=", "receivedDateTime": self.arrived_at}
        if not self.without_headers:
            head = self.folders[folder][number].partition(b"\r\n\r\n")[0].decode().replace("\r\n ", " ")
            lines = [line.partition(": ") for line in head.split("\r\n")]
            told["internetMessageHeaders"] = [{"name": name, "value": value} for name, _, value in lines]
        return told

    def _newest(self, folder: str, asked: dict[str, str]) -> Answer:
        if not set(asked) <= {"$select", "$top", "$orderby"} or not set(asked["$select"].split(",")) <= PROPERTIES:
            return refused("such a query is not documented for messages")
        mails = [message_from_bytes(mail) for mail in reversed(self.folders[folder])][: int(asked.get("$top", 10))]
        return 200, {
            "value": [
                {"id": str(number), "internetMessageId": mail["Message-ID"], "subject": mail["Subject"]}
                for number, mail in enumerate(mails)
            ]
        }

    def _content(self, key: str) -> Answer:
        self.fetched.append(key)
        folder, _, number = key.removesuffix("=").rpartition("-")
        mails = self.folders.get(folder, [])
        if not number.isdigit() or int(number) >= len(mails):
            return 404, {"error": {"code": "ErrorItemNotFound", "message": "gone"}}
        return 200, mails[int(number)]


def refused(words: str) -> Answer:
    """What Graph says to a request that is not documented."""
    return 400, {"error": {"code": "BadRequest", "message": words}}


def as_json(answer: Answer) -> bytes:
    """The bytes of an answer."""
    return answer[1] if isinstance(answer[1], bytes) else json.dumps(answer[1]).encode()
