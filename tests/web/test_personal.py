"""The personal page: looking records nothing, the form records once, mistakes leave it usable."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from pipeline.acknowledgements.links import form_token, person_token
from pipeline.config import load_config
from pipeline.model import AcknowledgementMethod, RevisionKind
from pipeline.policies.cover import CoverOrder
from pipeline.publish.cover import switch_cover
from pipeline.register.ledger_check import verify
from pipeline.register.people import PersonRow
from pipeline.register.policies import VersionRow
from pipeline.register.requests import AcknowledgementRow, list_acknowledgements
from pipeline.web.app import build_app
from pipeline.web.attempts import Attempts
from pipeline.web.site import LiveConfig, Site
from tests.school import MONDAY, SECRET, School, at
from tests.web.browser import Browser

_BASE = "https://policies.example.org"


class _Web:
    """A school with one policy asked of one person, and a browser without cookies or scripts."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.seconds = 1000.0
        self.version: VersionRow = school.add_policy("Confidentiality")
        school.add_policy("Uniform", None)
        self.reader: PersonRow = school.add_person("O'Neill-Núñez")
        school.plan()
        self.now = at(MONDAY, 10)
        site = Site(school.register, LiveConfig(school.config), SECRET, lambda: self.now, lambda: None, schedules=True)
        self.client = Browser(build_app(site, attempts=Attempts(lambda: self.seconds)), _BASE)

    def path(self, row: PersonRow | None = None) -> str:
        return f"/my/{person_token(SECRET, self.school.key, row or self.reader)}"

    def token(self) -> str:
        page = self.client.get(self.path()).text
        found = re.search(r'name="form" value="([^"]+)"', page)
        assert found
        return found[1]

    def post(self, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        form = {"form": self.token(), "read": "yes", "surname": "oneill nunez"} | fields
        return self.client.post(
            self.path(), data={name: value for name, value in form.items() if value}, headers=headers
        )

    def held(self) -> tuple[AcknowledgementRow, ...]:
        with self.school.register.reading() as tx:
            return list_acknowledgements(tx, self.school.key)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[_Web]:
    with School(tmp_path, f'[web]\nbase_url = "{_BASE}"\n') as school:
        opened = _Web(school)
        yield opened
        opened.client.close()


def test_form_records_one_acknowledgement_tied_to_the_versions_hash(web: _Web) -> None:
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


def test_second_post_shows_the_receipt_and_records_nothing(web: _Web) -> None:
    token = web.token()
    web.post()
    again = web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "O'Neill-Núñez"})
    assert again.status_code == 303
    assert "Your reading is recorded" in web.client.get(again.headers["location"]).text
    assert len(web.held()) == 1


def test_looking_in_any_way_records_nothing(web: _Web) -> None:
    path = web.path()
    query = {"form": web.token(), "read": "yes", "surname": "oneillnunez", "recorded": str(web.version.policy_id)}
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
        web.client.request(method, path, params=query)
    assert web.held() == ()
    assert "Your reading is recorded" not in web.client.get(path, params=query).text


def test_page_says_what_by_when_why_and_puts_the_safety_line_first(web: _Web) -> None:
    page = web.client.get(web.path()).text
    for words in ("Confidentiality", "7 December 2026", "About 2 minutes", "All staff are asked to read it", "Uniform"):
        assert words in page
    assert page.index("Worried about a child?") < page.index("<h1>")
    assert "Ms Pat Marsh" in page
    assert "01632 960101" in page


def test_form_holds_nothing_but_hidden_fields_box_surname_and_one_unnamed_button(web: _Web) -> None:
    page = web.client.get(web.path()).text
    [form] = re.findall(r"<form.*?</form>", page, re.DOTALL)
    inputs = re.findall(r"<(input|button|select|textarea)\b([^>]*)>", form)
    kinds = [re.search(r'type="(\w+)"', attributes)[1] for _, attributes in inputs]  # type: ignore[index]
    assert kinds == ["hidden", "checkbox", "text", "submit"]
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
def test_refused_form_comes_back_usable_with_what_was_typed(web: _Web, fields: dict[str, str], says: str) -> None:
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


def test_form_of_another_person_or_purpose_records_nothing(web: _Web) -> None:
    other = web.school.add_person("Day")
    theirs = form_token(SECRET, web.school.key, other, policy_id=web.version.policy_id, version_id=web.version.id)
    for forged in (theirs, person_token(SECRET, web.school.key, web.reader)):
        assert web.post(form=forged).status_code == 422
    assert web.held() == ()


