"""A changed policy is put in use with its difference in view, approved, or said to be unchanged, from the desk."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.copies.shelf import refresh_copies
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import VersionRow
from tests.policies.folders import policy_text
from tests.school import MONDAY, at
from tests.web.desk import ACCOUNTS, Desk, open_desk

NAME = "Test Primary School"
CHANGED = "Hirers pay before they are given a key. Nobody may smoke in any room at any time of the day."
HEAD = '[contacts.headteacher]\nname = "Kim Head"\nemail = "head@example.org"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A school with one policy in use and a changed text of it."""
    with open_desk(tmp_path, HEAD + ACCOUNTS) as one:
        one.record_policy(
            "lettings.txt", policy_text("Lettings Policy", school=NAME, last="August 2025", review="August 2026")
        )
        one.record_policy(
            "lettings.txt",
            policy_text("Lettings Policy", school=NAME, last="August 2025", review="August 2026", body=CHANGED),
        )
        one.sign_in("jo.marsh@example.org")
        yield one


def fields(desk: Desk, path: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', desk.browser.get(path).text))


def send(desk: Desk, path: str, **typed: str) -> httpx.Response:
    return desk.browser.post(path, data={**fields(desk, path), **typed})


def in_use(desk: Desk) -> VersionRow:
    with desk.school.register.reading() as tx:
        (version,) = rows.versions_in_force(tx, desk.school.key).values()
    return version


def test_a_changed_policy_is_put_in_use_with_its_difference_in_view(desk: Desk) -> None:
    path = "/policies/lettings/issue"
    page = desk.browser.get(path).text
    assert "reads as a major change" in page
    assert re.search(r"<ins>.*smoke", page)
    lower = send(desk, path, kind="minor")
    assert lower.status_code == 422
    assert "Say why it is less" in lower.text
    assert 'value="minor" checked' in lower.text
    done = send(desk, path, kind="minor", reason="house rules, told by the caretaker")
    assert done.status_code == 303
    assert "is in use (version 2); nobody is asked to read it again" in desk.page(done.headers["location"])
    assert (in_use(desk).number, in_use(desk).reason) == (2, "house rules, told by the caretaker")
    assert "Nothing of Lettings Policy waits" in desk.page(path)


def test_two_owners_who_decide_one_draft_at_once_decide_it_once(desk: Desk) -> None:
    path = "/policies/lettings/issue"
    first, second = fields(desk, path), fields(desk, path)
    assert desk.browser.post(path, data={**first, "kind": "major"}).status_code == 303
    before = desk.records()
    late = desk.browser.post(path, data={**second, "kind": "major"})
    assert late.status_code == 422
    assert "has no draft waiting" in late.text or "was put in use meanwhile" in late.text
    desk.record_policy(
        "lettings.txt", policy_text("Lettings Policy", school=NAME, body=f"{CHANGED} Nobody may sing either, by order.")
    )
    third = fields(desk, path)
    desk.record_policy(
        "lettings.txt",
        policy_text("Lettings Policy", school=NAME, body=f"{CHANGED} Nobody may dance either, by order."),
    )
    changed = desk.browser.post(path, data={**third, "kind": "major"})
    assert "was changed again meanwhile" in changed.text
    assert "issued" not in desk.records()[len(before) :]


def test_an_approval_is_recorded_once_and_never_by_whoever_gave_it(desk: Desk) -> None:
    path = "/policies/lettings/approve"
    empty = send(desk, path, body="", on="")
    for words in ("Say on which day", "Say who approved it"):
        assert words in empty.text
    assert "is not a day" in send(desk, path, on="yesterday", body="Full Governing Body").text
    assert "still to come" in send(desk, path, on="2027-01-01", body="Full Governing Body").text
    typed = {"on": MONDAY.isoformat(), "body": "Full Governing Body", "minute": "7.2", "version": "2"}
    one, two = fields(desk, path), fields(desk, path)
    desk.browser.post(path, data={**one, **typed})
    assert in_use(desk).number == 2
    assert "approved" in desk.records()
    late = desk.browser.post(path, data={**two, **typed})
    assert late.status_code == 422
    assert "recorded already" in late.text
    desk.sign_in("head@example.org")
    for body in ("Headteacher", "Kim Head", "K. Head", "Mrs Head", "Kim Head (Headteacher)"):
        own = send(desk, path, on=MONDAY.isoformat(), body=body)
        assert own.status_code == 422
        assert "That is you" in own.text
    settings = desk.school.root / "config.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('email = "head@example.org"\n', ""), encoding="utf-8"
    )
    assert "That is you" in send(desk, path, on=MONDAY.isoformat(), body="The Headteacher").text


