"""What is decided on one person: away or back, leaving, here again, another address, links ended, everything held.

Nobody decides on their own record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from pipeline.decisions.declare import Case, DecisionSaid, DecisionWords, DeclaredDecision, Look, page_of_person
from pipeline.decisions.fields import Where, asked
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.model.pick import pick
from pipeline.people.absences import say_what_is_open
from pipeline.people.away import absent_through
from pipeline.people.by_hand import HandChange, add_by_hand, leave, revoke_link, set_by_hand
from pipeline.people.lists.staff_wording import hand_change_lines
from pipeline.people.obligations import has_left
from pipeline.privacy.erase import hold, release
from pipeline.register.mail.bounced import list_undelivered
from pipeline.register.people.erasures import list_holds
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.requests import list_requests
from pipeline.wording import say_count, say_day, say_moment

OWN_RECORD = (
    "This is your own record, and nobody changes their own: it says what they are asked to read. Ask somebody else."
)
OWN_ADDRESS = "That is your own address. Mail to others cannot go to you, and nobody adds themself"


@dataclass(frozen=True, kw_only=True)
class HoldEverything(DeclaredDecision):
    """Everything of a person is held, or is not held any more."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "person hold",
        "Hold everything of PERSON, as while a complaint is open: nothing is erased.",
        Action.ERASE,
        page="/people/{person}/hold",
        above="/people",
        heading="Hold everything of {name}",
        link="Hold everything of theirs, or end that",
    )
    person: str = asked(where=Where.ADDRESS)
    reason: str | None = asked(
        "Why",
        hint="It stands in the ledger alone, and goes when they are erased.",
        missing="Say why, such as a complaint or a claim; it stands in the ledger alone",
        help="Why; it stands in the ledger alone.",
        metavar="TEXT",
        default=None,
    )
    release: bool = asked(help="End the hold.", default=False, where=Where.COMMAND)

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Show whether everything of a person is held, and what follows from the other."""
        row = case.person(person, own=OWN_RECORD)
        held = list_holds(case.decision.tx, case.decision.school).get(row.id)
        if held is None:
            then = "Nothing of theirs is erased, however long ago they left, until somebody ends the hold. "
            then += "Do this while a complaint or a claim is open."
            return Look(page_of_person(row), said=(then,), shown="free", button="Hold everything")
        since = say_moment(held.held_at.astimezone(case.config.zone))
        then = (
            f"{held.held_by} has held everything since {since}: nothing of theirs is erased. Why stands in the ledger."
        )
        no_reason: Mapping[str, Mapping[str, str]] = {"reason": {}}
        return Look(page_of_person(row), said=(then,), shown="held", button="End the hold", choices=no_reason)

    def do(self, case: Case) -> DecisionSaid:
        """Hold everything, or end the hold: on the page, the other of what it is."""
        row = case.person(self.person, own=OWN_RECORD)
        if case.who is None and self.release == (self.reason is not None):
            raise UsageError("Give --reason TEXT to hold, or --release to end it.")
        if is_over := self.release or self.reason is None:
            said = release(case.decision, row.id, case.today)
        else:
            said = hold(case.decision, row.id, self.reason or "", case.today)
        return DecisionSaid(said, {"held": not is_over, "by": case.decision.actor})


_DAY = timedelta(days=1)
_ALL = "all of it"
_WHEN = {"day": "Their last day is the one below", "already": "They have left already"}


@dataclass(frozen=True, kw_only=True)
class Leave(DeclaredDecision):
    """A person leaves, or has left."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "staff leaves",
        "Somebody leaves: their link, requests and mail end in one step.",
        Action.LOOK_AFTER_PEOPLE,
        page="/people/{person}/leaves",
        above="/people",
        heading="{name} leaves",
        link="They leave",
        button="Go on",
        explains="Nothing is changed yet: the next page shows what ends. No reason of it is kept.",
    )
    person: str = asked(where=Where.ADDRESS)
    when: str = asked("When do they leave?", missing="Say when they leave", where=Where.PAGE, default="day")
    on: date | None = asked(
        "Their last day",
        hint="Empty where they have left already.",
        help="Their last day; else they have left already.",
        default=None,
    )
    only: str = asked(
        "They are here as several things. What ends?",
        help="Only what they are by this list; they stay by another.",
        option="--list",
        metavar="NAME",
        default=_ALL,
    )

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Show the last day that is known of a person, and what they are here."""
        row = case.person(person, own=OWN_RECORD)
        about, last_day = page_of_person(row), row.person.leave_on
        if has_left(row.person, case.today):
            links = {"They have left": ("they work here again", f"{about[1]}/return")}
            return Look(about, nothing=f"{row.person.name} has left already.", links=links)
        lists = {one.list: f"Only as in {one.list}" for one in row.engagements}
        choices = {"when": _WHEN, "only": {_ALL: "Everything they are here", **lists} if len(lists) > 1 else {}}
        known = f"{say_day(last_day)}; an earlier one takes its place" if last_day else ""
        links = {"That they leave": ("it was recorded in error", f"{about[1]}/correct-leaving")} if last_day else {}
        return Look(about, rows={"Last day": known}, links=links, choices=choices, values={"only": _ALL})

    def faults(self, case: Case) -> Mapping[str, str]:
        """Say where the last day is missing."""
        return {"on": "Give their last day here"} if self.when == "day" and self.on is None else {}

    def check(self, case: Case) -> Look:
        """Show what their leaving ends, and what somebody has to see to."""
        row, tx, school = case.person(self.person, own=OWN_RECORD), case.decision.tx, case.decision.school
        last_day = self._last_day or case.today - _DAY
        going = replace(row, person=replace(row.person, leave_on=last_day))
        open_now = say_what_is_open(tx, school, going, case.config, case.today, case.voice)
        asked_now = len(list_requests(tx, school, person=row.id, only_open=True))
        are = "is" if asked_now == 1 else "are"
        closed = f"{say_count(asked_now, 'reading that is', 'readings that are')} asked of them {are} closed"
        said = (
            f"{'At once' if last_day < case.today else 'When it is over, by itself'} their personal page and every "
            f"link to it opens no more, {closed if asked_now else 'nothing is asked of them any more'}, and mail to "
            "them that has not gone does not go.",
            "What they have read stays on record.",
        )
        rows = {"Their last day": say_day(last_day), "To be seen to": " ".join(open_now)}
        return Look(page_of_person(row), rows=rows, said=said, button="Record that they leave", is_stop=True)

    @property
    def _last_day(self) -> date | None:
        return None if self.when == "already" else self.on

    def do(self, case: Case) -> DecisionSaid:
        """Record it; what they are by one list alone, where one is named."""
        row = case.person(self.person, own=OWN_RECORD)
        only = None if self.only in (_ALL, "") else self.only
        change = leave(case.decision, row.id, self._last_day, case.today, list_name=only)
        return said_of(case, change, say_open(case, change))


def words_on_person(
    page: str, heading: str, does: str, button: str, explains: str, link: str = "", command: str = ""
) -> DecisionWords:
    """Return the words of a decision on one person; ``page`` is the last part of its address."""
    return DecisionWords(
        command,
        does,
        Action.LOOK_AFTER_PEOPLE,
        page=f"/people/{{person}}/{page}",
        above="/people",
        heading=heading,
        button=button,
        is_stop=page == "link",
        explains=explains,
        link=link,
    )


_AWAY = {"away": "They are away, or will be", "back": "They are back, or will not be away after all"}


@dataclass(frozen=True, kw_only=True)
class NoteAbsence(DeclaredDecision):
    """A person is away, or is back. No reason of it is asked for or kept."""

    words: ClassVar[DecisionWords] = words_on_person(
        "away",
        "{name}: away or back",
        "Note that somebody is away, or is back; as `policy staff set PERSON away_until=DATE`.",
        "Save absence",
        "No mail goes to somebody who is away; they are asked on return, with new days to read by. Why they are away "
        "is not asked, and should not be written here.",
        "They are away, or back",
    )
    person: str = asked(where=Where.ADDRESS)
    what: str = asked("What is so?", missing="Say whether they are away or back")
    first: date | None = asked("First day away", hint="Empty for today.", default=None)
    until: date | None = asked("Last day away")

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Show from when until when a person is away."""
        row = case.person(person, own=OWN_RECORD)
        until = absent_through(row.person, case.today)
        coming = [one for one in row.person.away if one.from_on > case.today]
        days = [f"{say_day(one.from_on)} to {say_day(one.until_on)}" for one in coming[:3]]
        rows = {"Away now": f"until {say_day(until)}" if until else "", "Away": "; ".join(days)}
        values = {"what": "back" if until or coming else "away"}
        shown = f"{until} {len(row.person.away)}"
        return Look(page_of_person(row), rows=rows, choices={"what": _AWAY}, values=values, shown=shown)

    def faults(self, case: Case) -> Mapping[str, str]:
        """Say where the last day is missing."""
        is_missing = self.what == "away" and self.until is None
        return {"until": "Say until when they are away; their last day away"} if is_missing else {}

    def do(self, case: Case) -> DecisionSaid:
        """Note it."""
        days = [f"away_until={self.until or ''}", *([f"away_from={self.first}"] if self.first else [])]
        fields = days if self.what == "away" else ["away_until="]
        return said_of(case, set_by_hand(case.decision, case.person(self.person).id, fields, case.today))


