"""Who left so long ago that nothing of them should be kept any more; nobody is erased by itself."""

from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.privacy.erase import agree, propose
from pipeline.privacy.look import ErasurePreview, kept_until, look_at
from pipeline.privacy.two_people import refuse_one
from pipeline.register.decision import Decision
from pipeline.register.jobs import is_first_run_of_month
from pipeline.register.people.erased_outside import find_back, keep_outside
from pipeline.register.people.erasures import ErasureReason, list_erased, list_holds, list_proposals
from pipeline.register.people.held_on import last_days
from pipeline.register.people.persons import PersonRow, find_person, list_people
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day

REASON = "They left longer ago than [people] retention_years."
AGAIN = "They were erased before, and an older register was put back."


@dataclass(frozen=True, slots=True)
class Due:
    """A person whose records are kept no longer."""

    row: PersonRow
    occasion: ErasureReason
    """That they left long ago, or were erased before and are here again."""
    since: date
    """Until when their records were kept, or when they were erased."""
    held: bool
    """Nothing of theirs is erased for now."""
    asked_by: str | None
    """Who asked for it already; None where nobody has."""

    @property
    def why(self) -> str:
        """In words, with the day."""
        if self.occasion is ErasureReason.AGAIN:
            return f"erased on {say_day(self.since)}, and here again since an older register was put back"
        left_on = self.row.person.leave_on
        return f"left {f'on {say_day(left_on)}' if left_on else 'long ago'}, kept until {say_day(self.since)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A person of whom nothing is erased now, though their time is over."""

    due: Due
    why: tuple[str, ...]


def list_due(tx: Transaction, school: str, config: Config, today: date) -> tuple[Due, ...]:
    """Return everybody who left longer ago than records are kept, or was erased before, by the day, the first first.

    Where ``[people] retention_years`` is 0, nobody has left too long ago.
    """
    gone, holds, waiting = list_erased(tx, school), list_holds(tx, school), list_proposals(tx, school)
    since: dict[int, tuple[ErasureReason, date]] = {}
    for person, left_on in last_days(tx, school).items():
        until = kept_until(left_on, config.people.retention_years)
        if until is not None and until < today:
            since[person] = ErasureReason.RETENTION, until
    for back in find_back(tx, school, config.root / ".secrets"):
        since[back.person] = ErasureReason.AGAIN, date.fromisoformat(back.erased_on)
    found = []
    for person, (occasion, day) in since.items():
        row = find_person(tx, school, person, today) if person not in gone else None
        if row is not None:
            asked = waiting.get(person)
            found.append(Due(row, occasion, day, person in holds, asked.proposed_by if asked else None))
    return tuple(sorted(found, key=lambda due: (due.since, due.row.person.last_name, due.row.id)))


def notice_due(register: Register, config: Config, today: date) -> tuple[str, ...]:
    """Return what a run says of them, and write down outside the register who was erased where that is missing."""
    keep_outside(register)
    with register.reading() as tx:
        return say_due(tx, register.school, config, today)


def say_due(tx: Transaction, school: str, config: Config, today: date) -> tuple[str, ...]:
    """Return what a run says of them: of leavers once a month, by its first run; of who is here again each day."""
    due = [one for one in list_due(tx, school, config, today) if not one.held]
    said = []
    if back := sum(one.occasion is ErasureReason.AGAIN for one in due):
        are = "person was" if back == 1 else "people were"
        said.append(
            f"{back} {are} erased and in the register again, since an older one was put back: 'policy person "
            "retention' shows who; two people erase them again."
        )
    left = len(due) - back
    if left and is_first_run_of_month(tx, school, today):
        years = say_count(config.people.retention_years, "year")
        said.append(
            f"{say_count(left, 'person', 'people')} left more than {years} ago ([people] retention_years) and "
            f"{'is' if left == 1 else 'are'} still in the register: 'policy person retention' shows who; two people "
            "erase them. Nothing is erased by itself."
        )
    return tuple(said)


def look_at_due(
    tx: Transaction, school: str, config: Config, today: date
) -> tuple[tuple[tuple[Due, ErasurePreview], ...], tuple[Refused, ...]]:
    """Return of whom everything may go with what that is, and of whom it may not with the reasons."""
    may: list[tuple[Due, ErasurePreview]] = []
    refused: list[Refused] = []
    for due in list_due(tx, school, config, today):
        look = look_at(tx, school, config, due.row, today, again=due.occasion is ErasureReason.AGAIN)
        if look.in_the_way:
            refused.append(Refused(due, tuple(map(str, look.in_the_way))))
        else:
            may.append((due, look))
    return tuple(may), tuple(refused)


def propose_due(decision: Decision, config: Config, today: date, *, people: int) -> int:
    """Ask for everybody to be erased of whom that may be and was not asked yet; return how many.

    Raises UsageError where ``people``, the number that the person who asks has seen, is another, or there is nobody.
    """
    may, _ = look_at_due(decision.tx, decision.school, config, today)
    new = [due for due, _ in may if due.asked_by is None]
    _check_number(len(new), people, "asked for")
    for due in new:
        reason = REASON if due.occasion is ErasureReason.RETENTION else AGAIN
        propose(decision, config, due.row.id, reason, today, occasion=due.occasion)
    return len(new)


def say_back(decision: Decision, config: Config, today: date) -> tuple[str, ...]:
    """Ask for everybody to be erased again whom an older register has brought back; return what to tell of it."""
    may, refused = look_at_due(decision.tx, decision.school, config, today)
    back = [due for due, _ in may if due.occasion is ErasureReason.AGAIN and due.asked_by is None]
    for due in back:
        propose(decision, config, due.row.id, AGAIN, today, occasion=ErasureReason.AGAIN)
    said = []
    if back:
        are = "person was" if len(back) == 1 else "people were"
        said.append(
            f"{len(back)} {are} erased after this copy was made, and in it again. You have asked for that to be done "
            f"again; a second person agrees: policy --as NAME person retention --agree {len(back)}"
        )
    said += [
        f"{one.due.row.person.name} was erased after this copy was made. Not now: {' '.join(one.why)}"
        for one in refused
        if one.due.occasion is ErasureReason.AGAIN
    ]
    return tuple(said)


def agree_due(decision: Decision, config: Config, today: date, *, people: int) -> tuple[int, ...]:
    """Agree to all of them for whom a first person has asked, and erase them; return their numbers among the erased.

    All of them or nobody: hold ``Register.lock``. Raises UsageError as ``propose_due`` and ``erase.agree``.
    """
    tx, school = decision.tx, decision.school
    may, _ = look_at_due(tx, school, config, today)
    asked = [due for due, _ in may if due.asked_by is not None]
    _check_number(len(asked), people, "waiting for a second person")
    everybody = list_people(tx, school, today)
    for due in asked:
        refuse_one(everybody, config, due.asked_by or "", decision.actor, today)
    return tuple(agree(decision, config, due.row.id, today)[0] for due in asked)


def _check_number(there: int, given: int, what: str) -> None:
    if not there:
        raise UsageError(f"Nobody is {what}; nothing was changed.")
    if there != given:
        are = "person is" if there == 1 else "people are"
        raise UsageError(
            f"{there} {are} {what}, and you typed {given}. 'policy person retention' shows them; nothing was changed."
        )
