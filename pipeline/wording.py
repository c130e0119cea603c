"""How dates and states are said to people: the same words on screens, in mail and on copies."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pipeline.model.dates import MONTHS, PartialDate, Precision
from pipeline.model.facts import DateFact, Facts
from pipeline.model.policies import ReviewState

_LONGEST_USUAL_BREAK = timedelta(days=16)
"""The Easter holidays with their weekends; after a longer one the clock is asked about."""


def say_day(day: date) -> str:
    """Return ``1 September 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_near_day(day: date, today: date) -> str:
    """Return a day of the coming week with its name (``Friday 27 November``), any other as ``say_day``."""
    return f"{day:%A} {day.day} {day:%B}" if 0 <= (day - today).days < 7 else say_day(day)


def say_moment(moment: datetime) -> str:
    """Return ``1 September 2026, 06:30``, in the time zone that ``moment`` has."""
    return f"{say_day(moment.date())}, {moment:%H:%M}"


def say_partial(partial: PartialDate | None) -> str | None:
    """Return a partial date as it is said (``August 2025``, ``autumn term 2024``), None for None."""
    if partial is None:
        return None
    match partial.precision:
        case Precision.DAY:
            return say_day(date.fromisoformat(partial.value))
        case Precision.MONTH:
            return f"{MONTHS[int(partial.value[5:]) - 1]} {partial.value[:4]}"
        case Precision.TERM:
            year, _, term = partial.value.partition("-")
            return f"{term} term {year}"
        case _:
            return partial.value


def say_clock(later: date | None, before: date | None, today: date) -> tuple[str, ...]:
    """Return what to say where a run was made for a day ``later`` than today, or the last ``before`` is weeks ago.

    Then the clock was set back, is right again, or is ahead. Nothing is held for that, since September begins like it.
    """
    if later is not None:
        return (
            f"This run takes {say_day(today)} for today, but one was made for {say_day(later)} before. If that is not "
            "the day, set the computer's clock right and run again. Reminders that were told then are not told again.",
        )
    if before is None or today - before <= _LONGEST_USUAL_BREAK:
        return ()
    return (
        f"The last run was for {say_day(before)}, {(today - before).days} days ago. If fewer have passed, this "
        "computer's clock is ahead, and reminders go early: set it right.",
    )


def say_state(
    state: ReviewState, *, next_meeting: date | None = None, needs_meeting: bool = True, is_held: bool = False
) -> str:
    """Return how a policy stands, in the words used on screens, in mail and on copies.

    ``next_meeting`` is the day the governors next decide, where one is known; ``needs_meeting`` is not so where
    one person approves it on any day, as the headteacher does. Of a first text that ``is_held`` nobody has said yet
    that it is in force.
    """
    if is_held and state is not ReviewState.WITHDRAWN:
        return "held, not in use yet"
    match state:
        case ReviewState.WITHDRAWN:
            return "withdrawn"
        case ReviewState.LIVE_DOCUMENT:
            return "kept up to date all year"
        case ReviewState.UNDATED:
            return "in force; no review date can be read"
        case ReviewState.AWAITING_APPROVAL:
            if not needs_meeting:
                return "in use; waits for approval, which needs no meeting"
            if next_meeting is None:
                return "in use; governors decide at their next meeting"
            return f"in use; governors decide on {say_day(next_meeting)}"
        case ReviewState.OVERDUE:
            return "review late, still in force"
        case ReviewState.DUE_SOON:
            return "in force; review due soon"
        case ReviewState.CURRENT:
            return "in force"


def say_distance(days: int) -> str:
    """Return how far a due day is: ``in 8 days``, ``today``, ``3 months late``."""
    if days == 0:
        return "today"
    amount = _amount(abs(days))
    return f"{amount} late" if days < 0 else f"in {amount}"


def _amount(days: int) -> str:
    if days < 60:
        return say_count(days, "day")
    months = round(days / 30.44)
    if months < 24:
        return say_count(months, "month")
    return say_count(max(2, int(days / 365.25)), "year")