def test_five_errors_are_free_then_the_wait_grows(web: _Web) -> None:
    token = web.token()

    def attempt(surname: str) -> httpx.Response:
        return web.client.post(web.path(), data={"form": token, "read": "yes", "surname": surname})

    assert [attempt("Smith").status_code for _ in range(6)] == [422] * 6
    waiting = attempt("oneillnunez")
    assert waiting.status_code == 429
    assert waiting.headers["retry-after"] == "30"
    assert web.client.get(web.path()).status_code == 200
    web.seconds += 31
    assert attempt("Smith").status_code == 422
    assert attempt("oneillnunez").headers["retry-after"] == "60"
    assert web.held() == ()
    web.seconds += 61
    assert attempt("oneillnunez").status_code == 303


def test_waiting_of_one_person_does_not_touch_another(web: _Web) -> None:
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
        {"Origin": _BASE, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_post_from_another_site_is_refused(web: _Web, headers: dict[str, str]) -> None:
    answer = web.post(headers)
    assert answer.status_code == 403
    assert "This came from another page" in answer.text
    assert web.held() == ()


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null"}, {"Origin": _BASE}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_post_from_our_page_or_from_a_browser_that_says_nothing_is_taken(web: _Web, headers: dict[str, str]) -> None:
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
def test_body_that_is_no_form_of_ours_is_refused(web: _Web, content: bytes, kind: str) -> None:
    answer = web.client.post(web.path(), content=content, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert web.held() == ()


def test_links_that_do_not_work_all_look_the_same(web: _Web) -> None:
    left = web.school.add_person("Day", leave_on=MONDAY - timedelta(days=1))
    renewed = web.school.add_person("Fox")
    stale = web.path(renewed)
    with web.school.register.transaction() as tx:
        from pipeline.register.person_changes import change_person

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


def test_link_works_on_the_last_day_and_dies_with_leaving(web: _Web) -> None:
    web.school.change_person(web.reader, leave_on=MONDAY)
    token = web.token()
    web.now = at(MONDAY + timedelta(days=1), 10)
    assert web.client.get(web.path()).status_code == 404
    answer = web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "oneillnunez"})
    assert answer.status_code == 404
    assert web.held() == ()


def test_newer_version_in_between_is_put_before_the_reader_instead(web: _Web) -> None:
    token = web.token()
    web.school.add_version(web.version.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    answer = web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "oneillnunez"})
    assert answer.status_code == 422
    assert "newer version" in answer.text
    assert web.held() == ()


def test_withdrawn_policy_cannot_be_recorded(web: _Web) -> None:
    from pipeline.register.policies import withdraw_policy

    token = web.token()
    with web.school.register.transaction() as tx:
        withdraw_policy(tx, web.version.policy_id, MONDAY)
    assert web.client.post(web.path(), data={"form": token, "read": "yes", "surname": "oneillnunez"}).status_code == 404
    assert web.held() == ()


