"""What the personal page leads to: the copy read there, receipts, what can be told to the school, a new link."""

import html
import io
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.acknowledgements.links import person_token
from pipeline.contacts.safety_lines import LinePiece, SafetyLines
from pipeline.letters.contributors.reports import say_reports
from pipeline.model.mail import MailKind
from pipeline.model.policies import RevisionKind
from pipeline.pages.html import render_html
from pipeline.register.corrections import CorrectionKind, add_correction
from pipeline.register.decision import Decision
from pipeline.register.ledger.check import verify
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.people.changes import change_person
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.reader_reports import ReportKind, ReportRow, list_reports
from pipeline.web.readers.surnames import is_answered, prints_surname, without_surname
from tests.made_once import copy_school
from tests.pages.test_pdf import EVERYTHING, FRONT
from tests.school import MONDAY, at
from tests.web.reader_web import BASE, ReaderWeb, ask_reader
from tests.web.scanned_school import HARD

_TOML = f"""
[contacts.office]
name = "School office"
phone = "01632 960100"
email = "office@example.org"
[people.roles]
"Business Manager" = "owner@example.org"
[review]
default_owner = "Business Manager"
[web]
base_url = "{BASE}"
"""


@pytest.fixture
def web(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderWeb]:
    with copy_school(tmp_path_factory, "reader-pages", tmp_path, _TOML, ask_reader) as school:
        opened = ReaderWeb(school)
        yield opened
        opened.client.close()


def reports(web: ReaderWeb) -> tuple[ReportRow, ...]:
    with web.school.register.reading() as tx:
        return list_reports(tx, web.school.key)


def tell(web: ReaderWeb, said: str, surname: str = "oneill nunez", slug: str = "confidentiality") -> int:
    return web.client.post(f"{web.path()}/about/{slug}", data={"said": said, "surname": surname}).status_code


# --- the copy ------------------------------------------------------------------------------------------------------


def with_pages(web: ReaderWeb) -> str:
    """Give two policies HTML copies, and return the first one's address."""
    links = {"Uniform": "uniform.pdf", "Nowhere": "nowhere.pdf"}
    page = render_html(EVERYTHING, FRONT, links=links, pdf_address="confidentiality.pdf")
    others = '<p><a href="uniform.pdf">Uniform</a>, <a href="nowhere.pdf">Nowhere</a></p></main>'
    web.school.add_copy(web.version, html=page.replace("</main>", others))
    uniform = web.school.add_version(2, RevisionKind.MAJOR, title="Uniform", copy=False)
    web.school.add_copy(uniform, html=page)
    return f"{web.path()}/read/confidentiality"


def test_policy_is_read_on_the_page_with_links_under_the_same_token_and_a_way_back(web: ReaderWeb) -> None:
    address = with_pages(web)
    assert f'href="{address}"' in web.client.get(web.path()).text
    answer = web.client.get(address)
    token = web.path().removeprefix("/my/")
    assert f'<a href="/my/{token}/read/uniform">Uniform</a>, Nowhere</p>' in answer.text
    assert f'href="/my/{token}/copy/C1V1H.pdf"' in answer.text
    assert f'href="/my/{token}#at-confidentiality">Back to your own page</a>' in answer.text
    assert "Go to Ms Pat Marsh" in answer.text
    assert "Jane Okafor (" not in answer.text.partition("</header>")[0].partition('class="standing"')[0]
    assert web.client.get(f"{web.path()}/read/uniform").status_code == 200
    for unknown in ("nowhere", "../../etc", "confidentiality.pdf"):
        assert web.client.get(f"{web.path()}/read/{unknown}").status_code == 404


