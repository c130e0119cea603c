"""What is unclear about a policy, one question a page with the words beside it, and whose a name or number is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.copies.answered import AnsweredPlace, list_answered
from pipeline.errors import UsageError
from pipeline.policies.decisions.contact_answers import (
    NAME,
    Given,
    OpenContact,
    list_open_contacts,
    say_settled,
    settle_contact,
)
from pipeline.policies.decisions.decide import get_policy
from pipeline.policies.decisions.settle import check_answer, say_unreached, settle_all
from pipeline.policies.places_asked import place_of_contact, place_of_question
from pipeline.policies.questions import ABOUT_FILES, STATUS_DIFFERS, Question, alike, list_asked, list_questions
from pipeline.publish.makings import digest
from pipeline.register.policies.settlements import Answer as Word
from pipeline.web.desk.forms import Doing, Done, Form, FormError
from pipeline.web.desk.policies.issue_forms import nothing_to_do, policy_crumbs
from pipeline.web.desk.policies.places import beside
from pipeline.web.desk.policies.policies import POLICIES
from pipeline.web.desk.typed import day_fault, read_key, typed_day
from pipeline.web.desk.view import Answer, ShowPage, View, not_here
from pipeline.web.rights import Action
from pipeline.wording import say_list, say_role

_REASON = "Say why; it is kept with the answer"
_OTHER = "other"
_UNCLEAR = "/problems?about=unclear"
_UNKNOWN = "/contacts#unknown"
_OTHER_LINES = "What becomes of the name has changed since it was shown, so nothing was kept. Look again."


# --- unclear facts, held texts and second files ----------------------------------------------------------------------


def question_href(question: Question) -> str:
    """Return where a question is answered."""
    return f"/policies/{question.slug}/questions/{question.name}"


def show_question(view: View) -> Answer:
    """Show one question with the words it is about, and the answers there are to it."""
    slug = str(view.request.path_params["slug"])
    one = view.picture.by_slug(slug)
    if one is None:
        return not_here("policy", (POLICIES,))
    questions = view.picture.standing.questions
    question = _find(questions, slug, str(view.request.path_params["question"]))
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
        "later": question_href(following[0]) if following else _UNCLEAR,
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
    shown = sent.all("alike") if sent.of("all") == "yes" else ()
    chosen = tuple(each for each in alike(question, questions) if each is question or each.slug in shown)
    value = _value(question, doing)
    if not sent.of("reason"):
        raise FormError({"reason": _REASON})
    with doing.deciding() as decision:
        said = settle_all(decision, chosen, value, reason=sent.of("reason"), today=doing.today)
    done = {(each.slug, each.field) for each in chosen}
    following = questions[questions.index(question) + 1 :]
    to = next((question_href(each) for each in following if (each.slug, each.field) not in done), _UNCLEAR)
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


# --- whose a name or number is ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Word:
    """One thing that can be said of a name or number."""

    answer: Word
    everywhere: bool
    label: str


_WORDS = {
    "right": _Word(Word.RIGHT, everywhere=False, label="It is right there: leave it in this document"),
    "former": _Word(
        Word.FORMER, everywhere=False, label="It is a former holder’s: copies of this document give today’s instead"
    ),
    "right-everywhere": _Word(Word.RIGHT, everywhere=True, label="It is right in every policy that gives it"),
    "former-everywhere": _Word(Word.FORMER, everywhere=True, label="It is a former holder’s, in every policy"),
}


_WORDS_OF_NAMES = {
    "right": "It is right: leave it, in every document",
    "former": "It is a former holder’s, in every document: copies give today’s instead",
}
"""Who somebody is does not differ from document to document."""


def named_href(one: OpenContact) -> str:
    """Return where it is said whose a name or number is."""
    return f"/policies/{one.slug}/names/{one.key}"


def show_named(view: View) -> Answer:
    """Show a name or number that nobody in the school's contacts has, with the words around it."""
    slug = str(view.request.path_params["slug"])
    one = view.picture.by_slug(slug)
    if one is None:
        return not_here("policy", (POLICIES,))
    waiting = list_open_contacts(view.tx, view.school, view.config.directory(view.today))
    named = _named(waiting, slug, str(view.request.path_params["named"]))
    if named is None:
        return nothing_to_do(view, "Nobody to settle here any more", "It is known by now whose that is.")
    holders = [holder.name for holder in view.config.directory(view.today).of(named.role)]
    fields = {
        "one": one,
        "named": named,
        "role": say_role(named.role),
        "now": say_list(holders),
        "words": _WORDS_OF_NAMES if named.kind == NAME else {name: word.label for name, word in _WORDS.items()},
        "is_name": named.kind == NAME,
    }
    shown = beside(view, place_of_contact(view.tx, view.school, named))
    title = f"Whose is {named.value}?"
    return Answer("named.html", title, fields, policy_crumbs(one), at="/contacts", afterwards=shown)


