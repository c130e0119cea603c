"""One page for an inspector's call: who was asked to read Part One and the child protection policy, and who has.

Readable on a phone. It says how many were asked, have read and are late, what was done about it, and who leads today;
it claims of nobody that they understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.acknowledgements.tally import Members, ReadingCount, list_members_yet_to_answer
from pipeline.dates.calendar import academic_year_start
from pipeline.directory import DEPUTY, HEAD, LEAD
from pipeline.evidence.figures import GROUPS
from pipeline.model.people import EngagementKind
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.mail.told import ASKED, About, ToldCount, ToldOutcome, count_told
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.requests import count_methods
from pipeline.web.desk.contacts.contacts import list_holders
from pipeline.web.desk.figures import Figure, reading_figure
from pipeline.web.desk.view import Answer, View
from pipeline.wording import say_count, say_list, say_method

_ASKED_ABOUT = {
    "kcsie-part-one": "Keeping Children Safe in Education, Part One",
    "child-protection": "Child protection",
}
"""By the catalogue's short name. Source: Keeping Children Safe in Education, Part One and paragraphs 14 and 15."""
_CAME = (ToldOutcome.SENT, ToldOutcome.HANDED)


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """One document that an inspector asks about."""

    one: PolicyStanding
    label: str
    """What its version is called."""
    since: str
    """Since when it is in use, empty where nobody knows."""
    count: ReadingCount
    """Of those who were asked: by an email that the mail server took, or on paper that was handed over, and those who
    has read it all the same."""
    not_asked: int
    """Who is to read it and was not asked yet."""
    figure: Figure
    methods: tuple[tuple[str, int], ...]
    """How it was given, with how many people each."""
    away: int
    """Who is to read it and is away, and asked on return."""


@dataclass(frozen=True, slots=True)
class LatenessAction:
    """What was done about lateness, one way."""

    what: str
    times: int
    people: int


def show_inspector(view: View) -> Answer:
    """Show the page for the call."""
    asked_about = _find(view)
    open_of = list_members_yet_to_answer(view.tx, view.school, [one.policy_id for one in asked_about])
    documents = [_document(view, one, open_of.get(one.policy_id, 0)) for one in asked_about]
    known = {document.one.catalogue_slug for document in documents}
    since = academic_year_start(view.today)
    policies = tuple(document.one.policy_id for document in documents)
    told = count_told(view.tx, view.school, policies, since) if policies else ()
    shown = view.picture.standing.shared.contacts.shown
    fields = {
        "documents": documents,
        "missing": [name for slug, name in _ASKED_ABOUT.items() if slug not in known],
        "done": list(_done(told)),
        "since": since,
        "leads": list(list_holders(shown, LEAD, DEPUTY, HEAD, "safeguarding-governor", "chair-of-governors", "lado")),
        "first": view.first,
        "escalates": view.config.reading.escalate,
        "reminders": say_reminders(view.config.reading.remind_school_days),
        "is_written": view.config.mail.route == "folder",
    }
    return Answer("inspector.html", "For an inspector’s call", fields, at="/inspector")


def say_reminders(school_days: Sequence[int]) -> str:
    """Return on which school days around the day to read by readers are reminded, in words."""
    if not school_days:
        return "none are set"
    words = []
    for days in sorted(school_days):
        amount = say_count(abs(days), "school day")
        words.append("on the day" if days == 0 else f"{amount} {'before' if days < 0 else 'after'}")
    return f"{say_list(words)}, counted from the day to read by"


def _find(view: View) -> list[PolicyStanding]:
    order = list(_ASKED_ABOUT)
    found = [
        one
        for one in view.picture.standings
        if one.catalogue_slug in _ASKED_ABOUT and one.state is not ReviewState.WITHDRAWN
    ]
    return sorted(found, key=lambda one: order.index(one.catalogue_slug or ""))[:_MOST_DOCUMENTS]


_MOST_DOCUMENTS = 4


def _document(view: View, one: PolicyStanding, yet_to_answer: Members) -> AskedAbout:
    tally, shared = view.picture.tally, view.picture.standing.shared
    counted = []
    was_asked = yet_to_answer | tally.done.get(one.policy_id, 0)
    for name, kinds in GROUPS.items():
        count = tally.count(one.policy_id, _members(view, kinds) & was_asked)
        if count.required:
            kind = kinds[0].value if len(kinds) == 1 else ""
            counted.append((name, count, f"/people?kind={kind}" if kind else "/people"))
    version = next((each for each in shared.versions if each.id == one.version_id), None)
    covered = shared.readings[one.policy_id].covered if one.policy_id in shared.readings else frozenset()
    methods = count_methods(view.tx, view.school, covered)
    asked = view.picture.standing.to_sign.asked.get(one.policy_id, 0)
    label = shared.labels.get(one.version_id or 0)
    return AskedAbout(
        one,
        label.text if label else "",
        view.day(version.issued_on) if version else "",
        tally.count(one.policy_id, was_asked),
        tally.count(one.policy_id, ~was_asked).required,
        reading_figure(f"groups-{one.slug}", f"{one.title}: read of asked", "Group", counted),
        tuple((say_method(method), methods[method]) for method in AcknowledgementMethod if methods.get(method)),
        (asked & tally.away & ~tally.done.get(one.policy_id, 0)).bit_count(),
    )


def _members(view: View, kinds: Sequence[EngagementKind]) -> Members:
    def is_one(row: PersonRow) -> bool:
        return row.person.kind in kinds

    return view.picture.standing.to_sign.choose(is_one)


def _done(told: Sequence[ToldCount]) -> list[LatenessAction]:
    """Return what was done since the school year began: asked, reminded, told to owner, manager or head."""
    came = [one for one in told if one.outcome in _CAME]
    asked = [one for one in came if one.about == About.READING and one.stage in (None, ASKED)]
    reminded = [one for one in came if one.about == About.READING and one.stage not in (None, ASKED)]
    back = [one for one in told if one.outcome == ToldOutcome.BOUNCED]
    found = [
        _count("Asked to read", asked),
        _count("Reminded", reminded),
        _count("Told to whoever looks after the policy", [one for one in came if one.about == About.LATE]),
        _count("Told to the line manager or the head", [one for one in came if one.about == About.ESCALATION]),
    ]
    return [*found, *([_count("Mail that came back", back)] if back else [])]


def _count(what: str, told: Sequence[ToldCount]) -> LatenessAction:
    return LatenessAction(what, sum(one.times for one in told), max((one.people for one in told), default=0))
