"""What is typed for a fact of a policy, and whether an owner or who approved it is a role, a body or a person.

Such a name must look like one, as where a document is read (``facts.looks``), or be known to the school whatever it is
called: a body of its scheme of delegation, a role of its settings, a person in its lists of people.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from pipeline.config import Config
from pipeline.dates.written import order_key, parse_date
from pipeline.errors import UsageError
from pipeline.facts.looks import looks_like_approver, looks_like_owner
from pipeline.named.names.people import drop_title
from pipeline.policies.effective import DATE_FIELDS, SETTABLE, WITHDRAWN
from pipeline.register.people.persons import list_people
from pipeline.register.transaction import Transaction

_LOOKS: Mapping[str, Callable[[str], bool]] = {"owner": looks_like_owner, "approved_by": looks_like_approver}
"""What a value of a fact must look like."""


_EMPTY = ("", "none", "blank")


def checked(assignment: str, today: date) -> tuple[str, str]:
    """Return field and value of an assignment ``FIELD=VALUE``; an empty value stands for blank.

    An approval or a last review is no later than ``today``.

    Raises:
        UsageError: saying what is wrong with it, and what would be right.
    """
    name, separator, value = assignment.partition("=")
    name, value = name.strip(), value.strip()
    if not separator or name not in SETTABLE:
        raise UsageError(f"{assignment!r} cannot be set; write FIELD=VALUE with one of {', '.join(SETTABLE)}.")
    if not value.isprintable():
        raise UsageError(f"{name} must be one line of ordinary characters.")
    if name == WITHDRAWN and value not in ("yes", "no"):
        raise UsageError("withdrawn is yes or no.")
    if name == "title" and value.lower() in _EMPTY:
        raise UsageError("A policy needs a title.")
    if value.lower() in _EMPTY and name != WITHDRAWN:
        return name, ""
    if name in DATE_FIELDS:
        when = parse_date(value)
        if when is None:
            raise UsageError(f"{value!r} is no date; write 2026-08-31, August 2026, autumn term 2026 or 2026-27.")
        if name != "next_review" and order_key(when)[0] > today.isoformat():
            raise UsageError(f"{value!r} is still to come; {name} is a day that has been. Check the year.")
    if name == "review_cycle_months" and not (value.isdigit() and 1 <= int(value) <= 120):
        raise UsageError(f"{value!r} is no review cycle; write the number of months, such as 12.")
    return name, value


def names_of(config: Config) -> tuple[str, ...]:
    """Return what a school's settings name, whatever it looks like: its bodies and roles, and the school itself."""
    bodies = (body.name for body in config.governors.bodies.values())
    return (*bodies, *config.people.roles, config.school.name)


def refuse_unlike_approver(tx: Transaction, school: str, body: str, known: Collection[str], today: date) -> None:
    """Make sure that ``body`` could have approved a policy.

    Raises:
        UsageError: it looks like nothing that could, and is none of the ``known`` bodies and nobody in a list.
    """
    if not _is_known_as(tx, school, body, known, today, looks_like_approver):
        raise UsageError(_unlike(body, "no body, post or person that could approve a policy"))


def _unlike(words: str, what: str) -> str:
    """Return the sentence on a name that looks like nothing it could be, and on how to have it taken all the same."""
    return (
        f"“{words}” is {what}. Write a governors' body such as Full Governing Body or Resources Committee, a post such "
        "as Headteacher, or a first and last name. Where a committee of this school is called so, write it once under "
        "“Who else approves policies” in the settings; then it is taken here too."
    )


def refuse_unlike_fact(
    tx: Transaction, school: str, fact: str, value: str, known: Collection[str], today: date
) -> None:
    """Make sure that the value of a fact that names an owner or an approver looks like one; other facts pass.

    Raises:
        UsageError: it does not, is none of the ``known`` roles and bodies, and is nobody in a list.
    """
    looks = _LOOKS.get(fact)
    if looks is not None and value and not _is_known_as(tx, school, value, known, today, looks):
        raise UsageError(_unlike(value, "no role, body or person that is known here"))


def _is_known_as(
    tx: Transaction, school: str, words: str, known: Collection[str], today: date, looks: Callable[[str], bool]
) -> bool:
    folded = _folded(words)
    if folded in map(_folded, known) or looks(words):
        return True
    # "Mrs Wall" too, where a Sue Wall is listed.
    surname = _folded(drop_title(words)) if drop_title(words) != " ".join(words.split()) else None
    people = [row.person for row in list_people(tx, school, today)]
    return any(folded in (_folded(one.name), _folded(one.role)) or surname == _folded(one.last_name) for one in people)


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()
