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
from pipeline.register.ledger import sign_head
from pipeline.register.ledger_key import ledger_key_path, load_or_make_key


def switch_cover(
    register: Register, config: Config, order: CoverOrder, *, today: date, now: datetime
) -> tuple[Cover | None, SiteReport]:
    """Record what was said of cover and show it; return who stands in (None: the lead is back), and what was published.

    Raises:
        UsageError: as ``order_cover``; nothing was recorded.
        RegisterInUseError: a run is going on.
    """
    with register.lock():
        with register.transaction() as tx:
            cover = order_cover(tx, register.school, config, order, today=today, now=now)
            renew_safety_lines(tx, register.school, config, today)
            sign_head(tx, register.school, load_or_make_key(ledger_key_path(config.root)), now)
        with register.reading() as tx:
            standings = list_standings(tx, register.school, config, today)
        return cover, publish_site(register, config, standings, today)