@dataclass(frozen=True, kw_only=True)
class StartAgain(DeclaredDecision):
    """A person who left begins again; that they never left is taken back by ``undo``."""

    words: ClassVar[DecisionWords] = words_on_person(
        "return",
        "{name} works here again",
        "Let somebody who left begin again; as `policy staff add`.",
        "They begin again",
        "They begin again with the role, team and address of before; what they read before they left does not count.",
    )
    person: str = asked(where=Where.ADDRESS)
    starts: date = asked("Their first day", missing="Give their first day")

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Show when a person left."""
        row = case.person(person, own=OWN_RECORD)
        about, left_on = page_of_person(row), row.person.leave_on
        links = {"That they leave": ("it was recorded in error", f"{about[1]}/correct-leaving")} if left_on else {}
        if left_on is None or not has_left(row.person, case.today):
            return Look(about, links=links, nothing=f"{row.person.name} has not left.")
        return Look(about, rows={"They left on": say_day(left_on)}, links=links, shown=left_on.isoformat())

    def faults(self, case: Case) -> Mapping[str, str]:
        """Say where the day is before they left."""
        left_on = case.person(self.person).person.leave_on
        if left_on is None or self.starts > left_on:
            return {}
        return {"starts": f"They left on {say_day(left_on)}; give a day after that"}

    def do(self, case: Case) -> DecisionSaid:
        """Let them begin again."""
        person = case.person(self.person).person
        known = {"role": person.role, "team": person.team, "work_email": person.work_email, "kind": person.kind.value}
        given = [f"{name}={value}" for name, value in known.items() if value]
        return said_of(case, add_by_hand(case.decision, person.name, [*given, f"starts={self.starts}"], case.today))

    @classmethod
    def offer(cls, case: Case, subject: PersonRow) -> str:
        """Return the words of the link to it."""
        return "They work here again" if has_left(subject.person, case.today) else ""


@dataclass(frozen=True, kw_only=True)
class CorrectAddress(DeclaredDecision):
    """The work address of a person was wrong; mail that came back from it goes to the right one."""

    words: ClassVar[DecisionWords] = words_on_person(
        "address",
        "Work address of {name}",
        "Correct a work address; as `policy staff set PERSON work_email=ADDRESS`.",
        "Save address",
        "Mail that came back goes to the right address with the next mail, once that is known.",
        "Correct the work address",
    )
    person: str = asked(where=Where.ADDRESS)
    work_email: str = asked(
        "Work address", hint="Their own, read by nobody else: the links in it open their page.", typed_as="email"
    )
    none: bool = asked("They have no work address; ask them on paper", default=False)

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Show the address, and whether mail came back from it."""
        row = case.person(person, own=OWN_RECORD)
        came_back = [one for one in list_undelivered(case.decision.tx, case.decision.school) if one.person == row.id]
        warns = f"Mail to {came_back[-1].recipient} came back: {came_back[-1].detail}" if came_back else ""
        now = row.person.work_email or ""
        return Look(page_of_person(row), warns=warns, values={"work_email": now}, shown=now or "none")

    def faults(self, case: Case) -> Mapping[str, str]:
        """Say where the address is the same, missing, or of the person who types it."""
        now = case.person(self.person).person.work_email or ""
        if self.work_email.casefold() == now.casefold():
            return {"work_email": "That is the address they have now; type the right one"}
        if not self.work_email and not self.none:
            return {"work_email": "Type the address, or tick that they have none"}
        return refuse_own_address(case, self.work_email)

    def do(self, case: Case) -> DecisionSaid:
        """Correct it."""
        key, fields = case.person(self.person).id, [f"work_email={self.work_email}"]
        return said_of(case, set_by_hand(case.decision, key, fields, case.today))