def test_page_of_a_copy_may_load_nothing_but_its_own_styles_and_pictures(web: ReaderWeb) -> None:
    policy = web.client.get(with_pages(web)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-hashes' 'sha256-")
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_damaged_page_of_a_copy_is_shown_to_nobody(web: ReaderWeb) -> None:
    address = with_pages(web)
    path = web.school.config.distribution / "copies" / "C1V1H.html"
    path.write_bytes(path.read_bytes() + b" ")
    assert web.client.get(address).status_code == 503
    path.unlink()
    assert web.client.get(address).status_code == 404


# --- receipts and earlier readings ---------------------------------------------------------------------------------


def test_what_is_left_is_not_to_be_read_by_a_day_that_is_over(web: ReaderWeb) -> None:
    web.school.add_policy("Safeguarding")
    web.school.plan(MONDAY + timedelta(days=1))
    web.school.add_policy("Behaviour")
    web.school.plan(MONDAY + timedelta(days=2))
    web.now = at(MONDAY + timedelta(days=40), 10)
    page = " ".join(web.client.get(web.post().headers["location"]).text.split())
    assert "2 policies are left for you below, the first of which was to be read by 8 December 2026." in page
    assert "the next to be read by" not in page


def test_each_reading_has_a_receipt_without_the_surname(web: ReaderWeb) -> None:
    page = web.client.get(web.post().headers["location"]).text
    found = re.search(r'href="(/my/[^"]+/receipt/\d+\.pdf)"', page)
    assert found
    assert "What happens next" in page
    assert "That is all for now." in page
    answer = web.client.get(found[1])
    assert answer.headers["content-type"] == "application/pdf"
    assert "Receipt" in answer.headers["content-disposition"]
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for said in ("Confidentiality", "Kim O.", "23 November 2026", "10:00", "By you, on your own page", "Ms Pat Marsh"):
        assert said in " ".join(words.split())
    assert not prints_surname(words, web.reader.person.last_name)


def test_receipt_of_somebody_else_and_of_what_was_recorded_in_error_is_not_there(web: ReaderWeb) -> None:
    other = web.school.add_person("Day")
    web.school.record(other, web.version)
    web.post()
    mine, theirs = (max(row.id for row in web.held() if row.person == one.id) for one in (web.reader, other))
    for key in (theirs, 99, "x"):
        assert web.client.get(f"{web.path()}/receipt/{key}.pdf").status_code == 404
    assert web.client.get(f"{web.path()}/receipt/{mine}.pdf").status_code == 200
    with web.school.register.transaction() as tx:
        decision = Decision(tx, web.school.key, "Jo Clerk", web.now)
        add_correction(decision, CorrectionKind.ACKNOWLEDGEMENT, mine, "wrong person", fields={}, words={})
    assert web.client.get(f"{web.path()}/receipt/{mine}.pdf").status_code == 404


def test_what_was_acknowledged_before_stays_on_the_page_with_its_receipt(web: ReaderWeb) -> None:
    web.post()
    assert "Earlier readings" not in web.client.get(web.path()).text
    web.school.add_version(web.version.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    page = web.client.get(web.path()).text
    earlier = page.partition("Earlier readings of yours")[2]
    assert "Confidentiality, version 1" in earlier
    assert f"/receipt/{web.held()[0].id}.pdf" in earlier


# --- what is told to the school ------------------------------------------------------------------------------------


def test_question_names_whom_to_ask_and_tells_the_owner(web: ReaderWeb) -> None:
    page = web.client.get(f"{web.path()}/about/confidentiality").text
    assert "Ms Pat Marsh, the designated safeguarding lead" in page
    assert 'href="tel:01632960101">01632 960101</a> or <a href="mailto:pat@example.org">' in page
    assert "No reading of Confidentiality." in page
    assert "<textarea" not in page
    assert tell(web, "question") == 303
    assert "Who looks after it is told" in web.client.get(f"{web.path()}/about/confidentiality?told=question").text
    [mail] = [mail for mail in web.school.messages() if mail.kind is MailKind.OFFICE]
    assert mail.recipient == "pat@example.org"
    assert "Kim O'Neill-Núñez asks about Confidentiality" in mail.text
    assert tell(web, "question") == 303
    assert len(reports(web)) == 1
    web.school.plan(MONDAY + timedelta(days=1))
    assert len([mail for mail in web.school.messages() if mail.kind is MailKind.OFFICE]) == 1
    with web.school.register.reading() as tx:
        assert verify(tx, web.school.key).faults == ()
        [said] = say_reports(tx, web.school.key, web.school.config, web.school.standings(), MONDAY)
    assert "ring, see or write to them" in said


def test_owner_who_asks_about_their_own_policy_is_sent_to_and_told_to_somebody_else(web: ReaderWeb) -> None:
    owner = web.school.add_person("Marsh", first_name="Pat", email="pat@example.org")
    page = web.client.get(f"{web.path(owner)}/about/confidentiality").text
    assert "The school office" in page
    assert "pat@example.org" not in page
    data = {"said": "question", "surname": "Marsh"}
    assert web.client.post(f"{web.path(owner)}/about/confidentiality", data=data).status_code == 303
    assert [m.recipient for m in web.school.messages() if m.kind is MailKind.OFFICE] == ["owner@example.org"]


def test_what_is_told_at_the_weekend_or_within_the_hour_waits_for_the_next_plan(web: ReaderWeb) -> None:
    web.now = at(MONDAY - timedelta(days=1), 10)
    assert tell(web, "question") == 303
    assert not [mail for mail in web.school.messages() if mail.kind is MailKind.OFFICE]
    web.now = at(MONDAY + timedelta(days=1), 10)
    assert tell(web, "not-my-job") == 303
    assert tell(web, "done") == 303
    mails = [mail for mail in web.school.messages() if mail.kind is MailKind.OFFICE]
    assert [("asks about" in mail.text, "for their work" in mail.text) for mail in mails] == [(True, True)]
    web.school.plan(MONDAY + timedelta(days=2))
    assert "read Confidentiality already" in web.school.messages()[-1].text


def test_read_already_shows_what_is_held_and_rests_reminders_for_five_school_days(web: ReaderWeb) -> None:
    row = web.school.add_person("Lee")
    web.school.plan(MONDAY)
    web.school.deliver()
    due = date(2026, 12, 7)
    web.now = at(date(2026, 12, 2), 8)
    data = {"said": "done", "surname": "lee"}
    assert web.client.post(f"{web.path(row)}/about/confidentiality", data=data).status_code == 303
    [report] = reports(web)
    assert report.rests_until == date(2026, 12, 9)
    assert "no reminder comes until 9 December 2026" in web.client.get(web.path(row)).text
    for day in (date(2026, 12, 2), due, due + timedelta(days=1), due + timedelta(days=7), due + timedelta(days=15)):
        web.school.plan(day)
        web.school.deliver(day)
    mine = [(mail.kind, mail.due_on) for mail in web.school.messages() if mail.person == row.id]
    assert mine[1:] == [(MailKind.REMINDER, due + timedelta(days=7))]
    told = [mail for mail in web.school.messages() if "have read Confidentiality already" in mail.text]
    assert [(mail.recipient, mail.due_on) for mail in told] == [("pat@example.org", date(2026, 12, 2))]
    web.school.record(row, web.version)
    assert "recorded by you on this page" in web.client.get(f"{web.path(row)}/about/confidentiality").text


def test_not_my_work_goes_to_the_owner_and_not_me_and_left_to_the_office(web: ReaderWeb) -> None:
    assert tell(web, "not-my-job") == 303
    for said in ("not-me", "left"):
        data = {"said": said, "address": " O'neill-Núñez@example.org "}
        assert web.client.post(f"{web.path()}/not-me", data=data).status_code == 303
    page = web.client.get(f"{web.path()}/not-me?told=left").text
    assert "The school is told" in page
    assert [one.kind for one in reports(web)] == [ReportKind.NOT_MY_JOB, ReportKind.NOT_ME, ReportKind.LEFT]
    web.school.plan(MONDAY + timedelta(days=1))
    mails = [mail for mail in web.school.messages() if mail.kind is MailKind.OFFICE]
    said = {mail.recipient: " ".join(m.text for m in mails if m.recipient == mail.recipient) for mail in mails}
    assert "not for their work" in said["pat@example.org"]
    assert "works here no more" in said["office@example.org"].replace("they work", "works")
    assert "policy staff link id-O'Neill-Núñez --revoke" in said["office@example.org"]
    assert said.keys() == {"pat@example.org", "office@example.org"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"surname": "oneill nunez"}, "Choose what you want to tell the school"),
        ({"said": "question"}, "Type your surname"),
        ({"said": "question", "surname": "Confidentiality"}, "Type your surname as the school has it"),
        ({"said": "everything", "surname": "oneill nunez"}, "Choose what you want to tell the school"),
        ({"said": "not-me", "surname": "oneill nunez"}, "Choose what you want to tell the school"),
    ],
)
def test_choice_that_is_not_whole_tells_nobody_and_stays(web: ReaderWeb, fields: dict[str, str], error: str) -> None:
    answer = web.client.post(f"{web.path()}/about/confidentiality", data=fields)
    assert answer.status_code == 422
    assert error in answer.text
    assert ("checked" in answer.text) == (fields.get("said") == "question")
    assert reports(web) == ()


