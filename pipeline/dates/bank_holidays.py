"""England's bank holidays, as the library that knows all countries has them."""

from datetime import date
from functools import cache


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return England's bank holidays of one year, those at a weekend and the days off in their place alike."""
    # Loading it takes a tenth of a second, and most commands ask for no day.
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
