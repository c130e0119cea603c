"""What every form of the desk has in common: who may send it, twice, too late, too much, and what is said after."""

import re
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.web.desk.receiving import LARGEST_UPLOAD_BYTES, Sent, file_name
from pipeline.web.desk.session_memory import Kept
from pipeline.web.desk.typed import typed_day
from pipeline.web.desk.work import Finished, LongWork, Progress, WorkState
from tests.school import MONDAY, at
from tests.web.desk import ACCOUNTS, Desk, open_desk

OWNER = "/policies/confidentiality/owner"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("forms"), ACCOUNTS) as one:
        one.school.add_policy("Confidentiality")
        one.sign_in("jo.marsh@example.org")
        yield one


def filled(desk: Desk, **fields: str) -> dict[str, str]:
    page = desk.browser.get(OWNER).text
    found = dict(re.findall(r'name="(form|once|shown)" value="([^"]*)"', page))
    return {**found, **fields}


def test_a_form_does_what_it_says_and_the_next_page_says_so(desk: Desk) -> None:
    answer = desk.browser.post(OWNER, data=filled(desk, owner="Deputy Head", reason="the head said so"))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/policies/confidentiality?done=")
    page = desk.page(answer.headers["location"])
    assert "Deputy Head" in page
    assert "Confidentiality" in page
    assert desk.records()[-1] == "overruled"
    assert "Error:" not in page


def test_what_is_missing_is_said_above_and_what_was_typed_stays(desk: Desk) -> None:
    before = desk.records()
    answer = desk.browser.post(OWNER, data=filled(desk, owner="Head of <Year> 7"))
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert '<a href="#reason">Say why' in answer.text
    assert 'value="Head of &lt;Year&gt; 7"' in answer.text
    assert desk.records() == before


def test_a_form_sent_twice_is_done_once(desk: Desk) -> None:
    fields = filled(desk, owner="Bursar", reason="asked for it")
    first = desk.browser.post(OWNER, data=fields)
    before = desk.records()
    assert (
        desk.browser.post(OWNER, data=fields).headers["location"].split("?")[0]
        == first.headers["location"].split("?")[0]
    )
    assert desk.records() == before
    # Back in the browser, and filled in otherwise: what that page showed is past, and nobody is told that it was done.
    late = desk.browser.post(OWNER, data={**fields, "owner": "School Nurse"})
    assert late.status_code == 422
    assert 'value="School Nurse"' in late.text
    assert desk.records() == before
    other = desk.browser.post(OWNER, data=filled(desk, owner="School Nurse", reason="asked for it"))
    assert "School Nurse" in desk.page(other.headers["location"])
    assert desk.records() == [*before, "overruled"]


def test_a_form_of_another_session_is_shown_again_and_of_another_site_refused(desk: Desk) -> None:
    before = desk.records()
    fields = {**filled(desk, owner="Nurse", reason="she asked"), "form": "0" * 64}
    again = desk.browser.post(OWNER, data=fields)
    assert again.status_code == 422
    assert "signed in again" in again.text
    assert 'value="Nurse"' in again.text
    away = desk.browser.post(
        OWNER, data=filled(desk, owner="X", reason="y"), headers={"origin": "https://evil.example"}
    )
    assert away.status_code == 403
    assert desk.records() == before


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(tmp_path: Path) -> None:
    with open_desk(tmp_path, ACCOUNTS) as one:
        one.school.add_policy("Confidentiality")
        one.sign_in("jo.marsh@example.org")
        fields = filled(one, owner="Nurse", reason="she asked for it")
        one.browser.cookies.clear()
        held = one.browser.post(OWNER, data=fields)
        assert held.status_code == 401
        assert "Nothing was done yet" in held.text
        assert 'name="reason" value="she asked for it"' in held.text
        one.sign_in("jo.marsh@example.org")
        again = one.browser.post(OWNER, data={"owner": "Nurse", "reason": "she asked for it"})
        assert again.status_code == 422
        assert 'value="she asked for it"' in again.text
        assert one.browser.post(OWNER, data=filled(one, owner="Nurse", reason="she asked")).status_code == 303


