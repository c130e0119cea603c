"""What is unclear is settled, owners change, and what was recorded in error ends, each from its page of the desk."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.model.facts import Facts
from pipeline.policies.decisions.contact_answers import UnknownContact, list_open_contacts
from pipeline.policies.decisions.reaffirm import reaffirm
from pipeline.policies.questions import Question, list_asked, list_questions
from pipeline.register.decision import Decision
from pipeline.register.policies.decisions import add_approval, list_approvals
from pipeline.register.policies.policies import refresh_version, versions_in_force
from pipeline.register.readings.requests import list_acknowledgements
from tests.school import MONDAY, at
from tests.web.desk import ACCOUNTS, Desk, open_desk
from tests.web.desks import UNKNOWN

GROUPS = '[groups.parents]\nname = "Parents"\npolicies = ["confidentiality"]\nby_means = "letter home"\n'
OWNED = '[contacts.headteacher]\nname = "Kim Head"\nemail = "head@example.org"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, OWNED + GROUPS + ACCOUNTS) as one:
        one.school.add_policy("Confidentiality", unknown=[UNKNOWN])
        one.sign_in("jo.marsh@example.org")
        yield one


def hidden(html: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', html):
        found.setdefault(name, []).append(value)
    return found


def send(desk: Desk, path: str, **typed: str) -> httpx.Response:
    page = desk.browser.get(path)
    assert page.status_code == 200, page.status_code
    return desk.browser.post(path, data={**hidden(page.text), **typed})


def done(desk: Desk, path: str, **typed: str) -> str:
    answer = send(desk, path, **typed)
    assert answer.status_code == 303, re.findall(r"<li>(.*?)</li>", answer.text)
    return desk.page(answer.headers["location"])


def blank(desk: Desk) -> None:
    """Let every policy say nothing of its reviews."""
    with desk.school.register.transaction() as tx:
        for version in versions_in_force(tx, desk.school.key).values():
            refresh_version(tx, version.id, facts=Facts(title=version.facts.title), text="")


def questions(desk: Desk) -> tuple[Question, ...]:
    with desk.school.register.reading() as tx:
        return list_questions(tx, desk.school.key, desk.school.config, MONDAY)


def href(question: Question) -> str:
    return f"/policies/{question.slug}/questions/{question.name}"


# --- unclear facts ---------------------------------------------------------------------------------------------------


def test_questions_are_answered_one_after_the_other_and_alike_ones_together(desk: Desk) -> None:
    for title in ("Lettings", "Homework"):
        desk.school.add_policy(title, None)
    blank(desk)
    before = questions(desk)
    first = next(each for each in before if each.field == "next_review")
    page = desk.page(href(first))
    assert "The document says nothing" in page
    assert "The same answer for 2 more policies" in page
    assert desk.page("/questions").count("When is its next review? 3 policies") == 1
    assert "Say why" in send(desk, href(first), value="August 2027").text
    refused = send(desk, href(first), value="soonish", reason="the clerk said so")
    assert refused.status_code == 422
    assert "is no date" in refused.text
    assert 'value="soonish"' in refused.text
    said = done(desk, href(first), value="August 2027", reason="the clerk said so", all="yes")
    assert "3 policies: August 2027" in said
    assert not [each for each in questions(desk) if each.field == "next_review"]
    assert "When is its next review?" not in desk.page("/questions")
    assert "The question is settled" in desk.page(href(first))


def test_an_owner_who_is_not_reached_is_kept_and_said_to_be(desk: Desk) -> None:
    blank(desk)
    owner = next(each for each in questions(desk) if each.field == "owner")
    path = href(owner)
    assert "is no role or person" in send(desk, path, answer="other", value="soon", reason="x").text
    said = done(desk, path, answer="other", value="Business Manager", reason="since May")
    assert "Nobody's address is known for Business Manager" in said.replace("&#39;", "'")


def test_a_question_that_changed_meanwhile_is_shown_again(desk: Desk) -> None:
    blank(desk)
    question = next(each for each in questions(desk) if each.field == "next_review")
    fields = hidden(desk.browser.get(href(question)).text)
    done(desk, href(question), value="August 2027", reason="the clerk")
    late = desk.browser.post(href(question), data={**fields, "value": "May 2028", "reason": "I think"})
    assert late.status_code == 422
    assert "was answered, or is another by now" in late.text


def test_a_policy_that_an_answer_is_not_about_is_left_out_of_it(desk: Desk) -> None:
    for title in ("Lettings", "Homework"):
        desk.school.add_policy(title, None)
    blank(desk)
    first = next(each for each in questions(desk) if each.field == "next_review")
    assert "Tick a policy that the answer is not about" in desk.page(href(first))
    said = done(desk, href(first), value="August 2027", reason="the clerk", all="yes", apart="homework")
    assert "2 policies: August 2027" in said
    assert [each.slug for each in questions(desk) if each.field == "next_review"] == ["homework"]


def test_all_that_needs_an_answer_is_on_one_page_each_thing_once(desk: Desk) -> None:
    for title in ("Lettings", "Homework"):
        desk.school.add_policy(title, None)
    blank(desk)
    page = desk.page("/questions")
    for words in (
        "For the whole school",
        "Who looks after every policy that names nobody? 3 policies",
        "People and numbers that nobody knows",
        "Ngozi House",
        "For several policies",
        "When is its next review? 3 policies",
    ):
        assert words in page
    assert page.count("Who looks after") == page.count("Ngozi House") == 1
    assert 'href="/settings/review/default_owner"' in desk.browser.get("/questions").text
    count = len(list_asked(questions(desk))) + 1
    assert f"{count} questions, each asked once" in page
    assert f"{count} questions need an answer" in desk.page("/problems")
    assert re.search(rf"Needs an answer\W+{count} questions", desk.page("/"))


# --- whose a name is -------------------------------------------------------------------------------------------------


def named_href(desk: Desk) -> str:
    with desk.school.register.reading() as tx:
        (one,) = list_open_contacts(tx, desk.school.key, desk.school.config.directory(MONDAY))
    return f"/questions/who/{UnknownContact((one,)).key}"


def test_whose_a_name_is_is_said_once_with_how_it_is_known(desk: Desk) -> None:
    path = named_href(desk)
    assert "1 person or number stands beside a role" in desk.page("/contacts")
    assert f'href="{path}"' in desk.browser.get("/questions").text
    page = desk.page(path)
    assert "The lead is Ngozi House." in page
    assert "Pat Marsh" in page
    for words in ("Choose what it is", "Say how you know"):
        assert words in send(desk, path).text
    assert "still to come" in send(desk, path, **{"role-dsl": "former"}, reason="left", until="2027-01-01").text
    answer = {"role-dsl": "former", "reason": "she left in May", "until": "2026-05-31"}
    looked = send(desk, path, **answer)
    assert looked.status_code == 200
    for words in ("What Ngozi House becomes", "Was, and is not any more", "Nothing is kept yet"):
        assert words in looked.text
    assert "contact-settled" not in desk.records(), "what each place becomes is shown before it counts"
    unseen = send(desk, path, sure="yes", seen="0" * 64, **answer)
    assert "has changed since it was shown, so nothing was kept" in unseen.text, "as after a version came in between"
    assert "contact-settled" not in desk.records()
    kept = desk.browser.post(path, data={**hidden(unseen.text), **answer})
    assert kept.status_code == 303
    assert "Ngozi House was" in desk.page(kept.headers["location"])
    assert desk.records()[-1] == "contact-settled"
    assert "It is known by now" in desk.page(path)
    back = re.search(
        r'href="(/policies/confidentiality/names/\w+/correct)"', desk.browser.get("/policies/confidentiality").text
    )
    assert back is not None
    assert "recorded in error. The next run asks again" in done(desk, back[1], reason="another House")
    assert "Ngozi House" in desk.page(path)


def test_nobody_says_of_themself_that_they_stand_rightly_in_a_role(desk: Desk) -> None:
    path = named_href(desk)
    desk.school.add_person("House", first_name="Ngozi", email="jo.marsh@example.org")
    desk.browser.cookies.clear()
    desk.sign_in("jo.marsh@example.org")
    shown = hidden(send(desk, path, **{"role-dsl": "right"}, reason="I am").text)
    refused = desk.browser.post(path, data=shown)
    assert refused.status_code == 422
    assert "cannot settle that they stand rightly" in refused.text
    assert "contact-settled" not in desk.records()


# --- facts and use ---------------------------------------------------------------------------------------------------


def test_a_fact_is_overruled_and_a_policy_taken_out_of_use_and_put_back(desk: Desk) -> None:
    path = "/policies/confidentiality/facts"
    assert "is no review cycle" in send(desk, path, fact="review_cycle_months", value="often", reason="x").text
    assert "Review due May 2028" in done(desk, path, fact="next_review", value="May 2028", reason="the board")
    assert "Review due no date" in done(desk, path, fact="next_review", value="none", reason="the board")
    path = "/policies/confidentiality/withdraw"
    first, second = (hidden(desk.browser.get(path).text) for _ in range(2))
    assert desk.browser.post(path, data={**first, "reason": "joined with another"}).status_code == 303
    late = desk.browser.post(path, data={**second, "reason": "joined with another"})
    assert late.status_code == 422
    assert "meanwhile" in late.text
    assert "is in use again" in done(desk, path, reason="it was not")


# --- owners ----------------------------------------------------------------------------------------------------------


def test_everything_of_one_owner_is_handed_over_in_one_decision(desk: Desk) -> None:
    desk.school.add_policy("Lettings", None)
    page = desk.page("/owners")
    assert "Safeguarding Lead 2 policies" in page
    assert "told: Pat Marsh (pat@example.org)" in page
    path = "/owners/hand-over?owner=Safeguarding+Lead"
    given = {"owner": "Safeguarding Lead", "to": "Headteacher", "reason": "retires"}
    assert "is no role or person" in send(desk, path, **{**given, "to": "soon"}).text
    linked = desk.browser.get(f"{path}&to=somebody").text
    assert re.search(r'value="Safeguarding Lead" checked', linked)
    assert "somebody" not in linked, "a link says whose policies, and never who gets them"
    shown = send(desk, path, **given)
    for words in ("Confidentiality and Lettings", "Hand over 2 policies"):
        assert words in shown.text
    stale = hidden(shown.text)
    assert "2 policies of Safeguarding Lead went to Headteacher" in done(desk, path, **given, sure="yes")
    assert desk.records()[-3:] == ["overruled", "overruled", "handed-over"]
    assert "told: Kim Head" in desk.page("/owners")
    late = desk.browser.post(path, data={**stale, "to": "Business Manager"})
    assert late.status_code == 422
    assert "nothing was done. Look once more" in late.text


def test_handing_over_asks_for_the_right_and_the_second_step(desk: Desk) -> None:
    desk.browser.cookies.clear()
    desk.sign_in_by_mail("head@example.org")
    assert desk.browser.get("/owners/hand-over").headers["location"].startswith("/second-step")
    desk.browser.cookies.clear()
    desk.sign_in("gov@example.org")
    assert desk.browser.get("/owners/hand-over").status_code == 403


# --- recorded in error -----------------------------------------------------------------------------------------------


def test_what_was_recorded_of_a_policy_in_error_ends_and_stays_on_record(desk: Desk) -> None:
    with desk.school.register.transaction() as tx:
        decision = Decision(tx, desk.school.key, "Jo Marsh", at(MONDAY))
        (version,) = versions_in_force(tx, desk.school.key).values()
        add_approval(decision, version, body="Full Governing Body", approved_on=MONDAY, minute="7.2")
        reaffirm(decision, "confidentiality", on=MONDAY, reason="", default_cycle_months=12, today=MONDAY)
    for path in ("correct-approval", "correct-review"):
        assert f'href="/policies/confidentiality/{path}"' in desk.browser.get("/policies/confidentiality").text
    path = "/policies/confidentiality/correct-approval"
    assert "Full Governing Body" in desk.page(path)
    assert "Say what was wrong" in send(desk, path).text
    stale = hidden(desk.browser.get(path).text)
    assert "was recorded in error" in done(desk, path, reason="only proposed")
    with desk.school.register.reading() as tx:
        assert list_approvals(tx, desk.school.key) == []
    late = desk.browser.post(path, data={**stale, "reason": "only proposed"})
    assert late.status_code == 422
    assert "taken back meanwhile" in late.text
    assert "was recorded in error" in done(desk, "/policies/confidentiality/correct-review", reason="another policy")
    assert "No review of Confidentiality" in desk.page("/policies/confidentiality/correct-review")


def test_a_reading_and_a_last_day_in_error_end_and_nobody_ends_their_own(desk: Desk) -> None:
    with desk.school.register.reading() as tx:
        (version,) = versions_in_force(tx, desk.school.key).values()
    lee = desk.school.add_person("Lee", leave_on=MONDAY)
    marsh = desk.school.add_person("Marsh", email="jo.marsh@example.org")
    desk.school.plan()
    for row in (lee, marsh):
        desk.school.record(row, version)
    own = send(desk, f"/people/{marsh.id}/readings/confidentiality/correct", reason="I did not")
    assert own.status_code == 422
    assert "somebody else says" in own.text
    path = f"/people/{lee.id}/readings/confidentiality/correct"
    assert f'href="{path}"' in desk.browser.get(f"/people/{lee.id}").text
    assert "was recorded in error. They owe it again" in done(desk, path, reason="the other Lee")
    with desk.school.register.reading() as tx:
        assert [one.person for one in list_acknowledgements(tx, desk.school.key)] == [marsh.id]
    path = f"/people/{lee.id}/correct-leaving"
    assert "23 November 2026" in desk.page(path)
    assert "was recorded in error. They are here again" in done(desk, path, reason="another Lee")


def test_a_group_is_told_and_that_can_be_taken_back(desk: Desk) -> None:
    path = "/policies/confidentiality/groups/parents"
    assert "Say how they were told" in send(desk, path, on="2026-11-20", means="").text
    assert "still to come" in send(desk, path, on="2026-12-24", means="letter").text
    assert "told on 20 November 2026 (newsletter)" in done(desk, path, on="2026-11-20", means="newsletter")
    assert "was recorded in error" in done(desk, f"{path}/correct", reason="another letter")
    assert "Parents: not told yet" in desk.page("/policies/confidentiality")
