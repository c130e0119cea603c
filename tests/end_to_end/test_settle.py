"""A name nobody has holds a copy: the owner says who it is in one command, or is asked, and the next run acts on it."""

import io

import pytest

from tests.builders import paragraph, run, word_file
from tests.end_to_end.conftest import School

SLUG = "bicycle"
LINES = ("West Park School", "Bicycle Policy", "Infants site DSL: Deborah Sheffield", "Juniors site DSL: Ngozi House")
NAMED = ("contacts", "--settle", SLUG, "--name", "Ngozi House")


@pytest.fixture
def school(ran: School) -> School:
    (ran.root / "policies" / "bicycle.docx").write_bytes(word_file(*(paragraph(run(line)) for line in LINES)))
    report = ran.policy("run")
    command = f'policy contacts --settle {SLUG} --name "Ngozi House" --as former --reason "…"'
    assert command in " ".join(report.out.split())
    return ran


def test_one_command_settles_a_name_and_the_next_run_makes_the_copy(school: School) -> None:
    answer = school.policy(
        *NAMED, "--as", "right", "--reason", "the other site has its own", "--by", "Pat Office", "--json"
    )
    assert answer.code == 0
    assert (answer.json["answer"], answer.json["by"], answer.json["value"]) == ("right", "Pat Office", "Ngozi House")
    copy = school.root / "distribution" / "copies" / "bicycle.pdf"
    assert not copy.exists()
    school.policy("run")
    assert copy.exists()
    assert not any(each["value"] == "Ngozi House" for each in school.policy("contacts", "--settle", "--json").json)
    back = school.policy(*NAMED, "--take-back")
    assert "was recorded in error. The next run asks again." in back.out
    school.policy("run")
    assert any(each["value"] == "Ngozi House" for each in school.policy("contacts", "--settle", "--json").json)


def test_each_open_name_is_asked_about_and_an_answer_is_kept_at_once(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = "nonsense\n2\nleft in summer\n31 August\n2026-08-31\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    asked = school.policy("contacts", "--settle", SLUG, "--by", "Pat Office").out
    assert "Bicycle Policy (bicycle), paragraph 4: “Juniors site DSL: Ngozi House”" in asked
    assert "is nobody’s in config.toml; that is Deborah Sheffield" in asked
    assert "Type 1, 2, 3 or 4" in asked
    (place,) = (school.root / "distribution" / "places").iterdir()
    assert f"The place, to open in a browser: {place}" in asked
    assert "<mark>Ngozi House</mark>" in place.read_text(encoding="utf-8")
    assert "“31 August” is not a day" in asked
    assert "Ngozi House was Designated Safeguarding Lead until 31 August 2026" in asked
    assert "1 answer kept, 0 questions left." in asked
    assert "Nobody waits to be settled" in school.policy("contacts", "--settle", SLUG).out


def test_what_is_typed_wrong_is_answered_with_what_to_type(school: School) -> None:
    for arguments, told in (
        (("contacts", "--settle", "--name", "X"), "needs the short name of the policy"),
        (("contacts", "--settle", SLUG, "--as", "right"), "needs --name"),
        (NAMED, "needs --as right or --as former"),
        ((*NAMED, "--as", "right", "--take-back"), "needs --as right or --as former"),
        ((*NAMED, "--as", "right"), "--reason is needed"),
        (("contacts", "--as", "right"), "--as goes with --settle"),
        (("contacts", "--everywhere"), "--everywhere goes with --settle"),
        (("contacts", "--confirm", "dsl", "--settle", SLUG), "different steps; give one of them"),
        (("contacts", "--how", "x"), "--how goes with --confirm"),
        (("contacts", "--by", "x"), "--by goes with --confirm"),
        (("contacts", "--name", "x"), "--name goes with --confirm"),
        (("contacts", "--settle", "nothing-such"), "short name"),
    ):
        answer = school.policy(*arguments)
        assert answer.code == 2
        assert told in answer.err


def test_a_question_that_is_left_stays_open(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("", "\n", "stop\n", "1\n\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        answer = school.policy("contacts", "--settle", SLUG, "--by", "Pat Office")
        assert "0 answers kept, 1 question left." in answer.out
    monkeypatch.setattr("sys.stdin", io.StringIO("1\nit is me\n"))
    answer = school.policy("contacts", "--settle", SLUG, "--by", "Ngozi House")
    assert "cannot settle that they stand rightly in a role" in answer.out
