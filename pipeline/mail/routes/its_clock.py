"""What the other side of a mail route says of the time, held against this computer's clock.

A clock that is weeks ahead reminds everybody early, and nothing on the computer itself can tell it from a long sleep.
Many mail servers greet with the day and time (Exchange, Exim, Sendmail), and every sign-in by token answers with them.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pipeline.wording import say_day

FURTHEST = timedelta(days=2)
"""So far two clocks may differ: mail goes by days, and a zone that is set wrongly is hours."""
_MOMENT = re.compile(r"\b(\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?: (?:[+-]\d{4}|GMT|UTC|UT))?)(?![\w:])")


def moment_in(words: str) -> datetime | None:
    """Return the day and time that a greeting or a Date header gives (RFC 5322); None without exactly one."""
    found = _MOMENT.findall(words)
    if len(found) != 1:
        return None
    try:
        moment = parsedate_to_datetime(found[0])
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def say_difference(who: str, words: str, now: datetime) -> str | None:
    """Return what to say where ``words`` of a server give another day than this computer's clock; None where not.

    ``who`` is the server, at the beginning of a sentence.
    """
    moment = moment_in(words)
    if moment is None or abs(moment - now) <= FURTHEST:
        return None
    return (
        f"{who} says that it is {say_day(moment.date())}, and this computer's clock {say_day(now.date())}. Reminders "
        "and letters would go on a wrong day, so no mail goes while the two differ. Set this computer's clock right, "
        "then run again."
    )
