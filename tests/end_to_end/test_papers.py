"""Papers at the command line: packs for whom mail does not reach, what came back entered, what cannot be told asked."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import page
import pypdf
import pytest

from pipeline.cli import run_command
from tests.conftest import ROOT
from tests.end_to_end.conftest import TODAY, Answer, School


@pytest.fixture(scope="module")
def after_a_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """West Park School after its first run: two people without e-mail, one starter to come."""
    root = tmp_path_factory.mktemp("ran") / "west park"
    root.mkdir()
    for name in ("config.toml", "staff.csv"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "policies", root / "policies")
    run_command(["--workspace", str(root), "--today", TODAY, "run"])
    return root


@pytest.fixture
def ran(after_a_run: Path, tmp_path: Path, call: Callable[..., Answer]) -> School:
    """A copy of that school's workspace."""
    shutil.copytree(after_a_run, tmp_path / "west park")
    return School(tmp_path / "west park", call)


def words(path: Path) -> str:
    """All words of a PDF."""
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(path).pages)


def test_everybody_without_mail_gets_one_accessible_file_for_the_printer(ran: School) -> None:
    out = ran.root / "packs"
    answer = ran.policy("pack", "--all-on-paper", "--out", str(out), "--json")
    assert answer.code == 0
    assert [(Path(file["file"]).name, len(file["policies"])) for file in answer.json["files"]] == [
        ("plumtree-derek.pdf", 2),
        ("tibbs-maureen.pdf", 2),
    ]
    for file in answer.json["files"]:
        path = Path(file["file"])
        assert page.validate_pdf_bytes(path.read_bytes(), profile="ua1").failures == []
        said = words(path)
        assert said.index("Worried about a child?") < said.index("What to read")
        assert "Deborah Sheffield (01332 662337)" in said
        assert len(re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)) >= 2


def test_the_command_says_what_lies_where_and_what_to_do_next(ran: School) -> None:
    out = ran.root / "packs"
    said = ran.policy("pack", "Maureen Tibbs", "WP011", "--out", str(out)).out
    assert "Maureen Tibbs: tibbs-maureen.pdf, " in said
    assert "Joshua Quill: quill-joshua.pdf, " in said
    assert "Print double-sided; signed lines are entered with `policy acknowledge record`." in said
    by_policy = ran.policy("pack", "Site Manager", "Midday Supervisor", "--by-policy", "--out", str(out)).out
    assert "Confidentiality Policy: confidentiality-to-sign.pdf, 6 pages" in by_policy


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Name a person, team or role, or give --all-on-paper"),
        (("WP009", "--all-on-paper"), "Name a person, team or role, or give --all-on-paper"),
        (("Nobody Here",), "no team or role is called so"),
    ],
)
def test_an_order_for_nobody_prints_nothing(ran: School, arguments: tuple[str, ...], says: str) -> None:
    answer = ran.policy("pack", *arguments, "--out", str(ran.root / "packs"))
    assert answer.code == 2
    assert says in answer.err
    assert not (ran.root / "packs").exists()


def test_no_code_is_printed_that_would_not_be_known_again(ran: School, monkeypatch: pytest.MonkeyPatch) -> None:
    ran.configure('base_url = ""', 'base_url = "https://policies.example.org"')
    ran.policy("run")
    monkeypatch.setenv("POLICY_SECRET_KEY", "quite another secret than before")
    answer = ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    assert answer.code == 3
    assert "`policy keys` says which one to put back" in answer.err


def test_what_cannot_be_printed_is_named(ran: School) -> None:
    (ran.root / "distribution" / "copies" / "confidentiality.pdf").unlink()
    answer = ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    assert "Not printed, since there is no right copy today: Confidentiality Policy." in answer.out
    (ran.root / "distribution" / "copies" / "child-protection.pdf").unlink()
    assert "Nothing was printed." in ran.policy("pack", "WP010", "--out", str(ran.root / "packs")).out


def test_who_has_nothing_to_read_is_named(ran: School) -> None:
    ran.configure('default = "catalogue"', 'default = "find"')
    answer = ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    assert "Nothing to read at the moment: Derek Plumtree." in answer.out
    assert ran.policy("pack", "WP009", "--out", str(ran.root / "packs"), "--json").json["nothing_owed"] == ["WP009"]


