"""Say who stands in for the lead, and let it show at once: in the mails that wait and on the pages of the site.

What ``serve`` shows asks for the contacts of the day itself. Copies follow with the next run where cover is for long.
"""

from datetime import date, datetime

from pipeline.config import Config
from pipeline.mail.outbox import renew_safety_lines
from pipeline.policies.cover import Cover, CoverOrder, order_cover
from pipeline.policies.standing import list_standings
from pipeline.publish.site import SiteReport, publish_site
from pipeline.register.database import Register
from pipeline.register.decision import deciding


def switch_cover(
    register: Register, config: Config, order: CoverOrder, *, actor: str, today: date, now: datetime
) -> tuple[Cover | None, SiteReport]:
    """Record what was said of cover and show it; return who stands in (None: the lead is back), and what was published.

    Raises:
        UsageError: as ``order_cover``; nothing was recorded.
    """
    with deciding(register, config.root, actor, now) as decision:
        cover = order_cover(decision, config, order, today=today)
        renew_safety_lines(decision.tx, decision.school, config, today)
    with register.reading() as tx:
        standings = list_standings(tx, register.school, config, today)
    return cover, publish_site(register, config, standings, today)