def test_page_says_why_somebody_who_joined_and_somebody_who_read_before_is_asked(web: _Web) -> None:
    joined = web.school.add_person("Day", start_on=MONDAY)
    web.school.record(web.reader, web.version)
    web.school.add_version(web.version.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    web.school.plan(MONDAY + timedelta(days=1))
    assert "Everybody who joins is given it" in web.client.get(web.path(joined)).text
    assert "It has changed since you last read it" in web.client.get(web.path()).text


def test_mistakes_are_forgotten_after_an_hour_and_in_number(web: _Web) -> None:
    attempts = Attempts(lambda: web.seconds)
    for _ in range(6):
        attempts.note_error(1)
    assert attempts.seconds_to_wait(1) == 30
    web.seconds += 3601
    attempts.note_error(1)
    attempts.note_error(2)
    assert attempts.seconds_to_wait(1) == 0
    assert attempts.seconds_to_wait(1) == 0
    web.seconds += 3601
    crowd = Attempts(lambda: web.seconds, most_remembered=50)
    for person in range(51):
        for _ in range(6):
            crowd.note_error(person)
    assert [crowd.seconds_to_wait(person) for person in (0, 1, 50)] == [0, 30, 30]


def test_copy_opens_as_pdf_only_through_a_link_that_works(web: _Web) -> None:
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


def test_policy_whose_copy_is_not_ready_says_so(web: _Web) -> None:
    web.school.add_version(web.version.policy_id, RevisionKind.CONTACTS, title="Confidentiality", copy=False)
    page = web.client.get(web.path()).text
    assert "The copy is being made ready" in page
    assert 'name="form"' in page


def test_policy_only_to_read_stands_on_the_page_without_a_form(tmp_path: Path) -> None:
    with School(tmp_path, '[reading]\nread = ["uniform"]\n') as school:
        web = _Web(school)
        page = web.client.get(web.path()).text
        web.client.close()
    assert "For you to read" in page
    assert len(re.findall("<form", page)) == 1


def test_each_response_keeps_out_frames_caches_scripts_and_referrers(web: _Web) -> None:
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


def test_names_from_the_staff_list_are_shown_as_text(web: _Web) -> None:
    row = web.school.add_person("<b>Day</b>", email=None, first_name="<i>Kim</i>")
    page = web.client.get(web.path(row)).text
    assert "&lt;b&gt;Day&lt;/b&gt;" in page
    assert "<b>Day" not in page


def test_pages_never_say_what_no_reader_should_see(web: _Web) -> None:
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


def test_new_lead_in_the_configuration_shows_without_a_restart(web: _Web) -> None:
    path = web.school.root / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Pat Marsh", "Jo Reed"), encoding="utf-8")
    assert "Jo Reed" in web.client.get(web.path()).text
    path.write_text("broken = [", encoding="utf-8")
    assert "Jo Reed" in web.client.get(web.path()).text
    path.unlink()
    assert "Jo Reed" in web.client.get(web.path()).text


def test_cover_shows_without_a_restart_and_ends_at_once(web: _Web) -> None:
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


def test_register_that_cannot_be_read_says_to_try_again(web: _Web) -> None:
    path = web.path()
    (web.school.config.distribution / "register.sqlite3").write_bytes(b"not a register " * 500)
    for leftover in web.school.config.distribution.glob("register.sqlite3-*"):
        leftover.unlink()
    answer = web.client.get(path)
    assert answer.status_code == 503
    assert "try again in a minute" in answer.text


RULES = "Hirers leave by 10 pm on every day of the week.\nKeys are kept in the school office.\n"


def test_page_shows_what_changed_since_the_readers_last_reading_outside_the_form(web: _Web) -> None:
    first = web.school.add_policy("Lettings", text=RULES)
    web.school.record(web.reader, first)
    assert "What changed for you" not in web.client.get(web.path()).text
    web.school.add_version(first.policy_id, RevisionKind.MAJOR, title="Lettings", text=RULES.replace("10 pm", "9 pm"))
    web.school.plan(MONDAY + timedelta(days=1))
    page = web.client.get(web.path()).text
    assert "You read version 1 (August 2025) on 23 November 2026; 1 paragraph changed." in page
    assert '<del><span class="hidden">[taken out: </span>10<span class="hidden">]</span></del>' in page
    assert '<ins><span class="hidden">[new: </span>9<span class="hidden">]</span></ins>' in page
    assert page.count("What changed for you") == 1
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    assert len(forms) == 2
    assert not any("<ins>" in form or "What changed" in form for form in forms)


def test_page_shows_a_small_change_beside_what_was_read(web: _Web) -> None:
    first = web.school.add_policy("Lettings", text=RULES)
    web.school.record(web.reader, first)
    after = RULES.replace("school office", "site office")
    web.school.add_version(first.policy_id, RevisionKind.MINOR, title="Lettings", text=after)
    page = web.client.get(web.path()).text
    assert "A small change since" in page
    assert "site<span" in page
    web.school.add_version(first.policy_id, RevisionKind.CONTACTS, title="Lettings", text=after)
    assert "A small change since" in web.client.get(web.path()).text


def test_page_of_a_rewritten_policy_shows_a_part_and_points_to_the_copy(web: _Web) -> None:
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
        opened = _Web(school)
        opened.post()
        opened.now = at(MONDAY.replace(year=2027), 10)
        school.plan(MONDAY.replace(year=2027))
        page = opened.client.get(opened.path()).text
        opened.client.close()
    assert "All staff read it each school year" in page
    assert "it has not changed since." in page


def test_a_copy_that_was_damaged_on_disk_is_shown_to_nobody(web: _Web) -> None:
    path = web.school.config.distribution / "copies" / "C1V1.pdf"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    answer = web.client.get(web.path() + "/copy/C1V1.pdf")
    assert answer.status_code == 503
    assert "ask the school office for it" in answer.text
    assert "%PDF" not in answer.text
