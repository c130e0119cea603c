"""Somebody at two schools of a trust: asked once for its policy, one letter with both copies, one confirmation."""

import json
import re
import shutil
from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from pipeline.acknowledgements.record import GivenWord, RecordingOutcome, record_acknowledgement
from pipeline.config import load_config
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.ledger.check import verify
from pipeline.register.mail.letter_bodies import list_with_replaced_copies
from pipeline.register.people.persons import list_people
from pipeline.register.policies.policies import find_policy, versions_in_force
from pipeline.register.readings.requests import list_acknowledgements, list_requests
from pipeline.register.readings.shared_readings import AskedBy, keep_shared, list_read_elsewhere, list_shared
from pipeline.web.app import build_app
from pipeline.web.sessions import Sessions
from pipeline.web.site import LiveConfig, Site
from tests.made_once import made_once
from tests.policies.folders import policy_text
from tests.postgresql import Server
from tests.trust.world import HEADINGS, Answer, World, lay_out
from tests.web.browser import Browser

pytestmark = pytest.mark.slow
OAK, BEECH = "Oakfield Primary School", "Beech Hill Infant School"
VISITS = "Visits come to the school office. Visitors come in by [[slot: door | the main entrance]] and sign the book."
SAM = "sam.elm@example.org"


def sam(number: str = "S1", *, first: str = "Sam", email: str = SAM, last_day: str = "") -> str:
    return f"{number},{first},Elm,{email},Teacher,,{last_day}\n"


def staff(world: World, key: str, *rows: str) -> None:
    own = f"P1,Pat,Reader{key},pat@{key}.example.org,Teacher,,\n"
    (world.school(key) / "staff.csv").write_text(HEADINGS + own + "".join(rows), encoding="utf-8")


def distribute(world: World, text: str = VISITS, day: str = "2026-11-24") -> None:
    words = policy_text("Visits Policy", school="Vale Learning Trust", body=text)
    (world.root / "policies" / "Visits Policy.txt").write_text(words, encoding="utf-8")
    answer = world.policy("trust", "distribute", today=day)
    assert answer.code == 0, answer.out + answer.err


def at(world: World, key: str, *arguments: str, day: str) -> Answer:
    """Run a command at one school."""
    return World(world.school(key)).policy(*arguments, today=day)


def nights(world: World, day: str, *keys: str) -> None:
    """Do one school's night after the other."""
    for key in keys:
        answer = at(world, key, "run", day=day)
        assert answer.code == 0, answer.out + answer.err


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two schools, Sam Elm at both, and a night behind them."""

    def make(folder: Path) -> None:
        trust = lay_out(folder / "trust")
        for key, name in (("oakfield", OAK), ("beech", BEECH)):
            trust.add(key, name)
            (trust.school(key) / "policies" / "Lettings Policy.txt").unlink()
            staff(trust, key, sam())
        nights(trust, "2026-11-23", "oakfield", "beech")

    return made_once(tmp_path_factory, "both", make) / "trust"


@pytest.fixture
def both(prepared: Path, tmp_path: Path) -> World:
    """A copy of it, by itself."""
    return World(shutil.copytree(prepared, tmp_path / "trust"))


@pytest.fixture(scope="session")
def told_once(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two schools once they have a policy of the trust's and have told each other of Sam, for tests to copy."""

    def make(folder: Path) -> None:
        world = World(shutil.copytree(prepared, folder / "trust"))
        distribute(world)
        nights(world, "2026-11-24", "oakfield", "beech")

    return made_once(tmp_path_factory, "told", make) / "trust"


@pytest.fixture
def told(told_once: Path, tmp_path: Path) -> World:
    """A copy of it, by itself."""
    return World(shutil.copytree(told_once, tmp_path / "trust"))


def homes(world: World, line: str) -> None:
    """Name the school that asks somebody, below the heading that trust.toml has."""
    path = world.root / "trust.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count("\n[home_schools]\n") == 1
    path.write_text(text.replace("\n[home_schools]\n", f"\n[home_schools]\n{line}\n"), encoding="utf-8")


def mails(world: World, key: str, address: str = SAM) -> list[EmailMessage]:
    folder = world.school(key) / "distribution" / "outbox"
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.rglob("*.eml"))]
    return [each for each in found if address in str(each["To"])]


