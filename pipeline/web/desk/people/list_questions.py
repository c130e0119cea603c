"""What is asked about the lists of people one by one, and answered here: who a person is, their address, a list gone.

As ``policy staff import --same``, ``--other`` and ``policy staff no-list``. The lists are those that the daily run
reads; an answer takes its list in, as the next run would.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.configuration.people import PeopleListSection
from pipeline.decisions.rights import Action
from pipeline.people.by_hand import set_by_hand
from pipeline.people.list_faults import say_it_is_meant
from pipeline.people.lists.identity import Asks, PersonQuestion
from pipeline.people.lists.one_list import take_list
from pipeline.people.lists.staff_list import read_or_refuse_staff_list
from pipeline.people.lists.staff_wording import say_question
from pipeline.register.decision import Decision
from pipeline.register.people.persons import list_engaged
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.people.lists_now import AskedOf, choices_of, field_of, read_answers
from pipeline.web.desk.people.staff_list_forms import refuse_own
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, PEOPLE, Answer, View
from pipeline.wording import say_count

_NOTHING = "Say of at least one of them what is right"
_GONE = "Nothing is asked about that any more: somebody has answered it, or the list was put right."


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question as the page shows it."""

    asked: AskedOf
    said: str
    field: str
    """The name of its answer in the form."""
    choices: Mapping[str, str]


def show_questions(view: View) -> Answer:
    """Show every question, the likely slips first among addresses, and the lists that tell nothing."""
    lists = view.picture.lists
    lines = [
        QuestionLine(one, say_question(one.question), field_of(one.question), choices_of(one.question))
        for one in lists.asked
    ]
    names = list(dict.fromkeys(one.list_name for one in lists.asked))
    fields = {
        "groups": [(name, [line for line in lines if line.asked.list_name == name]) for name in names],
        "faults": lists.faults,
        "waits": lists.waits,
        "called": {
            one.name: "the staff list" if place == 0 else one.name for place, one in enumerate(view.config.people_lists)
        },
        "several": len(view.config.people_lists) > 1,
    }
    return Answer("list_questions.html", "Questions about the staff list", fields, (DESK, PEOPLE), at="/people")


def act_questions(doing: Doing) -> Done:
    """Take the answers to the questions of one list, or that a list is gone on purpose."""
    listed = next((one for one in doing.config.people_lists if one.name == doing.sent.of("of")), None)
    if listed is None:
        raise FormError({"": _GONE})
    if doing.sent.of("meant") == "yes":
        with doing.deciding() as decision:
            say_it_is_meant(decision, listed.name)
        return Done("/people/questions", "Its people are asked and reminded again from the next daily update on.")
    answers = read_answers(doing.sent)
    if not answers:
        raise FormError({"": _NOTHING})
    with doing.deciding() as decision:
        count = _answer(decision, doing, listed, answers)
    return Done("/people/questions", f"{say_count(count, 'answer')} taken; the list was followed in the rest as well.")


def _answer(decision: Decision, doing: Doing, listed: PeopleListSection, answers: Mapping[str, bool]) -> int:
    config, today = doing.config, doing.today
    staff_list = read_or_refuse_staff_list(config.root / listed.source, config.people, listed.kind)
    looked, _ = take_list(decision, config, staff_list, listed, today, confirmed=False, preview=True)
    asked = {one.stated.person_id: one for one in looked.asked}
    if not answers.keys() <= asked.keys():
        raise FormError({"": _GONE})
    people = {key: value for key, value in answers.items() if asked[key].asks is not Asks.ADDRESS}
    taken, _ = take_list(decision, config, staff_list, listed, today, confirmed=False, preview=False, answers=people)
    refuse_own(decision, doing, taken)
    for key in answers.keys() - people.keys():
        _take_address(decision, doing, listed.name, asked[key])
    return len(answers)


def _take_address(decision: Decision, doing: Doing, list_name: str, question: PersonQuestion) -> None:
    """Give a person the address that their list has, which the office has said is right."""
    stated = question.stated
    if doing.who.is_at(stated.work_email) or doing.who.is_at(
        question.known.person.work_email if question.known else ""
    ):
        raise FormError({"": "That is your own address. Somebody else has to say that it is right."})
    rows = list_engaged(decision.tx, decision.school, list_name, doing.today)
    mine = [row for row in rows if row.person.person_id == stated.person_id]
    if not mine:
        raise FormError({"": _GONE})
    row = max(mine, key=lambda one: one.engagement)
    set_by_hand(decision, row.id, [f"work_email={stated.work_email}"], doing.today)


LIST_QUESTION_FORMS: dict[str, Form] = {
    "/people/questions": Form(show_questions, act_questions, Action.LOOK_AFTER_PEOPLE)
}