def test_only_whoever_knows_the_address_the_link_came_to_can_say_that_it_is_not_theirs(web: ReaderWeb) -> None:
    for address in ("", "test@example.org", "office@example.org"):
        answer = web.client.post(f"{web.path()}/not-me", data={"said": "left", "address": address})
        assert answer.status_code == 422
    on_paper = web.school.add_person("Fern", email=None)
    path = f"/my/{person_token('a secret of the tests, long enough', web.school.key, on_paper)}/not-me"
    assert "<form" not in web.client.get(path).text
    assert web.client.post(path, data={"said": "left", "address": ""}).status_code == 422
    assert reports(web) == ()


def test_looking_at_and_posting_from_elsewhere_tells_nobody(web: ReaderWeb) -> None:
    data = {"said": "question", "surname": "oneill nunez"}
    for path in ("/about/confidentiality", "/not-me"):
        answer = web.client.post(web.path() + path, data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert web.client.get(f"{web.path()}{path}?told=question&said=question").status_code == 200
    assert web.client.get(f"{web.path()}/about/nowhere").status_code == 404
    assert tell(web, "question", slug="nowhere") == 404
    assert reports(web) == ()


# --- surnames ------------------------------------------------------------------------------------------------------


def everybody(web: ReaderWeb) -> tuple[PersonRow, ...]:
    with web.school.register.reading() as tx:
        return list_people(tx, web.school.key, MONDAY)


def first_form(web: ReaderWeb, row: PersonRow) -> dict[str, str]:
    found = re.search(r'name="form" value="([^"]+)"', web.client.get(web.path(row)).text)
    assert found
    return {"form": found[1], "read": "yes"}


def test_page_never_prints_the_surname_it_asks_for_and_takes_it(web: ReaderWeb) -> None:
    for name in ("Marsh", "García López", "Smith", "Nguyễn"):
        web.school.add_person(name)
    web.school.plan(MONDAY + timedelta(days=1))
    for row in everybody(web):
        name = row.person.last_name
        for path in ("", "/about/confidentiality", "/not-me"):
            page = web.client.get(web.path(row) + path).text
            assert not prints_surname(page, name), path
            assert "Worried about a child?" in page
            assert 'href="tel:01632960101"' in page
        assert web.client.post(web.path(row), data=first_form(web, row) | {"surname": name}).status_code == 303


def test_reader_whose_surname_is_a_word_of_the_page_types_both_names(web: ReaderWeb) -> None:
    rows = [web.school.add_person(name, first_name="Robin") for name in ("Read", "School", "Confidentiality")]
    web.school.plan(MONDAY + timedelta(days=1))
    for row in rows:
        page = web.client.get(web.path(row)).text
        assert "please type your first name and your surname" in page
        assert "Robin" not in page
        form = first_form(web, row)
        refused = web.client.post(web.path(row), data=form | {"surname": row.person.last_name})
        assert refused.status_code == 422
        assert "Type your first name and your surname" in refused.text
        both = {"surname": f"robin {row.person.last_name}"}
        assert web.client.post(web.path(row), data=form | both).status_code == 303


def test_no_word_pair_or_line_of_the_page_is_an_answer_to_its_form(web: ReaderWeb) -> None:
    for name in HARD:
        web.school.add_person(name)
    web.school.plan(MONDAY + timedelta(days=1))
    for row in everybody(web):
        page, name = web.client.get(web.path(row)).text, row.person.last_name
        both = "please type your first name and your surname" in page
        said = [html.unescape(words) for words in re.findall(r'(?:alt|title|label)="([^"]*)"', page)]
        text = html.unescape(re.sub(r"<[^>]+>", "\n", page))
        signed = [*text.split(), *" ".join(said).split()]
        tries = {*re.findall(r"\w+", text), *signed, *text.splitlines(), *said}
        tries |= {" ".join(signed[place : place + count]) for place in range(len(signed)) for count in (2, 3)}
        assert len(tries) > 200
        assert [words for words in tries if is_answered(words, row.person, both_names=both)] == []
        assert is_answered(f"Kim {name}" if both else name, row.person, both_names=both)


def test_surnames_are_found_in_words_of_any_spelling_and_not_within_others() -> None:
    for words in ("<p>van der Berg</p>", 'x <img alt="Vander-Berg">', "Van&nbsp;der Berg", "vanderberg"):
        assert prints_surname(words, "van der Berg"), words
    for words in ("Vanderberghe", '<p class="vanderberg">', "<style>vanderberg {}</style>", "Berg", ""):
        assert not prints_surname(words, "van der Berg"), words
    lines = SafetyLines(
        (
            LinePiece("Go to "),
            LinePiece("Ms Ann van der Berg", strong=True),
            LinePiece("01632 960101", phone="01632 960101"),
        ),
        (LinePiece("Berg"),),
    )
    hidden = without_surname(lines, "Van Der Berg")
    assert hidden.child_text == "Go to Ms Ann v.01632 960101"
    assert hidden.others_text == "Berg"
    assert without_surname(lines, "Marsh") == lines


# --- a new link ----------------------------------------------------------------------------------------------------


def ask_for_link(web: ReaderWeb, address: str) -> None:
    answer = web.client.post("/new-link", data={"address": address})
    assert (answer.status_code, answer.headers["location"]) == (303, "/new-link?sent")


def links_sent(web: ReaderWeb, *, at_least: int) -> list[MessageRow]:
    """Return the links in the outbox; what is looked up behind the answers takes its moment, one after the other."""
    for _ in range(200):
        found = [mail for mail in web.school.messages() if mail.kind is MailKind.LINK]
        if len(found) >= at_least:
            return found
        time.sleep(0.05)
    raise AssertionError("no link came")


def test_new_link_goes_to_the_work_address_alone_and_strangers_get_the_same_answer(web: ReaderWeb) -> None:
    web.school.add_person("Left", email="left@example.org", leave_on=MONDAY - timedelta(days=1))
    for name in ("Elm", "Ash"):
        web.school.add_person(name, email="shared@example.org")
    for address in ("stranger@example.org", "left@example.org", "shared@example.org", "a@b\r\nBcc: x@example.org"):
        ask_for_link(web, address)
    ask_for_link(web, " O'NEILL-núñez@example.org ")
    assert "is on its way" in web.client.get("/new-link?sent").text
    [mail] = links_sent(web, at_least=1)
    assert mail.recipient == web.reader.person.work_email
    assert BASE + web.path() in mail.text
    assert BASE + web.path() in mail.html
    assert "Worried about a child?" in mail.text
    assert "such as name@school.example" in web.client.post("/new-link", data={"address": "no address"}).text


def test_new_links_are_limited_by_address_and_in_all(web: ReaderWeb) -> None:
    other = web.school.add_person("Fern")
    for hour in range(5):
        web.now = at(MONDAY, 10 + hour)
        ask_for_link(web, "o'neill-núñez@example.org")
    ask_for_link(web, "fern@example.org")
    assert [mail.person for mail in links_sent(web, at_least=4)] == [web.reader.id] * 3 + [other.id]
    codes = [web.client.post("/new-link", data={"address": f"x{n}@example.org"}).status_code for n in range(60)]
    assert codes == [303] * 54 + [429] * 6
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert web.client.post("/new-link", data={"address": "x@"}, headers=elsewhere).status_code == 403


# --- links that do not work ----------------------------------------------------------------------------------------


def test_pages_behind_links_that_do_not_work_are_all_alike(web: ReaderWeb) -> None:
    left = web.school.add_person("Day", leave_on=MONDAY - timedelta(days=1))
    stale = web.path(renewed := web.school.add_person("Fox"))
    with web.school.register.transaction() as tx:
        change_person(tx, web.school.key, renewed, renewed.person, MONDAY, web.now, token_key="another key")
    paths = (web.path(left), stale, "/my/unknown")
    tails = ("", "/read/confidentiality", "/about/confidentiality", "/not-me", "/receipt/1.pdf", "/copy/C1V1.pdf")
    answers = [web.client.get(path + tail) for path in paths for tail in tails]
    posts = [web.client.post(path + tail, data={}) for path in paths for tail in ("", tails[2], tails[3])]
    assert {answer.status_code for answer in (*answers, *posts)} == {404}
    assert len({answer.text for answer in (*answers, *posts)}) == 1
    assert 'href="/new-link"' in answers[0].text


# --- the look ------------------------------------------------------------------------------------------------------


def test_pages_have_the_schools_logo_and_colour_once_it_gives_them(web: ReaderWeb) -> None:
    assert "/logo" not in web.client.get(web.path()).text
    assert web.client.get("/logo").status_code == 404
    folder = web.school.config.templates / "copies"
    folder.mkdir(parents=True)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18"/></svg>'
    (folder / "crest.svg").write_text(svg, encoding="utf-8")
    (folder / "look.toml").write_text('colour = "#5a1846"\nlogo = "crest.svg"\n', encoding="utf-8")
    assert 'src="/logo" alt=""' in web.client.get(web.path()).text
    assert web.client.get("/logo").headers["content-type"] == "image/svg+xml"
    assert "--brand: #5a1846" in web.client.get("/style.css").text
