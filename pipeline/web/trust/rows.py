"""One school as a row of the trust's first page: its counts, who leads there today, and what to look at first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.configuration.trust import Trust
from pipeline.decisions.rights import Action, Who
from pipeline.trust.outcomes import NightOutcome
from pipeline.trust.status import Figures, Glance
from pipeline.web.trust.glances import Seen
from pipeline.web.trust.own_site import NamedSchool
from pipeline.wording import say_count, say_moment

_SILENT = timedelta(hours=30)
"""A night that is later than this has been missed."""
_NIGHT_SAID = {
    NightOutcome.DONE.value: "done",
    NightOutcome.FAILED.value: "did not go through",
    NightOutcome.IN_USE.value: "another run was at work",
    NightOutcome.DIED.value: "was ended from outside",
    NightOutcome.STOPPED.value: "was stopped",
}


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """One thing at a school that waits for the school."""

    words: str
    href: str = ""
    """The page of the school's desk that shows it; empty for those who may not open that."""
    is_pressing: bool = False


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school."""

    key: str
    name: str
    figures: Figures | None
    """None where it is not looked at yet, has made no run, or something is wrong."""
    read: str
    """The share of readings that are recorded: ``87%``, ``none asked``."""
    night: str
    """What became of the last night."""
    at: str
    """When it was looked at; empty while it is not yet."""
    look_at: tuple[ToLookAt, ...]

    @property
    def is_open(self) -> bool:
        """Whether its desk can be opened: nothing that is wrong with it is in the way."""
        return bool(self.at) and (self.figures is not None or not self.look_at)


def row_of(
    trust: Trust, named: NamedSchool, seen: Seen | None, night: Mapping[str, Any], who: Who, now: datetime
) -> SchoolRow:
    """Return a school's row for a person with the rights of ``who`` there; names only by right."""
    zone = ZoneInfo(trust.section.time_zone)
    key = named.key
    if seen is None:
        return SchoolRow(key, named.name, None, "", _say_night(night, zone), "", ())
    glance = seen.glance
    things = tuple(_things(key, glance, night, who, now))
    at = f"{seen.at.astimezone(zone):%H:%M}"
    return SchoolRow(key, named.name, glance.figures, _share(glance.figures), _say_night(night, zone), at, things)


def _share(figures: Figures | None) -> str:
    if figures is None:
        return ""
    # Rounded down: nobody is told that all have read while one has not.
    return f"{100 * figures.read // figures.required}%" if figures.required else "none asked"


def _say_night(night: Mapping[str, Any], zone: ZoneInfo) -> str:
    said = _NIGHT_SAID.get(str(night.get("outcome", "")), "")
    try:
        at = datetime.fromisoformat(str(night.get("at", ""))).astimezone(zone)
    except ValueError:
        return said
    return f"{said}, {say_moment(at)}" if said else ""


def _things(key: str, glance: Glance, night: Mapping[str, Any], who: Who, now: datetime) -> Iterator[ToLookAt]:
    if glance.problem:
        yield from _wrong(glance.problem, who)
        return
    if night.get("outcome") in (NightOutcome.FAILED.value, NightOutcome.DIED.value):
        yield from _wrong([f"The last night did not go through. {' '.join(map(str, night.get('said', ())))}"], who)
    figures = glance.figures
    if figures is not None:
        yield from (ToLookAt(said, is_pressing=True) for said in figures.lead_said)
        yield from _counted(key, figures, who)
        if figures.last_run is None or now - figures.last_run > _SILENT:
            since = f"since {say_moment(figures.last_run)}" if figures.last_run else "yet"
            yield ToLookAt(f"No run has finished {since}", is_pressing=True)


def _wrong(said: Sequence[str], who: Who) -> Iterator[ToLookAt]:
    """Give what is wrong with settings or register: the sentences may name a person, or an address."""
    if who.may(Action.SEE_NAMES) or who.may(Action.CHANGE_ROUTE):
        yield from (ToLookAt(one, is_pressing=True) for one in said)
    else:
        yield ToLookAt("Its settings or its register need mending; its office is shown what.", is_pressing=True)


def _counted(key: str, figures: Figures, who: Who) -> Iterator[ToLookAt]:
    desk = f"/schools/{key}" if who.may(Action.SEE_NAMES) else ""
    for number, words, more, path, is_pressing in (
        (figures.late, "review late", "reviews late", "/policies?state=overdue", False),
        (figures.undated, "policy without a date", "policies without a date", "/policies?state=undated", False),
        (figures.readings_late, "reading late", "readings late", "/people?state=late", False),
        (figures.bounced, "address that mail came back from", "addresses that mail came back from",
         "/mailings/returned", True),
        (figures.mail_waiting, "person waits for a mailing to be confirmed",
         "people wait for a mailing to be confirmed", "/mailings?state=waiting", False),
        (figures.needs_you, "policy with something to settle", "policies with something to settle", "/problems", False),
    ):  # fmt: skip
        if number:
            yield ToLookAt(say_count(number, words, more), desk + path if desk else "", is_pressing)
