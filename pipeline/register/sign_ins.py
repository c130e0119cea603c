"""Links that sign in, sessions and codes: every line of SQL about them. ``web.sessions`` decides by them.

A token or code never stands here, only its hash. Each use is one statement that says what it expects to find; False or
None means that another caller was there first, or it has ended. A row gives something only with its code
(``ledger.keyed_rows``); whatever ends one is given its print, which belongs into the record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, or_, select, true, update

from pipeline.register.ledger.keyed_rows import (
    has_ended,
    is_good,
    is_keyed,
    print_of,
    print_of_values,
    write_codes,
)
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.mapper import Mapper, add_row, stored
from pipeline.register.tables.sign_in import sign_in_link, step_code, web_session
from pipeline.register.transaction import Transaction

MAILED_LINK_LASTS = timedelta(minutes=15)
"""A link that goes by mail; the mail itself is dropped once it has not gone by then."""


class SignInWay(StrEnum):
    """By which way a person signed in."""

    MACHINE = "machine"
    """A link printed on the computer where the program runs."""
    MAIL = "mail"
    """A link by mail."""
    MICROSOFT = "microsoft"
    """The school's Microsoft 365."""
    GOOGLE = "google"
    """The school's Google Workspace."""


class Ending(StrEnum):
    """Why a session is over before its time."""

    SIGNED_OUT = "signed-out"
    REPLACED = "replaced"
    """The person signed in anew in the same browser, or in too many others."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that signs in."""

    id: int
    account: str | None
    """Work address in small letters; None: the computer's own."""
    named: str
    way: SignInWay
    is_good: bool
    """Neither used nor over."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A person is signed in, in one browser."""

    id: int
    account: str | None
    named: str
    """Who decides in it, as records name them."""
    way: SignInWay
    browser: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    step_until: datetime | None
    """Until when its second step counts; None where none was taken."""
    groups: tuple[str, ...] = ()
    """Of the sign-in that opened it, those that gave rights then."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code for the second step of a session."""

    id: int
    salt: str
    code_hash: str
    wrong: int


_LINKS = Mapper(LinkRow, sign_in_link, whole=True, known=("is_good",))
_SESSIONS = Mapper(
    SessionRow,
    web_session,
    whole=True,
    groups=stored(web_session.c.in_groups, lambda groups: tuple((groups or "").splitlines())),
)
_CODES = Mapper(CodeRow, step_code, whole=True)


# --- links --------------------------------------------------------------------------------------------------------


def add_link(
    tx: Transaction,
    school: str,
    token_sha256: str,
    *,
    account: str | None,
    named: str,
    way: SignInWay,
    now: datetime,
    ends_at: datetime,
) -> int:
    """Keep a new link; return the register's key of it."""
    values = {"token_sha256": token_sha256, "account": account, "named": named, "way": way.value}
    return _add(tx, sign_in_link, {"school": school, "made_at": now, "ends_at": ends_at, **values})


def find_link(tx: Transaction, school: str, token_sha256: str, now: datetime) -> LinkRow | None:
    """Return a link by the hash of its token, also one that is used or over; None for one this program did not make."""
    row = tx.execute(_LINKS.select.where(*_link(school, token_sha256))).first()
    if row is None or not is_keyed(tx, sign_in_link, row):
        return None
    is_good = row.used_at is None and now < row.ends_at and not has_ended(tx, sign_in_link, row)
    return _LINKS.read(row, is_good=is_good)


def use_link(tx: Transaction, school: str, token_sha256: str, now: datetime) -> str | None:
    """Use a link up and return its print, for the record; None where it was used before, is over, or none of ours."""
    found = find_link(tx, school, token_sha256, now)
    if found is None or not found.is_good:
        return None
    good = *_link(school, token_sha256), sign_in_link.c.used_at.is_(None), sign_in_link.c.ends_at > now
    if tx.execute(update(sign_in_link).where(*good).values(used_at=now)).rowcount != 1:
        return None
    write_codes(tx, sign_in_link, (found.id,))
    return print_of_values(sign_in_link, token_sha256)


def note_refusal(tx: Transaction, school: str, link: int, now: datetime) -> bool:
    """Note that a link was tried in vain; False where that was noted before, so that it is on record once.

    For a link that ``find_link`` has given.
    """
    first = sign_in_link.c.school == school, sign_in_link.c.id == link, sign_in_link.c.refused_at.is_(None)
    if tx.execute(update(sign_in_link).where(*first).values(refused_at=now)).rowcount != 1:
        return False
    write_codes(tx, sign_in_link, (link,))
    return True


