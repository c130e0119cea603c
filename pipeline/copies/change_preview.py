"""What a change of contacts will touch before it does: which policies, which words, which copies.

Planned on the versions in force with the planner that makes the copies; nothing is written. ``policy contacts`` shows
it for each day of ``[[contacts.next]]`` and for contacts that wait for their confirmation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pipeline.config import Config
from pipeline.contacts.confirmations import Unconfirmed, as_they_stand, contacts_of_day, known_directory
from pipeline.copies.copy import Naming
from pipeline.copies.parts import join_plans
from pipeline.copies.rewording import plan_source, prepare_rewording
from pipeline.documents.sandbox.calls import Caller, ContainedCalls
from pipeline.errors import DocumentError, KeptDocumentError
from pipeline.model.contacts import Directory
from pipeline.model.documents import DocumentFormat
from pipeline.model.progress import Progress, no_progress
from pipeline.pages.pdf import front_contacts
from pipeline.places import Place
from pipeline.plan.header import HeaderFacts, header_facts
from pipeline.plan.values import ROW, Replacement, ReplacementPlan, say_change
from pipeline.policies.decisions.contact_answers import with_answers
from pipeline.policies.standing import list_standings
from pipeline.reasons.reason import Reason, because, in_words, say_all
from pipeline.register.policies import copies as rows
from pipeline.register.policies import policies as policy_rows
from pipeline.register.policies.contents import StoredContent, load_content, version_files
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.policies.settlements import Settlement, list_settlements
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list, say_role

_DAY = timedelta(days=1)


class Why(StrEnum):
    """What brings a change about."""

    NEXT = "next"
    """A first or last day in the configuration."""
    UNCONFIRMED = "unconfirmed"
    """A number or address that waits for a person to ring it."""
    CHANGED = "changed"
    """A change of contacts that the office looks at before it is made."""


@dataclass(frozen=True, slots=True)
class ComingPlace:
    """One place in a policy whose words will differ."""

    where: Place
    role: str
    kind: str
    """``name``, ``phone``, ``email``, ``link`` or ``pronoun``; ``row`` for a row of a table that comes or goes."""
    before: str
    """As today's copy has it; empty for a row that comes."""
    after: str
    """Empty for a row that goes."""

    @property
    def words(self) -> str:
        """The change in words."""
        return say_change(self.kind, self.before, self.after)


@dataclass(frozen=True, slots=True)
class ComingPolicy:
    """One policy that a change touches."""

    slug: str
    title: str
    front: bool
    """The contacts on the front of its copies change."""
    places: tuple[ComingPlace, ...]
    """In the order of the document."""
    copies: tuple[str, ...]
    """The files that will be made again, relative to ``distribution/``."""
    holds: tuple[Reason, ...]
    """Why no new copy could be made that day, empty where it can."""

    @property
    def held(self) -> str | None:
        """The same in words; None where one can be made."""
        return say_all(self.holds) or None


@dataclass(frozen=True, slots=True)
class ComingChange:
    """One role that changes hands, or whose number does."""

    why: Why
    on: date | None
    """None: as soon as it is confirmed."""
    role: str
    before: tuple[str, ...]
    """Who holds the role until then."""
    after: tuple[str, ...]
    """Who holds it from then on; empty where nobody does."""
    message: str
    policies: tuple[ComingPolicy, ...]
    """By title."""


