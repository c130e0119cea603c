"""The head's words on how to tell the school's mail, sent before the first letter: a mailing of its own.

Its owner lets it go in the same step that queues it, by the number of people; letters that wait go on waiting for
their own word. Each reader gets it once, and no letter by the same route on that day.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.acknowledgements.codes import mail_code
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.errors import UsageError
from pipeline.letters.compose import CODE
from pipeline.mail.composed import ComposedMail
from pipeline.mail.mailings import check_people
from pipeline.mail.outbox import body_of
from pipeline.mail.routes.envelope import sender_address
from pipeline.mail.routes.setup_pages import announcement_mail
from pipeline.model.mail import MailKind
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.obligations import is_asked, is_away
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.mail import campaigns, outbox
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.letter_bodies import add_body
from pipeline.register.mail.outbox import NewMessage
from pipeline.register.mail.slots import slot
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction

COMMAND = "policy mail announce"


@dataclass(frozen=True, slots=True)
class AnnouncementAudience:
    """Whom the head's words are for."""

    to_tell: tuple[PersonRow, ...]
    """Who would get them now, by name."""
    told: int
    """How many others had them, or are about to."""
    unreached: tuple[PersonRow, ...]
    """Who has no work address of their own: the office has to tell them."""
    away: tuple[PersonRow, ...]
    """Who gets them once they are back, where the command is given again."""


def find_audience(tx: Transaction, school: str, config: Config, today: date) -> AnnouncementAudience:
    """Return whom the head's words are for: everybody who may be asked to read anything today."""
    people = list_people(tx, school, today)
    alone, announced = without_own_address(people, today), campaigns.list_announced(tx, school, config.mail.route)
    here = [row for row in people if is_asked(row.person, config, today)]
    reached = [row for row in here if row.id not in alone]
    new = [row for row in reached if (row.person.work_email or "").casefold() not in announced]
    away = tuple(row for row in new if is_away(row.person, today))
    return AnnouncementAudience(
        tuple(row for row in new if row not in away),
        len(reached) - len(new),
        tuple(row for row in here if row.id in alone and not is_away(row.person, today)),
        away,
    )


def announce(
    register: Register, config: Config, secret: str, *, by: str, today: date, now: datetime, people: int | None
) -> int:
    """Queue the head's words to everybody who has not had them, in a mailing that goes at once; return how many mails.

    ``people`` is to how many they go, as the person who decides has said; ``secret`` makes each mail's code.

    Raises:
        UsageError: it is another number, or this school year's terms are not known; nothing is queued then.
        ConfigurationError: when no sender is configured, or the template cannot be filled.
    """
    with deciding(register, config.root, by, now) as decision:
        tx, school = decision.tx, decision.school
        audience = find_audience(tx, school, config, today)
        if not audience.to_tell:
            raise UsageError("Everybody whom mail reaches has had the head's words, or is away. Nothing was sent.")
        check_people(config, len(audience.to_tell), people, today, COMMAND)
        contacts = contacts_of_day(tx, school, config, today)
        mail = announcement_mail(config, contacts.shown, contacts.safety, slot(CODE))
        _queue(decision, config, secret, mail, audience.to_tell, today)
        decision.record("mail-announced", {"mails": len(audience.to_tell)})
    return len(audience.to_tell)


def _queue(
    decision: Decision, config: Config, secret: str, mail: ComposedMail, people: Sequence[PersonRow], today: date
) -> None:
    tx, school, now, route = decision.tx, decision.school, decision.now, config.mail.route
    mailing = None
    if route != "folder":
        mailing = campaigns.add_campaign(tx, school, route, CampaignState.OPEN, now)
        campaigns.change_campaigns(tx, school, (mailing,), CampaignState.OPEN, now, actor=decision.actor)
    body, domain = add_body(tx, school, body_of(mail)), sender_address(mail.sender).partition("@")[2]
    new = []
    for number, row in enumerate(people, outbox.next_number(tx)):
        address = row.person.work_email or ""
        key = f"{route}:{address.casefold()}:announcement:{number}"
        digest = hashlib.sha256(f"{school}\n{key}\n{now.isoformat()}".encode()).hexdigest()[:40]
        message_id = f"<{digest}@{domain}>"
        code = mail_code(secret, school, number, message_id)
        new.append(
            NewMessage(
                key=key,
                kind=MailKind.ANNOUNCEMENT,
                person=row.id,
                recipient=address,
                subject=f"{mail.subject} [Ref {code}]",
                body=body,
                slots={CODE: code},
                message_id=message_id,
                due_on=today,
                route=route,
                campaign=mailing,
            )
        )
    outbox.add_messages(tx, school, new, now)
