"""The stages that take in settings and lists of people, and say who leads."""

from dataclasses import replace

from pipeline.contacts.confirmations import contacts_of_day, note_contacts
from pipeline.contacts.lead_today import lead_notices
from pipeline.mail.planned_by import hash_lists, note_planned_by
from pipeline.model.policies import PolicyStanding
from pipeline.people.absences import ask_about
from pipeline.people.asked import rule_notices
from pipeline.people.lists.several_lists import ListsTaken, take_lists
from pipeline.policies.meetings import meeting_notices
from pipeline.register.decision import THE_RUN
from pipeline.register.people.persons import list_people
from pipeline.register.states import keep_settings
from pipeline.stages.day import Day


def say_who_leads(day: Day) -> tuple[str, ...]:
    """Say that nobody leads today or a deputy covers, with no number that nobody has rung."""
    with day.register.reading() as tx:
        contacts = contacts_of_day(tx, day.register.school, day.config, day.today)
    return lead_notices(day.config, day.today, contacts.shown, contacts.covers)


def take_settings(day: Day) -> tuple[str, ...]:
    """Keep the settings that the run begins with; return whose number or address is new and waits to be confirmed."""
    with day.register.transaction() as tx:
        keep_settings(tx, day.register.school, day.config, actor=THE_RUN, now=day.now)
        return note_contacts(tx, day.register.school, day.config, day.today, day.now)


def take_people_lists(day: Day, standings: tuple[PolicyStanding, ...]) -> tuple[ListsTaken, tuple[str, ...]]:
    """Bring the register's people in line with the lists; return what they did, and what must be told first of that."""
    lists = hash_lists(day.config)
    taken = take_lists(day.register, day.config, day.today, day.now)
    with day.register.transaction() as tx:
        note_planned_by(tx, day.register.school, day.config, lists, actor=THE_RUN, today=day.today, now=day.now)
        people = list_people(tx, day.register.school, day.today)
    pressing, notes = ask_about(people, taken.whole.left, taken.whole.missing, standings, day.config, day.today)
    whole = replace(taken.whole, notes=(*taken.whole.notes, *notes))
    return replace(taken, whole=whole), (*taken.waiting, *pressing)


def say_rules(day: Day, standings: tuple[PolicyStanding, ...]) -> tuple[str, ...]:
    """Return which rules of who is asked what name nobody here or contradict each other, and what meetings lack."""
    with day.register.reading() as tx:
        people = list_people(tx, day.register.school, day.today)
    return (*rule_notices(people, standings, day.config, day.today), *meeting_notices(standings, day.config, day.today))
