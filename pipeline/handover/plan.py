"""What a handover would do, and what it cannot: worked out from settings and register, before anything is done.

What was done is not found again, so that a second time there is nothing left. What a person is by their role alone,
such as the safeguarding lead, is no part of it: that is a change of contacts, with its own confirmation.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.acknowledgements.links import find_secret
from pipeline.config import Config
from pipeline.contacts.cover import covers_on
from pipeline.handover.parties import Party, find_parties
from pipeline.handover.secrets import list_secrets, mail_sign_in_path
from pipeline.model.people import Right
from pipeline.people.obligations import has_left
from pipeline.policies.decisions.handing_over import OwnedPolicy, list_owners
from pipeline.policies.owners import directory_of_owners, resolve_owner, says_one
from pipeline.register import sign_ins
from pipeline.register.ledger.words import positions_of
from pipeline.register.people.persons import list_people
from pipeline.register.transaction import Transaction
from pipeline.settings.entries import put_account, take_out_account
from pipeline.settings.text import TablePlace, set_key
from pipeline.wording import say_count, say_day, say_list, say_role

KIND = "handover"
"""Of the ledger's record."""
LINKS_RENEWED, LEDGER_RENEWED = "link-key-renewed", "ledger-key-renewed"
_ROLES = TablePlace("people.roles")
_LONG_SESSION = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class ConfigEdit:
    """One change of ``config.toml``."""

    words: str
    key: str
    """Which key of which table, for the record."""
    do: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class StillTheirs:
    """Something that is theirs still, and what changes it."""

    words: str
    how: str


@dataclass(frozen=True, slots=True)
class Handover:
    """What would happen."""

    leaver: Party
    successor: Party
    edits: tuple[ConfigEdit, ...]
    policies: tuple[OwnedPolicy, ...]
    """Whose owner is the leaver by name or address, and would be who follows."""
    owner: str
    """What those policies would say of who looks after them."""
    follows: tuple[str, ...]
    """What goes over by itself with a role, a sentence each."""
    sessions: int
    """Open ones of the leaver, and of this computer itself, which nobody can tell whose they are."""
    renews_ledger: bool
    renews_links: bool
    forgets_sign_in: bool
    """The sign-in to the mail service that is kept here is deleted: no mail goes until a person signs in anew."""
    left: tuple[StillTheirs, ...]
    provider: tuple[str, ...]
    """What to change outside the program, a sentence each."""
    links: str
    """What becomes of the personal links that were sent, in words."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.edits or self.policies or self.renews_ledger or self.renews_links or self.forgets_sign_in)

    @property
    def steps(self) -> tuple[str, ...]:
        """What would happen, a sentence each."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[str]:
        yield from (edit.words for edit in self.edits)
        if self.policies:
            titles = say_list([one.title for one in self.policies])
            number = say_count(len(self.policies), "policy goes", "policies go")
            yield f"{number} to {self.owner}: {titles}."
        yield from self.follows
        if not self.is_done:
            here = f" ({say_count(self.sessions, 'session')} open now)" if self.sessions else ""
            yield (
                f"Whoever is signed in as {self.leaver.address}, or as this computer itself, is signed out{here}; "
                "sign-in links and codes made for them open nothing more."
            )
        if self.renews_ledger:
            yield "The ledger gets a new key, in a record that the old one signs; what was signed before stays good."
        if self.renews_links:
            yield "The key of the personal links is made new: no link that was mailed so far opens any more."
        if self.forgets_sign_in:
            yield "The sign-in to the mail service that is kept here is deleted: no mail goes until it is done anew."


@dataclass(frozen=True, slots=True)
class HandoverOrder:
    """What was asked for."""

    leaver: str
    successor: str
    rotate_links: bool = False
    forget_sign_in: bool = False


def plan_handover(
    tx: Transaction,
    school: str,
    config: Config,
    order: HandoverOrder,
    environ: Mapping[str, str],
    *,
    today: date,
    now: datetime,
) -> Handover:
    """Return what a handover would do. Raises UsageError as ``find_parties``."""
    leaver, successor = find_parties(tx, school, config, order.leaver, order.successor, today)
    policies, several = _owned(tx, school, config, leaver, today)
    owner, named = _owner_words(config, successor, today)
    declared = list(_declarations(config, leaver, owner))
    edits = [*_edits(config, leaver, successor), *declared]
    if named is not None and (policies or declared):
        edits.append(named)
    done = [place for place, words in positions_of(tx, school, KIND) if leaver.is_at(words.get("from_address"))]
    something = bool(edits or policies)
    return Handover(
        leaver,
        successor,
        tuple(edits),
        policies,
        owner,
        tuple(_follows(tx, school, config, leaver, successor, today)),
        _count_sessions(tx, school, leaver, now),
        renews_ledger=something or not _came_after(tx, school, done, LEDGER_RENEWED),
        renews_links=order.rotate_links
        and not _is_set_outside(config, environ)
        and (something or not _came_after(tx, school, done, LINKS_RENEWED)),
        forgets_sign_in=order.forget_sign_in and mail_sign_in_path(config).exists(),
        left=(*several, *_left(tx, school, config, leaver, today)),
        provider=tuple(_outside(config, environ, leaver)),
        links=_say_links(config, environ, rotate=order.rotate_links),
    )


