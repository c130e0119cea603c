"""Cover said for a test, as the declared decision says it: recorded, then shown on the site."""

from datetime import date, datetime

from pipeline.config import Config
from pipeline.contacts.cover import Cover, CoverOrder
from pipeline.publish.cover import record_cover
from pipeline.publish.site import publish_site
from pipeline.register.deciding import deciding
from pipeline.register.store.database import Register


def switch_cover(
    register: Register, config: Config, order: CoverOrder, *, actor: str, today: date, now: datetime
) -> Cover | None:
    """Record who stands in, or that the lead is back, and publish the site."""
    with deciding(register, config.root, actor, now) as decision:
        cover, standings = record_cover(decision, config, order, today)
    publish_site(register, config, standings, today)
    return cover
