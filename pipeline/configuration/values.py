"""What one value of ``config.toml`` may look like: a line, an address, a number, a day or range, a time of day.

Each says in a sentence what is wrong with a value and how to write it; ``config`` puts them together into tables.
"""

import re
from datetime import date
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from pipeline.errors import Fault
from pipeline.model.contacts import Pronoun
from pipeline.model.people import EngagementKind
from pipeline.text.addresses import is_address
from pipeline.text.lazily import compiled_lazily


class Section(BaseModel):
    """One table: every key known, every value of its kind, nothing changed once it is read.

    What checks a table is made when it is first asked, so that of tables within tables only the outermost's is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    @classmethod
    def usual(cls) -> Self:
        """Return the table as it is where the file has none: the usual values, which need no check."""
        return cls.model_construct()


class WrongKeysError(ValueError):
    """What a table finds wrong with keys of its own, as faults with the key in that table; empty where it is none's."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults: tuple[Fault, ...] = faults


_TITLED = compiled_lazily(r"(Mr|Mrs|Ms|Miss|Mx|Dr)\b\.?\s", re.IGNORECASE)
"""What is written into a name by mistake; others ("Cllr", "Rev") may be how somebody is called."""
_NOBODY = compiled_lazily(r"tb[acd]|vacan(?:t|cy)|nobody|none|n/?a|to be (?:appointed|confirmed)", re.IGNORECASE)
_PHONE = compiled_lazily(r"[+(]?[\d][\d ()./+-]{4,}(\s*(ext|extension|x)\.?\s*\d+)?", re.IGNORECASE)


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line of ordinary characters")
    return value.strip()


def _persons_name(value: str) -> str:
    value = _required_text(value)
    if match := _TITLED.match(value):
        raise ValueError(f"{value!r} begins with a title; write the name alone, and {match[1]} as the title")
    if re.search(r"[()\[\]@]", value):
        raise ValueError(f"{value!r} holds more than a name; write first and last name alone")
    if not re.match(r"[^,;|/]*[^\W\d_]", value) or _TITLED.match(f"{value} ") or _NOBODY.fullmatch(value):
        raise ValueError(f"{value!r} names nobody; take the entry out, and list who went as a former holder")
    return value


def _address(value: str) -> str:
    value = _one_line(value)
    if value and not is_address(value):
        raise ValueError(f"{value!r} is not an e-mail address; write it like name@school.sch.uk")
    return value


def _phone(value: str) -> str:
    value = _one_line(value)
    if value and not _PHONE.fullmatch(value):
        raise ValueError(f"{value!r} is not a telephone number; write it like 01632 960123")
    return value


def _required_text(value: str) -> str:
    value = _one_line(value)
    if not value:
        raise ValueError("must not be empty")
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone; a school in England has Europe/London") from None
    return value


_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def _day(value: date) -> date:
    """Return a day of a school's life; a year that nobody means is a slip."""
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"{value} lies before {_FIRST_YEAR} or after {_LAST_YEAR}; look at the year")
    return value


def _day_range(value: object) -> object:
    """Read ``2026-12-21..2027-01-04`` or a single day."""
    if isinstance(value, date):
        return (_day(value), value)
    if isinstance(value, str):
        first, separator, last = value.partition("..")
        try:
            start = date.fromisoformat(first.strip())
            end = date.fromisoformat(last.strip()) if separator else start
        except ValueError:
            raise ValueError(f"{value!r} is not a day or a range like 2026-12-21..2027-01-04") from None
        if end < start:
            raise ValueError(f"{value!r} ends before it begins")
        return (_day(start), _day(end))
    raise ValueError(f"{value!r} is not a day or a range like 2026-12-21..2027-01-04")


def _web_address(value: str) -> str:
    value = _one_line(value).rstrip("/")
    if value and not re.match(r"https?://[^/\s]+", value):
        raise ValueError(f"{value!r} is not a web address; it begins with https://")
    return value


def _host_name(value: str) -> str:
    value = _one_line(value).strip("[]").casefold()
    if not re.fullmatch(r"[\w.:-]+", value) or "//" in value:
        raise ValueError(f"{value!r} is no computer's name; write what stands between https:// and the next stroke")
    return value


