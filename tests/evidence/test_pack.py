"""The evidence pack: made again to the byte, true to the day, names only where they may stand."""

import errno
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import pyzipper

from pipeline.acknowledgements.record import GivenWord, record_acknowledgement
from pipeline.copies.copy_files import kept_path
from pipeline.errors import UsageError
from pipeline.evidence import writing
from pipeline.evidence.moment import list_packs
from pipeline.evidence.pack import MANIFEST, SIGNED_MANIFEST, PackReader
from pipeline.evidence.writing import EvidenceOrder, WrittenPack, write_pack
from pipeline.model.readings import AcknowledgementMethod
from pipeline.policies.decisions.decide import Approval, approve_version
from pipeline.register.deciding import deciding
from pipeline.register.ledger.check import verify
from pipeline.register.people.changes import put_away
from pipeline.register.readings.declarations import DeclarationAnswer
from pipeline.register.states import keep_everything
from tests.declaring import GIFTS, say
from tests.mail.servers import scripted, settings_for
from tests.school import MONDAY, School, at, is_named

WORDS = "four words nobody guesses"
TOML = '[reading]\ndefault = "sign"\n'


def life(school: School) -> None:
    """Three people are asked; one reads, one is away, one is late by Friday; the policy is approved."""
    version = school.add_policy("Confidentiality")
    lee, day, _ = (school.add_person(name) for name in ("Lee", "Day", "Ash"))
    school.plan(MONDAY - timedelta(days=40))
    school.deliver(MONDAY - timedelta(days=40))
    with deciding(school.register, school.root, "Pat Clerk", at(MONDAY, 8)) as decision:
        put_away(decision.tx, school.key, day, MONDAY + timedelta(days=30), MONDAY, at(MONDAY, 8))
        approval = Approval(MONDAY - timedelta(days=3), "Full Governing Body", "7.2", None)
        approve_version(decision, "confidentiality", approval, default_cycle_months=12, today=MONDAY)
        keep_everything(decision.tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY, 8))
    school.record(lee, version)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with scripted() as server, School(tmp_path_factory.mktemp("pack"), TOML + settings_for(server)) as one:
        life(one)
        yield one


def keep(school: School, path: Path) -> None:
    """Keep a copy's PDF as the writing of a copy does."""
    kept = kept_path(school.config.distribution, hashlib.sha256(path.read_bytes()).hexdigest())
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(path.read_bytes())


def pack(
    school: School, out: Path, order: EvidenceOrder | None = None, hour: int = 12, day: date = MONDAY
) -> WrittenPack:
    return write_pack(
        school.register, school.config, out, order or EvidenceOrder(), actor="Pat Clerk", now=at(day, hour)
    )


def content(written: WrittenPack, name: str) -> bytes:
    return next(file.content for file in written.pack.files if file.name == name)


def sheet(written: WrittenPack, title: str, name: str = "register.xlsx") -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content(written, name)))
    return [tuple(cell.value for cell in row) for row in book[title].rows]


def everything(written: WrittenPack) -> str:
    """Return every word of a pack."""
    words = [file.content.decode("utf-8", "ignore") for file in written.pack.files if not file.name.endswith(".xlsx")]
    for file in written.pack.files:
        if file.name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(file.content))
            words += [str(cell.value) for each in book for row in each.rows for cell in row]
    return "\n".join(words)


@pytest.mark.parametrize("chance", ["S+ko3Kimf8S", "/Lee+", "9+Ash/", "xAsh=="])
def test_three_letters_of_a_signature_are_nobodys_name(chance: str) -> None:
    words = f"— policy-ledger/test-primary-school/9090731a78d53111 {chance}"
    assert not any(is_named(name, words) for name in ("Ash", "Kim", "Lee"))
    assert is_named("Lee", f'{words}\n{{"who": "Lee"}}')
    assert is_named("Lee", f"{words}\nKim Lee, Teacher")


def test_school_gets_figures_names_copies_and_what_proves_them(school: School, tmp_path: Path) -> None:
    written = pack(school, tmp_path)
    page = content(written, "index.html").decode("utf-8")
    assert page.index("Records begin on 23 November 2026") < page.index("<h1>")
    assert "Full Governing Body, minute 7.2" in page
    row = dict(zip(*sheet(written, "Policies"), strict=True))
    assert (row["Asked"], row["Read"], row["Late"], row["Away"]) == (3, 1, 1, 1)
    assert row["Minute"] == "7.2"
    assert sheet(written, "How it was read")[1:] == [("Confidentiality", 1, "on the page")]
    names = {str(one[0]): one[3] for one in sheet(written, "Readings", "readings.xlsx")[1:]}
    assert names == {"Kim Ash": "late", "Kim Day": "away", "Kim Lee": "2026-11-23 on the page"}
    assert {one[:2] for one in sheet(written, "Exceptions")[1:]} == {("late", "Kim Ash"), ("away", "Kim Day")}
    assert any(name.startswith("copies/confidentiality-") for name in (file.name for file in written.pack.files))
    assert written.archive.stat().st_mode & 0o777 == 0o600


