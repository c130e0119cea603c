"""The desk's first page: what waits for a decision, then how everything stands in a few bars."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipeline.acknowledgements.tally import Members, members_of
from pipeline.letters.contributors.undelivered import list_standing_undelivered
from pipeline.lists.policies import UNAPPROVED
from pipeline.mail.routes.pace import last_mail_at, limits_of
from pipeline.model.mail import DeliveryState
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.papers.handing_over import list_printed
from pipeline.policies.decisions.drafts import DRAFT_WAITING
from pipeline.policies.editions import EDITION_WAITING
from pipeline.register.jobs import last_run_at
from pipeline.register.mail.campaigns import CampaignState, count_mails
from pipeline.register.mail.deliveries import list_sent_since
from pipeline.register.mail.outbox import count_messages
from pipeline.register.mail.told import list_on_paper
from pipeline.register.policies.contact_notices import Chosen, find_waiting
from pipeline.web.desk.mail.mailings import say_holds
from pipeline.web.desk.people.people import contacts_on_paper
from pipeline.web.desk.policies.copies import held_titles
from pipeline.web.desk.policies.questions import QUESTIONS, count_questions
from pipeline.web.desk.policies.reviews import address_of, list_undecided, months_figure, statutory_figure
from pipeline.web.desk.readings.readings import policies_figure, teams_figure
from pipeline.web.desk.readings.reports import list_open
from pipeline.web.desk.view import Answer, View
from pipeline.wording import say_count, say_list, say_moment

MOST_BARS = 5


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that may wait for the office, as a row that opens."""

    title: str
    href: str
    waits: int
    """How many of it there are; 0 for done."""
    status: str
    """How many, in words, or that nothing waits."""
    hint: str = ""
    is_pressing: bool = False


_YOURS = {
    "Who of your team has read what": "/people",
    "All figures on one page": "/figures",
    "How mail goes": "/mail-route",
    "Settings": "/settings",
    "Where you are signed in": "/sessions",
}
"""For those who do not see everybody by name."""


def show_home(view: View) -> Answer:
    """Show what waits and how everything stands; counts alone, no row a person."""
    # What waits is the owner's to decide, and names people.
    tasks = sorted(list_tasks(view) if view.sees_names else [], key=lambda task: (not task.is_pressing, not task.waits))
    picture = view.picture
    last_run = last_run_at(view.tx, view.school, view.now)
    ran_at = view.site.last_ran_at()
    return Answer(
        "home.html",
        "Policies",
        {
            "first": _first(view),
            "addressed": [one for one in view.picture.lists.asked if one.person is not None] if view.sees_names else [],
            "open_tasks": [task for task in tasks if task.waits],
            "done_tasks": [task for task in tasks if not task.waits],
            "yours": [(words, href) for words, href in _YOURS.items() if view.opens(href)],
            "summary": _summary(view),
            "is_empty": not picture.standings,
            "policies": policies_figure(view, most=MOST_BARS),
            "teams": teams_figure(view, most=MOST_BARS),
            "months": months_figure(view),
            "statutory": statutory_figure(view),
            "number_asked": len(picture.counts),
            "total": picture.tally.total(picture.counts),
            "last_run": view.moment(last_run),
            "ran_at": view.moment(ran_at),
            "schedules": view.site.schedules,
            "silent_since": view.moment(view.site.silent_since(last_run)),
            "sends_nothing": view.config.mail.route == "folder",
            "going": count_mails(view.tx, view.school)[CampaignState.OPEN],
        },
        crumbs=(),
        at="/",
    )


def _first(view: View) -> tuple[str, ...]:
    if view.sees_names:
        return (*view.first, *view.picture.lists.pressing)
    return view.first if view.opens("/settings") else ()


def list_tasks(view: View) -> list[Task]:
    """Return everything that may wait for the office, done or not, in the order in which it presses."""
    return [*_decisions(view), *_mail(view), *_people(view), *_to_settle(view)]


def _task(title: str, href: str, number: int, noun: str, plural: str = "", hint: str = "", **more: bool) -> Task:
    status = say_count(number, noun, plural or None) if number else "Nothing waits"
    return Task(title, href, number, status, hint if number else "", bool(number) and more.get("is_pressing", False))


