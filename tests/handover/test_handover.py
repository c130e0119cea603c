"""Whoever runs the program leaves: accounts, policies and keys change hands together or not at all, and once."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.acknowledgements.links import find_secret, make_secret, person_token, resolve_token
from pipeline.cli import run_command
from pipeline.config import load_config
from pipeline.handover.plan import KIND
from pipeline.model.people import Right
from pipeline.policies.decisions.handing_over import list_owners
from pipeline.register.ledger import ledger, verify_ledger
from pipeline.register.ledger.key import ledger_key_path, load_or_make_key
from pipeline.register.ledger.words import positions_of
from pipeline.register.sign_ins import list_sessions
from pipeline.web.sessions import Keeper, make_machine_link
from tests.conftest import ROOT
from tests.school import MONDAY, School, at

LEAVER, FOLLOWER = "gill@example.org", "sam@example.org"
TOML = """
[contacts.headteacher]
name = "Helen Marchbanks"
email = "helen@example.org"
# Who may sign in.
[accounts]
"Gill@example.org" = ["owner", "head-of-team"]
"sam@example.org" = "business-manager"
[accounts.teams]
"gill@example.org" = "Year 6"
[people.roles]
"Business Manager" = ["gill@example.org", "bursar@example.org"]
[review]
default_owner = "gill@example.org"
[governors]
clerk_email = "gill@example.org"
[declarations.gifts]
name = "Gifts and hospitality"
policy = "confidentiality"
statement = "I have taken no gift worth more than £25"
owner = "Ada Gill"
[declarations.interests]
name = "Business interests"
policy = "lettings"
statement = "I have no interest in a supplier of the school"
owner = "Headteacher"
[web]
base_url = "https://policies.example.org"
"""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, TOML) as opened:
        opened.add_person("Gill", first_name="Ada", email=LEAVER, leave_on=date(2026, 11, 20))
        opened.add_person("Reed", first_name="Sam", email=FOLLOWER)
        for title in ("Confidentiality", "Lettings", "Behaviour"):
            opened.add_policy(title)
        for slug, owner in (("confidentiality", "Ada Gill"), ("lettings", "Business Manager"), ("behaviour", "DSL")):
            assert _policy(tmp_path, "set", slug, f"owner={owner}", "--reason", "said so") == 0
        make_secret(opened.config)
        yield opened


def _policy(root: Path, *arguments: str) -> int:
    return run_command(["--workspace", str(root), "--today", MONDAY.isoformat(), "--as", "Jo Marsh", *arguments])


def _hand_over(root: Path, *more: str, leaver: str = "Ada Gill", to: str = "Sam Reed") -> int:
    return _policy(root, "handover", "--from", leaver, "--to", to, *more)


def _said(capsys: pytest.CaptureFixture[str], root: Path, *more: str) -> Any:
    capsys.readouterr()
    assert _hand_over(root, "--json", *more) == 0
    return json.loads(capsys.readouterr().out)


def _owners(school: School) -> dict[str, str]:
    with school.register.reading() as tx:
        found = list_owners(tx, school.key, load_config(school.root / "config.toml"), MONDAY)
    return {policy.slug: f"{policy.owner} > {owner.reached}" for owner in found for policy in owner.policies}


def _verifies(school: School, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both verifiers find the ledger in order, the second from the key that signed before.

    The school's documents are none: the first line says that the register is not in order, and no more "whole".
    """
    capsys.readouterr()
    _policy(school.root, "ledger", "verify")
    assert "the ledger agrees with itself" in capsys.readouterr().out
    export = school.root / "ledger.txt"
    assert _policy(school.root, "ledger", "export", str(export)) == 0
    assert verify_ledger.main([str(export), "--key", key]) == 0


