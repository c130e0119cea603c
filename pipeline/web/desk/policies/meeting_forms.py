"""What a meeting of the governors decided, recorded for all its policies at once: ticked, checked, then kept."""

from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.config import Config
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.named.bodies import without_article
from pipeline.policies.decisions.approve_together import (
    AgendaItem,
    Meeting,
    WantedApproval,
    approve_together,
    check_together,
    list_agenda_of,
    list_meetings,
    say_consultation,
    say_planned,
    say_refused,
    show_changed_since,
)
from pipeline.policies.decisions.decide import Approval
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.standing import list_standings
from pipeline.reasons.reason import Voice, say
from pipeline.register.transaction import Transaction
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.policies.issue_forms import approval_faults, typed_consultation
from pipeline.web.desk.policies.reviews import REVIEWS
from pipeline.web.desk.typed import FormError, read_key, typed_day
from pipeline.web.desk.view import DESK, Answer, ShowPage, View
from pipeline.wording import say_count, say_day, say_list

_ABOVE = (DESK, REVIEWS)
_DAYS_BACK = 365
_MOST_SAID = 2
"""Approvals that are told with their next review."""
_MOST_SHOWN = 15
"""Changed paragraphs that are unfolded."""


def meetings_so_far(view: View) -> tuple[Meeting, ...]:
    """Return the meetings of the last year up to today, the latest first."""
    return list_meetings(view.config, view.today - timedelta(days=_DAYS_BACK), view.today)


def show_meeting(view: View) -> Answer:
    """Show what was on a meeting's agenda, and ask what of it was approved."""
    key, day = str(view.request.path_params["body"]), str(view.request.path_params["day"])
    meeting = next((one for one in meetings_so_far(view) if (one.key, one.on.isoformat()) == (key, day)), None)
    if meeting is None:
        said = "No such meeting is known up to today. Its day stands under Governors in the settings."
        return Answer("nothing_to_do.html", "A meeting", {"one": None, "words": said}, _ABOVE, at="/reviews")
    items = list_agenda_of(view.tx, view.school, view.config, view.picture.standings, meeting)
    fields = {
        "meeting": meeting,
        "open": [item for item in items if item.is_open],
        "recorded": [item for item in items if item.given is not None],
        "not_here": [item for item in items if item.given is None and item.text is None],
        "changed": {item.standing.slug for item in items if show_changed_since(view.tx, view.school, item)},
    }
    return Answer("meeting.html", _title(meeting), fields, _ABOVE, at="/reviews")


def _title(meeting: Meeting) -> str:
    return f"What the {without_article(meeting.body)} decided on {say_day(meeting.on)}"


def act_meeting(doing: Doing) -> "Done | ShowPage":
    """Show what would be recorded, with the words that changed since papers went; once that was seen, record it."""
    sent = doing.sent
    if sent.of("change") == "yes":
        return show_meeting
    approval = _read_approval(doing)
    with doing.site.register.reading() as tx:
        items = _items(tx, doing)
        wanted = _wanted(sent.all("policy"), sent.all("seen"), items)
        checked = check_together(tx, doing.site.register.school, wanted, approval, doing.config, doing.today)
    if checked.refused:
        raise UsageError(say_refused(checked))
    if sent.of("sure") != "yes":
        return _show_check(approval, wanted)
    with doing.deciding() as decision:
        decided = approve_together(decision, wanted, approval, doing.config, doing.today)
    return Done("/reviews", _say_recorded(approval, decided))


def _say_recorded(approval: Approval, decided: Sequence[Decided]) -> str:
    count, on = say_count(len(decided), "approval"), say_day(approval.approved_on)
    if len(decided) <= _MOST_SAID:
        return f"Recorded: {' '.join(say(one.said, Voice.DESK) for one in decided)}"
    return f"{count} by {approval.body} on {on} recorded: {say_list([one.title for one in decided])}."


def _read_approval(doing: Doing) -> Approval:
    """Return who approved, when, and who was asked before, as it was typed. Raises FormError."""
    sent = doing.sent
    faults = approval_faults(doing)
    if not sent.all("policy"):
        faults["policy"] = "Tick the policies that were approved"
    consultation, on = typed_consultation(doing, faults), typed_day(sent, "on")
    if faults or on is None:
        raise FormError(faults)
    return Approval(on, sent.of("body"), sent.of("minute") or None, once=True, consultation=consultation)


def _items(tx: Transaction, doing: Doing) -> tuple[AgendaItem, ...]:
    """Return the agenda of the meeting of the address. Raises UsageError where no such meeting is known."""
    config, school = doing.config, doing.site.register.school
    meeting = _meeting(config, doing.part("body"), doing.part("day"), doing.today)
    return list_agenda_of(tx, school, config, list_standings(tx, school, config, doing.today), meeting)


def _meeting(config: Config, body: str, day: str, today: date) -> Meeting:
    """Return the meeting of an address. Raises UsageError where no such meeting is known."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        on = date.max
    for one in list_meetings(config, on, on) if on <= today else ():
        if one.key == body:
            return one
    raise UsageError("That meeting is not known any more, so nothing was recorded. Look under Reviews.")


def _wanted(slugs: Sequence[str], seen: Sequence[str], items: Sequence[AgendaItem]) -> tuple[WantedApproval, ...]:
    """Return what is to be recorded; ``seen`` says of which version of each, once that was looked at.

    Raises:
        UsageError: one is not on the agenda any more, or its text is another by now.
    """
    of, versions = {item.standing.slug: item for item in items}, dict(one.partition(" ")[::2] for one in seen)
    wanted = []
    for slug in dict.fromkeys(slugs):
        item = of.get(slug)
        if item is None or item.text is None:
            raise UsageError("A policy that was ticked cannot be recorded here any more. Look at the list once more.")
        if slug in versions and read_key(versions[slug]) != item.text.number:
            raise UsageError(f"{item.standing.title} was changed meanwhile, so nothing was recorded. Look once more.")
        wanted.append(WantedApproval(slug, item.text.number))
    return tuple(wanted)


def _show_check(approval: Approval, wanted: Sequence[WantedApproval]) -> ShowPage:
    def show(view: View) -> Answer:
        path = view.request.path_params
        meeting = _meeting(view.config, str(path["body"]), str(path["day"]), view.today)
        items = list_agenda_of(view.tx, view.school, view.config, view.picture.standings, meeting)
        of = {item.standing.slug: item for item in items}
        checked = check_together(view.tx, view.school, wanted, approval, view.config, view.today)
        lines = [
            {
                "item": of[one.policy.slug],
                "number": one.version.number,
                "said": say_planned(view.tx, view.school, one),
                "changed": show_changed_since(view.tx, view.school, of[one.policy.slug]),
            }
            for one in checked.planned
        ]
        left = [item.standing.title for item in items if item.is_open and item.standing.slug not in _slugs(wanted)]
        asked = say_consultation(approval.consultation) if approval.consultation is not None else ""
        fields = {"approval": approval, "lines": lines, "left": left, "asked": asked, "most": _MOST_SHOWN}
        return Answer("meeting_check.html", "Check before it is recorded", fields, _ABOVE, at="/reviews")

    return show


def _slugs(wanted: Sequence[WantedApproval]) -> set[str]:
    return {one.slug for one in wanted}


MEETING = Form(show_meeting, act_meeting, Action.APPROVE)
