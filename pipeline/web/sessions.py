"""Who is signed in: links that work once, sessions, and the second step of a session. Pages and commands share this.

All of it is kept in the register, by hashes, so that a restart signs nobody out and ``policy sign-in`` can list and end
what ``policy serve`` opened. Each decision here is a transaction of its own with its record in the ledger.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from pipeline.config import Config
from pipeline.decisions.rights import Who, rights_of, teams_of
from pipeline.errors import RegisterError, UsageError
from pipeline.people.obligations import has_left
from pipeline.register import sign_ins
from pipeline.register.actors import Actor
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.ledger.keyed_rows import ended_field
from pipeline.register.people.persons import list_at_address
from pipeline.register.sign_ins import MAILED_LINK_LASTS, CodeRow, Ending, SessionRow, SignInWay
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.web.site import Site

COOKIE = "policy_session"
"""Of the session; where pages are served by https its name begins with ``__Host-``, see ``cookie_name``."""
LONGEST = timedelta(hours=12)
"""A session ends after so long, however busy it is."""
IDLE = timedelta(hours=1)
"""And after so long without a page."""
STEP_LASTS = timedelta(minutes=30)
MACHINE_LINK_LASTS = timedelta(hours=1)
CODE_LASTS = timedelta(minutes=10)
MOST_SESSIONS = 10
"""Of one account at a time; the one used longest ago gives way."""
WRONG_CODES = 5
"""So many end a code."""
_SEEN_EVERY = timedelta(minutes=1)
_REMEMBERED = timedelta(days=30)
_LONGEST_BROWSER = 80


@dataclass(frozen=True, slots=True)
class Keeper:
    """What deciding on links and sessions needs: the register, the workspace and the day."""

    register: Register
    config: Config
    now: datetime

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.config.root

    @property
    def today(self) -> date:
        """The school's day."""
        return self.now.astimezone(self.config.zone).date()


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was just made."""

    token: str
    """To be handed over at once; it stands nowhere."""
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just opened, or goes on under another token."""

    token: str
    """What the cookie holds."""
    session: int


# --- accounts -----------------------------------------------------------------------------------------------------


def account_of(
    tx: Transaction, school: str, config: Config, address: str, today: date, *, groups: Collection[str] = ()
) -> str | None:
    """Return the account of a work address, in small letters; None where it has none, or its holder has left.

    ``groups`` are those of the sign-in, which may give an account too.
    """
    account = address.strip().casefold()
    if not config.accounts.find(account, groups) or _is_gone(tx, school, account, today):
        return None
    return account


def name_of(tx: Transaction, school: str, config: Config, account: str, today: date) -> str:
    """Return who has an account, as records name them: the name that a list or the contacts have, and the address."""
    rows = [row for row in list_at_address(tx, school, account, today) if not has_left(row.person, today)]
    names = [row.person.name for row in rows] or [
        entry.name for entries in config.contacts.values() for entry in entries if entry.email.casefold() == account
    ]
    return str(Actor(names[0] if len(set(names)) == 1 else account, account))


def _is_gone(tx: Transaction, school: str, account: str, today: date) -> bool:
    holders = list_at_address(tx, school, account, today)
    return bool(holders) and all(has_left(row.person, today) for row in holders)


# --- links --------------------------------------------------------------------------------------------------------


def make_machine_link(keeper: Keeper, *, by: str, account: str | None = None) -> NewLink:
    """Make a link on the computer itself, for ``by`` or for an account; a person who can do this can read the register.

    Raises UsageError where there is no such account; RegisterError.
    """
    with _deciding(keeper, by) as decision:
        named = by
        if account is not None:
            found = account_of(decision.tx, decision.school, keeper.config, account, keeper.today)
            if found is None:
                raise UsageError(
                    f"{account} has no account, or has left. [accounts] in the settings says who may sign in."
                )
            account, named = found, name_of(decision.tx, decision.school, keeper.config, found, keeper.today)
        return _make_link(decision, account=account, named=named, way=SignInWay.MACHINE, lasts=MACHINE_LINK_LASTS)


