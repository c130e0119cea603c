"""The ways mail goes and the ways a mailbox is read, each declared once: all that differs from one to another.

What opens a connection is chosen by ``mail.routes.transport`` and ``mail.inbox.opening``; everybody else asks here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

RouteKey = Literal["folder", "smtp", "graph"]
ReadingKey = Literal["", "imap", "graph"]


@dataclass(frozen=True, slots=True)
class Route:
    """A way mail goes."""

    key: RouteKey
    words: str
    """On the page of the settings."""
    shown: str
    """On the page about the route."""
    on_sheet: str
    """On the sheet of a handover, with ``host`` and ``port``."""
    set_up: str | None
    """What the page for the IT provider tells of; None where mail goes nowhere."""
    set_up_by_token: str
    """The same where the program signs in by token."""
    sends: bool = True
    """Mail leaves this computer."""
    has_server: bool = False
    """There is a mail server with a name, and perhaps a password."""
    provider: str = ""
    """Whose sign-in by token it needs; it has no other."""
    service: str = ""
    """What that calls itself."""
    most_connections: int | None = None
    """Requests for one mailbox that are taken at once."""
    profile: str = ""
    """The mail service whose limits hold where the settings name none."""
    most_attached: int | None = None
    """Bytes that the copies of one mail may have together; None for what any mail may have."""
    sent: str = "sent"
    """What has become of mail that it took, as far as anybody knows."""
    permission: str = "smtp"
    """What a token to send by it is for."""


GRAPH = Route(
    "graph",
    "Send by Microsoft 365, without a mail server",
    "By Microsoft 365 (Graph)",
    "Microsoft 365 (Graph)",
    set_up="graph",
    set_up_by_token="graph",
    provider="microsoft",
    service="Microsoft Graph",
    most_connections=4,
    profile="microsoft365",
    most_attached=2_000_000,
    sent="accepted by Microsoft",
    permission="graph-send",
)
"""Sources: "Microsoft Graph service-specific throttling limits", Outlook: 4 concurrent requests for a mailbox.
"sendMail": a request has at most 4 MB, and what is attached grows by a third twice."""
ROUTES: Mapping[str, Route] = MappingProxyType(
    {
        one.key: one
        for one in (
            Route(
                "folder",
                "Write files, send nothing",
                "Mail is written into a folder, and nothing is sent",
                "none: mails are files in distribution/outbox",
                set_up=None,
                set_up_by_token=GRAPH.set_up_by_token,
                sends=False,
            ),
            Route(
                "smtp",
                "Send by a mail server",
                "By a mail server (SMTP)",
                "the mail server {host}, port {port}",
                set_up="relay",
                set_up_by_token="xoauth2",
                has_server=True,
            ),
            GRAPH,
        )
    }
)
"""By key, in the order in which the settings offer them."""
READING_ROUTES: Mapping[str, str] = MappingProxyType(
    {"": "It is not read", "imap": "By a mail server (IMAP)", GRAPH.key: "By Microsoft 365"}
)
"""How a mailbox is read, on the page of the settings."""
