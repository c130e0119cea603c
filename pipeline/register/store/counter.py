"""Count how far the register has come, and hold all mail where it has not come as far as its marks say.

What else is known of the whole register stands here too: with which key personal links were signed.

``ledger.ledger`` counts each record and ``mail.outbox`` each mail that is about to go; ``marks`` has what is noted
of it outside. A hold is a row, so that it lasts however the register grows; while one stands the marks stay as they
are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from pipeline.register.store.marks import DOUBT, OF_KEYS, PENDING, HoldReason, MarkedHead, RegisterMark
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.schema import ledger_head, mail_hold
from pipeline.register.tables.schema import school as table


@dataclass(frozen=True, slots=True)
class MailHold:
    """All mail is held."""

    id: int
    reason: HoldReason
    held_at: datetime


_SCHOOL: BindParameter[str] = bindparam("of_school")
_COUNT = update(table).where(table.c.school == _SCHOOL).values(counter=table.c.counter + bindparam("steps"))
_STANDS_AT = select(table.c.register_id, table.c.counter).where(table.c.school == _SCHOOL)
_NEWEST_HEAD = (
    select(*(ledger_head.c[name] for name in ("size", "root_hash", "signed_at", "public_key", "signature")))
    .where(ledger_head.c.school == _SCHOOL)
    .order_by(ledger_head.c.size.desc())
    .limit(1)
)
_MAIL_HOLDS = Mapper(MailHold, mail_hold)
_HOLDS = _MAIL_HOLDS.select.where(mail_hold.c.school == _SCHOOL, mail_hold.c.lifted_at.is_(None)).order_by(
    mail_hold.c.id
)
"""Asked with every mail that goes, so built once."""


def count(tx: Connection, school: str, now: datetime, *, steps: int = 1) -> None:
    """Count steps that a register put back later must not be without; the mark is written behind the commit."""
    doubt = tx.get_execution_options().get(DOUBT)
    if doubt is not None:
        hold_mail(tx, school, doubt, now)
    tx.execute(_COUNT, {"of_school": school, "steps": steps})
    note_mark(tx, school)


def note_mark(tx: Connection, school: str) -> None:
    """Let the mark of the register as it stands now be written behind the commit; not while it is in doubt."""
    if all(hold.reason in OF_KEYS for hold in list_holds(tx, school)):
        tx.info[PENDING] = current_mark(tx, school)


def current_mark(tx: Connection, school: str) -> RegisterMark:
    """Return how far the register has come."""
    row = tx.execute(_STANDS_AT, {"of_school": school}).one()
    head = tx.execute(_NEWEST_HEAD, {"of_school": school}).first()
    return RegisterMark(row.register_id or "", row.counter, None if head is None else MarkedHead(*head), keyed=True)


def has_head(tx: Connection, school: str, head: MarkedHead) -> bool:
    """Tell whether the register knows this signed head."""
    known = select(ledger_head.c.id).where(
        ledger_head.c.school == school,
        ledger_head.c.size == head.size,
        ledger_head.c.root_hash == head.root_hash,
        ledger_head.c.signature == head.signature,
    )
    return tx.execute(known).first() is not None


def raise_counter(tx: Connection, school: str, beyond: int) -> None:
    """Let the counter go on from beyond every mark there is, so that none is newer any more."""
    higher = table.c.school == school, table.c.counter <= beyond
    tx.execute(update(table).where(*higher).values(counter=beyond + 1))


def noted_link_key(tx: Connection, school: str) -> str | None:
    """Return the print of the key that personal links were signed with; None where none was noted."""
    found: str | None = tx.execute(select(table.c.link_key).where(table.c.school == school)).scalar()
    return found


def note_link_key(tx: Connection, school: str, printed: str) -> None:
    """Note the print of the key that personal links are signed with."""
    changed = table.c.school == school, table.c.link_key.is_distinct_from(printed)
    tx.execute(update(table).where(*changed).values(link_key=printed))


def hold_mail(tx: Connection, school: str, reason: HoldReason, now: datetime) -> None:
    """Hold all mail for one reason until it is lifted; once, however often it is found."""
    if reason not in [hold.reason for hold in list_holds(tx, school)]:
        tx.execute(insert(mail_hold).values(school=school, reason=reason.value, held_at=now))


def list_holds(tx: Connection, school: str) -> tuple[MailHold, ...]:
    """Return why mail is held now, the first reason first; empty where it is not."""
    return tuple(map(_MAIL_HOLDS.read, tx.execute(_HOLDS, {"of_school": school})))


def lift_holds(
    tx: Connection, school: str, reasons: Sequence[HoldReason], now: datetime, *, actor: str
) -> tuple[MailHold, ...]:
    """Lift the holds of some reasons; return those that stood. They stay on record, with who lifted them."""
    lifted = tuple(hold for hold in list_holds(tx, school) if hold.reason in reasons)
    which = mail_hold.c.id.in_([hold.id for hold in lifted])
    if lifted:
        tx.execute(update(mail_hold).where(mail_hold.c.school == school, which).values(lifted_at=now, actor=actor))
    return lifted
