"""Change who holds a role, and let it show at once: in the mails that wait, on the pages and on the sites.

Copies follow with the next run, with a new number only once a second person has rung it and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day, list_unconfirmed
from pipeline.contacts.doubts import list_doubts
from pipeline.contacts.ghosts import Ghost, GhostSource, hunt_ghosts
from pipeline.contacts.notices import note_notice
from pipeline.copies.change_preview import ComingChange, list_touched
from pipeline.errors import UsageError
from pipeline.mail.outbox import renew_safety_lines
from pipeline.model.contacts import Holder, Pronoun
from pipeline.model.mail import DeliveryState
from pipeline.model.progress import Progress, no_progress
from pipeline.named.names.likeness import COULD_BE, is_slip_of, same_person
from pipeline.policies.standing import list_standings
from pipeline.publish.site import SiteReport, publish_site
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.mail.outbox import count_messages
from pipeline.register.people.persons import list_people
from pipeline.register.policies.contact_changes import TypedContact, add_contact_change
from pipeline.register.store.database import Register
from pipeline.settings.change import Deciding, SettingsChange, change_settings, current, try_change
from pipeline.settings.contacts import (
    FORMER,
    NEXT,
    ContactChange,
    Step,
    TypedPerson,
    edit_contacts,
    find_entry,
    first_day,
    person_of,
)
from pipeline.wording import say_role


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of contacts comes to, before it is kept."""

    seen: str
    """The digest of the settings that it was worked out from."""
    role: str
    on: date
    """The first day on which it shows."""
    before: TypedPerson | None
    after: TypedPerson | None
    touched: tuple[ComingChange, ...]
    """Policies, their words and files, role by role."""
    ghosts: tuple[Ghost, ...]
    """Places that name another person from then on, which nothing changes by itself."""
    waiting_mails: int
    """How many mails that wait get new lines at once."""
    doubts: tuple[str, ...]
    is_to_be_rung: bool
    """A number or an address is new: a second person rings it, or writes to it, before copies carry it."""
    office: str
    """What copies give until then; empty where they are held."""


def check_change(config: Config, change: ContactChange, today: date) -> None:
    """Refuse a change that the settings would not take. Raises as ``preview_change``, and takes no time."""
    file, _ = current(config.root)
    text, _ = try_change(file.text, lambda text: edit_contacts(text, change, today), config.root)
    if text == file.text:
        raise UsageError("That is what it is already. Nothing was changed.")


def preview_change(
    register: Register, change: ContactChange, config: Config, today: date, progress: Progress = no_progress
) -> Preview:
    """Return what a change would come to; nothing is written. It plans every policy: up to half a minute for sixty.

    Raises:
        UsageError: the entry is not there any more as it was looked at.
        ConfigurationError: with every fault that the settings would have.
    """
    file, before = current(config.root)
    entry = find_entry(file.text, change.table, change.number) if change.step is not Step.ADDS else None
    _, after = try_change(file.text, lambda text: edit_contacts(text, change, today), config.root)
    role, on = _role(change, entry), first_day(change, entry, today)
    was = person_of(entry) if entry else None
    with register.reading() as tx:
        people = list_people(tx, register.school, today)
        hunts = [hunt_ghosts(tx, register.school, each, on).ghosts for each in (before, after)]
        rung = {one.holder.name for one in list_unconfirmed(tx, register.school, after, today)}
        waits = count_messages(tx, register.school)[DeliveryState.PENDING]
        office = contacts_of_day(tx, register.school, after, today).shown.office
    touched = list_touched(register, before, after, today, on, progress)
    doubts: tuple[str, ...] = ()
    if change.person is not None and change.table != FORMER:
        new, old = _holder(role, change.person), _holder(role, was) if was else None
        is_other = change.step is not Step.DETAILS
        doubts = list_doubts(new, old, before, people, today, is_other=is_other)
    return Preview(
        seen=file.digest,
        role=role,
        on=on,
        before=was if change.step is not Step.ADDS else None,
        after=change.person,
        touched=touched,
        ghosts=tuple(one for one in hunts[1] if one not in hunts[0] and not _is_renewed(one, touched)),
        waiting_mails=waits if on == today else 0,
        doubts=doubts,
        is_to_be_rung=change.person is not None and change.person.name in rung and not _keeps_details(change, was),
        office=(office.phone or office.email or "") if office else "",
    )