def files(mail: EmailMessage) -> dict[str, str]:
    """The words of each attached copy, by the name it has."""
    found = {}
    for part in mail.iter_attachments():
        pages = PdfReader(BytesIO(part.get_content())).pages
        found[str(part.get_filename())] = " ".join(" ".join(page.extract_text().split()) for page in pages)
    return found


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return " ".join(part.get_content().split())


def asked(mails: list[EmailMessage]) -> int:
    """How many letters ask for a confirmation."""
    return sum("record your reading" in words(mail, "plain") for mail in mails)


def read(world: World, key: str, day: str) -> None:
    """Let Sam confirm at one school, on their own page."""
    config = load_config(world.school(key) / "config.toml")
    now, today = datetime.fromisoformat(f"{day}T10:00:00+00:00"), date.fromisoformat(day)
    with world.register(key) as register:
        with register.reading() as tx:
            (row,) = [one for one in list_people(tx, register.school, today) if one.person.last_name == "Elm"]
            found = find_policy(tx, register.school, "visits")
            assert found is not None
            version = versions_in_force(tx, register.school)[found.id]
        given = GivenWord(row.id, found.id, version.id, AcknowledgementMethod.PAGE, now)
        assert (
            record_acknowledgement(register, config, given, today=today, now=now).outcome is RecordingOutcome.RECORDED
        )


def listed(world: World, key: str, day: str) -> str:
    """What ``acknowledge list`` says of Sam at one school."""
    lines = at(world, key, "acknowledge", "list", day=day).out.splitlines()
    return "\n".join(one for one in lines if "Elm" in one)