def _link(school: str, token_sha256: str) -> tuple[ColumnElement[bool], ...]:
    return sign_in_link.c.school == school, sign_in_link.c.token_sha256 == token_sha256


# --- sessions -----------------------------------------------------------------------------------------------------


def add_session(
    tx: Transaction,
    school: str,
    token_sha256: str,
    *,
    account: str | None,
    named: str,
    way: SignInWay,
    browser: str,
    now: datetime,
    ends_at: datetime,
    step_until: datetime | None,
    groups: Sequence[str] = (),
) -> int:
    """Open a session; return the register's key of it."""
    values = {"account": account, "named": named, "way": way.value, "browser": browser, "step_until": step_until}
    if groups:
        values["in_groups"] = "\n".join(groups)
    moments = {"opened_at": now, "seen_at": now, "ends_at": ends_at}
    return _add(tx, web_session, {"school": school, "token_sha256": token_sha256, **values, **moments})


def find_session(
    tx: Transaction, school: str, token_sha256: str, now: datetime, seen_since: datetime
) -> SessionRow | None:
    """Return the open session of a token, seen after ``seen_since``; None for any other token."""
    mine = web_session.c.token_sha256 == token_sha256
    row = tx.execute(_SESSIONS.select.where(mine, *_open(school, now, seen_since))).first()
    return None if row is None or not is_good(tx, web_session, row) else _SESSIONS.read(row)


def list_sessions(tx: Transaction, school: str, now: datetime, seen_since: datetime) -> tuple[SessionRow, ...]:
    """Return every open session, the one seen last first."""
    query = _SESSIONS.select.where(*_open(school, now, seen_since))
    rows = tx.execute(query.order_by(web_session.c.seen_at.desc(), web_session.c.id.desc()))
    return tuple(_SESSIONS.read(row) for row in rows if is_good(tx, web_session, row))


def note_seen(tx: Transaction, school: str, session: int, now: datetime) -> None:
    """Note that a session is in use."""
    tx.execute(update(web_session).where(*_that(school, (session,))).values(seen_at=now))


def renew_token(tx: Transaction, school: str, session: int, token_sha256: str, step_until: datetime) -> tuple[str, ...]:
    """Give a session another token, by which it goes on with a second step that counts until ``step_until``.

    Return the print of the token that ends with it; nothing, and nothing is changed, where no such session is open.
    """
    before = _good(tx, web_session, *_that(school, (session,)))
    if before:
        values = {"token_sha256": token_sha256, "step_until": step_until}
        tx.execute(update(web_session).where(*_that(school, (session,))).values(**values))
        write_codes(tx, web_session, (session,))
    return _prints(web_session, before)


def end_sessions(
    tx: Transaction, school: str, sessions: Collection[int], because: Ending, now: datetime
) -> tuple[str, ...]:
    """End sessions; return the print of each that was open, for the record."""
    open_ = tx.execute(select(web_session).where(*_that(school, sessions))).all()
    changed = update(web_session).where(*_that(school, sessions))
    tx.execute(changed.values(ended_at=now, ended_because=because.value))
    return _prints(web_session, open_)


