"""Two pages for people before mail goes: what the IT provider has to do, and the head's words to staff.

Nothing is sent here: ``letters.announcement`` has the head's words go as mail where that is wanted. They stand in
``templates/mail``, and name whom pages and mail may name on that day.
"""

from collections.abc import Mapping
from datetime import date

from pipeline.config import Config
from pipeline.configuration.mail import MailSection
from pipeline.configuration.routes import GRAPH
from pipeline.contacts.safety_lines import SafetyLines
from pipeline.errors import ConfigurationError
from pipeline.mail.composed import ComposedMail
from pipeline.mail.words import fill, fill_safety, fill_text, one_line
from pipeline.model.contacts import Holder, ShownDirectory

_EVERY_WAY = (GRAPH.set_up_by_token, "xoauth2", "google", "relay")
_NO_MAILBOX = (
    'Write into config.toml which mailbox mail is to go from, as [mail] from = "School policies <policies@…>"; '
    "the page is about that mailbox."
)


def provider_letter(config: Config, shown: ShownDirectory, today: date) -> str:
    """Return the page for the IT provider: one mailbox, why, what it cannot do, the commands, so that it arrives.

    Only the way that is configured; where none is, each, the best first.

    Raises:
        ConfigurationError: when no sender is configured, or the template cannot be filled.
    """
    mail = config.mail
    mailbox = mail.mailbox if mail.oauth.is_used else mail.from_address
    fields: Mapping[str, object] = {
        "school": _school(config),
        "today": today,
        "mailbox": _mailbox(mailbox),
        "domain": mailbox.rpartition("@")[2],
        "ways": _ways(mail),
        "flow": mail.oauth.flow,
        "tenant": mail.oauth.tenant or "THE-TENANTS-ID",
        "client_id": mail.oauth.client_id or "APPLICATION-CLIENT-ID",
        "host": mail.host,
        "port": mail.port,
        "user": mail.user,
        "base_url": config.web.base_url,
        "asker": _whom_to_ask(shown),
        "read": config.inbox.user if config.inbox.route else "",
        **_reading(config),
    }
    return fill_text("it-provider", fields, override=config.templates)


def announcement(config: Config, shown: ShownDirectory, safety: SafetyLines) -> str:
    """Return the head's words to staff before the first mail, for the head to paste into a mail of their own.

    Raises:
        ConfigurationError: when no sender is configured, or the template cannot be filled.
    """
    words = fill("announcement", _said_by_the_head(config, shown, safety, "", is_mail=False), override=config.templates)
    return f"Subject: {words.subject}\n\n{words.text}"


def announcement_mail(config: Config, shown: ShownDirectory, safety: SafetyLines, code: str) -> ComposedMail:
    """Return the same as a mail of the school's own mailbox; ``code`` is the slot of each mail's code.

    Raises:
        ConfigurationError: as ``announcement``.
    """
    words = fill(
        "announcement", _said_by_the_head(config, shown, safety, code, is_mail=True), override=config.templates
    )
    lines = fill_safety(safety, config.templates)
    sender = config.mail.from_
    return ComposedMail(words.subject, words.text, words.html, sender=sender, safety=lines.within(words))


def _said_by_the_head(
    config: Config, shown: ShownDirectory, safety: SafetyLines, code: str, *, is_mail: bool
) -> Mapping[str, object]:
    head = _first(shown, "headteacher")
    return {
        "school": one_line(config.school.name, 80),
        "safety": safety,
        "sender": _mailbox(config.mail.from_address),
        "base_url": config.web.base_url,
        "form_url": config.web.form_url,
        "ask": _whom_to_ask(shown),
        "signed": f"{one_line(head.name, 80)}, headteacher" if head is not None else "The headteacher",
        "is_mail": is_mail,
        "code": code,
    }


def _reading(config: Config) -> Mapping[str, bool]:
    """Return how the mailbox is read that answers come to, for the template."""
    inbox, mail = config.inbox, config.mail
    is_same = inbox.user.casefold() == mail.mailbox.casefold()
    return {
        "reads_by_graph": inbox.is_by_graph,
        "reads_by_token": inbox.sign_in == "token" or (inbox.sign_in == "" and is_same and mail.oauth.is_used),
        "read_is_own": bool(inbox.route) and inbox.own,
        "read_has_scope": is_same and GRAPH.set_up_by_token in _ways(mail),
    }


def _ways(mail: MailSection) -> tuple[str, ...]:
    """Return what the page tells of: the configured way alone, or all of them."""
    if mail.oauth.provider == "google":
        return ("google",)
    way = mail.way.set_up_by_token if mail.oauth.is_used else mail.way.set_up
    return (way,) if way is not None else _EVERY_WAY


def _school(config: Config) -> str:
    return one_line(config.school.name, 80) or "The school"


def _mailbox(address: str) -> str:
    if not address:
        raise ConfigurationError(_NO_MAILBOX)
    return address


def _whom_to_ask(shown: ShownDirectory) -> str:
    """Return the school office as it can be reached; empty where nothing is known that may be shown."""
    office = _first(shown, "office") or shown.office
    ways = [way for way in (office.phone, office.email) if way] if office is not None else []
    if office is None or not ways:
        return ""
    return f"the school office ({one_line(', '.join(ways), 120)})"


def _first(shown: ShownDirectory, role: str) -> Holder | None:
    return next((holder for holder in shown.holders if holder.role == role), None)
