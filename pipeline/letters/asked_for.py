"""Letters that a reader's page brings about at once, beside the day's own: what they told, and a new link.

Both go through the ordinary outbox. Those who are to decide hear of what readers told at most once an hour.
"""

from datetime import date, datetime

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.letters.addressed import join_tellings
from pipeline.letters.contributors.office import day_for_office
from pipeline.letters.contributors.reports import list_recent_reports, list_reports_to_tell
from pipeline.letters.contributors.returned import tell_beside
from pipeline.letters.day_plan import DayPlan
from pipeline.letters.items import LetterContents
from pipeline.letters.write import LetterWriter
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import list_people
from pipeline.register.store.database import Register

_LINK = LetterContents(link=True)


def tell_what_readers_said(register: Register, config: Config, secret: str, today: date, now: datetime) -> int:
    """Queue a letter to those who are to decide on what readers told and was not told yet; return how many letters.

    Nothing on a day without mail, within the hour, or where nobody can be told: the next plan tells of it.
    """
    school = register.school
    with register.reading() as tx:
        reports = list_recent_reports(tx, school, config, today)
        if not reports:
            return 0
        day = day_for_office(tx, school, config, today)
        others = join_tellings(list_reports_to_tell(day) if day.has_mail else ())
    return tell_beside(register, config, secret, others, f":told-{reports[-1].id}", today, now)


def send_new_link(register: Register, config: Config, secret: str, address: str, today: date, now: datetime) -> bool:
    """Queue a letter with the link of the person with the work address ``address``; return whether one was queued.

    Nothing where it is nobody's of those who are here, or several people's, where there are no pages, and where one
    went to them within the hour.
    """
    wanted, school = address.strip().casefold(), register.school
    if not wanted or not config.web.base_url:
        return False
    with register.reading() as tx:
        people = list_people(tx, school, today)
        unreached = without_own_address(people, today)
        safety = contacts_of_day(tx, school, config, today, people).safety
    mine = [
        row
        for row in people
        if (row.person.work_email or "").casefold() == wanted
        and row.id not in unreached
        and not has_left(row.person, today)
    ]
    if len(mine) != 1:
        return False
    writer = LetterWriter(register, config, DayPlan(today, safety=safety), secret, now, {})
    with register.transaction() as tx:
        to = mine[0].person.work_email or ""
        return writer.write_one(tx, _LINK, to, mine[0], f":link-{now:%H}", "")