def _that(school: str, sessions: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return web_session.c.school == school, web_session.c.id.in_(sessions), web_session.c.ended_at.is_(None)


def _open(school: str, now: datetime, seen_since: datetime) -> tuple[ColumnElement[bool], ...]:
    table = web_session.c
    return table.school == school, table.ended_at.is_(None), table.ends_at > now, table.seen_at > seen_since


# --- codes --------------------------------------------------------------------------------------------------------


def add_code(
    tx: Transaction, school: str, session: int, salt: str, code_hash: str, now: datetime, ends_at: datetime
) -> tuple[str, ...]:
    """Keep a new code for a session; the one before counts no more, and its print is returned for the record."""
    replaced = _spend(tx, now, *_unspent(school, session))
    values = {"session": session, "salt": salt, "code_hash": code_hash, "made_at": now, "ends_at": ends_at}
    _add(tx, step_code, {"school": school, "wrong": 0, **values})
    return replaced


def find_code(tx: Transaction, school: str, session: int, now: datetime) -> CodeRow | None:
    """Return the code that counts for a session now; None where there is none."""
    rows = _good(tx, step_code, *_unspent(school, session), step_code.c.ends_at > now)
    return _CODES.read(rows[0]) if rows else None


def spend_code(tx: Transaction, school: str, code: int, now: datetime) -> tuple[str, ...]:
    """Use a code up and return its print, for the record; nothing where it was used up before."""
    return _spend(tx, now, step_code.c.school == school, step_code.c.id == code, step_code.c.spent_at.is_(None))


def note_wrong_code(tx: Transaction, school: str, code: int) -> tuple[str, ...]:
    """Count that another code was typed than this one; return the print of the code with fewer, for the record."""
    this = step_code.c.school == school, step_code.c.id == code
    before = _good(tx, step_code, *this)
    if before:
        tx.execute(update(step_code).where(*this).values(wrong=step_code.c.wrong + 1))
        write_codes(tx, step_code, (code,))
    return _prints(step_code, before)


def _spend(tx: Transaction, now: datetime, *which: ColumnElement[bool]) -> tuple[str, ...]:
    before = _good(tx, step_code, *which)
    tx.execute(update(step_code).where(*which).values(spent_at=now))
    return _prints(step_code, before)


def _unspent(school: str, session: int) -> tuple[ColumnElement[bool], ...]:
    return step_code.c.school == school, step_code.c.session == session, step_code.c.spent_at.is_(None)


# --- all of a person, or of everybody -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """What was ended together."""

    sessions: int
    prints: tuple[str, ...]
    """Of all that would still have given something, for the record."""


def end_accounts(tx: Transaction, school: str, accounts: Collection[str | None], now: datetime) -> Ended:
    """End every session, link and code of some accounts, None being the computer's own."""
    named = [one for one in accounts if one is not None]
    theirs = or_(web_session.c.account.in_(named), *([web_session.c.account.is_(None)] if None in accounts else []))
    made = or_(sign_in_link.c.account.in_(named), *([sign_in_link.c.account.is_(None)] if None in accounts else []))
    return _end_all(tx, school, now, theirs, made)


def end_everything(tx: Transaction, school: str, now: datetime) -> Ended:
    """End every session, link and code: of a safety copy that was put back nobody knows which were ended since."""
    return _end_all(tx, school, now, true(), true())


def _end_all(
    tx: Transaction, school: str, now: datetime, theirs: ColumnElement[bool], made: ColumnElement[bool]
) -> Ended:
    mine = select(web_session.c.id).where(web_session.c.school == school, web_session.c.ended_at.is_(None), theirs)
    sessions = tuple(tx.scalars(mine))
    prints: list[str] = []
    for some in in_chunks(sessions):
        prints += _spend(
            tx, now, step_code.c.school == school, step_code.c.session.in_(some), step_code.c.spent_at.is_(None)
        )
        prints += end_sessions(tx, school, some, Ending.REVOKED, now)
    unused = sign_in_link.c.school == school, sign_in_link.c.used_at.is_(None), made
    prints += _prints(sign_in_link, _good(tx, sign_in_link, *unused, sign_in_link.c.ends_at > now))
    tx.execute(update(sign_in_link).where(*unused).values(used_at=now))
    return Ended(len(sessions), tuple(prints))


# --- rows ---------------------------------------------------------------------------------------------------------


def _add(tx: Transaction, table: Table, values: Mapping[str, Any]) -> int:
    key = add_row(tx, table, **values)
    write_codes(tx, table, (key,))
    return key


def _good(tx: Transaction, table: Table, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return [row for row in tx.execute(select(table).where(*which)) if is_good(tx, table, row)]


def _prints(table: Table, rows: Sequence[Row[Any]]) -> tuple[str, ...]:
    return tuple(print_of(table, row) for row in rows)


# --- what is long over --------------------------------------------------------------------------------------------


def forget_before(tx: Transaction, school: str, moment: datetime) -> None:
    """Delete links, sessions and codes that were over before ``moment``; the ledger keeps that they were."""
    over = or_(web_session.c.ended_at < moment, web_session.c.ends_at < moment)
    gone = select(web_session.c.id).where(web_session.c.school == school, over)
    tx.execute(delete(step_code).where(step_code.c.school == school, step_code.c.session.in_(gone)))
    tx.execute(delete(web_session).where(web_session.c.school == school, over))
    tx.execute(delete(sign_in_link).where(sign_in_link.c.school == school, sign_in_link.c.ends_at < moment))
