"""The one page of what needs an answer: what is the same in every policy, whom nobody knows, then the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.decisions.rights import Action
from pipeline.policies.decisions.contact_answers import OpenContact, UnknownContact, list_unknowns
from pipeline.policies.questions import STATUS_HELD, Question, is_of_school, list_asked
from pipeline.web.desk.view import Answer, Crumb, View
from pipeline.wording import say_count, say_list, say_role

QUESTIONS = Crumb("Needs an answer", "/questions")
_OWNER_SETTING = "/settings/review/default_owner"


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One thing that is asked, and where it is answered."""

    asks: str
    href: str
    side: str
    """Of how many policies, or what waits for it."""
    hint: str = ""


def question_href(question: Question) -> str:
    """Return where a question is answered."""
    return f"/policies/{question.slug}/questions/{question.name}"


def who_href(one: OpenContact) -> str:
    """Return where it is said who a person is, or whose a number is."""
    return f"/questions/who/{UnknownContact((one,)).key}"


def count_questions(view: View) -> int:
    """Return how many things need an answer."""
    standing = view.picture.standing
    return len(list_asked(standing.questions)) + len(list_unknowns(standing.open_contacts))


def show_questions(view: View) -> Answer:
    """Show all that needs an answer on one page, each thing once."""
    standing = view.picture.standing
    things = list_asked(standing.questions)
    school = [thing for thing in things if is_of_school(thing)]
    several = [thing for thing in things if len(thing) > 1 and thing not in school]
    fields = {
        "count": count_questions(view),
        "whole": [_of_all(view, thing) for thing in school],
        "people": [_of_person(unknown) for unknown in list_unknowns(standing.open_contacts)],
        "several": [_of_all(view, thing) for thing in several],
        "alone": [_of_one(thing[0]) for thing in things if thing not in school and thing not in several],
        "later": sum(question.can_wait for question in standing.questions),
        "may": view.may(Action.EDIT_POLICIES.value),
    }
    return Answer("questions.html", QUESTIONS.label, fields, at="/problems")


def _of_all(view: View, thing: Sequence[Question]) -> QuestionRow:
    """Return the row of what one answer may settle in several policies."""
    first, titles = thing[0], [question.title for question in thing]
    side, hint = say_count(len(thing), "policy", "policies"), _some(titles)
    if first.names_instead:
        return QuestionRow(
            f"Is “{first.names_instead}” this school, or another organisation?", question_href(first), side, hint
        )
    if first.field == "owner" and view.may(Action.CHANGE_SETTINGS.value):
        return QuestionRow("Who looks after every policy that names nobody?", _OWNER_SETTING, side, hint)
    return QuestionRow(first.asks, question_href(first), side, hint)


def _of_person(unknown: UnknownContact) -> QuestionRow:
    roles = say_list([say_role(role) for role in unknown.roles])
    hint = f"{roles} in {_some(unknown.titles)}"
    return QuestionRow(unknown.value, who_href(unknown.places[0]), "Copy on hold" if unknown.holds else "", hint)


def _of_one(question: Question) -> QuestionRow:
    # Of a text that is held the file's name helps nobody here.
    asks = question.words if question.status == STATUS_HELD and question.words else question.asks
    return QuestionRow(question.title, question_href(question), "", asks)


def _some(titles: Sequence[str], most: int = 3) -> str:
    more = len(titles) - most
    return say_list(list(titles)) if more <= 0 else f"{', '.join(titles[:most])} and {more} more"
