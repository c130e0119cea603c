"""The record of what is held on people and why, as 'policy person held' prints it: rules in ``purposes.toml``.

Source: UK GDPR, Article 30(1): purposes, categories of people and data, recipients, time limits, security.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pipeline.config import Config
from pipeline.model.pick import pick
from pipeline.register.people.held_on import count_held, count_people
from pipeline.register.tables.schema import ON_PEOPLE
from pipeline.register.transaction import Transaction
from pipeline.resources import render_page, template_folder
from pipeline.wording import say_count, say_day


@dataclass(frozen=True, slots=True)
class DataCategory:
    """One kind of what is held."""

    what: str
    tables: tuple[str, ...]
    """Of the register, with rows on a person; empty for what lies elsewhere."""
    purpose: str
    basis: str
    """As this program proposes it; the school confirms it."""
    seen_by: str
    kept: str
    where: str


@dataclass(frozen=True, slots=True)
class HeldKind:
    """One kind as this school holds it."""

    kind: DataCategory
    rows: int
    kept: str
    """How long, with this school's settings."""


@dataclass(frozen=True, slots=True)
class ProcessingRecord:
    """What this school holds on people."""

    school: str
    day: date
    people: int
    here: int
    """Of them, how many work here, or are to come."""
    erased: int
    oldest: date | None
    """The day on which the oldest record of anybody was made; None before the first."""
    kinds: tuple[HeldKind, ...]
    complaints: str
    """Whom to complain to at the school, and who else takes complaints, in sentences."""


@cache
def load_kinds() -> tuple[DataCategory, ...]:
    """Return the kinds in the order of the file."""
    text = files("pipeline.privacy").joinpath("purposes.toml").read_text(encoding="utf-8")
    kinds = [(each.pop("key", None), each) for each in tomllib.loads(text)["kind"]]
    return tuple(
        DataCategory(**each, tables=tuple(name for name, its in ON_PEOPLE.items() if its.kind == key))
        for key, each in kinds
    )


def kind_of_table(table: str) -> DataCategory:
    """Return what a table of the register with rows on people holds. Raises KeyError for one that is in no kind."""
    by_table: Mapping[str, DataCategory] = {name: kind for kind in load_kinds() for name in kind.tables}
    return by_table[table]


def make_record(tx: Transaction, school: str, config: Config, today: date) -> ProcessingRecord:
    """Return what this school holds, with figures of its register."""
    counted = count_held(tx, school)
    people, here, erased, oldest = count_people(tx, school, today)
    kinds = tuple(
        HeldKind(kind, sum(counted[table] for table in kind.tables), _kept(kind, config)) for kind in load_kinds()
    )
    first = None if oldest is None else oldest.astimezone(config.zone).date()
    return ProcessingRecord(
        config.school.name or school, today, people, here, erased, first, kinds, _complaints(config)
    )


def _complaints(config: Config) -> str:
    """Return whom to complain to.

    Source: Data Protection Act 2018, section 164A, which the Data (Use and Access) Act 2025, section 103, put in.
    """
    return (
        f"Complaints about it go to {config.people.complaints}: the school acknowledges each within 30 days, looks "
        f"into it and tells the outcome. People may also complain to {config.people.regulator}."
    )


def _kept(kind: DataCategory, config: Config) -> str:
    years, copies = config.people.retention_years, config.backup.keep
    until = (
        f"Until {say_count(years, 'year')} after their last day (retention_years in the settings); then two people "
        "erase it."
        if years
        else "Without an end, since retention_years in the settings is 0."
    )
    kept = f"The newest {say_count(copies, 'daily copy', 'daily copies')}." if copies else "None is made by itself."
    return kind.kept.replace("{years}", until).replace("{copies}", kept)


def record_as_text(record: ProcessingRecord) -> str:
    """Return it as Markdown, which reads as plain text as well."""
    lines = [
        f"# What {record.school} holds on people, and why",
        "",
        f"As of {say_day(record.day)}. {_figures(record)}",
        "",
    ]
    lines += [_NOTE, "", record.complaints, ""]
    for held in record.kinds:
        lines += [f"## {held.kind.what[0].upper()}{held.kind.what[1:]}", ""]
        lines += [f"- **{name}:** {words}" for name, words in _said(held)] + [""]
    return "\n".join(lines)


def record_for_page(record: ProcessingRecord) -> dict[str, object]:
    """Return what pages show: ``figures``, ``note``, ``complaints``, and ``kinds`` as headings with names and words."""
    kinds = [(f"{held.kind.what[0].upper()}{held.kind.what[1:]}", _said(held)) for held in record.kinds]
    return {"figures": _figures(record), "note": _NOTE, "complaints": record.complaints, "kinds": kinds}


def record_as_page(record: ProcessingRecord) -> bytes:
    """Return it as a page that opens offline."""
    day = say_day(record.day)
    html = render_page(
        "evidence/purposes.html", template_folder(), school=record.school, day=day, **record_for_page(record)
    )
    return html.encode("utf-8")


def record_as_json(record: ProcessingRecord) -> dict[str, object]:
    """Return it as data."""
    kinds = [asdict(held.kind) | pick(held, "kept", "rows") for held in record.kinds]
    figures = pick(record, "school", "day", "people", "here", "erased", "oldest")
    return figures | {"kinds": kinds, "complaints": record.complaints}


_NOTE = (
    "This is what this program holds, for the school's record of processing (UK GDPR, Article 30). The lawful basis is "
    "a proposal: the school, or its data protection officer, confirms it. Nobody outside the school gets any of it "
    "from this program but through the mail service and whatever evidence the school gives out; nothing leaves the "
    "United Kingdom by it unless the mail service, or where the school puts its copies, does that."
)


def _figures(record: ProcessingRecord) -> str:
    people = say_count(record.people, "person", "people")
    since = f" The oldest record is of {say_day(record.oldest)}." if record.oldest else ""
    erased = f", {record.erased} of whom nothing but rows without a name is left" if record.erased else ""
    return f"{people} in the register, {record.here} of them here or to come{erased}.{since}"


def _said(held: HeldKind) -> list[tuple[str, str]]:
    kind = held.kind
    said = [("What for", kind.purpose), ("Lawful basis, to be confirmed", kind.basis), ("Who sees it", kind.seen_by)]
    said += [("How long", held.kept), ("Where", kind.where)]
    return [*said, ("Rows in the register", f"{held.rows:,}")] if kind.tables else said
