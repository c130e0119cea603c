"""The personal page: looking records nothing, the form records once, mistakes leave it usable."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from pipeline.acknowledgements.links import form_token, person_token
from pipeline.config import load_config
from pipeline.contacts.cover import CoverOrder
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.ledger.check import verify
from pipeline.register.policies.copies import CopyRow, Covering, LeftOut, current_copies, list_copies
from pipeline.register.readings.requests import AcknowledgementRow
from pipeline.register.tables.schema import ledger_record
from pipeline.web.attempts import Attempts
from tests.covering import switch_cover
from tests.made_once import copy_school
from tests.school import MONDAY, SECRET, School, at
from tests.web.reader_web import BASE, ReaderWeb, ask_reader

pytestmark = pytest.mark.both_registers


@pytest.fixture
def web(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderWeb]:
    with copy_school(tmp_path_factory, "personal", tmp_path, f'[web]\nbase_url = "{BASE}"\n', ask_reader) as school:
        opened = ReaderWeb(school)
        yield opened
        opened.client.close()


def test_form_records_one_acknowledgement_tied_to_the_versions_hash(web: ReaderWeb) -> None:
    answer = web.post()
    assert answer.status_code == 303
    page = web.client.get(answer.headers["location"])
    assert "Your reading is recorded" in page.text
    assert "<title>Recorded: Confidentiality" in page.text
    [row] = web.held()
    assert (row.person, row.version_sha256, row.method) == (
        web.reader.id,
        web.version.sha256,
        AcknowledgementMethod.PAGE,
    )
    assert not web.school.requests()
    with web.school.register.reading() as tx:
        assert verify(tx, web.school.key).faults == ()


def test_second_post_shows_the_receipt_and_records_nothing(web: ReaderWeb) -> None:
    token = web.token()
    web.post()
    again = web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "O'Neill-Núñez"})
    assert again.status_code == 303
    assert "Your reading is recorded" in web.client.get(again.headers["location"]).text
    assert len(web.held()) == 1


def test_looking_in_any_way_records_nothing(web: ReaderWeb) -> None:
    path = web.path()
    query = {"form": web.token(), "read": "yes", "surname": "oneillnunez", "recorded": str(web.version.policy_id)}
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
        web.client.request(method, path, params=query)
    assert web.held() == ()
    assert "Your reading is recorded" not in web.client.get(path, params=query).text


def test_page_says_what_by_when_why_and_puts_the_safety_line_first(web: ReaderWeb) -> None:
    page = web.client.get(web.path()).text
    for words in ("Confidentiality", "7 December 2026", "About 2 minutes", "All staff are asked to read it", "Uniform"):
        assert words in page
    assert page.index("Worried about a child?") < page.index("<h1>")
    assert "Ms Pat Marsh" in page
    assert "01632 960101" in page


def test_form_holds_nothing_but_hidden_fields_box_surname_and_one_unnamed_button(web: ReaderWeb) -> None:
    page = web.client.get(web.path()).text
    [form] = re.findall(r"<form.*?</form>", page, re.DOTALL)
    inputs = re.findall(r"<(input|button|select|textarea)\b([^>]*)>", form)
    kinds = [re.search(r'type="(\w+)"', attributes)[1] for _, attributes in inputs]  # type: ignore[index]
    assert kinds == ["hidden", "hidden", "hidden", "checkbox", "text", "submit"]
    assert "name=" not in inputs[-1][1]
    assert "checked" not in form
    assert re.search(r"<label[^>]*>I have read", form)
    assert re.search(r"<label[^>]*>Your surname</label>", form)
    assert "Record my reading</button>" in form


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"read": ""}, "Tick the box"),
        ({"read": "on"}, "Tick the box"),
        ({"surname": ""}, "Type your surname"),
        ({"surname": "Smith"}, "as the school has it"),
        ({"surname": "Kim O'Neill-Núñez"}, "as the school has it"),
        ({"form": "forged"}, "fill it in again"),
        ({"form": ""}, "fill it in again"),
    ],
)
def test_refused_form_comes_back_usable_with_what_was_typed(web: ReaderWeb, fields: dict[str, str], says: str) -> None:
    answer = web.post(**fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert "<title>Error: " in answer.text
    assert "There is a problem" in answer.text
    assert 'name="form"' in answer.text
    if "form" not in fields:
        typed = fields.get("surname", "oneill nunez").replace("'", "&#39;")
        assert f'value="{typed}"' in answer.text
        assert ("checked" in answer.text) == ("read" not in fields)
    assert web.held() == ()
    assert web.post().status_code == 303


def test_form_of_another_person_or_purpose_records_nothing(web: ReaderWeb) -> None:
    other = web.school.add_person("Day")
    theirs = form_token(SECRET, web.school.key, other, policy_id=web.version.policy_id, version_id=web.version.id)
    for forged in (theirs, person_token(SECRET, web.school.key, web.reader)):
        assert web.post(form=forged).status_code == 422
    assert web.held() == ()


def test_five_errors_are_free_then_wrong_answers_take_longer_and_the_right_one_never(web: ReaderWeb) -> None:
    token = web.token()

    def attempt(surname: str, **fields: str) -> httpx.Response:
        return web.client.post(web.path(), data={"form": token, "read": "yes", "surname": surname} | fields)

    assert [attempt("Smith").status_code for _ in range(5)] == [422] * 5
    assert attempt("").status_code == 422
    assert attempt("oneillnunez", read="").status_code == 422
    assert web.slept == []
    assert [attempt("Smith").status_code for _ in range(5)] == [422] * 5
    assert web.slept == [1.0, 2.0, 3.0, 3.0, 3.0]
    assert web.held() == ()
    assert attempt("oneillnunez").status_code == 303
    assert len(web.slept) == 5
    assert len(web.held()) == 1


def test_waiting_of_one_person_does_not_touch_another(web: ReaderWeb) -> None:
    other = web.school.add_person("Day")
    web.school.plan(MONDAY + timedelta(days=1))
    for _ in range(6):
        web.post(surname="Smith")
    token = form_token(SECRET, web.school.key, other, policy_id=web.version.policy_id, version_id=web.version.id)
    answer = web.client.post(web.path(other), data={"form": token, "read": "yes", "surname": "Day"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example.org"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": BASE, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_post_from_another_site_is_refused(web: ReaderWeb, headers: dict[str, str]) -> None:
    answer = web.post(headers)
    assert answer.status_code == 403
    assert "This came from another page" in answer.text
    assert web.held() == ()


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null"}, {"Origin": BASE}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_post_from_our_page_or_from_a_browser_that_says_nothing_is_taken(
    web: ReaderWeb, headers: dict[str, str]
) -> None:
    assert web.post(headers).status_code == 303


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"read": "yes"}', "application/json"),
        (b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"a=1&" * 50, "application/x-www-form-urlencoded"),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
    ],
)
def test_body_that_is_no_form_of_ours_is_refused(web: ReaderWeb, content: bytes, kind: str) -> None:
    answer = web.client.post(web.path(), content=content, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert web.held() == ()


def test_links_that_do_not_work_all_look_the_same(web: ReaderWeb) -> None:
    left = web.school.add_person("Day", leave_on=MONDAY - timedelta(days=1))
    renewed = web.school.add_person("Fox")
    stale = web.path(renewed)
    with web.school.register.transaction() as tx:
        from pipeline.register.people.changes import change_person

        change_person(tx, web.school.key, renewed, renewed.person, MONDAY, web.now, token_key="another key")
    foreign = f"/my/{person_token(SECRET, 'another-school', web.reader)}"
    flipped = web.path()[:-1] + ("A" if web.path()[-1] != "A" else "B")
    other_secret = f"/my/{person_token('another secret altogether', web.school.key, web.reader)}"
    paths = [web.path(left), stale, foreign, flipped, other_secret, "/my/x", "/my/" + "x" * 5000, "/nowhere"]
    answers = [web.client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "ask the school office" in answers[0].text
    posted = {web.client.post(path, data={"read": "yes"}).text for path in paths[:-1]}
    assert posted == {answers[0].text}
    assert {web.client.get(path + "/copy/C1V1.pdf").status_code for path in paths[:-1]} == {404}


def test_link_works_on_the_last_day_and_dies_with_leaving(web: ReaderWeb) -> None:
    web.school.change_person(web.reader, leave_on=MONDAY)
    token = web.token()
    web.now = at(MONDAY + timedelta(days=1), 10)
    assert web.client.get(web.path()).status_code == 404
    answer = web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "oneillnunez"})
    assert answer.status_code == 404
    assert web.held() == ()


def test_newer_version_in_between_is_put_before_the_reader_instead(web: ReaderWeb) -> None:
    token = web.token()
    web.school.add_version(web.version.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    answer = web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "oneillnunez"})
    assert answer.status_code == 422
    assert "newer version" in answer.text
    assert web.held() == ()


def test_withdrawn_policy_cannot_be_recorded(web: ReaderWeb) -> None:
    from pipeline.register.policies.policies import withdraw_policy

    token = web.token()
    with web.school.register.transaction() as tx:
        withdraw_policy(tx, web.version.policy_id, MONDAY)
    assert web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "oneillnunez"}).status_code == 404
    assert web.held() == ()


def test_page_says_why_somebody_who_joined_and_somebody_who_read_before_is_asked(web: ReaderWeb) -> None:
    joined = web.school.add_person("Day", start_on=MONDAY)
    web.school.record(web.reader, web.version)
    web.school.add_version(web.version.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    web.school.plan(MONDAY + timedelta(days=1))
    assert "Everybody who joins is given it" in web.client.get(web.path(joined)).text
    assert "It has changed since you last read it" in web.client.get(web.path()).text


def test_mistakes_are_forgotten_after_an_hour_with_success_and_in_number(web: ReaderWeb) -> None:
    attempts = Attempts(lambda: web.seconds)
    assert [attempts.note_error(1) for _ in range(7)] == [0.0] * 5 + [1.0, 2.0]
    web.seconds += 3601
    assert attempts.note_error(1) == 0.0
    attempts.note_success(1)
    assert [attempts.note_error(1) for _ in range(6)][-1] == 1.0
    web.seconds += 3601
    crowd = Attempts(lambda: web.seconds, most_remembered=50)
    for person in range(51):
        for _ in range(5):
            crowd.note_error(person)
    assert [crowd.note_error(person) for person in (50, 0)] == [1.0, 0.0]


def test_wrong_answers_that_come_at_once_keep_no_more_than_three_waiting(web: ReaderWeb) -> None:
    async def come_at_once() -> tuple[list[bool], bool, bool]:
        gate = asyncio.Event()
        attempts = Attempts(lambda: web.seconds, sleep=lambda seconds: gate.wait())
        waiting = [asyncio.create_task(attempts.wait(1, 3.0)) for _ in range(5)]
        await asyncio.sleep(0)
        another = asyncio.create_task(attempts.wait(2, 3.0))
        right = await attempts.wait(1, 0.0)
        gate.set()
        return [await task for task in waiting], await another, right

    assert asyncio.run(come_at_once()) == ([True, True, True, False, False], True, True)


def test_copy_opens_as_pdf_only_through_a_link_that_works(web: ReaderWeb) -> None:
    page = web.client.get(web.path()).text
    found = re.search(r'href="(/my/[^"]+\.pdf)"', page)
    assert found
    answer = web.client.get(found[1])
    assert answer.content == (web.school.config.distribution / "copies" / "C1V1.pdf").read_bytes()
    assert answer.headers["content-type"] == "application/pdf"
    assert "Confidentiality" in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert web.client.get(web.path() + "/copy/OTHER.pdf").status_code == 404
    (web.school.config.distribution / "copies" / "C1V1.pdf").unlink()
    assert web.client.get(found[1]).status_code == 404


def test_policy_whose_copy_is_not_ready_says_so(web: ReaderWeb) -> None:
    web.school.add_version(web.version.policy_id, RevisionKind.CONTACTS, title="Confidentiality", copy=False)
    page = web.client.get(web.path()).text
    assert "The copy is not ready, so there is nothing to read or confirm yet." in page
    assert 'name="form"' not in page


def test_policy_only_to_read_stands_on_the_page_without_a_form(tmp_path: Path) -> None:
    with School(tmp_path, '[reading]\nread = ["uniform"]\n') as school:
        web = ReaderWeb(ask_reader(school))
        page = web.client.get(web.path()).text
        web.client.close()
    assert "For you to read" in page
    assert len(re.findall("<form", page)) == 1


def test_each_response_keeps_out_frames_caches_scripts_and_referrers(web: ReaderWeb) -> None:
    for path in (web.path(), "/", "/nowhere", "/healthz", "/style.css"):
        headers = web.client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        for part in ("default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'"):
            assert part in policy
        assert "frame-ancestors 'none'" in policy
    assert "<script" not in web.client.get(web.path()).text


def test_names_from_the_staff_list_are_shown_as_text(web: ReaderWeb) -> None:
    row = web.school.add_person("<b>Day</b>", email=None, first_name="<i>Kim</i>")
    page = web.client.get(web.path(row)).text
    assert "Hello &lt;i&gt;Kim&lt;/i&gt;." in page
    assert "<i>Kim" not in page


def test_pages_never_say_what_no_reader_should_see(web: ReaderWeb) -> None:
    shown = [web.client.get(web.path()).text, web.post(surname="x").text]
    web.post()
    shown.append(web.client.get(web.path()).text)
    says = ("Record my reading", "surname", "recorded by you on this page")
    assert [words for words, page in zip(says, shown, strict=True) if words not in page] == []
    for page in shown:
        words = re.sub(r"<[^>]+>", " ", page).lower()
        for never in (
            "understood",
            "compliant",
            "expired",
            "owed",
            "superseded",
            "ledger",
            "token",
            web.version.sha256[:8],
        ):
            assert never not in words


def test_new_lead_in_the_configuration_shows_without_a_restart(web: ReaderWeb) -> None:
    path = web.school.root / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Pat Marsh", "Jo Reed"), encoding="utf-8")
    assert "Jo Reed" in web.client.get(web.path()).text
    path.write_text("broken = [", encoding="utf-8")
    assert "Jo Reed" in web.client.get(web.path()).text
    path.unlink()
    assert "Jo Reed" in web.client.get(web.path()).text


def test_cover_shows_without_a_restart_and_ends_at_once(web: ReaderWeb) -> None:
    path = web.school.root / "config.toml"
    deputy = '[[contacts.deputy-dsl]]\nname = "Tom Ash"\nphone = "01632 960142"\n'
    path.write_text(path.read_text(encoding="utf-8") + deputy, encoding="utf-8")
    config = load_config(path)
    assert "Go to <strong>Ms Pat Marsh</strong>" in web.client.get(web.path()).text
    order = CoverOrder("deputy-dsl")
    switch_cover(web.school.register, config, order, actor="Jo Clerk", today=MONDAY, now=web.now)
    page = web.client.get(web.path()).text
    assert 'Go to <strong>Tom Ash</strong> (<a href="tel:01632960142">01632 960142</a>), standing in' in page
    assert "Pat Marsh" not in page
    switch_cover(web.school.register, config, CoverOrder("dsl"), actor="Jo Clerk", today=MONDAY, now=web.now)
    assert "Go to <strong>Ms Pat Marsh</strong>" in web.client.get(web.path()).text


@pytest.mark.in_a_file
def test_register_that_cannot_be_read_says_to_try_again(web: ReaderWeb) -> None:
    path = web.path()
    (web.school.config.distribution / "register.sqlite3").write_bytes(b"not a register " * 500)
    for leftover in web.school.config.distribution.glob("register.sqlite3-*"):
        leftover.unlink()
    answer = web.client.get(path)
    assert answer.status_code == 503
    assert "try again in a minute" in answer.text


RULES = "Hirers leave by 10 pm on every day of the week.\nKeys are kept in the school office.\n"


def test_page_shows_what_changed_since_the_readers_last_reading_outside_the_form(web: ReaderWeb) -> None:
    first = web.school.add_policy("Lettings", text=RULES)
    web.school.record(web.reader, first)
    assert "What changed for you" not in web.client.get(web.path()).text
    web.school.add_version(first.policy_id, RevisionKind.MAJOR, title="Lettings", text=RULES.replace("10 pm", "9 pm"))
    web.school.plan(MONDAY + timedelta(days=1))
    page = web.client.get(web.path()).text
    assert "You read version 1 (September 2026) on 23 November 2026; 1 paragraph changed." in page
    assert '<del><span class="hidden">[taken out: </span>10<span class="hidden">]</span></del>' in page
    assert '<ins><span class="hidden">[new: </span>9<span class="hidden">]</span></ins>' in page
    assert page.count("What changed for you") == 1
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    assert len(forms) == 2
    assert not any("<ins>" in form or "What changed" in form for form in forms)


def test_page_shows_a_small_change_beside_what_was_read(web: ReaderWeb) -> None:
    first = web.school.add_policy("Lettings", text=RULES)
    web.school.record(web.reader, first)
    after = RULES.replace("school office", "site office")
    web.school.add_version(first.policy_id, RevisionKind.MINOR, title="Lettings", text=after)
    page = web.client.get(web.path()).text
    assert "A small change since" in page
    assert "site<span" in page
    web.school.add_version(first.policy_id, RevisionKind.CONTACTS, title="Lettings", text=after)
    assert "A small change since" in web.client.get(web.path()).text


def test_page_of_a_rewritten_policy_shows_a_part_and_points_to_the_copy(web: ReaderWeb) -> None:
    first = web.school.add_policy("Lettings", text="".join(f"Rule {n} on halls and keys.\n" for n in range(80)))
    web.school.record(web.reader, first)
    text = "".join(f"Rule {n} on halls and fields.\n" for n in range(80))
    web.school.add_version(first.policy_id, RevisionKind.MAJOR, title="Lettings", text=text)
    web.school.plan(MONDAY + timedelta(days=1))
    page = web.client.get(web.path()).text
    assert page.count('class="changed"') == 60
    assert "20 of 80 changed paragraphs are not shown here" in page


def test_asked_again_each_year_the_page_says_so(tmp_path: Path) -> None:
    with School(tmp_path, '[reading]\nrepeat = "september"\n') as school:
        opened = ReaderWeb(ask_reader(school))
        opened.post()
        opened.now = at(MONDAY.replace(year=2027), 10)
        school.plan(MONDAY.replace(year=2027))
        page = opened.client.get(opened.path()).text
        opened.client.close()
    assert "All staff read it each school year" in page
    assert "it has not changed since." in page


def test_a_copy_that_was_damaged_on_disk_is_shown_to_nobody(web: ReaderWeb) -> None:
    path = web.school.config.distribution / "copies" / "C1V1.pdf"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    answer = web.client.get(web.path() + "/copy/C1V1.pdf")
    assert answer.status_code == 503
    assert "ask the school office for it" in answer.text
    assert "%PDF" not in answer.text


# --- a reading is of what the reader had before them ----------------------------------------------------------------


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def copy_of(web: ReaderWeb, row: AcknowledgementRow) -> str:
    with web.school.register.reading() as tx:
        return next(each.code for each in list_copies(tx, web.school.key) if each.id == row.copy_id)


def test_the_form_carries_version_and_copy_and_that_copy_is_recorded_after_a_newer_one_was_made(web: ReaderWeb) -> None:
    sent = hidden(web.client.get(web.path()).text)
    assert (sent["version"], sent["copy"]) == ("1", "C1V1")
    web.school.add_copy(web.version, html="<html></html>")
    assert web.client.post(web.path(), data=sent | {"read": "yes", "surname": "oneillnunez"}).status_code == 303
    [row] = web.held()
    assert copy_of(web, row) == "C1V1"
    with web.school.register.reading() as tx:
        assert verify(tx, web.school.key).faults == ()
        assert any('"copy":"C1V1"' in record for record in tx.scalars(select(ledger_record.c.record)))


def test_a_post_of_a_script_without_version_and_copy_is_of_the_current_copy(web: ReaderWeb) -> None:
    web.school.add_copy(web.version, html="<html></html>")
    answer = web.client.post(web.path(), data={"form": web.token(), "read": "yes", "surname": "oneillnunez"})
    assert answer.status_code == 303
    [row] = web.held()
    assert copy_of(web, row) == "C1V1H"


@pytest.mark.parametrize("fields", [{"version": "2"}, {"copy": "OTHER"}, {"version": "x"}])
def test_a_form_whose_version_or_copy_is_of_something_else_comes_back_usable(
    web: ReaderWeb, fields: dict[str, str]
) -> None:
    answer = web.post(**fields)
    assert answer.status_code == 422
    assert "fill it in again" in answer.text
    assert web.held() == ()
    assert web.post().status_code == 303


def test_where_there_is_no_copy_to_read_there_is_no_form_and_an_old_one_records_nothing(web: ReaderWeb) -> None:
    old = {"form": web.token(), "read": "yes", "surname": "oneillnunez"}
    web.school.hold_copy(web.version)
    page = web.client.get(web.path()).text
    assert 'name="form"' not in page
    assert "attached" not in page
    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "Safeguarding: ask Ms Pat Marsh (01632 960101), the designated safeguarding lead in person." in words
    answer = web.client.post(web.path(), data=old)
    assert answer.status_code == 422
    assert "there is no copy of this policy that can be read just now" in answer.text
    assert web.held() == ()


def test_a_copy_that_was_taken_away_on_disk_has_no_form(web: ReaderWeb) -> None:
    (web.school.config.distribution / "copies" / "C1V1.pdf").unlink()
    assert 'name="form"' not in web.client.get(web.path()).text


def test_page_says_that_a_newer_text_than_the_one_mailed_is_current_and_what_changed(web: ReaderWeb) -> None:
    school, day = web.school, web.school.add_person("Day")
    version = school.add_policy("Lettings", text="The hall may be let.\nKeys are kept in the school office.")
    school.plan(MONDAY + timedelta(days=1))
    school.deliver(MONDAY + timedelta(days=1))
    new = "The hall may be let.\nKeys are kept in the site office."
    school.add_version(version.policy_id, RevisionKind.MAJOR, title="Lettings", text=new)
    school.plan(MONDAY + timedelta(days=2))
    page = " ".join(re.sub(r"<[^>]+>", " ", web.client.get(web.path(day)).text).split())
    assert "Version 1 was sent to you on 24 November 2026. It has been replaced: version 2 is the current one" in page
    assert "You were sent version 1 (September 2026) on 24 November 2026; 1 paragraph changed." in page
    assert "[taken out: school ]" in page


def test_a_form_of_a_version_that_was_replaced_meanwhile_shows_what_changed_and_asks_for_the_new_one(
    web: ReaderWeb,
) -> None:
    version = web.school.add_policy("Lettings", text="The hall may be let.\nKeys are kept in the school office.")
    web.school.plan(MONDAY + timedelta(days=1))
    page = web.client.get(web.path()).text
    [old] = [
        form for form in map(hidden, re.findall(r"<form.*?</form>", page, re.DOTALL)) if form["copy"].startswith("C3")
    ]
    new = "The hall may be let.\nKeys are kept in the site office."
    web.school.add_version(version.policy_id, RevisionKind.MAJOR, title="Lettings", text=new)
    web.school.plan(MONDAY + timedelta(days=2))
    answer = web.client.post(web.path(), data=old | {"read": "yes", "surname": "oneillnunez"})
    assert answer.status_code == 422
    assert "There is a newer version of this policy" in answer.text
    assert "You had version 1 (September 2026) open; 1 paragraph changed." in answer.text
    assert web.held() == ()


def covered(web: ReaderWeb, covering: Covering) -> CopyRow:
    """Put the copy on hold, with one whose contacts are being updated in its place."""
    with web.school.register.reading() as tx:
        full = current_copies(tx, web.school.key)[web.version.policy_id]
    files = {"pdf_path": full.pdf_path, "pdf_sha256": full.pdf_sha256, "pdf_bytes": full.pdf_bytes}
    return web.school.hold_copy(web.version, covering=covering, **files)


def test_a_whole_copy_with_contacts_being_updated_keeps_the_form_which_records_it(web: ReaderWeb) -> None:
    copy = covered(web, Covering(only_contacts=True))
    page = web.client.get(web.path()).text
    assert "The contacts in its copy are being updated: today’s stand at the front." in page
    assert hidden(page)["copy"] == copy.code
    assert web.client.get(f"{web.path()}/copy/{copy.code}.pdf").status_code == 200
    assert web.post(**hidden(page)).status_code == 303
    [row] = web.held()
    assert row.copy_id == copy.id
    with web.school.register.reading() as tx:
        assert verify(tx, web.school.key).faults == ()


def test_one_that_leaves_something_out_is_there_to_read_without_a_form(web: ReaderWeb) -> None:
    old = hidden(web.client.get(web.path()).text)
    copy = covered(web, Covering(only_contacts=True, left_out=(LeftOut(3, "picture"),)))
    page = web.client.get(web.path()).text
    assert "<h2>To confirm later</h2>" in page
    assert "there is nothing to confirm today" in page
    assert f"/copy/{copy.code}.pdf" in page
    assert "<form" not in page
    # What was open before had the whole copy before its reader; a script that names none had nothing.
    script = {"form": old["form"], "read": "yes", "surname": "oneillnunez"}
    assert web.client.post(web.path(), data=script).status_code == 422
    assert web.held() == ()
    assert web.client.post(web.path(), data=script | {"version": "1", "copy": copy.code}).status_code == 422
    assert web.client.post(web.path(), data=old | script).status_code == 303
    assert [copy_of(web, row) for row in web.held()] == ["C1V1"]
