"""Declaring on the personal page: each person for themself, with the same guards as a reading, and never what it is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.acknowledgements.links import declaration_token, form_token
from pipeline.register.ledger.check import verify
from pipeline.register.ledger.records import list_records
from pipeline.register.readings.declarations import DeclarationAnswer, DeclarationMethod
from tests.declaring import GIFTS, WEB, asked, said
from tests.made_once import copy_school
from tests.school import SECRET
from tests.web.reader_web import ReaderWeb, ask_reader

SURNAME = "oneill nunez"


@pytest.fixture
def web(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderWeb]:
    with copy_school(tmp_path_factory, "declaring", tmp_path, GIFTS + WEB, ask_reader) as school:
        opened = ReaderWeb(school)
        yield opened
        opened.client.close()


def forms(page: str) -> list[str]:
    return re.findall(r"<form.*?</form>", page, re.DOTALL)


def token_in(form: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', form)
    assert found
    return found[1]


def nothing_form(web: ReaderWeb) -> str:
    return next(form for form in forms(web.client.get(web.path()).text) if "nothing to declare" in form)


def wish(web: ReaderWeb, **fields: str) -> tuple[int, str]:
    path = f"{web.path()}/declare/gifts"
    [form] = forms(web.client.get(path).text)
    answer = web.client.post(path, data={"form": token_in(form), "something": "yes", "surname": SURNAME} | fields)
    return answer.status_code, answer.text


def test_the_form_has_the_shape_of_every_form_and_records_nothing_to_declare_once(web: ReaderWeb) -> None:
    form = nothing_form(web)
    inputs = re.findall(r"<(?:input|button|select|textarea)\b([^>]*)>", form)
    assert [re.search(r'type="(\w+)"', one)[1] for one in inputs] == [  # type: ignore[index]
        "hidden", "checkbox", "text", "submit",
    ]  # fmt: skip
    assert "name=" not in inputs[-1]
    assert "checked" not in form
    assert "I have nothing to declare: I have taken no gift worth more than £25</label>" in form
    assert re.search(r"<label[^>]*>Your surname</label>", form)
    data = {"form": token_in(form), "nothing": "yes", "surname": SURNAME}
    for _ in range(2):
        answer = web.client.post(web.path(), data=data)
        assert answer.status_code == 303
    page = web.client.get(answer.headers["location"]).text
    assert "Your declaration is recorded" in page
    assert "<h1>What you are asked to read</h1>" in page
    assert "Gifts and hospitality, 2026-27: nothing to declare, said by you on this page" in page
    [one] = said(web.school)
    assert (one.answer, one.method, one.entered_by) == (DeclarationAnswer.NOTHING, DeclarationMethod.PAGE, None)
    assert asked(web.school) == ()
    assert web.held() == ()
    assert len(web.school.requests()) == 1
    with web.school.register.reading() as tx:
        assert verify(tx, web.school.key).faults == ()
        [record] = list_records(tx, web.school.key, "declaration")
        [request] = asked(web.school, only_open=False)
        assert record.fields["statement_sha256"] == request.statement_sha256
        assert record.fields["occasion"] == "yearly"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"nothing": ""}, "Tick the box if you have nothing to declare"),
        ({"surname": ""}, "Type your surname"),
        ({"surname": "Smith"}, "as the school has it"),
        ({"form": "forged"}, "fill it in again"),
    ],
)
def test_a_refused_form_comes_back_usable_and_records_nothing(
    web: ReaderWeb, fields: dict[str, str], says: str
) -> None:
    data = {"form": token_in(nothing_form(web)), "nothing": "yes", "surname": SURNAME}
    answer = web.client.post(web.path(), data=data | fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert said(web.school) == ()
    assert web.client.post(web.path(), data=data).status_code == 303


def test_looking_in_any_way_declares_nothing(web: ReaderWeb) -> None:
    query = {
        "form": token_in(nothing_form(web)),
        "nothing": "yes",
        "something": "yes",
        "surname": SURNAME,
        "told": "yes",
    }
    for path in (web.path(), f"{web.path()}/declare/gifts"):
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
            web.client.request(method, path, params=query)
    assert said(web.school) == ()
    assert "The school is told" not in web.client.get(f"{web.path()}/declare/gifts", params=query).text


def test_who_has_something_to_declare_is_told_whom_to_see_and_stays_open(web: ReaderWeb) -> None:
    page = web.client.get(f"{web.path()}/declare/gifts").text
    assert "Ms Pat Marsh" in page.partition("Whom to see")[2]
    assert "01632 960101" in page.partition("Whom to see")[2]
    assert "mailto:" not in page
    assert "<textarea" not in page
    assert len(re.findall(r'type="text"', page)) == 1
    assert wish(web, something="")[0] == 422
    status, text = wish(web, surname="Smith")
    assert (status, "as the school has it" in text) == (422, True)
    assert said(web.school) == ()
    assert wish(web)[0] == 303
    [one] = said(web.school)
    assert one.answer is DeclarationAnswer.SOMETHING
    assert len(asked(web.school)) == 1
    assert "The school is told" in web.client.get(f"{web.path()}/declare/gifts?told=yes").text
    assert "You said on 23 November 2026 that you have something to declare" in web.client.get(web.path()).text


def test_the_page_says_what_is_left_to_do(web: ReaderWeb) -> None:
    assert "<h1>What you are asked to read and declare</h1>" in web.client.get(web.path()).text
    page = web.client.get(web.post(read="yes").headers["location"]).text
    assert "<h1>What you are asked to declare</h1>" in page
    assert "One declaration is left for you below." in page
    assert "That is all for now" not in page


def test_a_form_of_another_purpose_or_person_declares_nothing(web: ReaderWeb) -> None:
    school, reader = web.school, web.reader
    other = school.add_person("Day")
    [request] = asked(school)
    reading = form_token(SECRET, school.key, reader, policy_id=web.version.policy_id, version_id=web.version.id)
    theirs = declaration_token(SECRET, school.key, other, request=request.id, answer="nothing")
    something = declaration_token(SECRET, school.key, reader, request=request.id, answer="something")
    declared = declaration_token(SECRET, school.key, reader, request=request.id, answer="declared")
    for forged in (theirs, something, declared):
        assert (
            web.client.post(web.path(), data={"form": forged, "nothing": "yes", "surname": SURNAME}).status_code == 422
        )
    for forged in (reading, theirs, declared, token_in(nothing_form(web))):
        assert wish(web, form=forged)[0] == 422
    # The box of one form does nothing for another.
    assert web.client.post(web.path(), data={"form": reading, "nothing": "yes", "surname": SURNAME}).status_code == 422
    assert said(school) == ()
    assert web.held() == ()