def test_a_folder_of_mail_files_counts_as_asking_nobody(tmp_path: Path) -> None:
    with School(tmp_path / "school", TOML) as school:
        life(school)
        written = pack(school, tmp_path / "out")
    row = dict(zip(*sheet(written, "Policies"), strict=True))
    counts = [row[name] for name in ("Asked", "Read", "Late", "In time", "Away", "Not asked yet")]
    assert counts == [1, 1, 0, 0, 0, 2]
    names = {str(one[0]): one[3] for one in sheet(written, "Readings", "readings.xlsx")[1:]}
    assert names["Kim Ash"] == "not asked yet"
    assert sheet(written, "Exceptions")[1:] == []


def test_files_are_those_of_the_manifest_and_strangers_can_check_them(school: School, tmp_path: Path) -> None:
    written = pack(school, tmp_path)
    assert written.folder is not None
    listed = dict(line.split("  ")[::-1] for line in content(written, MANIFEST).decode().splitlines())
    there = {path.relative_to(written.folder).as_posix() for path in written.folder.rglob("*") if path.is_file()}
    assert there == {*listed, MANIFEST, SIGNED_MANIFEST}
    for name, digest in listed.items():
        assert hashlib.sha256((written.folder / name).read_bytes()).hexdigest() == digest
    key = content(written, "ledger/public-key.txt").decode().split()[0]
    for what in (
        ".",
        str(written.archive),
        "ledger/ledger.jsonl",
        "proofs/approval-confidentiality.txt",
        "ledger/checkpoint.txt",
    ):
        command = [sys.executable, "-I", "ledger/verify_ledger.py", what, "--key", key]
        done = subprocess.run(command, check=False, cwd=written.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_pack_of_an_earlier_day_is_the_one_that_was_kept_on_it(tmp_path: Path) -> None:
    with scripted() as server, School(tmp_path / "school", TOML + settings_for(server)) as school:
        life(school)
        kept = pack(school, tmp_path / "kept")
        later = MONDAY + timedelta(days=9)
        school.add_policy("Lettings")
        school.plan(later)
        school.deliver(later)
        school.change_person(school.add_person("Fox", email=None), role="Head of Year")
        (school.root / "config.toml").write_text((school.root / "config.toml").read_text() + "# changed\n")
        for path in (school.config.distribution / "copies").iterdir():
            keep(school, path)
            path.write_bytes(b"another copy")
        again = pack(school, tmp_path / "again", EvidenceOrder(as_at=MONDAY), day=later)
    assert again.pack.moment == kept.pack.moment
    assert [(file.name, file.sha256) for file in again.pack.files] == [(f.name, f.sha256) for f in kept.pack.files]
    assert again.archive.read_bytes() == kept.archive.read_bytes()


def test_the_same_pack_is_not_written_twice_and_another_not_over_it(school: School, tmp_path: Path) -> None:
    first = pack(school, tmp_path)
    assert pack(school, tmp_path, EvidenceOrder(as_at=first.pack.moment.at)).was_there
    assert first.folder is not None
    (first.folder / "index.html").write_bytes(b"changed by hand")
    with pytest.raises(UsageError, match="is there already"):
        pack(school, tmp_path, EvidenceOrder(as_at=first.pack.moment.at))


@pytest.mark.parametrize("reader", [PackReader.INSPECTOR, PackReader.GOVERNORS])
def test_nobody_is_named_where_only_figures_are_wanted(school: School, tmp_path: Path, reader: PackReader) -> None:
    written = pack(school, tmp_path, EvidenceOrder(reader))
    words = everything(written)
    assert is_named("Confidentiality", words)
    for name in ("Ash", "Kim", "Lee", "Pat Clerk"):
        assert not is_named(name, words), name
    assert "@example.org" not in words
    assert "readings.xlsx" not in {file.name for file in written.pack.files}
    assert ("ledger/ledger.jsonl" in {file.name for file in written.pack.files}) == (reader is PackReader.INSPECTOR)


def test_an_inspectors_pack_by_name_is_an_encrypted_archive_alone(school: School, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a passphrase"):
        pack(school, tmp_path, EvidenceOrder(PackReader.INSPECTOR, with_names=True))
    written = pack(school, tmp_path, EvidenceOrder(PackReader.INSPECTOR, with_names=True, passphrase=WORDS))
    assert written.folder is None
    assert [path.name for path in tmp_path.iterdir()] == [written.archive.name]
    with pyzipper.AESZipFile(written.archive) as archive:
        name = f"{written.pack.name}/readings.xlsx"
        with pytest.raises(RuntimeError):
            archive.read(name)
        archive.setpassword(b"another word")
        with pytest.raises(RuntimeError):
            archive.read(name)
        archive.setpassword(WORDS.encode())
        assert archive.read(name) == content(written, "readings.xlsx")


def test_what_cannot_be_shown_is_said(school: School, tmp_path: Path) -> None:
    for order, words in (
        (EvidenceOrder(as_at=MONDAY - timedelta(days=60)), "Records begin on 23 November 2026"),
        (EvidenceOrder(as_at=MONDAY + timedelta(days=1)), "still to come"),
        (EvidenceOrder(PackReader.GOVERNORS, with_names=True), "names nobody"),
        (EvidenceOrder(PackReader.INSPECTOR, with_names=True, passphrase="short"), "at least 12 characters"),
    ):
        with pytest.raises(UsageError, match=words):
            pack(school, tmp_path, order)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_pack_that_did_not_fit_on_the_disk(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing, "write_archive", full)
    with pytest.raises(UsageError, match="its drive is full"):
        pack(school, tmp_path, hour=13)
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_is_gone_is_named_and_not_made_up(tmp_path: Path) -> None:
    with School(tmp_path / "school", TOML) as school:
        life(school)
        for path in school.config.distribution.rglob("*.pdf"):
            path.unlink()
        written = pack(school, tmp_path / "out")
    # Whoever reads it knows titles, versions and days; nobody knows a hash.
    assert written.pack.missing == ("Confidentiality, version 1, made on 23 November 2026 (copy C1V1)",)
    assert "What is missing" in content(written, "index.html").decode("utf-8")


def test_declarations_stand_apart_and_as_they_stood_on_the_day(tmp_path: Path) -> None:
    with School(tmp_path / "school", TOML + GIFTS) as school:
        life(school)
        _, day, ash = (school.find_person(number) for number in (1, 2, 3))
        kept = pack(school, tmp_path / "kept")
        say(school, ash, DeclarationAnswer.NOTHING, at(MONDAY, 13))
        again = pack(
            school, tmp_path / "again", EvidenceOrder(as_at=kept.pack.moment.at), day=MONDAY + timedelta(days=1)
        )
        now = pack(school, tmp_path / "now", hour=14)
        inspector = pack(school, tmp_path / "inspector", EvidenceOrder(PackReader.INSPECTOR), hour=14)
    assert [file.sha256 for file in again.pack.files] == [file.sha256 for file in kept.pack.files]
    said = "Gifts and hospitality, 2026-27: {} nothing to declare, 0 spoke to the owner, {} still to declare (1 late)"
    assert said.format(0, 3).replace("(1 late)", "(2 late)") in content(kept, "index.html").decode("utf-8")
    assert said.format(1, 2) in content(now, "index.html").decode("utf-8")
    names = sheet(now, "Declarations", "readings.xlsx")
    assert ("Kim Ash", "nothing to declare") in [(row[0], row[3]) for row in names]
    assert (day.person.name, "away") in [(row[0], row[3]) for row in names]
    assert sheet(inspector, "Declarations")[1][2:] == (1, 0, 0, 2, 1)
    assert not any(b"Kim Ash" in file.content for file in inspector.pack.files)


def test_the_ledger_notes_who_made_which_pack_and_stays_whole(school: School, tmp_path: Path) -> None:
    written = pack(school, tmp_path, hour=14)
    with school.register.reading() as tx:
        noted = list_packs(tx, school.key)[-1]
        check = verify(tx, school.key, signed=True)
    assert (noted.at, noted.reader) == (written.pack.moment.at, "school")
    assert (noted.size, noted.root_hash) == (written.pack.moment.head.size, written.pack.moment.head.root_hash)
    assert not check.faults


def test_a_large_school_fits(tmp_path: Path) -> None:
    """A matrix of 200 people and 20 policies, whose words Excel must not take for formulas."""
    with School(tmp_path / "school", TOML) as school:
        for number in range(20):
            school.add_policy(f"=Policy {number}")
        for number in range(200):
            school.add_person(f"+Name{number}", email=None)
        school.plan(MONDAY)
        with deciding(school.register, school.root, "Pat Clerk", at(MONDAY, 8)) as decision:
            keep_everything(decision.tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY, 8))
            decision.record("note", {"number": 1})
        rows = sheet(pack(school, tmp_path / "out"), "Readings", "readings.xlsx")
    assert len(rows) == 201
    assert len(rows[0]) == 23
    assert rows[0][3] == "=Policy 0"


def test_a_reading_is_of_the_day_on_the_schools_clock(tmp_path: Path) -> None:
    summer = date(2026, 7, 1)
    with School(tmp_path / "school", TOML) as school:
        version = school.add_policy("Confidentiality", today=summer)
        lee = school.add_person("Lee")
        school.plan(summer)
        after_midnight = datetime(2026, 7, 2, 23, 30, tzinfo=UTC)
        given = GivenWord(lee.id, version.policy_id, version.id, AcknowledgementMethod.PAGE, after_midnight)
        record_acknowledgement(school.register, school.config, given, today=date(2026, 7, 3), now=after_midnight)
        with deciding(school.register, school.root, "Pat Clerk", at(MONDAY, 8)) as decision:
            keep_everything(decision.tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY, 8))
        written = pack(school, tmp_path / "out")
    (row,) = sheet(written, "Readings", "readings.xlsx")[1:]
    assert row[3] == "2026-07-03 on the page"