def _keeps_details(change: ContactChange, was: TypedPerson | None) -> bool:
    """Return whether only the name of the same person changes: their number need not be rung again."""
    new = change.person
    is_same = change.step is Step.DETAILS and was is not None and new is not None
    return is_same and was is not None and new is not None and (new.phone, new.email) == (was.phone, was.email)


def _is_renewed(ghost: Ghost, touched: Sequence[ComingChange]) -> bool:
    """Whether a place is one that the next run makes anew, or the words of a document that copies replace."""
    policies = [policy for change in touched for policy in change.policies if policy.slug == ghost.slug]
    replaced = {place.before for policy in policies for place in policy.places}
    return any(not policy.holds for policy in policies) and (
        ghost.source is GhostSource.COPY or (ghost.source is GhostSource.DOCUMENT and ghost.value in replaced)
    )


def _role(change: ContactChange, entry: dict[str, object] | None) -> str:
    return str((entry or {}).get("role", change.table)) if change.table in (FORMER, NEXT) else change.table


def _holder(role: str, person: TypedPerson) -> Holder:
    pronoun = Pronoun(person.pronoun) if person.pronoun in set(Pronoun) else Pronoun.THEY
    return Holder(role, person.name, person.title, person.phone or None, person.email or None, pronoun)


def change_contact(
    register: Register, config: Config, change: ContactChange, by: Deciding, *, today: date
) -> tuple[Config, SiteReport]:
    """Keep a change of contacts and show it; return the new settings, and what was published.

    Raises:
        SettingsMovedError: the settings were changed since they were looked at.
        ConfigurationError, UsageError: as ``preview_change``; nothing was changed.
    """
    file, _ = current(config.root)
    entry = find_entry(file.text, change.table, change.number) if change.step is not Step.ADDS else None
    role, was = _role(change, entry), person_of(entry) if entry else None

    def also(decision: Decision, before: Config, after: Config) -> None:
        if change.person is not None:
            renamed = was.name if change.step is Step.DETAILS and was and was.name != change.person.name else ""
            typed = TypedContact(role, change.person.name, change.person.phone, change.person.email, renamed)
            add_contact_change(decision.tx, decision.school, typed, actor=decision.actor, now=decision.now)
        renew_safety_lines(decision.tx, decision.school, after, today)

    words = {f"{key}_before": getattr(was, key) if was else "" for key in ("name", "phone", "email")}
    words |= {key: getattr(change.person, key) if change.person else "" for key in ("name", "phone", "email")}
    fields = {"role": role, "step": change.step.value, "on": first_day(change, entry, today).isoformat()}
    edit = SettingsChange(lambda text: edit_contacts(text, change, today), "contact-changed", fields, words, also)
    becomes = change_settings(register, config, edit, by)
    with deciding(register, config.root, by.actor, by.now) as decision:
        standings = list_standings(decision.tx, decision.school, becomes, today)
        note_notice(decision, becomes, standings, today, sends=False)
    return becomes, publish_site(register, becomes, standings, today)


def say_changed(change: ContactChange, preview: Preview, site: SiteReport) -> str:
    """Return what was kept, in a few sentences."""
    role = say_role(preview.role)
    name = preview.after.name if preview.after else preview.before.name if preview.before else ""
    said = {
        Step.DETAILS: f"Kept: {name}, {role}.",
        Step.FOLLOWS: f"Kept: {name} takes over as {role}.",
        Step.ENDS: f"Kept: {name}’s last day as {role}.",
        Step.ADDS: f"Kept: {name} is {role}.",
        Step.TAKEN_OUT: f"Taken out: {name}, {role}.",
    }[change.step]
    rings = " Somebody else now rings the number, or writes to the address, and confirms it here."
    return f"{said}{rings if preview.is_to_be_rung else ''}{f' {site.failed}' if site.failed else ''}"


def is_same_person(before: TypedPerson, after: TypedPerson) -> bool:
    """Return whether a name could be the other one in another spelling, or with a slip in it."""
    return same_person(before.name, after.name, COULD_BE) or is_slip_of(before.name, after.name)
