"""A pack of evidence made from the desk."""

import io
import zipfile
from collections.abc import Iterator

import pytest
import pyzipper

from pipeline.web.desk.work import WorkState
from tests.web.desk import Desk, open_desk

WORDS = "four words nobody guesses"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("evidence")) as one:
        one.school.add_policy("Confidentiality")
        one.school.add_person("Lee")
        one.sign_in("jo.marsh@example.org")
        yield one


def test_a_pack_is_made_behind_the_pages_noted_and_downloaded(desk: Desk) -> None:
    desk.done("/evidence", reader="inspector", day="", passphrase="")
    piece = desk.finished()
    assert piece.state is WorkState.DONE, piece
    assert piece.finished
    assert "noted in the ledger" in piece.finished.said
    got = desk.browser.get(piece.finished.href)
    with zipfile.ZipFile(io.BytesIO(got.content)) as package:
        names = [name.partition("/")[2] for name in package.namelist()]
    assert "index.html" in names
    assert "readings.xlsx" not in names
    assert desk.records()[-1] == "evidence-pack"


def test_names_leave_only_encrypted_and_the_passphrase_stays_nowhere(desk: Desk) -> None:
    short = desk.send("/evidence", reader="inspector-names", day="", passphrase="short")
    assert short.status_code == 422
    assert "at least 12 characters" in short.text
    assert 'value="short"' not in short.text
    desk.done("/evidence", reader="inspector-names", day="", passphrase=WORDS)
    piece = desk.finished()
    assert piece.finished
    with pyzipper.AESZipFile(io.BytesIO(desk.browser.get(piece.finished.href).content)) as package:
        package.setpassword(WORDS.encode())
        assert any(name.endswith("readings.xlsx") for name in package.namelist())
        assert package.testzip() is None


@pytest.mark.parametrize(("day", "said"), [("2031-01-01", "still to come"), ("soon", "write it like")])
def test_a_day_that_cannot_be_shown_is_said_at_its_field(desk: Desk, day: str, said: str) -> None:
    answer = desk.send("/evidence", reader="school", day=day, passphrase="")
    assert answer.status_code == 422
    assert said in answer.text


def test_only_those_trusted_with_it_may(desk: Desk) -> None:
    for account in ("gov@example.org", "it@example.org", "office@example.org", "maths@example.org"):
        desk.sign_in(account)
        assert desk.browser.get("/evidence").status_code == 403
    desk.sign_in("jo.marsh@example.org")
