"""May a person be erased? What stands in the way, what stays and why, and what goes. Nothing is changed here.

The one who asks sees all of it first; the one who agrees is held to it again, since days may lie between the two.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.config import Config
from pipeline.dates.calendar import add_months
from pipeline.model.mail import NOT_GONE
from pipeline.people.lists.staff_list import read_or_refuse_staff_list
from pipeline.privacy import files
from pipeline.privacy.purposes import kind_of_table
from pipeline.reasons.reason import Reason, because
from pipeline.register.ledger.evidence_prints import EVIDENCE
from pipeline.register.people.erasing import PersonRows, find_all, is_taken_out
from pipeline.register.people.erasures import list_erased, list_holds
from pipeline.register.people.held_on import elsewhere_at
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.traces import find_documents
from pipeline.register.policies.policies import list_policies
from pipeline.register.tables.schema import ON_PEOPLE
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_list

_MONTHS = 12
_MOST_NAMED = 5
_CONTACTS = frozenset({"contacts", "former_contacts", "next_contacts"})


@dataclass(frozen=True, slots=True)
class ErasurePreview:
    """What erasing a person would come to."""

    row: PersonRow
    in_the_way: tuple[Reason | str, ...]
    """Why nothing is erased now, a sentence each; empty where they may be."""
    stays: tuple[str, ...]
    """What is kept all the same, and why."""
    goes: tuple[tuple[str, int], ...]
    """What goes: what it is, and how many rows, values or files."""
    found: PersonRows
    mails: tuple[Path, ...]
    """Mails of the outbox folder that go."""


def look_at(
    tx: Transaction, school: str, config: Config, row: PersonRow, today: date, *, again: bool = False
) -> ErasurePreview:
    """Return what erasing a person would come to today; ``again``: it was settled before that nothing must be kept."""
    found = find_all(tx, school, row.id)
    if gone := list_erased(tx, school).get(row.id):
        day = say_day(gone.erased_at.astimezone(config.zone).date())
        return ErasurePreview(
            row, (f"{row.person.name} was erased on {day} already; nothing is left to erase.",), (), (), found, ()
        )
    mails = files.find_mails(config, found.traces)
    in_the_way: tuple[Reason | str, ...] = tuple(_in_the_way(tx, school, config, row, found, today))
    if not again:
        in_the_way += tuple(_is_evidence(config, found, today))
    stays = tuple(_stays(tx, school, config, found, today))
    return ErasurePreview(row, in_the_way, stays, _goes(found, mails), found, mails)


def last_day_of(found: PersonRows) -> date | None:
    """Return the last day of everything that a person was at the school; None while any of it has none."""
    days = [each["leave_on"] for each in found.rows.get("engagement", ())]
    return None if not days or None in days else max(days)


def kept_until(last_day: date, years: int) -> date | None:
    """Return the last day on which the records of a leaver are kept; None where they are kept without an end."""
    return add_months(last_day, _MONTHS * years) if years else None


# --- what stands in the way ----------------------------------------------------------------------------------------


def _in_the_way(
    tx: Transaction, school: str, config: Config, row: PersonRow, found: PersonRows, today: date
) -> Iterator[Reason | str]:
    name = row.person.name
    if hold := list_holds(tx, school).get(row.id):
        day = say_day(hold.held_at.astimezone(config.zone).date())
        yield because("person-held", by=hold.held_by, name=name, day=day)
    last_day = last_day_of(found)
    if last_day is None or last_day >= today:
        yield _still_here(row, last_day)
    yield from _on_a_list(config, found)
    yield from _waits(found, name)
    yield from _in_the_settings(config, found, name)


def _still_here(row: PersonRow, last_day: date | None) -> Reason | str:
    if last_day is not None:
        return f"{row.person.name}’s last day is {say_day(last_day)}, and has not passed."
    return because("person-still-here", name=row.person.name)


def _on_a_list(config: Config, found: PersonRows) -> Iterator[str]:
    """Say which list has them today: the next run would bring them back from it."""
    keys: dict[str, set[str]] = {}
    for each in found.rows.get("engagement", ()):
        keys.setdefault(each["list"], set()).add(each["key"])
    for one in config.people_lists:
        if one.name not in keys:
            continue
        listed = read_or_refuse_staff_list(config.root / one.source, config.people, one.kind)
        if listed.refused and not listed.listed:
            yield f"{one.source} cannot be read, so nobody can tell whether they stand in it. Put it right first."
        elif standing := sorted(keys[one.name] & listed.listed):
            yield (
                f"They stand in {one.source} (as {say_list(standing)}): the next run would bring them back from it. "
                "Take the row out of the list first."
            )


def _waits(found: PersonRows, name: str) -> Iterator[Reason]:
    if waiting := sum(each["closed_at"] is None for each in found.rows.get("request", ())):
        yield because("person-still-asked", name=name, count=say_count(waiting, "policy", "policies"))
    if any(each["closed_at"] is None for each in found.rows.get("declaration_request", ())):
        yield because("person-still-declares", name=name)
    on_its_way = [each for each in found.rows.get("message", ()) if each["state"] in {*map(str, NOT_GONE), "sending"}]
    if on_its_way:
        yield because("person-has-mail", count=say_count(len(on_its_way), "mail"), name=name)


def _in_the_settings(config: Config, found: PersonRows, name: str) -> Iterator[Reason]:
    for address in sorted(found.traces.own_addresses):
        if config.accounts.find(address) or config.accounts.teams_of(address):
            yield because("person-has-account", address=address)
    settings = config.model_dump(mode="json", by_alias=True, exclude={"accounts", "root", "trust_name"})
    naming = [table for table, value in settings.items() if found.traces.without(value, "", "") != value]
    if any(table in _CONTACTS for table in naming):
        yield because("person-is-contact", name=name)
    if others := [f"[{table}]" for table in naming if table not in _CONTACTS]:
        yield because("person-in-settings", name=name, tables=say_list(others))


def _is_evidence(config: Config, found: PersonRows, today: date) -> Iterator[str]:
    """Say until when what a leaver read, was asked or decided shows that the school did its duty."""
    last_day = last_day_of(found)
    if last_day is None or last_day >= today:
        return
    count = sum(len(found.rows.get(table, ())) for table, its in ON_PEOPLE.items() if its.shows_duty)
    decided = sum(count for table, count in found.named.items() if table in EVIDENCE)
    if not count and not decided:
        return
    until = kept_until(last_day, config.people.retention_years)
    if until is not None and until < today:
        return
    what = [say_count(count, "row") + " on what they were asked and read"] if count else []
    what += [say_count(decided, "place") + " where they are named, such as who decided"] if decided else []
    if until is None:
        yield (
            f"{say_list(what)}: the school keeps that without an end, since retention_years in the settings is 0. It "
            "is evidence that the school did its duty."
        )
        return
    years = say_count(config.people.retention_years, "year")
    yield (
        f"{say_list(what)}: evidence that the school did its duty, kept until {say_day(until)} ({years} after their "
        f"last day, {say_day(last_day)}; retention_years in the settings). Then they may be erased."
    )


# --- what stays ----------------------------------------------------------------------------------------------------


def _stays(tx: Transaction, school: str, config: Config, found: PersonRows, today: date) -> Iterator[str]:
    stay = {table: rows for table, rows in found.rows.items() if not is_taken_out(table)}
    if stay:
        kinds = dict.fromkeys(kind_of_table(table).what for table in stay)
        yield (
            f"As rows of “a person who was erased”, so that the figures of any earlier day still add up: "
            f"{'; '.join(kinds)} ({say_count(sum(map(len, stay.values())), 'row')})."
        )
    if found.openings:
        yield (
            "The records of the ledger. They hold no names, and what could show of whom they are goes; the ledger "
            "still shows that nothing was changed."
        )
    if found.rows.get("message"):
        yield "Mails that went lie in the mailboxes they went to; this program cannot take them back."
    if documents := find_documents(tx, school, found.traces):
        titles = {policy.id: policy.title for policy in list_policies(tx, school)}
        named = sorted(titles[each] for each in documents if each in titles)
        more = [f"{len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
        yield f"Documents of the school that name them, and copies of them: {say_list([*named[:_MOST_NAMED], *more])}."
    if any(name.casefold() in found.traces.shared for name in found.traces.names):
        yield (
            "Words with their name alone: somebody else has or had the same, or it is a single word. What has their "
            "key, address or id goes."
        )
    if elsewhere_at(tx, school, found.traces.own_addresses):
        yield "What another school of this register holds at their address: its own office erases that."
    yield from _stays_in_files(config, found, today)


def _stays_in_files(config: Config, found: PersonRows, today: date) -> Iterator[str]:
    if day := files.last_day_in_copies(config, today):
        yield (
            f"The daily safety copies in {files.say_where_copies_lie(config)} hold them until {say_day(day)}, when "
            "the last of today's is dropped. Putting an older one back asks for them to be erased again. "
            "Copies kept elsewhere hold them for as long as you keep those."
        )
    if files.has_packs(config):
        yield "Packs of evidence that were made, in distribution/evidence or given out, stay as they were given."
    for path in files.find_put_aside(config):
        yield f"{path.name} holds the register as it was before a safety copy was put back. Delete it when you can."
    for path in files.find_own_files(config, found.traces):
        yield f"{path.name} of the school's own names them; this program deletes no such file."
    yield "Sheets, cards, workbooks and exports that were printed or saved elsewhere."


# --- what goes -----------------------------------------------------------------------------------------------------


def _goes(found: PersonRows, mails: Sequence[Path]) -> tuple[tuple[str, int], ...]:
    counted: dict[str, int] = {}
    for table, rows in found.rows.items():
        if is_taken_out(table):
            what = kind_of_table(table).what
            counted[what] = counted.get(what, 0) + len(rows)
    more: Mapping[str, int] = {
        "places elsewhere in the register that name them": sum(found.named.values()),
        "names and texts that the ledger's records were made from": len(found.openings),
        "mails in the outbox folder that go to them or name them": len(mails),
    }
    return tuple((what, count) for what, count in {**counted, **more}.items() if count)