def make_mailed_link(decision: Decision, config: Config, account: str, today: date) -> NewLink:
    """Make a link that goes by mail; those that were mailed before go on working."""
    named = name_of(decision.tx, decision.school, config, account, today)
    return _make_link(decision, account=account, named=named, way=SignInWay.MAIL, lasts=MAILED_LINK_LASTS)


def _make_link(decision: Decision, *, account: str | None, named: str, way: SignInWay, lasts: timedelta) -> NewLink:
    token, ends_at = secrets.token_urlsafe(32), decision.now + lasts
    link = sign_ins.add_link(
        decision.tx, decision.school, _hash(token), account=account, named=named, way=way, now=decision.now,
        ends_at=ends_at,
    )  # fmt: skip
    decision.record("sign-in-link", {"link": link, "way": way.value}, words={"account": account, "for": named})
    return NewLink(token, ends_at)


# --- sessions -----------------------------------------------------------------------------------------------------


def open_session(
    decision: Decision,
    *,
    account: str | None,
    named: str,
    way: SignInWay,
    browser: str,
    has_step: bool,
    replaces: str | None,
    groups: Sequence[str] = (),
    used: str = "",
) -> Opened:
    """Open a session under a new token. ``replaces`` is the token of the one that this browser had before, if any.

    ``groups`` are those of the sign-in that give rights, ``used`` is the print of the link that was used up.
    """
    tx, school, now = decision.tx, decision.school, decision.now
    sign_ins.forget_before(tx, school, now - _REMEMBERED)
    _make_room(decision, account, replaces)
    token = secrets.token_urlsafe(32)
    session = sign_ins.add_session(
        tx, school, _hash(token), account=account, named=named, way=way, browser=browser, now=now,
        ends_at=now + LONGEST, step_until=now + STEP_LASTS if has_step else None, groups=groups,
    )  # fmt: skip
    fields = {"session": session, "way": way.value, "second_step": "yes" if has_step else "no"}
    if groups:
        fields["groups"] = "; ".join(groups)
    ended = ended_field([used] if used else [])
    decision.record("signed-in", {**fields, **ended}, words={"account": account, "browser": browser})
    return Opened(token, session)


def _make_room(decision: Decision, account: str | None, replaces: str | None) -> None:
    """End the session that this browser had, and of too many of one account those used longest ago."""
    tx, school, now = decision.tx, decision.school, decision.now
    before = sign_ins.find_session(tx, school, _hash(replaces), now, now - IDLE) if replaces else None
    same = [one for one in sign_ins.list_sessions(tx, school, now, now - IDLE) if one.account == account]
    surplus = [one.id for one in same[MOST_SESSIONS - 1 :]]
    _end(decision, {*surplus, *([before.id] if before else [])}, Ending.REPLACED)


def end_sessions(keeper: Keeper, sessions: Sequence[int], because: Ending, *, by: str) -> int:
    """End sessions, by the person who decides that; return how many were open."""
    with _deciding(keeper, by) as decision:
        return _end(decision, set(sessions), because)


def _end(decision: Decision, sessions: set[int], because: Ending) -> int:
    ended = 0
    for session in sorted(sessions):
        if prints := sign_ins.end_sessions(decision.tx, decision.school, (session,), because, decision.now):
            decision.record("session-ended", {"session": session, "because": because.value, **ended_field(prints)})
            ended += 1
    return ended


def list_open(keeper: Keeper) -> tuple[SessionRow, ...]:
    """Return every open session, the one used last first."""
    with keeper.register.reading() as tx:
        return sign_ins.list_sessions(tx, keeper.register.school, keeper.now, keeper.now - IDLE)


# --- the second step ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code for the second step of a session."""

    code: str
    """Eight digits, in two groups."""
    session: SessionRow
    ends_at: datetime


