"""Say who stands in for the lead, and let it show at once: in the mails that wait and on the pages of the site.

What ``serve`` shows asks for the contacts of the day itself. Copies follow with the next run where cover is for long.
"""

from collections.abc import Sequence
from datetime import date

from pipeline.config import Config
from pipeline.contacts.cover import Cover, CoverOrder, order_cover
from pipeline.contacts.notices import note_notice
from pipeline.dates.calendar import DayRange
from pipeline.directory import LEAD
from pipeline.mail.outbox import renew_safety_lines
from pipeline.model.policies import PolicyStanding
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.wording import say_day, say_role


def record_cover(
    decision: Decision, config: Config, order: CoverOrder, today: date
) -> tuple[Cover | None, Sequence[PolicyStanding]]:
    """Record what was said of cover; return who stands in (None: the lead is back), and how all policies stand.

    The site is published with them once the decision is kept. Raises UsageError as ``order_cover``.
    """
    cover = order_cover(decision, config, order, today=today)
    renew_safety_lines(decision.tx, decision.school, config, today)
    standings = list_standings(decision.tx, decision.school, config, today)
    note_notice(decision, config, standings, today, sends=False)
    return cover, standings


def say_cover(cover: Cover | None, closed: Sequence[DayRange], today: date) -> tuple[str, ...]:
    """Return what ``record_cover`` did, a sentence or two to a line; ``closed`` are the days without school."""
    lead = say_role(LEAD)
    if cover is None:
        return (f"The {lead} is back: lines, pages and mails that wait name them again.",)
    until = f"until {say_day(cover.until)}" if cover.until != today else "today"
    whom = f" for {cover.covers}" if cover.covers else ""
    said = f"{cover.name} stands in{whom} as {lead} {until}. Lines, pages and mails that wait say so now."
    copies = (
        "It is for five school days or more, so the next run makes copies that name them."
        if cover.is_long(closed)
        else "It is for fewer than five school days, so no copy is made again."
    )
    return said, copies