@dataclass(frozen=True, kw_only=True)
class EndLinks(DeclaredDecision):
    """The personal links that a person was given open nothing any more."""

    words: ClassVar[DecisionWords] = words_on_person(
        "link",
        "End the links of {name}",
        "End the personal links that somebody was given; as `policy staff link PERSON --revoke`.",
        "End their links",
        "Every link that they were given opens nothing any more, in each mail that they have. The next letter brings "
        "another. Do this where a link fell into other hands.",
        "End the links they have",
    )
    person: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Ask whether it is to be."""
        return Look(page_of_person(case.person(person, own=OWN_RECORD)))

    def do(self, case: Case) -> DecisionSaid:
        """End them."""
        person = revoke_link(case.decision, case.person(self.person).id, case.today).after.person
        said = f"The links that {person.name} was given open nothing any more; the next letter brings another."
        return DecisionSaid(said, {"person_id": person.person_id, "revoked": True})


def refuse_own_address(case: Case, work_email: str | None) -> Mapping[str, str]:
    """Return what is wrong with an address that is the one of the person who types it."""
    return {"work_email": OWN_ADDRESS} if case.who is not None and case.who.is_at(work_email) else {}


def say_open(case: Case, change: HandChange) -> tuple[str, ...]:
    """Return what a person who was given a last day holds or looks after; none for who stays."""
    if change.new_last_day is None:
        return ()
    return say_what_is_open(case.decision.tx, case.decision.school, change.after, case.config, case.today, case.voice)


def said_of(case: Case, change: HandChange, open_now: Sequence[str] = ()) -> DecisionSaid:
    """Return a change of one person in words, at the command line a line each, and as JSON."""
    lines = *hand_change_lines(change, case.today), *change.notes, *open_now
    ended = {"closed": change.closed, "dropped": change.dropped}
    as_json = {**person_as_json(change.after), **ended, "notes": list(change.notes), "open": list(open_now)}
    return DecisionSaid(case.lines(lines), as_json, page_of_person(change.after)[1])


def person_as_json(row: PersonRow) -> dict[str, object]:
    """Return what is known of a person, for other programs."""
    person = row.person
    away = [{"from": one.from_on, "until": one.until_on} for one in person.away if not one.is_held]
    return {
        **pick(person, "person_id", "first_name", "last_name", "work_email", "role", "kind", "team", "manager"),
        "start_date": person.start_on,
        "leave_date": person.leave_on,
        "away_until": person.away_until,
        "away": away,
        "source": row.source,
        "missing_since": row.missing_since,
        "engagements": [
            {"list": one.list, "person_id": one.key, **pick(one, "kind", "role", "team")}
            | {"start_date": one.start_on, "leave_date": one.leave_on, "missing_since": one.missing_since}
            for one in row.engagements
        ],
    }


DECISIONS = (CorrectAddress, NoteAbsence, Leave, StartAgain, EndLinks, HoldEverything)