def test_what_came_back_signed_is_entered_by_people_or_by_codes(ran: School) -> None:
    ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    codes = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", words(ran.root / "packs" / "plumtree-derek.pdf"))
    assert len(codes) == 2
    entered = ran.policy("acknowledge", "record", "--code", codes[0].lower(), codes[1], "--by", "Jo Clerk")
    assert entered.out.splitlines() == [
        "Recorded: Derek Plumtree has signed for Confidentiality Policy.",
        "Recorded: Derek Plumtree has signed for Safeguarding and Child Protection Policy.",
    ]
    again = ran.policy("acknowledge", "record", "--code", codes[0], "--by", "Jo Clerk", "--json")
    assert again.json == [{"person_id": "WP009", "policy": "confidentiality", "outcome": "already"}]
    several = ran.policy("acknowledge", "record", "WP010", "Beata Kowalczyk", "confidentiality", "--by", "Jo Clerk")
    assert several.out.count("Recorded: ") == 2
    one = ran.policy("acknowledge", "record", "WP010", "confidentiality", "--by", "Jo Clerk", "--json")
    assert one.json == {"person_id": "WP010", "policy": "confidentiality", "outcome": "already"}
    assert ran.policy("ledger", "verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("WP009", "confidentiality"), "--by NAME is needed"),
        (("confidentiality", "--by", "Jo Clerk"), "Give the people and then the policy"),
        (("--by", "Jo Clerk"), "Give the people and then the policy"),
        (("--code", "0000-0000", "--by", "Jo Clerk"), "is no code of this school"),
        (("WP009", "nobody", "confidentiality", "--by", "Jo Clerk"), "Nothing was recorded."),
    ],
)
def test_what_cannot_be_entered_is_told(ran: School, arguments: tuple[str, ...], says: str) -> None:
    answer = ran.policy("acknowledge", "record", *arguments)
    assert answer.code == 2
    assert says in answer.err
    assert [line for line in ran.policy("acknowledge", "list", "--json").json if line["state"] == "acknowledged"] == []


def test_cards_are_printed_and_a_slip_that_came_back_is_entered(ran: School) -> None:
    out = ran.root / "cards.pdf"
    said = ran.policy("card", "--out", str(out), "--number", "5").out
    assert "5 cards on 2 sheets" in said
    assert "turned on the long edge" in said
    code = re.findall(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b", words(out))[0]
    entering = ("acknowledge", "record", "--card", code, "--name", "Ada Moss", "--by", "Jo Clerk")
    assert ran.policy(*entering).out == (
        "Recorded: Ada Moss (supply-1) was given card 1 and has read it. Added as supply.\n"
    )
    assert "was entered already" in ran.policy(*entering).out
    assert ran.policy(*entering, "--json").json == {"person_id": "supply-1", "new": False, "outcome": "already"}
    listed = ran.policy("card", "--signed").out
    assert "Ada Moss: card 1 of 24 November 2026, which gives the essentials of Safeguarding and Child" in listed
    [slip] = ran.policy("card", "--signed", "--json").json
    assert (slip["name"], slip["number"], slip["essentials_of"][0]["policy"]) == ("Ada Moss", 1, "child-protection")
    assert ran.policy("card", "--out", str(out), "--json").json["first"] == 6
    assert ran.policy("run").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("card",), "Give --out FILE.pdf to print cards, or --signed"),
        (("card", "--signed", "--out", "x.pdf"), "Give --out FILE.pdf to print cards, or --signed"),
        (("acknowledge", "record", "--card", "A", "--by", "Jo Clerk"), "--card goes with --name"),
        (("acknowledge", "record", "WP009", "pshe", "--name", "Ada Moss", "--by", "Jo Clerk"), "go with --card CODE"),
    ],
)
def test_a_card_command_that_says_half_of_it_is_told(ran: School, arguments: tuple[str, ...], says: str) -> None:
    answer = ran.policy(*arguments)
    assert (answer.code, says in answer.err) == (2, True)