def test_which_of_two_texts_was_approved_is_asked(desk: Desk) -> None:
    send(desk, "/policies/lettings/issue", kind="major")
    desk.record_policy(
        "lettings.txt", policy_text("Lettings Policy", school=NAME, body=f"{CHANGED} Nobody may sing either, by order.")
    )
    path = "/policies/lettings/approve"
    page = desk.page(path)
    assert "the changed text that waits; it is put in use (a major change, its readers are asked again)" in page
    assert "Nobody is asked to read again for an approval of the text in use." in page
    typed = {"on": MONDAY.isoformat(), "body": "Full Governing Body"}
    assert "Choose the text that was approved" in send(desk, path, **typed).text
    said = desk.page(send(desk, path, version="2", **typed).headers["location"])
    assert "(version 2) was approved" in said
    assert "at the next run" not in said
    said = desk.page(send(desk, path, version="3", **typed).headers["location"])
    assert "and is in use; its readers are asked again at the next run; the next review is due" in said


def test_an_approval_asks_for_the_second_step(desk: Desk) -> None:
    desk.browser.cookies.clear()
    desk.sign_in_by_mail("jo.marsh@example.org")
    answer = desk.browser.get("/policies/lettings/approve")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/second-step")


def test_a_text_is_said_to_be_unchanged_once_it_was_read_through(desk: Desk) -> None:
    path = "/policies/lettings/reaffirm"
    assert "cannot be called unchanged" in send(desk, path, on=MONDAY.isoformat(), read="yes").text
    send(desk, "/policies/lettings/issue", kind="major")
    assert "Tick that the whole text" in send(desk, path, on=MONDAY.isoformat()).text
    done = send(desk, path, on=MONDAY.isoformat(), read="yes", reason="held against the new guidance")
    page = desk.page(done.headers["location"])
    assert "was checked on 23 November 2026 and is unchanged; the next review is due August 2027" in page
    assert "Last review 23 November 2026" in page
    assert desk.records()[-1] == "reaffirmed"


def test_a_text_is_called_ready_for_the_clerk_with_its_difference_in_view_and_taken_back(desk: Desk) -> None:
    path = "/policies/lettings/ready"
    page = desk.browser.get(path).text
    assert re.search(r"<ins>.*smoke", page)
    assert "No address of the clerk is known" in page
    waiting = fields(desk, path)
    done = send(desk, path)
    assert done.status_code == 303
    assert "is ready for the clerk" in desk.page(done.headers["location"])
    assert desk.records()[-1] == "ready"
    assert "Not ready for the clerk after all" in desk.page("/policies/lettings")
    assert send(desk, path).status_code == 303
    assert desk.records()[-1] == "not-ready"
    desk.record_policy("lettings.txt", policy_text("Lettings Policy", school=NAME, body=f"{CHANGED} DRAFT"))
    assert "Nothing half-edited leaves the school" in desk.page(path)
    refused = desk.browser.post(path, data=waiting)
    assert refused.status_code == 422
    assert "was changed or taken back meanwhile" in refused.text


def test_what_others_publish_is_asked_of_staff_only_once_it_is_released_on_the_desk(desk: Desk) -> None:
    desk.school.add_person("Lee")
    path = "/policies/kcsie-part-one/issue"
    assert f'href="{path}"' in desk.browser.get("/reviews").text

    def asked() -> list[str]:
        refresh_copies(desk.school.register, desk.school.config, desk.school.standings(), today=MONDAY, now=at(MONDAY))
        desk.school.plan()
        titles = {one.policy_id: one.slug for one in desk.school.standings()}
        return [titles[one.policy_id] for one in desk.school.requests() if "kcsie" in titles[one.policy_id]]

    assert asked() == []
    page = desk.browser.get(path).text
    assert "the next run asks whoever is to read it" in page
    assert "https://" in page
    done = send(desk, path, reason="the lead has read it")
    assert (done.status_code, done.headers["location"].partition("?")[0]) == (303, "/policies/kcsie-part-one")
    assert asked() == ["kcsie-part-one"]
    assert f'href="{path}"' not in desk.browser.get("/reviews").text


def test_who_was_consulted_before_is_kept_with_an_approval(desk: Desk) -> None:
    typed = {"body": "Full Governing Body", "on": "2026-11-18", "version": "2"}
    days = {"consulted-from": "2026-11-10", "consulted-until": "2026-11-02"}
    wrong = send(desk, "/policies/lettings/approve", **typed, consulted="parents", **days)
    assert "before it begins" in wrong.text
    assert 'value="parents"' in wrong.text
    done = send(desk, "/policies/lettings/approve", **typed, consulted="parents", **{"came-of-it": "2 answers"})
    assert done.status_code == 303
    assert "Consulted: parents; 2 answers." in desk.page("/policies/lettings")
