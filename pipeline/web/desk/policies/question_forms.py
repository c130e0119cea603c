"""What is unclear about a policy, one question a page, with the words beside it."""

from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.decisions.settle import check_answer, say_unreached, settle_all
from pipeline.policies.places_asked import place_of_question
from pipeline.policies.questions import ABOUT_FILES, STATUS_DIFFERS, Question, alike, list_asked, list_questions
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.policies.issue_forms import nothing_to_do, policy_crumbs
from pipeline.web.desk.policies.places import beside
from pipeline.web.desk.policies.questions import QUESTIONS, question_href
from pipeline.web.desk.typed import FormError, read_key
from pipeline.web.desk.view import Answer, View

_REASON = "Say why; it is kept with the answer"
_OTHER = "other"


def show_question(view: View) -> Answer:
    """Show one question with the words it is about, and the answers there are to it."""
    one = view.policy
    questions = view.picture.standing.questions
    question = _find(questions, one.slug, str(view.request.path_params["question"]))
    if question is None:
        return nothing_to_do(view, "Nothing to settle here any more", "The question is settled, or is another by now.")
    things = list_asked(questions, everything=question.can_wait)
    number = next(number for number, thing in enumerate(things, start=1) if question in thing)
    following = things[number] if number < len(things) else ()
    fields = {
        "one": one,
        "question": question,
        "options": _options(question),
        "others": [each for each in things[number - 1] if each is not question],
        "says": question.status not in (*ABOUT_FILES, STATUS_DIFFERS),
        "later": question_href(following[0]) if following else QUESTIONS.href,
        "left": len(things),
        "number": number,
    }
    shown = beside(view, place_of_question(view.tx, view.school, question))
    title = f"{question.title}: {question.asks}"
    return Answer("answer.html", title, fields, policy_crumbs(one), at="/problems", afterwards=shown)


def _find(questions: tuple[Question, ...], slug: str, name: str) -> Question | None:
    return next((each for each in questions if (each.slug, each.name) == (slug, name)), None)


def _options(question: Question) -> dict[str, str]:
    options = {
        str(place): choice.label[:1].upper() + choice.label[1:]
        for place, choice in enumerate(question.choices, start=1)
    }
    return {**options, _OTHER: "Something else"} if question.takes_value and options else options


def act_question(doing: Doing) -> Done:
    """Keep the answer to one question, or to all of its kind that were shown, and go on to the next."""
    slug, name, sent = doing.part("slug"), doing.part("question"), doing.sent
    with doing.site.register.reading() as tx:
        questions = list_questions(tx, doing.site.register.school, doing.config, doing.today)
    question = _find(questions, slug, name)
    if question is None or question.seal != sent.of("seal"):
        raise UsageError("That question was answered, or is another by now. Nothing was kept; look at it once more.")
    shown = set(sent.all("alike")) - set(sent.all("apart")) if sent.of("all") == "yes" else ()
    chosen = tuple(each for each in alike(question, questions) if each is question or each.slug in shown)
    value = _value(question, doing)
    if not sent.of("reason"):
        raise FormError({"reason": _REASON})
    with doing.deciding() as decision:
        said = settle_all(decision, chosen, value, reason=sent.of("reason"), today=doing.today)
    done = {(each.slug, each.field) for each in chosen}
    following = questions[questions.index(question) + 1 :]
    to = next((question_href(each) for each in following if (each.slug, each.field) not in done), QUESTIONS.href)
    return Done(to, " ".join(filter(None, (said, say_unreached(question, value)))))


def _value(question: Question, doing: Doing) -> str:
    """Return what an answer stands for: the choice of that number, else what was typed."""
    answer, typed = doing.sent.of("answer"), doing.sent.of("value")
    if 1 <= (number := read_key(answer)) <= len(question.choices):
        return question.choices[number - 1].value
    if question.choices and answer != _OTHER:
        raise FormError({"answer": "Choose an answer, or leave the question for later"})
    if not typed:
        raise FormError({"value": "Type the answer, or leave the question for later"})
    try:
        check_answer(question, typed, doing.today)
    except UsageError as error:
        raise FormError({"value": str(error)}) from error
    return typed


QUESTION = Form(show_question, act_question, Action.EDIT_POLICIES)