def make_code(keeper: Keeper, session: int, *, by: str) -> NewCode:
    """Make a code for the second step of an open session, on the computer itself; the one before counts no more.

    Raises UsageError where there is no such session.
    """
    with _deciding(keeper, by) as decision:
        tx, school, now = decision.tx, decision.school, decision.now
        row = next((one for one in sign_ins.list_sessions(tx, school, now, now - IDLE) if one.id == session), None)
        if row is None:
            raise UsageError(
                f"No session has the number {session} now; the page that asks for the code shows the number, and "
                "'policy sign-in --list' lists those that are open."
            )
        digits, salt = f"{secrets.randbelow(10**8):08}", secrets.token_hex(16)
        replaced = sign_ins.add_code(tx, school, session, salt, _stretched(digits, salt), now, now + CODE_LASTS)
        decision.record("second-step-code", {"session": session, **ended_field(replaced)})
        return NewCode(f"{digits[:4]} {digits[4:]}", row, now + CODE_LASTS)


def take_step(keeper: Keeper, who: Who, typed: str) -> Opened | None:
    """Give a session its second step for the right code, under a new token; None for another code, or none that counts.

    Five wrong ones end the code.
    """
    with keeper.register.reading() as tx:
        code = sign_ins.find_code(tx, keeper.register.school, who.session, keeper.now)
    if code is None:
        return None
    is_right = hmac.compare_digest(_stretched("".join(filter(str.isdigit, typed[:40])), code.salt), code.code_hash)
    with _deciding(keeper, who.name) as decision:
        if not is_right:
            _count_wrong_code(decision, who.session, code)
        elif spent := sign_ins.spend_code(decision.tx, decision.school, code.id, decision.now):
            return give_step(decision, who.session, SignInWay.MACHINE, spent=spent)
    return None


def _count_wrong_code(decision: Decision, session: int, code: CodeRow) -> None:
    ended = sign_ins.note_wrong_code(decision.tx, decision.school, code.id)
    if code.wrong + 1 >= WRONG_CODES:
        ended += sign_ins.spend_code(decision.tx, decision.school, code.id, decision.now)
    decision.record("second-step-refused", {"session": session, "wrong": code.wrong + 1, **ended_field(ended)})


def give_step(decision: Decision, session: int, way: SignInWay, *, spent: Sequence[str] = ()) -> Opened:
    """Note the second step of a session and give it a new token; ``spent`` is the print of the code that was used."""
    token = secrets.token_urlsafe(32)
    until = decision.now + STEP_LASTS
    ended = sign_ins.renew_token(decision.tx, decision.school, session, _hash(token), until)
    decision.record("second-step", {"session": session, "way": way.value, **ended_field([*spent, *ended])})
    return Opened(token, session)


# --- the pages' side ----------------------------------------------------------------------------------------------