def _count_sessions(tx: Transaction, school: str, leaver: Party, now: datetime) -> int:
    open_ = sign_ins.list_sessions(tx, school, now, now - _LONG_SESSION)
    return sum(one.account is None or leaver.is_at(one.account) for one in open_)


def _came_after(tx: Transaction, school: str, done: list[int], kind: str) -> bool:
    """Return whether a key was made new with, or after, the last handover of the leaver."""
    return bool(done) and any(place > max(done) for place, _ in positions_of(tx, school, kind))


# --- settings ------------------------------------------------------------------------------------------------------


def _edits(config: Config, leaver: Party, successor: Party) -> Iterator[ConfigEdit]:
    """Yield what changes in ``config.toml``, in the order in which it is done."""
    old, new = leaver.address, successor.address
    accounts = config.accounts
    if rights := accounts.find(old):
        joined = [right for right in Right if right in (*rights, *accounts.find(new))]
        teams = list(dict.fromkeys((*accounts.teams_of(new), *accounts.teams_of(old))))
        names = say_list([right.value for right in joined])
        yield ConfigEdit(
            f"{leaver.name or old} may not sign in to the desk any more; {successor.name or new} may, as {names}.",
            "accounts",
            lambda text: put_account(take_out_account(text, old), new, [right.value for right in joined], teams),
        )
    for role, addresses in config.people.roles.items():
        if any(leaver.is_at(one) for one in addresses):
            after = list(dict.fromkeys(new if leaver.is_at(one) else one for one in addresses))
            yield ConfigEdit(
                f"What is the {role}’s goes to {say_list(after)}.",
                "people.roles",
                _setting(_ROLES, role, after[0] if len(after) == 1 else after),
            )
    for table, key, value, words in (
        ("review", "default_owner", config.review.default_owner, "Reviews that nobody else is told of go"),
        ("governors", "clerk_email", config.governors.clerk_email, "What goes to the clerk goes"),
    ):
        if leaver.is_at(value):
            yield ConfigEdit(f"{words} to {new}.", f"{table}.{key}", _setting(TablePlace(table), key, new))


def _declarations(config: Config, leaver: Party, owner: str) -> Iterator[ConfigEdit]:
    """Yield to whom the declarations go that were made to the leaver by name or address; by a role they follow it."""
    for key, section in config.declarations.items():
        if leaver.is_named(section.owner) or section.owner.casefold().strip() == leaver.address:
            yield ConfigEdit(
                f"Whoever has something to declare under {section.name} goes to {owner}.",
                f"declarations.{key}.owner",
                _setting(TablePlace(f"declarations.{key}"), "owner", owner),
            )


def _setting(place: TablePlace, key: str, value: str | list[str]) -> Callable[[str], str]:
    return lambda text: set_key(text, place, key, value)


def _owner_words(config: Config, successor: Party, today: date) -> tuple[str, ConfigEdit | None]:
    """Return how policies name who follows, and what has to be written down so that reminders reach them."""
    if not successor.name:
        return successor.address, None
    reached = resolve_owner(successor.name, directory_of_owners(config, today), config)
    if [one.address.casefold() for one in reached] == [successor.address]:
        return successor.name, None
    if reached or any(role.casefold() == successor.name.casefold() for role in config.people.roles):
        # That name leads to another person here: the address leads to nobody else.
        return successor.address, None
    words = f"Policies that name {successor.name} lead to {successor.address}."
    return successor.name, ConfigEdit(words, "people.roles", _setting(_ROLES, successor.name, successor.address))


# --- policies ------------------------------------------------------------------------------------------------------


def _owned(
    tx: Transaction, school: str, config: Config, leaver: Party, today: date
) -> tuple[tuple[OwnedPolicy, ...], tuple[StillTheirs, ...]]:
    """Return the policies that are the leaver's by name or address, and those that they share with others by name."""
    mine, shared = [], []
    for owner in list_owners(tx, school, config, today):
        for one in owner.policies:
            if leaver.is_named(one.owner) or one.owner.casefold().strip() == leaver.address:
                mine.append(one)
            elif not says_one(one.owner) and _is_part(leaver, one.owner):
                shared.append(one)
    left = tuple(
        StillTheirs(
            f"{one.title} is looked after by “{one.owner}”, several people.",
            f"policy set {one.slug} owner=NAME --reason TEXT",
        )
        for one in shared
    )
    return tuple(sorted(mine, key=lambda one: one.title.casefold())), left


def _is_part(leaver: Party, owner: str) -> bool:
    return bool(leaver.name and leaver.name.casefold() in owner.casefold()) or leaver.address in owner.casefold()