def test_nobody_without_the_right_sees_or_sends_a_form(tmp_path: Path) -> None:
    with open_desk(tmp_path, ACCOUNTS) as one:
        one.school.add_policy("Confidentiality")
        for account in ("gov@example.org", "it@example.org", "maths@example.org"):
            one.sign_in(account)
            assert one.browser.get(OWNER).status_code == 403
            sent = one.browser.post(OWNER, data={"owner": "x", "reason": "y", "form": one.form("/sessions")})
            assert sent.status_code == 403
        assert "overruled" not in one.records()


def test_a_form_that_is_too_large_or_no_form_is_refused_with_a_sentence(desk: Desk) -> None:
    before = desk.records()
    large = {"content-length": str(LARGEST_UPLOAD_BYTES * 5), "content-type": "multipart/form-data; boundary=x"}
    answers = (
        desk.browser.post(OWNER, data=filled(desk, owner="a" * 600_000)),
        desk.browser.post(OWNER, content=b"--x", headers=large),
        desk.browser.post(OWNER, content=b"{}", headers={"content-type": "application/json"}),
        desk.browser.post(OWNER, content=b"no boundary", headers={"content-type": "multipart/form-data; boundary=x"}),
    )
    assert [answer.status_code for answer in answers] == [413] * 4
    assert all("There is a problem" in answer.text for answer in answers)
    assert "100 MB" in answers[1].text
    assert desk.records() == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../config.toml", "config.toml"),
        ("C:\\x\\Policy.docx", "Policy.docx"),
        ("..", "upload"),
        ("a\0\nb.pdf", "ab.pdf"),
        ("😀" * 100 + ".docx", "😀" * 36 + ".docx"),
    ],
)
def test_a_files_name_leads_nowhere(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize("typed", ["0206-11-30", "0001-01-01", "9999-12-31"])
def test_a_year_with_a_digit_missed_is_no_day(typed: str) -> None:
    assert typed_day(Sent({"on": [typed]}), "on") is None
    assert typed_day(Sent({"on": ["30 November 2026"]}), "on") == date(2026, 11, 30)


# --- what is remembered between two pages ------------------------------------------------------------------------


def test_the_same_form_sent_twice_at_one_time_is_done_once() -> None:
    kept, done, go = Kept(), [], threading.Barrier(2)

    def do() -> int:
        done.append(1)
        return len(done)

    def send() -> None:
        go.wait()
        assert kept.once(1, "form", do, lambda came: True) == 1

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1]


def test_what_was_refused_may_be_sent_again() -> None:
    kept = Kept()

    def refuse() -> int:
        raise UsageError("not so")

    with pytest.raises(UsageError):
        kept.once(1, "form", refuse, lambda came: True)
    assert kept.once(1, "form", lambda: 2, lambda came: False) == 2
    assert kept.once(1, "form", lambda: 3, lambda came: True) == 3
    assert kept.once(1, "form", lambda: 4, lambda came: True) == 3
    assert kept.once(2, "form", lambda: 5, lambda came: True) == 5


# --- long work ---------------------------------------------------------------------------------------------------


def test_long_work_goes_on_behind_the_pages_and_says_how_it_ended(desk: Desk) -> None:
    work = LongWork()
    go, seen = threading.Event(), threading.Event()

    def slow(progress: Progress) -> Finished:
        progress("Printing", 1, 3)
        seen.set()
        assert go.wait(10)
        return Finished("It is printed.", "/people")

    def fails(progress: Progress) -> Finished:
        raise UsageError("There is nobody to print for.")

    first = work.begin("Packs", "Jo Marsh", at(MONDAY), slow)
    second = work.begin("Cards", "Jo Marsh", at(MONDAY), fails)
    assert seen.wait(10)
    now = work.find(first.number)
    assert now is not None
    assert (now.state, now.step, now.done, now.of) == (WorkState.GOING_ON, "Printing", 1, 3)
    waits = work.find(second.number)
    assert waits is not None
    assert waits.state is WorkState.WAITING
    go.set()
    while not (last := work.list()[0]).is_over:
        pass
    assert last.finished == Finished("There is nobody to print for.")
    assert [piece.state for piece in work.list()] == [WorkState.FAILED, WorkState.DONE]
    assert desk.page("/work")
    assert desk.browser.get(first.page).status_code == 404
