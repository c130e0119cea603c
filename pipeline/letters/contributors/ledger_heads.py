"""The clerk's termly mail: the ledger's newest signed head, which nobody with the school's computers can take back.

Where ``[governors] heads`` is on it goes once a term, on the term's first day with mail, or the first one after that on
which the program runs; never twice in a term. Nobody else is sent one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.config import Config
from pipeline.configuration.calendar import GovernorsSection
from pipeline.dates.calendar import DayRange, term_of
from pipeline.errors import LedgerError
from pipeline.letters.addressed import Telling, find_clerk
from pipeline.letters.others_day import OthersDay
from pipeline.letters.parts import LetterPart
from pipeline.mail.composed import Attachment, attached_words
from pipeline.model.mail import MailKind
from pipeline.policies.owners import Recipient
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.ledger.ledger import signing_key
from pipeline.register.ledger.signed_heads import newest_head
from pipeline.register.ledger.tlog import make_checkpoint
from pipeline.register.mail.told import About, ToldOutcome, ToldRecord, ToldRow, routes_like
from pipeline.register.transaction import Transaction

_BEFORE_TERM = timedelta(days=28)
"""A mail so long before a term's first day is that of the term, whose day was moved later since."""


@dataclass(frozen=True, slots=True)
class HeadItem:
    """The ledger's newest signed head, to be kept outside the school's computers."""

    note: str
    """As a checkpoint (C2SP tlog-checkpoint): what is attached."""
    short: str
    """The same as ``SIZE:ROOT_HASH``, in one line."""
    records: int
    signed_on: date
    file_name: str
    stage: str
    """Under which it is noted as told: the day."""


def list_head_to_tell(day: OthersDay) -> Iterator[Telling]:
    """Yield the clerk with the newest head where one is due today; else nobody.

    Nothing is due in the holidays or before anything was signed; where the ledger's key is not at hand it waits for
    that.
    """
    clerk = find_clerk(day.config, day.directory, day.not_here) if day.config.governors.heads else None
    if clerk is None or not is_due_this_term(day, About.HEAD, clerk):
        return
    if (item := _newest(day.tx, day.school, day.config, day.today)) is not None:
        yield clerk, HEAD, item


def head_notices(governors: GovernorsSection) -> tuple[str, ...]:
    """Return that the clerk cannot be mailed a head, where that is wanted and no address is known."""
    if not governors.heads or governors.clerk_email:
        return ()
    return (
        "The clerk is to be mailed the ledger's head once a term, and no address is known: write it as clerk_email "
        "under [governors] in config.toml.",
    )


def is_due_this_term(day: OthersDay, about: About, to: Recipient) -> bool:
    """Return whether what goes once a term is due to the clerk: on a day with mail of a term in which none went yet."""
    term = term_of(day.today, day.config.calendar.terms)
    if term is None:
        return False
    since = _since(term, day.config.calendar.terms)
    return not _was_told(day.told, about, to.address, day.config.mail.route, since)


def _since(term: DayRange, terms: Sequence[DayRange]) -> date:
    """Return from which day on a mail counts as that of ``term``: after the one before it, some weeks before it."""
    before = [last for _, last in terms if last < term[0]]
    return max([term[0] - _BEFORE_TERM, *(last + timedelta(days=1) for last in before)])


def _was_told(told: Sequence[ToldRow], about: About, address: str, route: str, since: date) -> bool:
    """Return whether one went, or is on its way, by a route like today's; one that came back counts for its address."""
    return any(
        row.about == about
        and row.route in routes_like(route)
        and row.outcome != ToldOutcome.CANCELLED
        and (row.outcome != ToldOutcome.BOUNCED or row.address == address.casefold())
        and (row.stage or "") >= since.isoformat()
        for row in told
    )


def _newest(tx: Transaction, school: str, config: Config, today: date) -> HeadItem | None:
    head = newest_head(tx, school)
    if head is None:
        return None
    try:
        key = signing_key(tx, school, ledger_key_path(config.root))
        note = make_checkpoint(tx, school, key, head).note
    except LedgerError:
        # All mail is held then, and the report says why.
        return None
    signed_on = datetime.fromisoformat(head.signed_at).astimezone(config.zone).date()
    return HeadItem(
        note=note,
        short=f"{head.size}:{head.root_hash}",
        records=head.size,
        signed_on=signed_on,
        file_name=f"ledger-head-{signed_on}.txt",
        stage=today.isoformat(),
    )


# --- as letters have it ------------------------------------------------------------------------------------------


def _files(items: Sequence[HeadItem], most_bytes: int) -> tuple[Attachment, ...]:
    return tuple(attached_words(item.file_name, item.note) for item in items)


def _fields(items: Sequence[HeadItem], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    return {"head": items[0] if items else None}


HEAD = LetterPart(
    kind=MailKind.HEAD,
    rank=80,
    in_calendar="the ledger’s newest head, for the clerk to keep",
    on_desk="head of the ledger, to the clerk",
    about=(About.HEAD,),
    fields=_fields,
    noted=lambda items, shared: [ToldRecord(*shared, None, About.HEAD, item.stage) for item in items],
    said=lambda items: [item.short for item in items],
    files=_files,
)
