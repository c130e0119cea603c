"""What Microsoft Graph answers, read in the same way for sending and for reading a mailbox.

Source: "Microsoft Graph error responses and resource types", ``{"error": {"code", "message"}}``; "Microsoft Graph
throttling guidance".
"""

import json
from collections.abc import Mapping

from pipeline.configuration.mail import OAuthSection
from pipeline.mail.words import one_line

_USUAL_ADDRESS = "https://graph.microsoft.com/v1.0"
THROTTLED = frozenset({429, 503, 509})
"""Statuses that ask to be left alone for a while."""
_SAME = {
    "ErrorItemNotFound": "ErrorInvalidUser",
    "ResourceNotFound": "ErrorInvalidUser",
    "Request_ResourceNotFound": "ErrorInvalidUser",
    "Authorization_RequestDenied": "ErrorAccessDenied",
    "AccessDenied": "ErrorAccessDenied",
}
_OF_MAILBOXES = {
    "MailboxNotEnabledForRESTAPI": (
        "{mailbox} is no mailbox in Microsoft's cloud, or has no licence. An administrator of Microsoft 365 can give "
        "it one, or make it a shared mailbox."
    ),
}
_BY_STATUS = {403: "ErrorAccessDenied", 404: "ErrorInvalidUser"}
_NO_TOKEN = (
    "Microsoft Graph does not take the app's token, a new one neither. Your IT provider can see why in the sign-in log "
    "of the app; 'policy mail letter' has what it needs."
)
STANDS_BETWEEN = "Something stands between this computer and Microsoft Graph; your IT provider can see what."


def graph_address(oauth: OAuthSection) -> str:
    """Return where Microsoft Graph is, without a slash at the end."""
    return (oauth.base_url or _USUAL_ADDRESS).rstrip("/")


def read_error(text: str) -> tuple[str, str]:
    """Return code and message of a refusal; an empty code and the text itself where it is none of Graph's."""
    try:
        error = json.loads(text)["error"]
        return str(error["code"]), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", text


def say_refusal(status: int, code: str, words: str) -> str:
    """Return Microsoft's own words in one sentence."""
    return f"Microsoft said: {status} {one_line(f'{code} {words}', 300)}".rstrip(". ") + "."


def find_known(code: str, known: Mapping[str, str]) -> str | None:
    """Return what a code means by ``known``, or what it means of any mailbox; None where nothing tells."""
    name = _SAME.get(code, code)
    return known.get(name) or _OF_MAILBOXES.get(name)


def say_who_lifts(status: int, code: str, known: Mapping[str, str], mailbox: str) -> str:
    """Return who can lift a refusal. ``known``: sentences by Graph's codes, with a place for ``mailbox``."""
    said = find_known(code, known) or known.get(_BY_STATUS.get(status, ""))
    if said is None:
        said = _NO_TOKEN if status == 401 else STANDS_BETWEEN
    return said.format(mailbox=mailbox)