def sheet(world: World, key: str, day: str, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a workbook in a pack of evidence, by sheet."""
    out = world.root.parent / f"pack-{key}-{day}-{name}"
    answer = at(world, key, "evidence", "--for", "school", "--out", str(out), day=day)
    assert answer.code == 0, answer.err
    (path,) = out.rglob(name)
    book = openpyxl.load_workbook(path)
    return {each.title: [row for row in each.iter_rows(values_only=True) if any(row)] for each in book.worksheets}


def person_page(world: World, key: str, day: str) -> str:
    """The words of Sam's page on a school's desk."""
    now = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    with world.register(key) as register:
        with register.reading() as tx:
            everybody = list_people(tx, register.school, now.date())
        (number,) = [one.id for one in everybody if one.person.last_name == "Elm"]
        config = LiveConfig(load_config(world.school(key) / "config.toml"))
        site = Site(register, config, "secret" * 6, lambda: now, lambda: now, schedules=True, began_at=now)
        sessions = Sessions(site)
        browser = Browser(build_app(site, sessions), "http://127.0.0.1:8000")
        try:
            assert browser.post(f"/sign-in/{sessions.make_link_token()}").status_code == 303
            answer = browser.get(f"/people/{number}")
        finally:
            browser.close()
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def standings(world: World, key: str) -> list[AskedBy]:
    with world.register(key) as register, register.reading() as tx:
        return [one.standing for one in list_shared(tx, register.school)]


def open_for_sam(world: World, key: str) -> int:
    with world.register(key) as register, register.reading() as tx:
        people = {
            one.id for one in list_people(tx, register.school, date(2026, 11, 24)) if one.person.last_name == "Elm"
        }
        return len([one for one in list_requests(tx, register.school, only_open=True) if one.person in people])


def test_sam_gets_one_letter_with_both_copies_and_confirms_once(both: World) -> None:
    words_path = both.school("beech") / "slots" / "visits.toml"
    words_path.write_text('door = "the east gate"\n', encoding="utf-8")
    distribute(both)
    nights(both, "2026-11-24", "oakfield", "beech")
    assert (asked(mails(both, "oakfield")), asked(mails(both, "beech"))) == (0, 0)
    nights(both, "2026-11-25", "beech", "oakfield")
    (letter,) = mails(both, "oakfield")
    assert mails(both, "beech") == []
    for kind in ("plain", "html"):
        said = words(letter, kind)
        assert BEECH in said
        assert "you record it once, here, for both" in said
        assert f"{BEECH} - Visits Policy.pdf" in said
    copies = files(letter)
    assert list(copies) == ["Visits Policy.pdf", f"{BEECH} - Visits Policy.pdf"]
    own, other = copies.values()
    assert "main entrance" in own
    assert "east gate" in other
    for key, name in (("oakfield", own), ("beech", other)):
        lead = load_config(both.school(key) / "config.toml").contacts["dsl"][0].name
        assert lead in name
    nights(both, "2026-11-26", "oakfield", "beech")
    assert listed(both, "beech", "2026-11-26") == f"Sam Elm: Visits Policy (version 1): asked at {OAK}"
    assert f"asked at {OAK}" in person_page(both, "beech", "2026-11-26")
    assert sheet(both, "beech", "2026-11-26", "readings.xlsx")["Readings"][1][3:] == (f"asked at {OAK}",)
    read(both, "oakfield", "2026-11-26")
    nights(both, "2026-11-27", "oakfield", "beech")
    nights(both, "2026-11-30", "beech", "oakfield")
    assert mails(both, "beech") == []
    assert len(mails(both, "oakfield")) == 1
    assert (
        listed(both, "beech", "2026-11-30")
        == f"Sam Elm: Visits Policy (version 1): recorded on 26 November 2026 (at {OAK})"
    )
    assert f"at {OAK}" in person_page(both, "beech", "2026-11-30")
    rows = sheet(both, "beech", "2026-11-30", "readings.xlsx")["Readings"]
    assert ("Sam Elm", f"2026-11-26 at {OAK}") in [(row[0], row[3]) for row in rows]
    proof = sheet(both, "beech", "2026-11-30", "register.xlsx")["Read at another school"]
    with both.register("beech") as register, register.reading() as tx:
        (given,) = list_acknowledgements(tx, register.school)
        there = list_read_elsewhere(tx, register.school, [given.ledger_position])[given.ledger_position]
        assert verify(tx, register.school, signed=True).faults == ()
    with both.register("oakfield") as register, register.reading() as tx:
        (theirs,) = list_acknowledgements(tx, register.school)
    assert (there.at_school, there.sha256, there.method, there.copy_went) == (OAK, theirs.version_sha256, "page", True)
    assert given.version_sha256 != theirs.version_sha256
    day = datetime.fromisoformat("2026-11-26")
    assert proof[1] == (
        *("Sam Elm", "Visits Policy", "1", given.version_sha256, OAK, "1", theirs.version_sha256),
        *(day, "on the page", "yes"),
    )
    assert given.acknowledged_at == theirs.acknowledged_at


def test_before_they_know_of_each_other_the_first_asks_and_the_other_sends_its_copy_to_read(trust: World) -> None:
    """The first night of all, as real nights of a process a school."""
    for key, name in (("oakfield", OAK), ("beech", BEECH)):
        trust.add(key, name)
        (trust.school(key) / "policies" / "Lettings Policy.txt").unlink()
        staff(trust, key, sam())
    distribute(trust)
    for day in ("2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"):
        answer = trust.policy("trust", "run", today=day)
        assert answer.code == 0, answer.out + answer.err
    letters = mails(trust, "oakfield") + mails(trust, "beech")
    assert asked(letters) == 1
    assert len(letters) == 2
    (alone,) = [one for one in letters if not asked([one])]
    said = words(alone, "plain")
    assert "nothing to send back" in said
    assert "you confirm it once for both schools, at" in said
    assert list(files(alone)) == ["Visits Policy.pdf"]
    assert open_for_sam(trust, "oakfield") + open_for_sam(trust, "beech") == 1


def test_no_name_and_no_address_stands_in_what_the_schools_tell_each_other(told: World) -> None:
    folder = told.root / ".asked-once"
    assert sorted(path.name for path in folder.iterdir()) == ["beech.json", "key", "lock", "oakfield.json"]
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        text = path.read_bytes().lower()
        assert b"elm" not in text
        assert b"example.org" not in text
    said = json.loads((folder / "beech.json").read_text(encoding="utf-8"))
    assert len(said["people"]) == 1, "of Pat Reader, who is at one school, nothing is told"


def test_words_that_changed_at_one_school_are_asked_for_there(told: World) -> None:
    nights(told, "2026-11-25", "oakfield")
    read(told, "oakfield", "2026-11-25")
    nights(told, "2026-11-26", "oakfield", "beech")
    nights(told, "2026-11-27", "oakfield", "beech")
    assert standings(told, "beech") == [AskedBy.READ]
    path = told.school("beech") / "slots" / "visits.toml"
    path.write_text('door = "the east gate, where they ring twice and wait for somebody"\n', encoding="utf-8")
    distribute(told, day="2026-11-27")
    nights(told, "2026-11-30", "beech")
    issued = at(told, "beech", "--as", "Jo Marsh", "issue", "visits", day="2026-11-30")
    assert issued.code == 0, issued.out + issued.err
    nights(told, "2026-12-01", "oakfield", "beech")
    nights(told, "2026-12-02", "oakfield", "beech")
    assert (asked(mails(told, "oakfield")), asked(mails(told, "beech"))) == (1, 1)
    assert standings(told, "beech") == []


def test_an_own_policy_and_one_left_to_the_school_are_asked_by_each(both: World) -> None:
    path = both.root / "trust.toml"
    text = path.read_text(encoding="utf-8").replace("[delegation]\n", '[delegation]\nvisits = "school"\n')
    path.write_text(text, encoding="utf-8")
    for key, name in (("oakfield", OAK), ("beech", BEECH)):
        for title in ("Visits Policy", "Lettings Policy"):
            own = both.school(key) / "policies" / f"{title}.txt"
            own.write_text(policy_text(title, school=name), encoding="utf-8")
    nights(both, "2026-11-24", "oakfield", "beech")
    nights(both, "2026-11-25", "oakfield", "beech")
    assert (asked(mails(both, "oakfield")), asked(mails(both, "beech"))) == (1, 1)
    assert standings(both, "oakfield") + standings(both, "beech") == []


def test_two_people_who_share_an_address_are_not_one(both: World) -> None:
    staff(both, "oakfield", sam(email="office@example.org"))
    staff(both, "beech", "B7,Kim,Ash,office@example.org,Secretary,,\n")
    nights(both, "2026-11-24", "oakfield", "beech")
    distribute(both)
    nights(both, "2026-11-25", "oakfield", "beech")
    nights(both, "2026-11-26", "oakfield", "beech")
    for key in ("oakfield", "beech"):
        assert asked(mails(both, key, "office@example.org")) == 1


def test_who_leaves_one_school_is_asked_by_the_other_and_what_was_read_there_counts(told: World) -> None:
    nights(told, "2026-11-25", "oakfield", "beech")
    assert (asked(mails(told, "oakfield")), asked(mails(told, "beech"))) == (1, 0)
    staff(told, "oakfield", sam(last_day="2026-11-26"))
    nights(told, "2026-11-26", "oakfield", "beech")
    nights(told, "2026-11-27", "oakfield", "beech")
    assert asked(mails(told, "beech")) == 1, "Oakfield asks nobody who has left"


def test_an_address_that_changes_at_one_school_brings_no_second_letter(told: World) -> None:
    nights(told, "2026-11-25", "oakfield", "beech")
    staff(told, "oakfield", sam(email="s.elm@example.org"))
    nights(told, "2026-11-26", "oakfield", "beech")
    nights(told, "2026-11-27", "oakfield", "beech")
    assert mails(told, "beech") == []
    assert standings(told, "beech") == [AskedBy.THERE]


def test_a_school_that_leaves_the_trust_asks_by_itself_and_its_evidence_stays_whole(told: World) -> None:
    nights(told, "2026-11-25", "oakfield", "beech")
    read(told, "oakfield", "2026-11-25")
    nights(told, "2026-11-26", "oakfield", "beech")
    config = told.school("beech") / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('trust = "../.."', ""), encoding="utf-8")
    (told.root / "trust.toml").rename(told.root / "trust.txt")
    assert at(told, "beech", "ledger", "verify", day="2026-11-27").code == 0
    assert listed(told, "beech", "2026-11-27").endswith(f"(at {OAK})")


def test_a_school_of_no_trust_tells_nobody_anything(both: World) -> None:
    for key in ("oakfield", "beech"):
        config = both.school(key) / "config.toml"
        config.write_text(config.read_text(encoding="utf-8").replace('trust = "../.."', ""), encoding="utf-8")
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (both.root / ".asked-once").iterdir())
    nights(both, "2026-11-24", "oakfield", "beech")
    assert sorted((path.name, path.stat().st_mtime_ns) for path in (both.root / ".asked-once").iterdir()) == before


def test_a_folder_that_cannot_be_used_lets_every_school_ask_and_says_so(both: World) -> None:
    distribute(both)
    for path in (both.root / ".asked-once").iterdir():
        path.unlink()
    (both.root / ".asked-once").rmdir()
    (both.root / ".asked-once").write_text("no folder", encoding="utf-8")
    answer = at(both, "oakfield", "run", day="2026-11-24")
    assert answer.code == 0, answer.out + answer.err
    assert "could not be shared" in " ".join(answer.out.split())
    assert asked(mails(both, "oakfield")) == 1


def test_a_dry_run_says_what_would_go_and_tells_the_others_nothing(told: World) -> None:
    said = (told.root / ".asked-once" / "oakfield.json").read_bytes()
    answer = at(told, "oakfield", "run", "--dry-run", day="2026-11-25")
    assert answer.code == 0
    assert f"{BEECH} - Visits Policy.pdf" in answer.out
    assert (told.root / ".asked-once" / "oakfield.json").read_bytes() == said


def test_the_school_that_the_trust_names_for_somebody_is_the_one_that_asks(both: World) -> None:
    homes(both, f'"{SAM.upper()}" = "beech"')
    distribute(both)
    nights(both, "2026-11-24", "oakfield", "beech")
    nights(both, "2026-11-25", "oakfield", "beech")
    assert (asked(mails(both, "oakfield")), asked(mails(both, "beech"))) == (0, 1)
    wrong = (both.root / "trust.toml").read_text(encoding="utf-8").replace(f'{SAM.upper()}" = "beech"', 'x" = "elm"')
    (both.root / "trust.toml").write_text(wrong, encoding="utf-8")
    assert "'elm' is no school of this trust" in " ".join(both.policy("trust", "status").err.split())


@pytest.mark.needs("postgresql")
def test_in_schemas_of_one_database_it_is_the_same(trust: World, postgresql: Server) -> None:
    trust.settings(f'\n[every_school.register]\nurl = "{postgresql.new_database()}"\n')
    for key, name in (("oakfield", OAK), ("beech", BEECH)):
        trust.add(key, name)
        (trust.school(key) / "policies" / "Lettings Policy.txt").unlink()
        staff(trust, key, sam())
    nights(trust, "2026-11-23", "oakfield", "beech")
    distribute(trust)
    nights(trust, "2026-11-24", "oakfield", "beech")
    nights(trust, "2026-11-25", "oakfield", "beech")
    (letter,) = mails(trust, "oakfield") + mails(trust, "beech")
    assert list(files(letter)) == ["Visits Policy.pdf", f"{BEECH} - Visits Policy.pdf"]
    record = "acknowledge", "record", "S1", "visits", "--on", "2026-11-25", "--by", "Jo Marsh"
    answer = at(trust, "oakfield", *record, day="2026-11-25")
    assert answer.code == 0, answer.err
    nights(trust, "2026-11-26", "oakfield", "beech")
    assert listed(trust, "beech", "2026-11-26").endswith(f"(at {OAK})")
    assert at(trust, "beech", "ledger", "verify", day="2026-11-26").code == 0


def test_a_letter_with_a_copy_that_the_other_school_replaced_is_planned_afresh(both: World) -> None:
    distribute(both, day="2026-11-27")
    nights(both, "2026-11-27", "oakfield", "beech")
    nights(both, "2026-11-28", "oakfield")
    assert mails(both, "oakfield") == [], "it waits for Monday"
    with both.register("oakfield") as register, register.transaction() as tx:
        assert list_with_replaced_copies(tx, register.school) == ()
        (one,) = list_shared(tx, register.school)
        (copy,) = one.beside
        newer = replace(one, beside=(replace(copy, sha256="f" * 64),))
        keep_shared(tx, register.school, [newer], datetime.fromisoformat("2026-11-28T10:00:00+00:00"))
        assert len(list_with_replaced_copies(tx, register.school)) == 1
    nights(both, "2026-11-30", "oakfield")
    (letter,) = mails(both, "oakfield")
    assert list(files(letter)) == ["Visits Policy.pdf", f"{BEECH} - Visits Policy.pdf"]
