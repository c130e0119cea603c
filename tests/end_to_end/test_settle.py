"""A name nobody has holds a copy: the owner says who it is in one command, or is asked, and the next run acts on it."""

import io

import pytest

from pipeline.documents import read_document
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
    typed = "nonsense\n1\nleft in summer\n31 August\n2026-08-31\n5\n\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    asked = school.policy("contacts", "--settle", SLUG, "--by", "Pat Office").out
    assert "Who is Ngozi House?" in asked
    assert "Bicycle Policy (bicycle), paragraph 4: “Juniors site DSL: Ngozi House”" in asked
    assert "As Designated Safeguarding Lead; that is Deborah Sheffield" in asked
    assert "Type 1 or 2" in asked
    (place,) = (school.root / "distribution" / "places").iterdir()
    assert f"The place, to open in a browser: {place}" in asked
    assert "<mark>Ngozi House</mark>" in place.read_text(encoding="utf-8")
    assert "“31 August” is not a day" in asked
    becomes = "“Juniors site DSL: Ngozi House” becomes “Juniors site DSL: Deborah Sheffield”"
    assert f"1. Bicycle Policy, paragraph 4: {becomes}" in asked, "each line is listed before the answer counts"
    assert "Type numbers from 1 to 1" in asked
    assert "Ngozi House was Designated Safeguarding Lead until 31 August 2026" in asked
    assert "1 answer kept, 0 questions left." in asked
    assert "Nobody waits to be settled" in school.policy("contacts", "--settle", SLUG).out


def test_a_line_is_set_apart_at_the_prompt_and_its_name_stays(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = "Training for governors was given by the DSL, Ngozi House."
    lines = ("West Park School", "Scooter Policy", LINES[2], LINES[3], trained)
    (school.root / "policies" / "scooter.docx").write_bytes(word_file(*(paragraph(run(line)) for line in lines)))
    school.policy("run")
    monkeypatch.setattr("sys.stdin", io.StringIO("1\nleft in summer\n\n3\n"))
    asked = school.policy("contacts", "--settle", "--by", "Pat Office").out
    assert "1 question." in asked, "once for both documents"
    assert f"3. Scooter Policy, paragraph 5: “{trained}”" in asked
    assert "1 answer kept" in asked
    school.policy("run")
    words = read_document(school.root / "distribution" / "copies" / "scooter.docx").text
    assert trained in words
    assert LINES[3] not in words


def test_what_is_the_same_in_every_policy_is_asked_once_and_people_after_it(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = school.root / "config.toml"
    text = settings.read_text(encoding="utf-8").replace('default_owner = "headteacher"', 'default_owner = ""')
    settings.write_text(text, encoding="utf-8")
    asked = school.policy("review", "everywhere", "--json").json
    (owner,) = asked["questions"]
    assert (owner["field"], owner["policies"]) == ("owner", ["bicycle"])
    (person,) = asked["people"]
    assert (person["value"], person["roles"], person["holds"]) == ("Ngozi House", ["dsl"], True)
    monkeypatch.setattr("sys.stdin", io.StringIO("nobody at all\nhead@example.org\n1\nleft in summer\n\n\n"))
    told = school.policy("review", "everywhere").out
    assert "1 policy names nobody: Bicycle Policy." in told
    assert "is nobody in this file" in told
    assert "1 answer kept of 1 question for the whole school." in told
    assert "Ngozi House was Designated Safeguarding Lead" in told
    assert 'default_owner = "head@example.org"' in settings.read_text(encoding="utf-8")
    assert school.policy("review", "everywhere", "--json").json == {"questions": [], "people": []}


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
    monkeypatch.setattr("sys.stdin", io.StringIO("2\nit is me\n\n"))
    answer = school.policy("contacts", "--settle", SLUG, "--by", "Ngozi House")
    assert "cannot settle that they stand rightly in a role" in answer.out