def _follows(
    tx: Transaction, school: str, config: Config, leaver: Party, successor: Party, today: date
) -> Iterator[str]:
    """Yield which policies go over by themselves, since a role that they name does."""
    roles = {role.casefold() for role, addresses in config.people.roles.items() if any(map(leaver.is_at, addresses))}
    for owner in list_owners(tx, school, config, today):
        titles = [one.title for one in owner.policies if one.owner.casefold().strip() in roles]
        if titles:
            who = successor.name or successor.address
            yield f"With the role {owner.policies[0].owner}, {who} looks after {say_list(titles)}."


# --- what stays ----------------------------------------------------------------------------------------------------


def _left(tx: Transaction, school: str, config: Config, leaver: Party, today: date) -> Iterator[StillTheirs]:
    yield from _roles_held(config, leaver)
    for cover in covers_on(tx, school, today):
        if leaver.is_named(cover.name):
            yield StillTheirs(
                f"{cover.name} stands in for the safeguarding lead until {say_day(cover.until)}.",
                "policy contacts --cover ROLE --name NAME names somebody else; --cover dsl says that the lead is back.",
            )
    people = list_people(tx, school, today)
    keys = {row.person.person_id for row in people if leaver.is_at(row.person.work_email)}
    managers = [(row.person.name, row.person.manager.strip()) for row in people if not has_left(row.person, today)]
    managed = [name for name, by in managers if by and (leaver.is_at(by) or leaver.is_named(by) or by in keys)]
    if managed:
        number, more = say_count(len(managed), "person has", "people have"), " and others" if len(managed) > 8 else ""
        yield StillTheirs(
            f"{number} {leaver.said} as line manager: {say_list(managed[:8])}{more}.",
            "Change it in the school’s information system, and take its staff list in.",
        )
    for row in people:
        if leaver.is_at(row.person.work_email) and not has_left(row.person, today) and row.person.leave_on is None:
            yield StillTheirs(
                f"The staff list has no last day of {row.person.name}: until it does they are asked to read, and their "
                "own page opens.",
                f"policy staff leaves {row.person.person_id} --on DAY",
            )


def _roles_held(config: Config, leaver: Party) -> Iterator[StillTheirs]:
    """Yield the contact roles of the leaver: who holds one stands in policies, and is changed with its confirmation."""
    held = [
        (role, entry, "") for role, entries in config.contacts.items() for entry in entries if entry.until is None
    ] + [(entry.role, entry, f" from {entry.from_}") for entry in config.next_contacts]
    for role, entry, when in held:
        if leaver.is_at(entry.email) or leaver.is_named(entry.name):
            yield StillTheirs(
                f"{entry.name} is {say_role(role)}{when}: named in policies, and told of what comes with it.",
                f"On the desk under Contacts, or in config.toml ([contacts.{role}]); once its number was rung: "
                f"policy contacts --confirm {role} --by NAME",
            )


def _outside(config: Config, environ: Mapping[str, str], leaver: Party) -> Iterator[str]:
    """Yield what to change outside the program."""
    for secret in list_secrets(config, environ):
        if secret.to_change:
            yield f"Change {secret.what} ({secret.where}). Where: {secret.to_change}."
    for what, address in (
        ("sends the mail", config.mail.from_address),
        ("signs in to the mail service", config.mail.user),
        ("is read for answers", config.inbox.user),
    ):
        if leaver.is_at(address):
            yield (
                f"The mailbox {address} {what}, and it is the leaver’s own: have one made for the school, write it "
                "into config.toml, and close this one after that."
            )
    yield (
        "Have the passphrase of the safety copies told in person, and choose a new one for the next: who knows the old "
        "one can open every copy made with it."
    )
    yield (
        f"Take away the account of {leaver.name or leaver.address} on this computer, and their way into the folder "
        f"{config.root}: whoever can open it can read everything in it."
    )


def _is_set_outside(config: Config, environ: Mapping[str, str]) -> bool:
    return find_secret(config, environ, skip_file=True) is not None


def _say_links(config: Config, environ: Mapping[str, str], *, rotate: bool) -> str:
    if not config.web.base_url:
        return "Mails of this school hold no personal links."
    if rotate and _is_set_outside(config, environ):
        return (
            "The key of the personal links is set outside the program, so it cannot be made new here: change "
            "POLICY_SECRET_KEY (or what it names), then policy keys --renew links --yes."
        )
    if rotate:
        return (
            "No personal link sent so far opens after this. Mail that has not gone is made anew; whoever was mailed "
            "and has not read gets no new mail by itself, and codes on printed sheets and cards are known no more. "
            "Where policy serve runs, stop it and start it again after this: until then it goes by the old key."
        )
    return (
        "The links that staff have in their mails go on opening their own pages. But whoever kept a copy of both the "
        "register and the key of those links could make such links, and record readings in other people’s names. If "
        "that may be so here, add --rotate-links: it ends every link sent so far."
    )
