"""What of the way mail goes the office should see to in good time, for the report and ``policy status``."""

from datetime import date, timedelta

from pipeline.configuration.mail import MailSection
from pipeline.reasons.reason import Voice, because, say
from pipeline.wording import say_count, say_day

_TOLD_BEFORE = timedelta(days=31)


def mail_notices(mail: MailSection, today: date, voice: Voice = Voice.COMMAND) -> tuple[str, ...]:
    """Return what to say of the last day of the client secret from a month before; nothing where none is used."""
    last = mail.oauth.secret_expires
    if last is None or not mail.oauth.is_used or not mail.way.sends or last - today > _TOLD_BEFORE:
        return ()
    do = say(because("renew-client-secret"), voice)
    if last < today:
        return (f"The client secret that mail is sent with ran out on {say_day(last)}. {do}",)
    left = say_count((last - today).days, "day")
    when = "today" if last == today else f"in {left}, on {say_day(last)}"
    return (f"The client secret that mail is sent with runs out {when}; no mail goes after that. {do}",)
