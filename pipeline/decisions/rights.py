"""What a session may see and do: the one place that pages and their actions ask.

``Sessions.who`` returns a ``Who`` for a request of a person signed in. A page asks it before it shows anything, an
action once more before it does anything::

    if not who.may(Action.APPROVE):
        ...                                  # the page web.gate.refuse answers with
    named = [row for row in rows if who.sees_names_of(row.person.team)]

Rights come from ``[accounts]`` in ``config.toml`` as it stands at that moment, so that a right taken away ends at once.
Of a person who has them by a group, the group is that of their sign-in: leaving it counts from the next one on.
Nobody decides for themself: an action on a person's own reading or absence asks ``who.is_at(address)`` too.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.configuration.accounts import RIGHTS, AccountsSection
from pipeline.model.people import Right


class Action(StrEnum):
    """What pages show and do."""

    SEE_DESK = "see-desk"
    """How policies stand, and counts."""
    SEE_NAMES = "see-names"
    """Who has read what, of everybody."""
    SEE_TEAM = "see-team"
    """The same, of their own team."""
    EDIT_POLICIES = "edit-policies"
    """Upload, issue, settle what is unclear, say "checked, unchanged", say who owns what."""
    APPROVE = "approve"
    """Record an approval."""
    HAND_OVER = "hand-over"
    """Give everything that one owner looks after to another."""
    HAND_OVER_PROGRAM = "hand-over-program"
    """The person who runs the program leaves: accounts, policies and keys to another."""
    LOOK_AFTER_PEOPLE = "look-after-people"
    """Import and correct lists, away, leaves, excuse."""
    RECORD_READINGS = "record-readings"
    """Enter a sheet of names, print packs and cards."""
    CONFIRM_MAILING = "confirm-mailing"
    """Let a mailing go, or try again."""
    STOP_MAILING = "stop-mailing"
    """Pause or cancel one."""
    COVER = "cover"
    """Say who stands in today."""
    TELL_CONTACTS = "tell-contacts"
    """Say when staff are told of a change of contacts."""
    CHANGE_CONTACTS = "change-contacts"
    """Change who holds a role, and confirm a number."""
    SEE_ROUTE = "see-route"
    """How mail goes, without anybody's name."""
    SEE_SETTINGS = "see-settings"
    """Settings, each of those that they may see."""
    CHANGE_SETTINGS = "change-settings"
    """Settings, but for those below."""
    CHANGE_ROUTE = "change-route"
    """Mail route, web address and sign-in."""
    END_SESSIONS = "end-sessions"
    """See and end the sessions of others; everybody sees and ends their own."""
    GIVE_EVIDENCE = "give-evidence"
    """Make a pack of evidence."""
    ERASE = "erase"
    """Ask for a person to be erased, agree to it, or hold everything of theirs."""
    UNDO = "undo"
    """Say that something was recorded in error."""


_OWNERS = frozenset({Right.OWNER, Right.DEPUTY_OWNER})
_OFFICE = _OWNERS | {Right.BUSINESS_MANAGER}
_LEADING = _OFFICE | {Right.HEAD}
_MAY: dict[Action, frozenset[Right]] = {
    Action.SEE_DESK: frozenset(Right),
    Action.SEE_NAMES: _LEADING,
    Action.SEE_TEAM: _LEADING | {Right.HEAD_OF_TEAM},
    Action.EDIT_POLICIES: _OWNERS,
    Action.APPROVE: _OWNERS | {Right.HEAD},
    Action.HAND_OVER: frozenset({Right.OWNER, Right.HEAD}),
    Action.HAND_OVER_PROGRAM: frozenset({Right.OWNER, Right.HEAD}),
    Action.LOOK_AFTER_PEOPLE: _OFFICE,
    Action.RECORD_READINGS: _LEADING,
    Action.CONFIRM_MAILING: _OFFICE,
    Action.STOP_MAILING: _LEADING | {Right.IT},
    Action.COVER: _LEADING,
    Action.TELL_CONTACTS: _LEADING,
    Action.CHANGE_CONTACTS: _OWNERS | {Right.HEAD},
    Action.SEE_ROUTE: _LEADING | {Right.IT},
    Action.SEE_SETTINGS: _OFFICE | {Right.IT},
    Action.CHANGE_SETTINGS: _OFFICE,
    Action.CHANGE_ROUTE: frozenset({Right.IT}),
    Action.END_SESSIONS: frozenset({Right.OWNER, Right.IT}),
    Action.GIVE_EVIDENCE: _OWNERS | {Right.HEAD},
    Action.ERASE: _LEADING,
    Action.UNDO: _OWNERS,
}
"""Who may do what; a person who has several rights may do what any of them allows."""
NEEDS_SECOND_STEP = frozenset(
    {
        Action.APPROVE,
        Action.HAND_OVER,
        Action.HAND_OVER_PROGRAM,
        Action.CONFIRM_MAILING,
        Action.CHANGE_CONTACTS,
        Action.CHANGE_ROUTE,
        Action.GIVE_EVIDENCE,
        Action.ERASE,
    }
)
"""What reading a person's mail must not be enough for."""


def rights_for(action: Action) -> frozenset[Right]:
    """Return the rights of which any allows an action."""
    return _MAY[action]


@dataclass(frozen=True, slots=True)
class Who:
    """A person who is signed in."""

    session: int
    """The register's key of the session; people read it as its number."""
    account: str | None
    """Their work address in small letters; None where they signed in on the computer itself."""
    name: str
    """Who decides, as the ledger names them."""
    rights: frozenset[Right]
    teams: frozenset[str] = frozenset()
    """Of a head of team; see ``teams_of``."""
    step_until: datetime | None = None
    """Until when their second step counts."""
    groups: tuple[str, ...] = ()
    """Of their sign-in, those that give rights."""
    is_of_trust: bool = False
    """They are signed in at the desk of the trust, and have come to this school's from there."""

    def may(self, action: Action) -> bool:
        """Return whether they may do this at all."""
        return bool(_MAY[action] & self.rights)

    def sees_names_of(self, team: str) -> bool:
        """Return whether they may see by name who of a team has read what."""
        return self.may(Action.SEE_NAMES) or (self.may(Action.SEE_TEAM) and _team_key(team) in self.teams)

    def has_step(self, now: datetime) -> bool:
        """Return whether the second step of this session counts at ``now``."""
        return self.step_until is not None and now < self.step_until

    def is_at(self, address: str | None) -> bool:
        """Return whether a work address is their own: they record, approve and excuse nothing for themself."""
        return bool(address) and address is not None and address.casefold() == self.account


def rights_of(accounts: AccountsSection, account: str | None, groups: Collection[str] = ()) -> frozenset[Right]:
    """Return a person's rights by their work address and the groups of their sign-in.

    None, the computer itself, has all: it has every command.
    """
    return frozenset(Right) if account is None else frozenset(accounts.find(account, groups))


def teams_of(accounts: AccountsSection, account: str | None) -> frozenset[str]:
    """Return the teams of a head of team, so written that ``Who.sees_names_of`` finds them."""
    return frozenset() if account is None else frozenset(map(_team_key, accounts.teams_of(account)))


def _team_key(team: str) -> str:
    return " ".join(team.split()).casefold()


def say_rights(rights: Iterable[Right]) -> str:
    """Return a person's rights in words, in the order of the list above."""
    held = set(rights)
    return (
        "this computer" if held == set(Right) else ", ".join(words for right, words in RIGHTS.items() if right in held)
    )