@dataclass(frozen=True, slots=True)
class _DirectoryStep:
    """One moment at which the directory changes."""

    why: Why
    on: date | None
    before: Directory
    after: Directory
    waiting: tuple[Unconfirmed, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that differ, in the order of the configuration."""
        both = dict.fromkeys(holder.role for holder in (*self.before.holders, *self.after.holders))
        return tuple(role for role in both if self.before.of(role) != self.after.of(role))


@dataclass(frozen=True, slots=True)
class VersionInForce:
    """One version in force, as the planner needs it."""

    policy: PolicyRow
    version: VersionRow
    content: StoredContent | KeptDocumentError
    header: HeaderFacts
    copy: CopyRow | None
    said: tuple[Settlement, ...] = ()
    """What the owner said of people nobody in the school's contacts is."""


def list_coming(register: Register, config: Config, today: date) -> tuple[ComingChange, ...]:
    """Return the changes to come, those that wait for a confirmation first, then by day and role."""
    return _list_changes(register, config, today, list(_steps(register, config, today)))


def list_touched(
    register: Register, before: Config, after: Config, today: date, on: date, progress: Progress = no_progress
) -> tuple[ComingChange, ...]:
    """Return what settings with other contacts would change on a day, role by role, before they are kept.

    New numbers are taken as confirmed, so that every place is seen that they will reach.
    """
    with register.reading() as tx:
        now, then = (as_they_stand(known_directory(tx, register.school, config, on)) for config in (before, after))
    return _list_changes(register, after, today, [_DirectoryStep(Why.CHANGED, on, now, then)], progress)


def _list_changes(
    register: Register, config: Config, today: date, steps: Sequence[_DirectoryStep], progress: Progress = no_progress
) -> tuple[ComingChange, ...]:
    if not any(step.roles for step in steps):
        return ()
    touched: list[dict[str, list[ComingPolicy]]] = [{role: [] for role in step.roles} for step in steps]
    sources = list_sources(register, config, today)
    with ContainedCalls(prepare_rewording) as call:
        for at, source in enumerate(sources):
            progress(source.policy.title, at, len(sources))
            plans = _plans(source, steps, call)
            for number, (step, found) in enumerate(zip(steps, touched, strict=True)):
                in_use = _in_use(steps[: number + 1], plans)
                for role, policies in found.items():
                    if (policy := _touched(source, step, role, in_use, plans[id(step.after)], config)) is not None:
                        policies.append(policy)
    return tuple(
        _change(step, role, policies)
        for step, found in zip(steps, touched, strict=True)
        for role, policies in found.items()
    )


def _steps(register: Register, config: Config, today: date) -> Iterator[_DirectoryStep]:
    days = config.roster.changes_after(today)
    with register.reading() as tx:
        contacts = contacts_of_day(tx, register.school, config, today)
        of_days = {
            each: as_they_stand(known_directory(tx, register.school, config, each))
            for each in (today, *(day - _DAY for day in days), *days)
        }
    if contacts.waiting:
        yield _DirectoryStep(Why.UNCONFIRMED, None, contacts.planned, of_days[today], contacts.waiting)
    for day in days:
        yield _DirectoryStep(Why.NEXT, day, of_days[day - _DAY], of_days[day])


def list_sources(register: Register, config: Config, today: date) -> list[VersionInForce]:
    """Return the versions in force as the planner needs them, by title; what is held or read elsewhere is left out."""
    school = config.school.name or None
    with register.reading() as tx:
        standings = {one.policy_id: one for one in list_standings(tx, register.school, config, today)}
        policies = {policy.id: policy for policy in policy_rows.list_policies(tx, register.school)}
        copies = rows.current_copies(tx, register.school)
        said = list_settlements(tx, register.school)
        found = [
            VersionInForce(
                policies[key],
                version,
                _load(tx, version.sha256),
                header_facts(standings[key], version.facts, school=school),
                copies.get(key),
                said,
            )
            for key, version in policy_rows.versions_in_force(tx, register.school).items()
            if not version.holds and version.address is None and policies[key].withdrawn_on is None
        ]
    return sorted(found, key=lambda source: source.policy.title.casefold())


def _load(tx: Transaction, sha256: str) -> StoredContent | KeptDocumentError:
    try:
        return load_content(tx, sha256)
    except KeptDocumentError as error:
        return error


_Plans = Mapping[int, ReplacementPlan]
"""By the identity of the directory planned for."""


def _plans(source: VersionInForce, steps: Sequence[_DirectoryStep], call: Caller) -> _Plans:
    policy, sha256 = source.policy.id, source.version.sha256
    both = (each for step in steps for each in (step.before, step.after))
    directories = {id(each): with_answers(each, source.said, policy, sha256) for each in both}
    stored, version, stated = source.content, source.version, source.version.facts.contacts
    if isinstance(stored, KeptDocumentError):
        return dict.fromkeys(directories, ReplacementPlan(holds=(in_words(str(stored)),)))
    naming = Naming(stated, Directory(), source.header, in_parts=stored.appendix is not None)
    try:
        whole, *local = (
            call(plan_source, *file, each, tuple(directories.values()))
            for file, each in zip(version_files(stored, version), (naming, naming.for_appendix()), strict=False)
        )
    except DocumentError as error:
        return dict.fromkeys(directories, ReplacementPlan(holds=(in_words(str(error)),)))
    plans = map(join_plans, whole, *local) if local else whole
    return dict(zip(directories, plans, strict=True))


def _in_use(steps: Sequence[_DirectoryStep], plans: _Plans) -> ReplacementPlan:
    """Return what was planned for the copy in use before the last of ``steps``: one that was held is in no use."""
    earlier = [plans[id(step.before)] for step in reversed(steps)]
    return next((plan for plan in earlier if not plan.holds), earlier[0])


def _touched(
    source: VersionInForce,
    step: _DirectoryStep,
    role: str,
    before: ReplacementPlan,
    after: ReplacementPlan,
    config: Config,
) -> ComingPolicy | None:
    places = tuple(place for place in _places(before, after) if place.role == role)
    front = [line for line in front_contacts(step.before) if line.role == role] != [
        line for line in front_contacts(step.after) if line.role == role
    ]
    stated = any(contact.role == role for contact in source.version.facts.contacts)
    if not places and not front and not (stated and after.holds):
        return None
    is_pdf = isinstance(source.content, StoredContent) and source.content.format is DocumentFormat.PDF
    return ComingPolicy(
        source.policy.slug,
        source.policy.title,
        front,
        places,
        tuple(_copies(source, config)),
        () if is_pdf else _empty(stated, step, role) or after.holds,
    )


def _empty(stated: bool, step: _DirectoryStep, role: str) -> tuple[Reason, ...]:
    """Say that a policy which names the role waits on a day on which nobody holds it."""
    return (because("nobody-then", role=say_role(role)),) if stated and role in step.after.vacant else ()


def _copies(source: VersionInForce, config: Config) -> Iterator[str]:
    if source.copy is not None:
        yield from (file.path for file in source.copy.files)
    for site in (config.public_site, config.staff_site):
        for suffix in (".pdf", ".html"):
            placed = site / "policies" / f"{source.policy.slug}{suffix}"
            if placed.is_file():
                yield placed.relative_to(config.distribution).as_posix()


def _places(before: ReplacementPlan, after: ReplacementPlan) -> Iterator[ComingPlace]:
    """Compare what two plans make of the same words: the places where the copies of the two days differ.

    Where the later copy is held, nothing goes back to the words of the document.
    """
    yield from _rows(before, after)
    same_rows = before.rows == after.rows
    now, then = (_by_place(plan.replacements, counted=same_rows) for plan in (before, after))
    for key in sorted(then.keys() if after.holds else now.keys() | then.keys()):
        one, other = now.get(key), then.get(key)
        known = other or one
        assert known is not None
        words = one.after if one else known.before
        new_words = other.after if other else known.before
        if words != new_words:
            yield ComingPlace(known.where, known.role, known.kind.value, words, new_words)


def _rows(before: ReplacementPlan, after: ReplacementPlan) -> Iterator[ComingPlace]:
    """Yield the rows of tables that the later copy has and the earlier has not, and the other way round."""
    now, then = ({(row.role, row.before, row.after): row for row in plan.rows} for plan in (before, after))
    for key, row in then.items():
        if key not in now:
            yield ComingPlace(row.where, row.role, ROW, row.before, row.after)
    for key, row in now.items():
        if key not in then and not after.holds:
            yield ComingPlace(row.where, row.role, ROW, row.after, row.before)


_Place = tuple[int | str, ...]


def _by_place(replacements: Sequence[Replacement], *, counted: bool) -> dict[_Place, Replacement]:
    """Return replacements by their place in the document.

    Where the rows of the two copies differ, their passages are ``counted`` differently; the words a replacement takes
    the place of, and how often they came before, tell the place then.
    """
    found: dict[_Place, Replacement] = {}
    met: dict[tuple[str, str, str], int] = {}
    for each in replacements:
        if counted:
            found[(each.passage, each.start, -1 if each.link is None else each.link)] = each
            continue
        words = (each.kind.value, each.role, each.before)
        met[words] = met.get(words, 0) + 1
        found[(*words, met[words])] = each
    return found


def _change(step: _DirectoryStep, role: str, policies: Sequence[ComingPolicy]) -> ComingChange:
    before = tuple(holder.name for holder in step.before.of(role))
    after = tuple(holder.name for holder in step.after.of(role))
    return ComingChange(step.why, step.on, role, before, after, _message(step, role), tuple(policies))


def _message(step: _DirectoryStep, role: str) -> str:
    if step.on is None:
        details = say_list([f"{one.holder.name} ({one.details})" for one in step.waiting if one.holder.role == role])
        return f"{say_role(role)}: as soon as {details} is confirmed."
    before, after = step.before.of(role), step.after.of(role)
    came = [holder for holder in after if holder not in before]
    went = [holder.name for holder in before if holder.name not in {each.name for each in after}]
    if not came:
        if not went:
            return f"{say_role(role)}: from {say_day(step.on)} the same people in another order."
        return f"{say_role(role)}: from {say_day(step.on)} without {say_list(went)}."
    names = say_list([f"{one.name} (covering for {one.covers})" if one.covers else one.name for one in came])
    instead = f" in place of {say_list(went)}" if went else ""
    return f"{say_role(role)}: from {say_day(step.on)} {names}{instead}."