def say_count(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 policy`` or ``6 policies``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def say_minutes(minutes: int) -> str:
    """Return ``40 minutes``, ``1 hour`` or ``2 hours 5 minutes``."""
    hours, rest = divmod(minutes, 60)
    parts = [say_count(hours, "hour")] if hours else []
    return " ".join([*parts, say_count(rest, "minute")] if rest or not hours else parts)


def say_most_reading(asked: Sequence[tuple[str, int]]) -> str:
    """Return of whom most reading is asked, and how much it is in all; empty where several are asked nothing.

    ``asked`` has a name and minutes for each person.
    """
    most = max((minutes for _, minutes in asked), default=0)
    if not most or len(asked) < 2:
        return ""
    names = [name for name, minutes in asked if minutes == most]
    who = names[0] if len(names) == 1 else f"each of {say_count(len(names), 'person', 'people')}"
    total = sum(minutes for _, minutes in asked)
    return f"The most is asked of {who}: {say_minutes(most)} of reading. For all together it is {say_minutes(total)}."


def say_size(size_bytes: int) -> str:
    """Return ``3.1 MB`` or ``15 GB``: of 1,000 kB each, as a disk's size is given."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if size_bytes >= factor:
            amount = size_bytes / factor
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:,.0f} {unit}"
    return f"{-(-size_bytes // 1000)} kB"


def say_list(items: Sequence[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def say_left_out(left_out: Sequence[tuple[str, int]]) -> str:
    """Return what a copy leaves out by page, of each thing what it is and its page: ``pictures (pages 2 and 4)``."""
    pages: dict[str, list[int]] = {}
    for what, page in left_out:
        pages.setdefault(what, []).append(page)
    return say_list([_on_pages(what, found) for what, found in pages.items()])


def _on_pages(what: str, found: Sequence[int]) -> str:
    pages = [str(page) for page in dict.fromkeys(found)]
    things = f"a {what}" if len(found) == 1 else f"{what}s"
    return f"{things} (page{'' if len(pages) == 1 else 's'} {say_list(pages)})"


ROLE_NAMES: dict[str, str] = {
    "dsl": "Designated Safeguarding Lead",
    "deputy-dsl": "Deputy Designated Safeguarding Lead",
    "headteacher": "Headteacher",
    "chair-of-governors": "Chair of Governors",
    "safeguarding-governor": "Safeguarding Governor",
    "lado": "Local Authority Designated Officer",
    "senco": "Special Educational Needs Co-ordinator",
    "childrens-social-care": "Children's Social Care",
}


def say_school_year(first: int) -> str:
    """Return a school year by its first calendar year: ``2026-27``."""
    return f"{first}-{(first + 1) % 100:02}"


def say_role(role: str) -> str:
    """Return a role as it is said: ``dsl`` is the Designated Safeguarding Lead."""
    return ROLE_NAMES.get(role) or role.replace("-", " ").capitalize()


METHODS: dict[str, str] = {
    "page": "on the page",
    "paper": "on paper",
    "form": "by the school’s form",
    "reply": "by a reply to the mail",
    "session": "at a training session",
    "baseline": "taken over from an earlier list",
    "elsewhere": "at another school of the trust",
}


KINDS: dict[str, str] = {
    "staff": "Staff",
    "supply": "Agency and supply",
    "volunteer": "Volunteers",
    "contractor": "Contractors",
    "governor": "Governors",
    "visiting": "Visiting professionals",
}
"""What a person is here, by ``EngagementKind``."""


def say_method(method: str) -> str:
    """Return how a reading was given, in words: ``paper`` is “on paper”."""
    return METHODS.get(method) or method.replace("-", " ")


def say_facts(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return what a document says of itself, a label and words each; what it leaves blank or out is said so."""

    def stated(name: str, value: str | None) -> str:
        evidence = facts.evidence.get(name)
        if value is not None:
            return value
        return f"({evidence.status.value})" if evidence is not None else "(missing)"

    def day(name: str, fact: DateFact | None) -> str:
        return stated(name, f"{say_partial(fact.date)} ({fact.where})" if fact else None)

    cycle = f"every {facts.review_cycle_months} months" if facts.review_cycle_months else None
    lines = [
        ("title", stated("title", facts.title)),
        ("school", stated("school", facts.school)),
        ("approved", day("approved_on", facts.approved_on)),
        ("approved by", stated("approved_by", facts.approved_by)),
        ("last review", day("last_review", facts.last_review)),
        ("next review", day("next_review", facts.next_review)),
        ("cycle", stated("review_cycle_months", cycle)),
        ("owner", stated("owner", facts.owner)),
        ("version", stated("version", facts.version)),
    ]
    for contact in facts.contacts:
        details = ", ".join(part for part in (contact.name, contact.phone, contact.email) if part)
        lines.append(("contact", f"{say_role(contact.role)}: {details}"))
    if facts.linked_policies:
        lines.append(("refers to", ", ".join(facts.linked_policies)))
    return tuple(lines)