class Sessions:
    """Who is signed in, as the pages of one site ask. It keeps nothing itself."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def keeper(self) -> Keeper:
        """What deciding needs, at this moment."""
        return Keeper(self._site.register, self._site.config(), self._site.clock())

    def make_link_token(self, by: str = "the computer itself") -> str:
        """Return the token of a new link, made on the computer itself."""
        return make_machine_link(self.keeper, by=by).token

    def is_link_token(self, token: str) -> bool:
        """Return whether a link still works; looking does not use it up."""
        register = self._site.register
        with register.reading() as tx:
            link = sign_ins.find_link(tx, register.school, _hash(token), self._site.clock())
            return link is not None and link.is_good and not self._has_no_account(tx, link.account)

    def sign_in(self, token: str, request: Request) -> str | None:
        """Use a link up and return the token of a session; None where the link does not work."""
        keeper, digest = self.keeper, _hash(token)
        with keeper.register.reading() as tx:
            link = sign_ins.find_link(tx, keeper.register.school, digest, keeper.now)
        if link is None:
            return None
        with _deciding(keeper, link.named) as decision:
            tx, school, now = decision.tx, decision.school, decision.now
            no_account = self._has_no_account(tx, link.account)
            used = None if no_account else sign_ins.use_link(tx, school, digest, now)
            if used is None:
                if sign_ins.note_refusal(tx, school, link.id, now):
                    reason = "no-account" if no_account else "used-or-over"
                    decision.record("sign-in-refused", {"link": link.id, "reason": reason})
                return None
            return open_session(
                decision, account=link.account, named=link.named, way=link.way, browser=browser_of(request),
                has_step=link.way is SignInWay.MACHINE, replaces=self.token_of(request), used=used,
            ).token  # fmt: skip

    def who(self, request: Request) -> Who | None:
        """Return who asks for a page; None where nobody is signed in, or an account was taken away meanwhile."""
        token = self.token_of(request)
        if not token:
            return None
        keeper = self.keeper
        register, now, accounts = keeper.register, keeper.now, keeper.config.accounts
        with register.reading() as tx:
            row = sign_ins.find_session(tx, register.school, _hash(token), now, now - IDLE)
            if row is None or self._has_no_account(tx, row.account, row.groups):
                return None
        if now - row.seen_at >= _SEEN_EVERY:
            self._note_seen(row.id, now)
        rights, teams = rights_of(accounts, row.account, row.groups), teams_of(accounts, row.account)
        return Who(row.id, row.account, row.named, rights, teams, row.step_until, tuple(row.groups))

    def sign_out(self, request: Request) -> None:
        """End the session of a request; one that is not open is no error."""
        if who := self.who(request):
            end_sessions(self.keeper, [who.session], Ending.SIGNED_OUT, by=who.name)

    def form_token(self, request: Request) -> str:
        """Return what each form of a signed-in page carries, so that no other site can send it. One a session."""
        key = f"{self._site.secret}\nform of a session".encode()
        return hmac.new(key, (self.bound_to(request) or "").encode(), hashlib.sha256).hexdigest()

    def is_own_form(self, request: Request, token: str) -> bool:
        """Return whether a form was made for the session that sends it."""
        return bool(self.bound_to(request)) and hmac.compare_digest(self.form_token(request), token)

    def bound_to(self, request: Request) -> str | None:
        """Return what forms of a request's session are bound to."""
        return self.token_of(request)

    def token_of(self, request: Request) -> str | None:
        """Return what the cookie of a request holds."""
        return request.cookies.get(self.cookie_name)

    @property
    def cookie_name(self) -> str:
        """``policy_session``; by https ``__Host-policy_session``, which no other host can set."""
        return f"__Host-{COOKIE}" if self._is_https else COOKIE

    def set_cookie(self, response: Response, token: str) -> None:
        """Hand a session to the browser: to no script, to no other site's forms, and by https alone where that is."""
        response.set_cookie(self.cookie_name, token, path="/", secure=self._is_https, httponly=True, samesite="lax")

    def clear_cookie(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(self.cookie_name, path="/", secure=self._is_https, httponly=True, samesite="lax")

    @property
    def _is_https(self) -> bool:
        return self._site.config().web.base_url.startswith("https://")

    def _has_no_account(self, tx: Transaction, account: str | None, groups: Sequence[str] = ()) -> bool:
        config, today = self._site.config(), self._site.today(self._site.clock())
        school = self._site.register.school
        return account is not None and account_of(tx, school, config, account, today, groups=groups) is None

    def _note_seen(self, session: int, now: datetime) -> None:
        register = self._site.register
        try:
            with register.transaction() as tx:
                sign_ins.note_seen(tx, register.school, session, now)
        except RegisterError:
            # A page is shown all the same; the next one notes it.
            return


def browser_of(request: Request) -> str:
    """Return a few words for the browser of a request, by which its owner knows it again."""
    said = request.headers.get("user-agent", "")
    names = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac",
               "CrOS": "Chromebook", "Linux": "Linux"}  # fmt: skip
    name = next((words for mark, words in names.items() if mark in said), "another program")
    system = next((words for mark, words in systems.items() if mark in said), "")
    return f"{name} on {system}"[:_LONGEST_BROWSER] if system else name


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _stretched(code: str, salt: str) -> str:
    """Return the hash of a short code, slow enough that trying all of them takes days.

    Source: OWASP ASVS 5.0, 6.5.2: below 112 bits a password hash with a salt.
    """
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()


def _deciding(keeper: Keeper, by: str) -> AbstractContextManager[Decision]:
    # Signing in is how mail is stopped, so it must work where the ledger cannot be signed now.
    return deciding(keeper.register, keeper.root, by, keeper.now, even_unsigned=True)
