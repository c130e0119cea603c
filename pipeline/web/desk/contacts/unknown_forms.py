"""Who a person or a number is that documents give in a role and nobody knows: said once, over all documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.copies.answered import AnsweredPlace, list_answered
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.decisions.contact_answers import (
    NAME,
    ContactAnswer,
    OpenContact,
    UnknownContact,
    list_open_contacts,
    list_unknowns,
    say_all_settled,
    settle_unknown,
)
from pipeline.policies.places_asked import place_of_contact
from pipeline.publish.makings import digest
from pipeline.register.policies.settlements import SettledAs as Word
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.policies.places import beside
from pipeline.web.desk.policies.questions import QUESTIONS, who_href
from pipeline.web.desk.receiving import Sent
from pipeline.web.desk.typed import FormError, day_fault, typed_day
from pipeline.web.desk.view import DESK, Answer, ShowPage, View
from pipeline.wording import say_list, say_role

_OTHER_LINES = "What becomes of the name has changed since it was shown, so nothing was kept. Look again."
_WORDS = {
    "former": "Was, and is not any more: copies give today’s instead",
    "right": "Is, or was named rightly: leave it",
}
_CRUMBS = (DESK, QUESTIONS)


@dataclass(frozen=True, slots=True)
class UnknownHolder:
    """One role in which a person is named."""

    role: str
    label: str
    now: str
    """Who holds it today; empty for nobody."""

    @property
    def words(self) -> dict[str, str]:
        """What can be said; of a role that nobody holds nobody is rightly said to hold it."""
        return _WORDS if self.now else {word: label for word, label in _WORDS.items() if word == Word.FORMER}


def show_who(view: View) -> Answer:
    """Show a person or a number with every place of it, and ask what each role is to it."""
    waiting = list_open_contacts(view.tx, view.school, view.config.directory(view.today))
    unknown = _find(waiting, str(view.request.path_params["who"]))
    if unknown is None:
        said = {"words": "It is known by now whose that is."}
        return Answer("nothing_to_do.html", "No question here any more", said, _CRUMBS, at="/contacts")
    directory = view.config.directory(view.today)
    fields = {
        "unknown": unknown,
        "asked": [
            UnknownHolder(role, say_role(role), say_list([holder.name for holder in directory.of(role)]))
            for role in unknown.roles
        ],
        "is_name": unknown.kind == NAME,
        "say_role": say_role,
    }
    shown = beside(view, place_of_contact(view.tx, view.school, unknown.places[0]))
    title = f"Who is {unknown.value}?" if unknown.kind == NAME else f"Whose is {unknown.value}?"
    return Answer("who.html", title, fields, _CRUMBS, at="/contacts", afterwards=shown)


def _find(waiting: Sequence[OpenContact], key: str) -> UnknownContact | None:
    return next((each for each in list_unknowns(waiting) if each.key == key), None)


def act_who(doing: Doing) -> Done | ShowPage:
    """Show what each place of a name becomes, and, once that was looked at, keep what was said of it.

    Of a number it is kept at once. Nobody says of themself that they stand rightly in a role.
    """
    with doing.site.register.reading() as tx:
        waiting = list_open_contacts(tx, doing.site.register.school, doing.config.directory(doing.today))
    unknown = _find(waiting, doing.part("who"))
    if unknown is None:
        raise UsageError("It was said meanwhile whose that is. Nothing was kept twice.")
    said = _read(doing, unknown)
    if unknown.kind == NAME:
        places = list_answered(doing.site.register, doing.config, unknown, said.roles, doing.today)
        is_sure = doing.sent.of("sure") == "yes"
        if not is_sure or doing.sent.of("seen") != digest(places):
            return partial(_show_check, unknown=unknown, places=places, notice=_OTHER_LINES if is_sure else "")
    with doing.deciding() as decision:
        kept = settle_unknown(decision, doing.config, said, today=doing.today)
    following = [each for each in list_unknowns(waiting) if each.key != unknown.key]
    titles = {one.policy_id: one.title for one in unknown.places}
    to = who_href(following[0].places[0]) if following else QUESTIONS.href
    return Done(to, say_all_settled(kept, titles))


def _read(doing: Doing, unknown: UnknownContact) -> ContactAnswer:
    """Return what was typed. Raises FormError."""
    sent, faults = doing.sent, {}
    roles = {role: Word(word) for role in unknown.roles if (word := sent.of(f"role-{role}")) in _WORDS}
    if not roles:
        faults[f"role-{unknown.roles[0]}"] = "Choose what it is, or leave it for later"
    if not sent.of("reason"):
        faults["reason"] = "Say how you know; it is kept with the answer"
    until = typed_day(sent, "until")
    if sent.of("until") and until is None:
        faults["until"] = day_fault(sent, "until", "")
    elif until is not None and until > doing.today:
        faults["until"] = "Their last day cannot be still to come"
    if faults:
        raise FormError(faults)
    return ContactAnswer(
        unknown.key,
        roles,
        sent.of("reason"),
        until if Word.FORMER in roles.values() else None,
        frozenset(sent.all("apart")),
        tuple((of, line) for of, mark, line in (each.partition(": ") for each in sent.all("stay")) if mark),
    )


def _show_check(view: View, *, unknown: UnknownContact, places: Sequence[AnsweredPlace], notice: str) -> Answer:
    """Show each place of a name with what becomes of it; those that change may stay, line by line."""
    fields = {
        "notice": notice,
        "seen": digest(places),
        "unknown": unknown,
        "changes": [place for place in places if place.after],
        "stays": [place for place in places if not place.after],
        "said": [
            f"{say_role(role)}: {_WORDS[word]}"
            for role in unknown.roles
            if (word := view.sent.of(f"role-{role}")) in _WORDS
        ],
        "sent": _sent_on(view.sent, unknown),
        "here": who_href(unknown.places[0]),
    }
    return Answer("who_check.html", f"What {unknown.value} becomes", fields, _CRUMBS, at="/contacts")


def _sent_on(sent: Sent, unknown: UnknownContact) -> dict[str, str]:
    return {name: sent.of(name) for name in (*(f"role-{role}" for role in unknown.roles), "reason", "until")}


WHO = Form(show_who, act_who, Action.EDIT_POLICIES)