def _named(waiting: tuple[OpenContact, ...], slug: str, key: str) -> OpenContact | None:
    return next((each for each in waiting if (each.slug, each.key) == (slug, key)), None)


def act_named(doing: Doing) -> Done | ShowPage:
    """Show what each place of a name becomes, and, once that was looked at, keep what was said of it.

    Of a number it is kept at once. Nobody says of themself that they stand rightly in a role.
    """
    slug, sent, config = doing.part("slug"), doing.sent, doing.config
    with doing.site.register.reading() as tx:
        waiting = list_open_contacts(tx, doing.site.register.school, config.directory(doing.today))
    named = _named(waiting, slug, doing.part("named"))
    if named is None:
        raise UsageError("It was said meanwhile whose that is. Nothing was kept twice.")
    faults = {}
    word = _WORDS.get(sent.of("answer"))
    if word is None:
        faults["answer"] = "Choose what it is, or leave it for later"
    if not sent.of("reason"):
        faults["reason"] = "Say how you know; it is kept with the answer"
    until = typed_day(sent, "until")
    if sent.of("until") and until is None:
        faults["until"] = day_fault(sent, "until", "")
    elif until is not None and until > doing.today:
        faults["until"] = "Their last day cannot be still to come"
    if faults or word is None:
        raise FormError(faults)
    last_day = until if word.answer is Word.FORMER and named.kind == NAME else None
    if named.kind == NAME:
        places = list_answered(doing.site.register, config, named, word.answer, doing.today)
        is_sure = sent.of("sure") == "yes"
        if not is_sure or sent.of("seen") != digest(places):
            return partial(_show_named_check, named=named, places=places, notice=_OTHER_LINES if is_sure else "")
    stays = tuple((of, line) for of, mark, line in (each.partition(": ") for each in sent.all("stay")) if mark)
    given = Given(slug, named.value, word.answer, sent.of("reason"), named.role, word.everywhere, last_day, stays)
    with doing.deciding() as decision:
        settled = settle_contact(decision, config, given, today=doing.today)
        title = get_policy(decision.tx, decision.school, slug).title
    following = [each for each in waiting[waiting.index(named) + 1 :] if each.value != named.value]
    return Done(named_href(following[0]) if following else _UNKNOWN.partition("#")[0], say_settled(settled, title))


def _show_named_check(view: View, *, named: OpenContact, places: Sequence[AnsweredPlace], notice: str) -> Answer:
    """Show each place of a name with what becomes of it; those that change may stay, line by line."""
    one = view.picture.by_slug(named.slug)
    if one is None:
        return not_here("policy", (POLICIES,))
    answer = view.sent.of("answer")
    fields = {
        "notice": notice,
        "seen": digest(places),
        "named": named,
        "changes": [place for place in places if place.after],
        "stays": [place for place in places if not place.after],
        "said": _WORDS_OF_NAMES.get(answer, answer),
    }
    return Answer("named_check.html", f"What {named.value} becomes", fields, policy_crumbs(one), at="/contacts")


NAMED = Form(show_named, act_named, Action.EDIT_POLICIES)