def test_a_look_changes_nothing_and_a_yes_changes_everything_once(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, before = school.root / "config.toml", (school.root / "config.toml").read_text(encoding="utf-8")
    old = load_or_make_key(ledger_key_path(school.root)).public_key
    shown = _said(capsys, school.root)
    assert (shown["done"], shown["files"]) == (False, [])
    assert (settings.read_text(encoding="utf-8"), _owners(school)["confidentiality"]) == (
        before,
        "Ada Gill > gill@example.org",
    )

    done = _said(capsys, school.root, "--yes")
    assert done["done"]
    assert done["steps"] == shown["steps"]
    config = load_config(settings)
    assert config.accounts.people == {FOLLOWER: (Right.OWNER, Right.BUSINESS_MANAGER, Right.HEAD_OF_TEAM)}
    assert config.accounts.teams_of(FOLLOWER) == ("Year 6",)
    assert config.people.roles["Business Manager"] == (FOLLOWER, "bursar@example.org")
    assert (config.review.default_owner, config.governors.clerk_email) == (FOLLOWER, FOLLOWER)
    owners = {key: declared.owner for key, declared in config.declarations.items()}
    assert owners == {"gifts": "Sam Reed", "interests": "Headteacher"}
    assert "# Who may sign in." in settings.read_text(encoding="utf-8")
    assert _owners(school) == {
        "confidentiality": "Sam Reed > sam@example.org",
        "lettings": "Business Manager > sam@example.org and bursar@example.org",
        "behaviour": "DSL > Pat Marsh (pat@example.org)",
    }
    assert load_or_make_key(ledger_key_path(school.root)).public_key != old
    _verifies(school, old, capsys)

    new = load_or_make_key(ledger_key_path(school.root)).public_key
    again = _said(capsys, school.root, "--yes")
    assert (again["steps"], len(again["files"])) == ([], 3)
    assert load_or_make_key(ledger_key_path(school.root)).public_key == new
    with school.register.reading() as tx:
        [(_, words)] = positions_of(tx, school.key, KIND)
    assert words == {
        "actor": "Jo Marsh",
        "from": f"Ada Gill ({LEAVER})",
        "from_address": LEAVER,
        "to": f"Sam Reed ({FOLLOWER})",
    }


def test_what_a_killed_handover_left_is_done_by_doing_it_again(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    program = (
        "import os, sys\n"
        "from pipeline.cli import run_command\n"
        "from pipeline.settings import change\n"
        "whole = change.write_settings\n"
        "def killed(*given):\n"
        "    whole(*given)\n"
        "    os._exit(9)\n"
        "change.write_settings = killed\n"
        "run_command(sys.argv[1:])\n"
    )
    old = load_or_make_key(ledger_key_path(school.root)).public_key
    arguments = ["--workspace", str(school.root), "handover", "--from", LEAVER, "--to", FOLLOWER, "--yes"]
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 9
    assert LEAVER not in load_config(school.root / "config.toml").accounts.people
    assert _owners(school)["confidentiality"].startswith("Ada Gill")
    _verifies(school, old, capsys)

    assert [step for step in _said(capsys, school.root, "--yes")["steps"] if "policy goes to" in step]
    assert _owners(school)["confidentiality"] == "Sam Reed > sam@example.org"
    assert load_or_make_key(ledger_key_path(school.root)).public_key != old
    _verifies(school, old, capsys)
    assert _said(capsys, school.root)["steps"] == []


def test_the_leaver_is_signed_out_and_the_links_of_staff_go_on_unless_they_are_ended(school: School) -> None:
    reader = school.add_person("Lee")
    config, now = school.config, at(MONDAY)
    secret = find_secret(config, {})
    assert secret is not None
    token = person_token(secret, school.key, reader)
    make_machine_link(Keeper(school.register, config, now), by="somebody")
    assert _hand_over(school.root, "--yes") == 0
    with school.register.reading() as tx:
        assert list_sessions(tx, school.key, now, now) == ()
        unused = tx.exec_driver_sql("SELECT count(*) FROM sign_in_link WHERE used_at IS NULL").scalar()
        assert unused == 0
        assert resolve_token(tx, school.key, find_secret(config, {}) or "", token, MONDAY) is not None
    assert _hand_over(school.root, "--yes", "--rotate-links") == 0
    with school.register.reading() as tx:
        assert resolve_token(tx, school.key, find_secret(config, {}) or "", token, MONDAY) is None
        assert len(positions_of(tx, school.key, "link-key-renewed")) == 1
    assert _hand_over(school.root, "--yes", "--rotate-links") == 0
    with school.register.reading() as tx:
        assert len(positions_of(tx, school.key, "link-key-renewed")) == 1


@pytest.mark.parametrize(
    ("leaver", "to", "said"),
    [
        ("Ada Gill", "GILL@example.org", "cannot follow themself"),
        ("Ada Gill", "Nora Unknown", 'Give both: "Nora Unknown <name@school.sch.uk>"'),
        ("Sam Reed", "Ada Gill", "has left by the staff list"),
        ("Nora Unknown", "Sam Reed", "nobody called Nora Unknown"),
        ("Ada Gill", "Sam Reed <sam at example>", "holds no work address"),
    ],
)
def test_whoever_is_not_clear_is_refused_in_a_sentence(
    school: School, leaver: str, to: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (school.root / "config.toml").read_bytes()
    capsys.readouterr()
    assert _hand_over(school.root, "--yes", leaver=leaver, to=to) == 2
    assert said in capsys.readouterr().err
    assert (school.root / "config.toml").read_bytes() == before


def test_somebody_new_follows_by_name_and_address_and_policies_reach_them(school: School) -> None:
    assert _hand_over(school.root, "--yes", to="Nora New <nora.new@example.org>") == 0
    assert _owners(school)["confidentiality"] == "Nora New > nora.new@example.org"
    assert load_config(school.root / "config.toml").accounts.find("nora.new@example.org")


def test_who_leads_is_left_to_a_change_of_contacts_that_is_confirmed(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert _hand_over(school.root, "--json", "--yes", leaver="Pat Marsh") == 0
    [left] = json.loads(capsys.readouterr().out)["left"]
    assert "designated safeguarding lead" in left["words"].lower()
    assert "policy contacts --confirm dsl" in left["how"]
    assert load_config(school.root / "config.toml").contacts["dsl"][0].name == "Pat Marsh"
    assert _owners(school)["behaviour"] == "DSL > Pat Marsh (pat@example.org)"


def test_who_is_somebodys_line_manager_or_stands_in_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deputy = '[[contacts.deputy-dsl]]\nname = "Ada Gill"\nemail = "gill@example.org"\n'
    with School(tmp_path, deputy + TOML) as school:
        school.add_person("Gill", first_name="Ada", email=LEAVER)
        for number, manager in enumerate(("id-Gill", "gill@example.org", "Ada Gill", "Sam Reed")):
            school.add_person(f"Day{number}", manager=manager)
        school.add_person("Reed", first_name="Sam", email=FOLLOWER)
        assert _policy(tmp_path, "contacts", "--cover", "deputy-dsl", "--by", "Jo Marsh") == 0
        left = [one["words"] for one in _said(capsys, tmp_path)["left"]]
    assert [words for words in left if words.startswith("3 people have Ada Gill")]
    assert "Ada Gill stands in for the safeguarding lead until 23 November 2026." in left
    assert [words for words in left if words.startswith("The staff list has no last day of Ada Gill")]
    assert [words for words in left if words.startswith("Ada Gill is Deputy")]


def test_the_sheet_says_where_everything_is_and_no_secret(
    school: School, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLICY_BACKUP_PASSPHRASE", "four words nobody guesses")
    out = school.root / "papers"
    files = _said(capsys, school.root, "--yes", "--out", str(out))["files"]
    assert sorted(Path(each).suffix for each in files) == [".html", ".pdf", ".txt"]
    secrets = [
        "four words nobody guesses",
        find_secret(school.config, {}),
        load_or_make_key(ledger_key_path(school.root)).seed.hex(),
    ]
    page, pdf, text = (next(Path(each) for each in files if each.endswith(kind)) for kind in ("html", "pdf", "txt"))
    from pypdf import PdfReader

    printed = " ".join(each.extract_text() for each in PdfReader(pdf).pages)
    for words in (page.read_text(encoding="utf-8"), printed, text.read_text(encoding="utf-8")):
        assert not [secret for secret in secrets if secret is not None and secret in words]
        for said in ("POLICY_BACKUP_PASSPHRASE", FOLLOWER, "Business Manager", "Pat Marsh", str(school.root)[-20:]):
            assert said in words.replace("\n", ""), said


def test_where_the_ledgers_key_is_gone_nothing_is_done(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    before = (school.root / "config.toml").read_bytes()
    ledger.replace_key(ledger_key_path(school.root))
    (school.root / ".secrets" / "ledger-key.before").unlink()
    capsys.readouterr()
    assert _hand_over(school.root, "--yes") == 6
    assert "ledger-key" in capsys.readouterr().err
    assert (school.root / "config.toml").read_bytes() == before
