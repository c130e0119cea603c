"""Prove that mail gets out: sign in, hand one test mail over, and say of a refusal who can lift it.

Nothing of it stands in the register: it is no mail to staff. Whether the mail arrived is only known where a mailbox is
read; the caller that reads one gives ``ReadBack``.
"""

import secrets
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pipeline.config import Config
from pipeline.configuration.mail import DEVICE_CODE
from pipeline.contacts.safety_lines import SafetyLines
from pipeline.errors import DeliveryError, InDoubtError
from pipeline.mail.oauth.token_sources import load_tokens
from pipeline.mail.routes.envelope import Envelope, build_bytes, sender_address, wire_address
from pipeline.mail.routes.tokens import Purpose, TokenError
from pipeline.mail.routes.transport import load_password, make_transport
from pipeline.mail.words import fill, one_line

ReadBack = Callable[[str, str], bool]
"""Given Message-ID and code of the test mail, return whether it came back to the mailbox that is read."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check came to."""

    route: str
    recipient: str
    """Whom the test mail was for; empty on the folder route."""
    accepted: bool
    """The other side took the mail; True on the folder route, where there is no other side."""
    lines: tuple[str, ...]
    """What to say, a sentence or two each."""
    code: str = ""
    """Of the test, as the mail shows it."""
    read_back: bool | None = None
    """Whether it came back; None where no mailbox is read."""


def check_route(
    config: Config,
    safety: SafetyLines,
    environ: Mapping[str, str],
    *,
    recipient: str,
    now: datetime,
    say: Callable[[str], None],
    read_back: ReadBack | None = None,
    context: ssl.SSLContext | None = None,
) -> CheckReport:
    """Sign in and send one mail to ``recipient``; return what came of it. It is tried once.

    ``say`` shows the person who runs this what they have to do to sign in. ``context`` verifies the other side; None is
    the system's own trust.

    Raises:
        ConfigurationError: when a secret is missing, the sender no address, or a template cannot be filled.
    """
    if config.mail.route == "folder":
        return CheckReport("folder", "", True, (_FOLDER,))
    code = secrets.token_hex(3)
    envelope = _test_mail(config, safety, recipient, code, now)
    try:
        said = _send(config, environ, envelope, say, context)
    except InDoubtError as error:
        words = f"{error} Look into the mailbox of {recipient} before you try again."
        return CheckReport(config.mail.route, recipient, False, (words,), code)
    except DeliveryError as error:
        return CheckReport(config.mail.route, recipient, False, (str(error),), code)
    lines = [f"Signed in, and a test mail to {recipient} was taken: {said}."]
    arrived = None
    try:
        arrived = read_back(envelope.message_id, code) if read_back is not None else None
    except DeliveryError as error:
        lines.append(str(error))
    lines.append(_ARRIVED[arrived].format(recipient=recipient, code=code))
    return CheckReport(config.mail.route, recipient, True, tuple(lines), code, arrived)


_FOLDER = (
    'Mail is written as files (route = "folder") and nothing is sent, so there is nothing to sign in to. '
    "'policy mail letter' writes what your IT provider has to do."
)
_ARRIVED = {
    None: (
        "Whether it arrived only {recipient} can see: it shows the code {code}. If it lies in the junk folder, "
        "'policy mail letter' says how your IT provider lets it through."
    ),
    True: "It came back to the mailbox that is read, so mail gets out and in.",
    False: "It has not come back to the mailbox that is read yet: look there, and in its junk folder, for {code}.",
}


def _send(
    config: Config,
    environ: Mapping[str, str],
    envelope: Envelope,
    say: Callable[[str], None],
    context: ssl.SSLContext | None,
) -> str:
    """Hand the mail over; return what the other side said to it. Raises DeliveryError."""
    if config.mail.oauth.flow == DEVICE_CODE:
        _sign_in_once(config, say, context)
    password = load_password(config.mail, environ) if config.mail.way.has_server else None
    tokens = load_tokens(config, environ, context=context)
    transport = make_transport(config, password, context=context, tokens=tokens)
    try:
        return one_line(transport.send(envelope) or "no more was said", 200).rstrip(". ")
    finally:
        with suppress(OSError):
            transport.close()


def _sign_in_once(config: Config, say: Callable[[str], None], context: ssl.SSLContext | None) -> None:
    """Have a person sign in with a code, unless the sign-in of before still holds, also for the mailbox that is read.

    Microsoft signs in for one service at a time: sending and reading by Graph are agreed to at once.
    """
    from pipeline.mail.oauth.microsoft import SignedInOnce

    purpose = Purpose(config.mail.way.permission)
    reads = Purpose.GRAPH_READ if purpose is Purpose.GRAPH_SEND and config.inbox.is_by_graph else None
    source = SignedInOnce(config.mail, purpose, config.root, context, also=reads)
    try:
        source.fetch(False)
        if reads is not None:
            SignedInOnce(config.mail, reads, config.root, context).fetch(False)
    except TokenError:
        source.sign_in(say)


def _test_mail(config: Config, safety: SafetyLines, recipient: str, code: str, now: datetime) -> Envelope:
    sender, to = sender_address(config.mail.from_), wire_address(recipient)
    local = now.astimezone(config.zone)
    message_id = f"<check.{secrets.token_hex(8)}@{sender.rpartition('@')[2]}>"
    fields: Mapping[str, object] = {
        "school": one_line(config.school.name, 80) or "Your school",
        "safety": safety,
        "today": local.date(),
        "code": code,
    }
    words = fill("check", fields, override=config.templates)
    content = build_bytes(
        sender=config.mail.from_,
        recipient=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=message_id,
        date=local,
    )
    return Envelope(0, message_id, sender, to, content, "check")
