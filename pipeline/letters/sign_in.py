"""The mail with a link that signs a person with an account in. It stands beside the day's letter and waits for nothing.

The person who asked for it waits in front of a page, so it goes at once, on any day; it asks nothing and tells nothing
that a letter does.
"""

import hashlib
from datetime import datetime

from pipeline.acknowledgements.codes import mail_code
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.mail.composed import ComposedMail
from pipeline.mail.outbox import body_of
from pipeline.mail.routes.envelope import sender_address
from pipeline.mail.words import fill, fill_safety, one_line
from pipeline.model.mail import MailKind
from pipeline.register.mail.letter_bodies import add_body
from pipeline.register.mail.outbox import NewMessage, add_messages, next_number
from pipeline.register.transaction import Transaction


def write_sign_in_mail(
    tx: Transaction, school: str, config: Config, secret: str, *, to: str, link: str, ends_at: datetime, now: datetime
) -> int:
    """Queue the mail with ``link`` to the work address ``to``; return the register's key of it.

    Raises:
        ConfigurationError: a template cannot be filled, or ``[mail] from`` is no address.
    """
    today = now.astimezone(config.zone).date()
    number = next_number(tx)
    digest = hashlib.sha256(f"{school}\nsign-in\n{to}\n{now.isoformat()}\n{number}".encode()).hexdigest()[:40]
    message_id = f"<{digest}@{sender_address(config.mail.from_).partition('@')[2]}>"
    code = mail_code(secret, school, number, message_id)
    safety = contacts_of_day(tx, school, config, today).safety
    fields = {
        "school": one_line(config.school.name, 80) or "Your school",
        "safety": safety,
        "link": link,
        "until": f"{ends_at.astimezone(config.zone):%H:%M}",
        "code": code,
    }
    words = fill("sign-in", fields, override=config.templates)
    shown = fill_safety(safety, config.templates).within(words)
    mail = ComposedMail(words.subject, words.text, words.html, sender=config.mail.from_, safety=shown)
    new = NewMessage(
        key=f"{config.mail.route}:{to}:{today}:sign-in-{number}",
        kind=MailKind.SIGN_IN,
        person=None,
        recipient=to,
        subject=f"{words.subject} [Ref {code}]",
        body=add_body(tx, school, body_of(mail)),
        message_id=message_id,
        due_on=today,
        route=config.mail.route,
    )
    return add_messages(tx, school, [new], now)[0]