def _decisions(view: View) -> Iterator[Task]:
    standing = view.picture.standing
    waiting = (DRAFT_WAITING, EDITION_WAITING)
    drafts = [one.title for one in view.picture.standings if any(problem.code in waiting for problem in one.problems)]
    held = held_titles(view)
    yield _task("Changed policies", "/policies?state=changed", len(drafts), "policy", "policies", _some(drafts))
    yield _task(
        "Copies that could not be made", "/copies?state=held", len(held), "policy", "policies",
        f"{_some(held)} {_given_meanwhile(view)}".strip(), is_pressing=True,
    )  # fmt: skip
    late = [one.title for one in view.picture.standings if one.is_late]
    yield _task("Reviews that are late", "/policies?state=overdue", len(late), "policy", "policies", _some(late))
    unapproved = [one for one in view.picture.standings if one.lacks_approval]
    unapproved.sort(key=lambda one: (one.unapproved_since or view.today, one.title.casefold()))
    yield _task(
        "In use and not approved", f"/policies?state={UNAPPROVED}", len(unapproved), "policy", "policies",
        _some([_since(view, one) for one in unapproved]),
    )  # fmt: skip
    if view.may("approve"):
        for meeting, titles in list_undecided(view):
            yield _task(
                f"Decided by the {meeting.body.removeprefix('The ').removeprefix('the ')} on {view.day(meeting.on)}?",
                address_of(meeting), len(titles), "policy", "policies", _some(titles),
            )  # fmt: skip
    offers = [offer.document.title for offer in standing.offers if offer.current is None]
    yield _task("Documents of others to release", "/reviews#editions", len(offers), "document", hint=_some(offers))


def _given_meanwhile(view: View) -> str:
    """Return what staff are given while copies are on hold."""
    given = view.picture.standing.shared.copies
    covered = sum(copy.is_covered for copy in given.values())
    if not covered:
        return ""
    these = "1 of these" if covered == 1 else f"{covered} of these"
    return f"Staff are given {these} with contacts being updated."


def _mail(view: View) -> Iterator[Task]:
    counts = count_mails(view.tx, view.school)
    if say_holds(view):
        mails = count_messages(view.tx, view.school)[DeliveryState.PENDING]
        status = say_count(mails, "mail") if mails else "All mail"
        hint = "Nothing goes until somebody has said that it may."
        yield Task("All mail is held", "/mailings", max(mails, 1), status, hint, is_pressing=True)
    waiting, going, paused = (
        counts[state] for state in (CampaignState.WAITING, CampaignState.OPEN, CampaignState.PAUSED)
    )
    end = _end_of_mail(view, waiting.mails + going.mails)
    last = f"The last would be out at about {end}." if end and not going.mails else ""
    confirm = "/mailings/confirm" if waiting.people and view.may("confirm-mailing") else "/mailings?state=waiting"
    if view.site.register.copied_from is None:
        yield _task("Mail to be confirmed", confirm, waiting.people, "person", "people", last)
    if paused.people:
        yield _task("Mail that is paused", "/mailings?state=paused", paused.people, "person", "people")
    if going.people:
        last = f"The last is out at about {end}." if end else "It can be paused or cancelled."
        yield Task(
            "Mail that is going out", "/mailings?state=open", going.people, say_count(going.people, "person", "people"),
            last,
        )  # fmt: skip
    returned = list_standing_undelivered(view.tx, view.school, view.config, view.picture.people, view.today)
    who = _some([one.name or one.recipient for one in returned])
    yield _task(
        "Mail that came back", "/mailings/returned", len(returned), "address", "addresses", who, is_pressing=True
    )
    put_off = count_messages(view.tx, view.school)[DeliveryState.DEFERRED]
    if put_off:
        yield _task("Mail to be tried again", "/mailings/mails?state=deferred", put_off, "mail")


def _end_of_mail(view: View, mails: int) -> str:
    """Return when the last mail will about be out, where all that waits and goes is let go now; empty for unknown."""
    if not mails or view.config.mail.route == "folder":
        return ""
    sent = list_sent_since(view.tx, view.school, view.now - timedelta(hours=24))
    end = last_mail_at(mails, limits_of(view.config.mail), sent, view.now, view.config.calendar.closed)
    return say_moment(end.astimezone(view.config.zone)) if end else ""


