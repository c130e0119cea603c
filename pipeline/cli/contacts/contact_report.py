"""What ``policy contacts`` shows, gathered once; in words for the school office, and as JSON for other programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pipeline.cli.session import say
from pipeline.config import Config
from pipeline.contacts.confirmations import Unconfirmed, contacts_of_day, known_directory, list_unconfirmed
from pipeline.contacts.ghosts import Ghost, GhostSource, Hunt, hunt_ghosts
from pipeline.contacts.lead_today import lead_notices
from pipeline.contacts.notices import CHANGED_AGAIN, WaitingNotice, look_at_waiting
from pipeline.copies.change_preview import ComingChange, ComingPolicy, list_coming
from pipeline.model.contacts import Directory, Holder
from pipeline.model.pick import pick
from pipeline.model.policies import PolicyStanding
from pipeline.people.absences import list_absences
from pipeline.policies.intake.naming import UnknownNaming, list_namings
from pipeline.policies.standing import list_standings
from pipeline.register.people.persons import list_people
from pipeline.register.store.database import Register
from pipeline.wording import say_count, say_day, say_role

_OUTDATED = "outdated-guidance"
_MOST_COPIES = 20
"""How many earlier copies are listed on the screen; JSON has them all."""
_MOST_PLACES = 12
"""How many places of one policy are listed on the screen."""


@dataclass(frozen=True, slots=True)
class ContactPicture:
    """Who holds which role, and what does not agree with it."""

    first: tuple[str, ...]
    """What every report begins with: that nobody leads today, who covers, whom the staff list contradicts."""
    directory: Directory
    namings: tuple[UnknownNaming, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    coming: tuple[ComingChange, ...]
    hunt: Hunt
    notice: WaitingNotice | None
    """A change of which staff have not been told; None where none waits."""
    guidance: tuple[PolicyStanding, ...]
    """Policies that cite an edition of guidance that was replaced."""
    is_copy: bool
    """The folder is a copy of one that is in its place: nobody is told from here."""


def gather_contacts(register: Register, config: Config, today: date) -> ContactPicture:
    """Gather it all; nothing is written."""
    with register.reading() as tx:
        directory = known_directory(tx, register.school, config, today)
        standings = list_standings(tx, register.school, config, today)
        absences = list_absences(list_people(tx, register.school, today), config, today)
        contacts = contacts_of_day(tx, register.school, config, today)
        return ContactPicture(
            first=(*lead_notices(config, today, contacts.shown, contacts.covers), *(each.message for each in absences)),
            directory=directory,
            namings=list_namings(tx, register.school, directory),
            unconfirmed=list_unconfirmed(tx, register.school, config, today),
            coming=list_coming(register, config, today),
            hunt=hunt_ghosts(tx, register.school, config, today),
            notice=look_at_waiting(tx, register.school, config, standings, today),
            guidance=tuple(one for one in standings if any(each.code == _OUTDATED for each in one.problems)),
            is_copy=register.copied_from is not None,
        )


# --- for people ------------------------------------------------------------------------------------------------


def show_contacts(picture: ContactPicture) -> None:
    """Print the picture: what matters today first."""
    for notice in picture.first:
        say(notice)
    for holder in picture.directory.holders:
        details = ", ".join(part for part in (holder.phone, holder.email) if part)
        cover = f", covering for {holder.covers}" if holder.covers else ""
        say(f"{say_role(holder.role)}: {holder.name}{cover}{f' ({details})' if details else ''}")
    _show("Before:", [f"{holder.name}, {say_role(holder.role)}" for holder in picture.directory.former])
    if picture.notice is not None:
        _show("Staff have not been told yet:", _say_notice(picture.notice, is_copy=picture.is_copy))
    _show("Not confirmed yet:", [_say_unconfirmed(one) for one in picture.unconfirmed])
    for change in picture.coming:
        _show_change(change)
    unread = [f"{each.file}: {each.message}" for each in picture.hunt.unread]
    _show("Not looked through, since it could not be read:", unread)
    if picture.namings:
        _show("In the documents:", [f"{each.title} ({each.path}): {each.message}" for each in picture.namings])
    elif not any(ghost.source is not GhostSource.COPY for ghost in picture.hunt.ghosts):
        say("\nEvery document in use names the people above and nobody else in their roles.")
    _show("Policies that disagree:", [each.message for each in picture.hunt.contradictions])
    _show_ghosts(picture.hunt.ghosts)
    _show("Guidance that was replaced:", [
        f"{standing.title}: {problem.message}"
        for standing in picture.guidance for problem in standing.problems if problem.code == _OUTDATED
    ])  # fmt: skip


def _show(heading: str, lines: Sequence[str]) -> None:
    if lines:
        say(f"\n{heading}")
        for line in lines:
            say(f"  {line}")


def _say_notice(notice: WaitingNotice, *, is_copy: bool) -> list[str]:
    if is_copy:
        return [*notice.lines, "Nobody is told from here, since this folder is a copy."]
    goes_on, people = say_day(notice.row.goes_on), say_count(len(notice.people), "person", "people")
    if not notice.is_todays:
        return [*notice.lines, CHANGED_AGAIN]
    if notice.row.chosen:
        return [*notice.lines, f"{people} will be told on {goes_on}."]
    say_when = "Say when: policy contacts --tell now, --tell and a day, or --tell head (the head tells them)."
    return [*notice.lines, f"{people} will be told on {goes_on}, or when you say so. {say_when}"]


def _say_unconfirmed(one: Unconfirmed) -> str:
    first = f" from {say_day(one.first)}" if one.first else ""
    return f"{say_role(one.holder.role)}{first}: {one.holder.name}, {one.details}. {one.how_to_confirm}"


def _show_change(change: ComingChange) -> None:
    copies = sum(len(policy.copies) for policy in change.policies)
    places = sum(len(policy.places) for policy in change.policies)
    say(f"\nTo come. {change.message}")
    say(
        f"  {say_count(len(change.policies), 'policy', 'policies')}, {say_count(places, 'place')} in their words, "
        f"{say_count(copies, 'file')} made again."
    )
    for policy in change.policies:
        _show_policy(policy)


def _show_policy(policy: ComingPolicy) -> None:
    front = "front page" if policy.front else ""
    places = say_count(len(policy.places), "place") if policy.places else ""
    say(f"  {policy.title}: {' and '.join(part for part in (front, places) if part) or 'its contacts'}")
    if policy.held:
        say(f"    no new copy could be made: {policy.held}")
    for place in policy.places[:_MOST_PLACES]:
        say(f"    {place.where}: {place.words}")
    if len(policy.places) > _MOST_PLACES:
        say(f"    and {len(policy.places) - _MOST_PLACES} more")
    if policy.copies:
        say(f"    {', '.join(policy.copies)}")


def _show_ghosts(ghosts: Sequence[Ghost]) -> None:
    texts = [ghost for ghost in ghosts if ghost.source is not GhostSource.COPY]
    copies = [ghost for ghost in ghosts if ghost.source is GhostSource.COPY]
    _show("Ghosts in documents and drafts:", [_say_ghost(ghost) for ghost in texts])
    lines = [f"{ghost.title}, {ghost.file}: {ghost.message}" for ghost in copies[-_MOST_COPIES:]]
    if len(copies) > _MOST_COPIES:
        lines.append(f"and {len(copies) - _MOST_COPIES} in older copies (--json has them all)")
    _show("Copies that may still hang somewhere:", lines)


def _say_ghost(ghost: Ghost) -> str:
    draft = ", draft" if ghost.source is GhostSource.DRAFT else ""
    quoted = f" “{ghost.where}”" if ghost.where else ""
    return f"{ghost.title} ({ghost.file}{draft}): {ghost.message}{quoted}"


# --- for programs ----------------------------------------------------------------------------------------------


def contacts_as_json(picture: ContactPicture) -> dict[str, Any]:
    """Return the picture as ``contacts --json`` prints it."""
    return {
        "first": list(picture.first),
        "directory": [_holder(holder) for holder in picture.directory.holders],
        "former": [_holder(holder) for holder in picture.directory.former],
        "vacant": list(picture.directory.vacant),
        "documents": [_naming(naming) for naming in picture.namings],
        "unconfirmed": [
            _holder(one.holder)
            | {"new": [word for word in ("phone", "email") if getattr(one, word)], "from": one.first}
            | {"message": one.how_to_confirm}
            for one in picture.unconfirmed
        ],
        "notice": _notice(picture.notice) if picture.notice is not None else None,
        "coming": [_change(change) for change in picture.coming],
        "ghosts": [asdict(ghost) for ghost in picture.hunt.ghosts],
        "contradictions": [
            {"role": each.role, "names": [{"name": one.name, "policies": one.slugs} for one in each.names]}
            | {"message": each.message}
            for each in picture.hunt.contradictions
        ],
        "unread": [asdict(each) for each in picture.hunt.unread],
        "guidance": [
            {"slug": standing.slug, "title": standing.title, "message": problem.message}
            for standing in picture.guidance
            for problem in standing.problems
            if problem.code == _OUTDATED
        ],
    }


def _holder(holder: Holder) -> dict[str, str | None]:
    return pick(holder, "role", "name", "title", "phone", "email", "covers")


def _notice(notice: WaitingNotice) -> dict[str, Any]:
    row = notice.row
    says = {"says": notice.lines, "people": len(notice.people), "since": row.seen_on}
    return pick(row, "number", "roles") | says | pick(row, "goes_on", "chosen")


def _naming(naming: UnknownNaming) -> dict[str, Any]:
    named = {"file": naming.path} | pick(naming.contact, "role", "name", "phone", "email")
    holders = {"holders": [holder.name for holder in naming.holders]}
    return pick(naming, "slug", "title") | named | holders | pick(naming, "message")


def _change(change: ComingChange) -> dict[str, Any]:
    policies = [_coming_policy(policy) for policy in change.policies]
    return pick(change, "why", "on", "role", "before", "after", "message") | {"policies": policies}


def _coming_policy(policy: ComingPolicy) -> dict[str, Any]:
    places = [asdict(place) | {"where": str(place.where)} for place in policy.places]
    return pick(policy, "slug", "title", "front") | {"places": places} | pick(policy, "copies", "held")
