"""How mail goes, for the IT provider: the route, what waits and what is in its way. Nobody is named."""

import re
from datetime import datetime, time

from pipeline.mail.notices import mail_notices
from pipeline.model.mail import DeliveryState
from pipeline.reasons.reason import Voice
from pipeline.register.mail.deliveries import find_pause, list_sent_since
from pipeline.register.mail.inbox import last_taken_at
from pipeline.register.mail.outbox import count_messages, list_messages
from pipeline.web.desk.mail.mailings import say_holds
from pipeline.web.desk.view import Answer, View

_ADDRESS = re.compile(r"<?[^\s<>@:,;]+@([\w.-]+)>?")
_MOST = 5


def without_addresses(words: str) -> str:
    """Return what a server said without whom it was about: of an address its domain alone is left."""
    return _ADDRESS.sub(r"…@\1", words)


def show_mail_route(view: View) -> Answer:
    """Show how mail goes just now."""
    mail, inbox = view.config.mail, view.config.inbox
    counts = count_messages(view.tx, view.school)
    put_off = list_messages(view.tx, view.school, state=DeliveryState.DEFERRED)
    said = dict.fromkeys(without_addresses(one.detail) for one in put_off if one.detail)
    pause = find_pause(view.tx, view.school, mail.route)
    day = list_sent_since(view.tx, view.school, datetime.combine(view.today, time(), view.config.zone))
    taken = last_taken_at(view.tx, view.school, inbox.mailbox) if inbox.route else None
    fields = {
        "mail": mail,
        "inbox": inbox,
        "route": mail.way.shown,
        "waiting": counts[DeliveryState.PENDING],
        "put_off": counts[DeliveryState.DEFERRED],
        "bounced": counts[DeliveryState.BOUNCED],
        "sent_today": len(day),
        "said": list(said)[:_MOST],
        "pause": pause if pause is not None and pause.holds(view.now) else None,
        "pause_said": without_addresses(pause.detail) if pause else "",
        "holds": say_holds(view),
        "notices": mail_notices(mail, view.today, Voice.DESK),
        "taken": view.moment(taken),
    }
    return Answer("mail_route.html", "Mail route", fields, at="/mail-route")