def _calendar_place(value: str) -> str:
    value = _one_line(value)
    if "://" in value and not re.match(r"(?:https?|webcal)://[^/\s]+", value):
        raise ValueError(f"{value!r} is not a calendar; write a file beside this one, or an address with https://")
    return value


def _one_or_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _pronoun(value: Any) -> Pronoun:
    # Pydantic cannot see from Python 3.12's Enum itself that it takes one value.
    try:
        return Pronoun(value.casefold() if isinstance(value, str) else value)
    except ValueError:
        raise ValueError(f"{value!r} is none of she, he and they; write one of these") from None


LIST_FIELDS = (
    "person_id", "first_name", "last_name", "preferred_first_name", "preferred_last_name", "full_name", "work_email",
    "role", "job_title", "start_date", "leave_date", "contract_start", "contract_end", "away_until", "status", "leaver",
    "kind", "department", "line_manager",
)  # fmt: skip
"""What a column of a staff list can be."""


def _list_field(value: str) -> str:
    if value != "ignore" and value not in LIST_FIELDS:
        raise ValueError(f"{value!r} is nothing a column can be; write one of {', '.join(LIST_FIELDS)}, or ignore")
    return value


def _slugs(value: object) -> object:
    """Read short names, or one; none at all is a slip, since the rule would be for no policy."""
    named = (value,) if isinstance(value, str) else value
    if isinstance(named, list | tuple) and not [name for name in named if name]:
        raise ValueError("names no policy; write short names like anti-bullying, or all")
    return named


def _worker_kind(value: Any) -> EngagementKind:
    try:
        return EngagementKind(value)
    except ValueError:
        raise ValueError(f"{value!r} is none of {', '.join(EngagementKind)}; write one of these") from None


def _small_key(value: str, of: str, example: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value):
        raise ValueError(f"{value!r}: {of} is written in small letters and hyphens, like {example}")
    return value


def _group_key(value: str) -> str:
    return _small_key(value, "a group", "[groups.parents]")


def _body_key(value: str) -> str:
    return _small_key(value, "a body", "[governors.bodies.finance-committee]")


def _school_key(value: str) -> str:
    return _small_key(value, "a school's key", "oakfield")


def _school_key_or_none(value: str) -> str:
    return _school_key(value) if value else value


def _daily_at(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"{value!r} is not a time of day; write it like 06:30")
    return value


Line = Annotated[str, AfterValidator(_one_line)]
Text = Annotated[str, AfterValidator(_required_text)]
ListField = Annotated[str, AfterValidator(_list_field)]
PersonsName = Annotated[str, AfterValidator(_persons_name)]
Address = Annotated[str, AfterValidator(_address)]
Phone = Annotated[str, AfterValidator(_phone)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
HostName = Annotated[str, AfterValidator(_host_name)]
CalendarPlace = Annotated[str, AfterValidator(_calendar_place)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_one_or_several)]
Slugs = Annotated[tuple[Line, ...], BeforeValidator(_slugs)]
Names = Annotated[tuple[Text, ...], BeforeValidator(_one_or_several)]
WorkerKind = Annotated[EngagementKind, BeforeValidator(_worker_kind)]
WorkerKinds = Annotated[tuple[WorkerKind, ...], BeforeValidator(_one_or_several)]
GroupKey = Annotated[str, AfterValidator(_group_key)]
BodyKey = Annotated[str, AfterValidator(_body_key)]
SchoolKey = Annotated[str, AfterValidator(_school_key)]
SchoolKeyOrNone = Annotated[str, AfterValidator(_school_key_or_none)]
Day = Annotated[date, AfterValidator(_day)]
DayRange = Annotated[
    tuple[date, date],
    BeforeValidator(_day_range),
    # As it is written in the file, so that what is kept of it can be read again.
    PlainSerializer(lambda days: f"{days[0]}..{days[1]}", return_type=str, when_used="json"),
]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
SpokenOf = Annotated[Pronoun, BeforeValidator(_pronoun)]
TimeOfDay = Annotated[str, BeforeValidator(_daily_at)]