def _people(view: View) -> Iterator[Task]:
    tally, standing = view.picture.tally, view.picture.standing
    late = 0
    for policy_id in view.picture.counts:
        late |= tally.late[policy_id]
    owing = tally.owing(view.picture.counts)
    printed = list_printed(view.tx, view.school, view.config, view.today)
    on_paper = (owing & standing.unreached & ~_with_papers(view) | contacts_on_paper(view)).bit_count()
    told = list_open(view)
    names = _some(list(dict.fromkeys(one.row.person.name for one in told)))
    yield _task("What readers told you", "/reports?state=open", len(told), "report", hint=names)
    lists, asking = view.picture.lists, view.way("/people/questions") or "/people"
    yield _task(
        "Staff lists that are missing, empty or unreadable", asking, len(lists.faults), "list",
        hint="Meanwhile their people are asked to read nothing new and reminded of no reading.", is_pressing=True,
    )  # fmt: skip
    questions = [one for one in lists.asked if one.person is None]
    yield _task(
        "Questions about the staff list", asking, len(questions), "question",
        hint=_some([one.question.stated.name for one in questions]), is_pressing=True,
    )  # fmt: skip
    yield _task("Late with a reading", "/people?state=late", late.bit_count(), "person", "people")
    yield _task(
        "To be handed out on paper", "/people?state=paper", on_paper, "person", "people", "Mail does not reach them."
    )
    yield _task("Printed papers to hand over", "/papers/handed", len(printed), "person", "people", _some(
        [one.person.person.name for one in printed]
    ))  # fmt: skip
    yield _task(
        "Rows of the lists of people that are not taken", "/problems", len(view.picture.lists.refused), "row",
        hint="Who stands in them is asked to read nothing that an earlier list did not say.", is_pressing=True,
    )  # fmt: skip
    yield _task(
        "Not in the staff list any more", "/people?state=unlisted", standing.unlisted.bit_count(), "person", "people",
        "They are still asked until their last day is known.",
    )  # fmt: skip


def _with_papers(view: View) -> Members:
    """Return who has been printed, or handed, all that they owe: none of it is to be printed."""
    on_paper: dict[int, Members] = defaultdict(int)
    for row in list_on_paper(view.tx, view.school):
        on_paper[row.policy_id or 0] |= members_of([row.person or 0])
    tally, lacking = view.picture.tally, 0
    for policy_id in view.picture.counts:
        lacking |= tally.required[policy_id] & ~tally.done[policy_id] & ~on_paper[policy_id]
    return ~lacking


def _to_settle(view: View) -> Iterator[Task]:
    standing = view.picture.standing
    notice = find_waiting(view.tx, view.school)
    undecided = notice is not None and notice.chosen is Chosen.NOTHING
    if notice is not None and undecided and view.may("tell-contacts"):
        hint = (
            f"Now, on a day, or the head tells them. If nothing is chosen, they are told on {view.day(notice.goes_on)}."
        )
        yield Task("Tell staff about new contacts", "/contacts/tell", 1, "Choose when", hint, is_pressing=True)
    yield _task(
        "New numbers to be confirmed", "/contacts#confirm", len(standing.unconfirmed), "person", "people",
        say_list([one.holder.name for one in standing.unconfirmed[:3]]), is_pressing=True,
    )  # fmt: skip
    yield _task(QUESTIONS.label, QUESTIONS.href, count_questions(view), "question")
    missing = len(standing.missing)
    yield _task("Policies every school must have", "/statutory", missing, "missing policy", "missing policies")


def _since(view: View, one: PolicyStanding) -> str:
    return f"{one.title} (since {view.day(one.unapproved_since)})" if one.unapproved_since is not None else one.title


def _some(titles: Sequence[str], most: int = 3) -> str:
    more = len(titles) - most
    return say_list(list(titles)) if more <= 0 else f"{', '.join(titles[:most])} and {more} more"


STATE_WORDS: dict[ReviewState, tuple[str, str]] = {
    ReviewState.UNDATED: ("without a review date", "undated"),
    ReviewState.DUE_SOON: ("due soon", "due-soon"),
    ReviewState.CURRENT: ("in date", "current"),
    ReviewState.LIVE_DOCUMENT: ("kept up to date all year", "live-document"),
}


def _summary(view: View) -> list[tuple[int, str, str]]:
    """Return how many policies stand how, with the list's state; states without any left out."""
    counts = [
        (sum(one.state is state and not one.is_held for one in view.picture.standings), words, value)
        for state, (words, value) in STATE_WORDS.items()
    ]
    one_number = (
        (sum(one.is_held for one in view.picture.standings), "held, not in use yet", "held"),
        (sum(one.is_late for one in view.picture.standings), "review late", ReviewState.OVERDUE.value),
        (sum(one.lacks_approval for one in view.picture.standings), "in use, not approved", UNAPPROVED),
    )
    counts[:0] = one_number
    return [one for one in counts if one[0]]
