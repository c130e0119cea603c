"""Whether there is a safeguarding lead today, said in the words that every report begins with.

The run's report, ``status``, ``contacts`` and the dashboard put these sentences first.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pipeline.config import Config
from pipeline.contacts.cover import Cover
from pipeline.directory import DEPUTY, LEAD, STANDS_IN
from pipeline.model.contacts import Directory, Holder, ShownDirectory
from pipeline.named.names.likeness import SAME, same_person
from pipeline.reasons.reason import Reason, Voice, because, say
from pipeline.wording import say_day, say_list, say_role

_TOLD_BEFORE_DAYS = 30


def lead_notices(
    config: Config,
    today: date,
    shown: ShownDirectory,
    covers: Sequence[Cover] = (),
    voice: Voice = Voice.COMMAND,
) -> tuple[str, ...]:
    """Return what must be said first: that nobody leads today, that a deputy covers, or that nobody will lead soon.

    ``shown`` and ``covers`` are today's, as ``confirmations.contacts_of_day`` gives them. Empty on an ordinary day.
    """
    leads = shown.of(LEAD)
    if not leads:
        first = _nobody(config, shown)
        more = (*_next_lead(config, today), *_stand_ins(shown, never_named=first == _NEVER_NAMED))
        return (" ".join(say(each, voice) for each in (first, *more)),)
    coming = (say(each, voice) for each in _coming_gap(config, today))
    return (*_say_covers(config, leads, covers, today), *coming)


def _coming_gap(config: Config, today: date) -> tuple[Reason, ...]:
    """Say while there is time that nobody will lead from a day on."""
    for day in config.roster.changes_after(today):
        if day <= today + timedelta(days=_TOLD_BEFORE_DAYS) and not config.directory(day).of(LEAD):
            last = [lead.name for lead in config.directory(day - timedelta(days=1)).of(LEAD)]
            until = f"{say_list(last)} {'hold' if len(last) > 1 else 'holds'} the role until then"
            follow = " ".join(_next_lead(config, day)) or because("name-who-follows")
            return (because("no-lead-from", day=say_day(day), role=say_role(LEAD), until=until, follow=follow),)
    return ()


_NEVER_NAMED = because("lead-never-named")


def _nobody(config: Config, directory: Directory) -> Reason:
    known = [*directory.former, *(tenure.holder for tenure in config.roster.everybody())]
    if LEAD in directory.vacant or any(holder.role == LEAD for holder in known):
        return because("no-lead-today", role=say_role(LEAD))
    return _NEVER_NAMED


def _next_lead(config: Config, today: date) -> tuple[str, ...]:
    for day in config.roster.changes_after(today):
        if leads := config.directory(day).of(LEAD):
            return (f"{say_list([lead.name for lead in leads])} takes over on {say_day(day)}.",)
    return ()


def _stand_ins(directory: Directory, *, never_named: bool) -> tuple[Reason | str, ...]:
    for role in STANDS_IN:
        if holders := directory.of(role):
            who = say_list([_with_number(holder) for holder in holders])
            return (f"A worry about a child goes to the {_role_of(role, holders)}: {who}.",)
    return () if never_named else (because("name-cover-until"),)


def _role_of(role: str, holders: Sequence[Holder]) -> str:
    if role == DEPUTY:
        return "deputies" if len(holders) > 1 else "deputy"
    return say_role(role).lower()


def _with_number(holder: Holder) -> str:
    return f"{holder.name} ({holder.phone})" if holder.phone else holder.name


def _say_covers(config: Config, leads: Sequence[Holder], covers: Sequence[Cover], today: date) -> Iterator[str]:
    for holder in leads:
        said = next((cover.until for cover in covers if same_person(cover.name, holder.name, SAME)), None)
        until = said or (_last_day(config, holder, today) if holder.covers else None)
        if holder.covers or said:
            whom = f"covering for {holder.covers}" if holder.covers else "standing in"
            ends = f" until {say_day(until)}" if until and until != today else " today" if until else ""
            yield f"{_with_number(holder)} is {whom} as {say_role(LEAD)}{ends}."


def _last_day(config: Config, holder: Holder, today: date) -> date | None:
    """Return the last day of a holder as the configuration has it."""
    return next(
        (
            day - timedelta(days=1)
            for day in config.roster.changes_after(today)
            if all(not same_person(lead.name, holder.name, SAME) for lead in config.directory(day).of(LEAD))
        ),
        None,
    )
