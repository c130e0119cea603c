"""Damage to the register of a real run is found before anything rests on it: flipped bits, lost pages, forged rows."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from pipeline.cli import run_command
from pipeline.errors import KeptDocumentError, RegisterError
from pipeline.register.ledger import row_hashes
from pipeline.register.policies.contents import find_damaged_content, list_damaged_documents, load_content
from pipeline.register.store.damage import Damage, DamageKind, say_damage
from pipeline.register.store.database import Register, copy_to_memory, open_register
from pipeline.register.tables import schema
from tests.conftest import ROOT

SEED = 20261126
TODAY = "2026-11-24"


@dataclass(frozen=True)
class Run:
    """A workspace that was run once, and its register."""

    root: Path
    register: Path
    content: bytes
    """The register's bytes as the run left them."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """West Park School's workspace after a run, with an approval and a reading on paper."""
    root = tmp_path_factory.mktemp("west-park")
    for name in ("config.toml", "staff.csv"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "policies", root / "policies")

    def policy(*arguments: str) -> int:
        return run_command(["--workspace", str(root), "--today", TODAY, *arguments])

    assert policy("run") == 0
    assert policy("approve", "confidentiality", "--on", "2026-11-20", "--by", "Governors") == 0
    register = root / "distribution" / "register.sqlite3"
    return Run(root, register, register.read_bytes())


@pytest.fixture
def whole(ran: Run) -> Iterator[Run]:
    """The same, put back as it was afterwards."""
    yield ran
    for path in ran.register.parent.glob("register.sqlite3-*"):
        path.unlink()
    ran.register.write_bytes(ran.content)


def open_at(path: Path) -> Register:
    return open_register(str(path), root=path.parent, school_name="West Park School", time_zone="Europe/London")


def notices(path: Path) -> bool:
    """Tell whether a run would stop, or hold a copy, before it used this register."""
    try:
        with open_at(path) as register:
            if register.find_damage():
                return True
            with register.reading() as tx:
                return bool(list_damaged_documents(tx, register.school))
    except RegisterError:
        return True


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as bytes: what of a register anything can rest on."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    try:
        tables = [name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}
    finally:
        connection.close()


def damage_again_and_again(ran: Run, folder: Path, hurt: Callable[[bytearray], str], times: int) -> tuple[int, int]:
    """Damage a copy of the register many times; return how often it was noticed, and how often no row had changed.

    What was neither is the failure: a row that differs and that nobody was told of.
    """
    before, noticed, harmless = rows_of(ran.register), 0, 0
    for number in range(times):
        content = bytearray(ran.content)
        where = hurt(content)
        path = folder / f"{number}.sqlite3"
        path.write_bytes(content)
        if notices(path):
            noticed += 1
        else:
            assert rows_of(path) == before, f"{where} changed a row and was not noticed"
            harmless += 1
    return noticed, harmless


def test_every_flipped_bit_of_a_row_is_noticed(whole: Run, tmp_path: Path) -> None:
    chance = random.Random(SEED)

    def flip(content: bytearray) -> str:
        at, bit = chance.randrange(len(content)), chance.randrange(8)
        content[at] ^= 1 << bit
        return f"bit {bit} of byte {at}"

    noticed, harmless = damage_again_and_again(whole, tmp_path, flip, 60)
    print(f"seed {SEED}: of 60 flipped bits {noticed} noticed, {harmless} in bytes that hold no row")
    assert noticed + harmless == 60
    # Each table and index takes a page, mostly empty in a small register.
    assert noticed > 20


def test_every_flipped_bit_in_the_words_of_a_row_is_noticed(whole: Run, tmp_path: Path) -> None:
    """Aimed at what copies and evidence rest on: SQLite itself finds none of these."""
    chance = random.Random(SEED)
    words = [
        b"Confidentiality",
        b"Governors",
        b"@",
        b"acknowledge",
        b"approved",
        b"paragraph",
        b"2026-11-2",
        b"copies/",
    ]
    places = [place for word in words for place in _places(whole.content, word)]

    def flip(content: bytearray) -> str:
        at, bit = chance.choice(places) + chance.randrange(2), chance.randrange(7)
        content[at] ^= 1 << bit
        return f"bit {bit} of byte {at}"

    noticed, harmless = damage_again_and_again(whole, tmp_path, flip, 40)
    print(f"seed {SEED}: of 40 flipped bits in words {noticed} noticed, {harmless} in bytes left over from before")
    assert noticed > 30


def _places(content: bytes, word: bytes) -> list[int]:
    found, at = [], content.find(word)
    while at >= 0:
        found.append(at)
        at = content.find(word, at + 1)
    return found


def test_every_page_lost_from_use_is_noticed(whole: Run, tmp_path: Path) -> None:
    chance, size = random.Random(SEED), 4096
    pages = chance.sample(range(len(whole.content) // size), 25)

    def lose(content: bytearray) -> str:
        page = pages.pop()
        content[page * size : (page + 1) * size] = bytes(size)
        return f"page {page + 1}"

    noticed, harmless = damage_again_and_again(whole, tmp_path, lose, 25)
    print(f"seed {SEED}: of 25 zeroed pages {noticed} noticed, {harmless} were free")
    assert noticed + harmless == 25
    assert noticed > 20


def test_damage_is_one_sentence_and_exit_6_and_never_a_traceback(
    whole: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(SEED)
    for _ in range(15):
        content = bytearray(whole.content)
        for _ in range(200):
            content[chance.randrange(100, len(content))] ^= 1 << chance.randrange(8)
        for command in (["status"], ["ledger", "verify"], ["acknowledge", "list"], ["run", "--dry-run"]):
            whole.register.write_bytes(content)
            capsys.readouterr()
            code = run_command(["--workspace", str(whole.root), "--today", TODAY, *command])
            said = capsys.readouterr()
            assert code == 6, (command, said)
            assert "Traceback" not in said.err
            if command != ["ledger", "verify"]:
                assert len(said.err.strip().splitlines()) == 1
                assert "safety copy" in said.err


def test_a_damaged_byte_in_how_a_table_is_drawn_is_told_though_no_text_can_have_it(
    whole: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert whole.content.count(b"CREATE TABLE school (") == 1
    whole.register.write_bytes(whole.content.replace(b"CREATE TABLE school (", b"CREATE TABL\xf3 school ("))
    capsys.readouterr()
    assert run_command(["--workspace", str(whole.root), "--today", TODAY, "status"]) == 6
    assert "is damaged. Put its last safety copy back" in capsys.readouterr().err


def test_a_run_stops_before_it_uses_a_damaged_row(whole: Run, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(whole.register, "UPDATE person SET work_email = 'someone.else@example.org' WHERE id = 1")
    outbox = sorted((whole.root / "distribution" / "outbox").iterdir())
    assert run_command(["--workspace", str(whole.root), "--today", TODAY, "run"]) == 6
    said = capsys.readouterr().err
    assert "is damaged: an entry was changed by a fault of the drive or by another program (person)" in said
    assert sorted((whole.root / "distribution" / "outbox").iterdir()) == outbox


@pytest.mark.parametrize(
    "command",
    [
        ["approve", "confidentiality", "--on", "2026-11-20", "--by", "Governors"],
        ["send", "--confirm"],
        ["serve", "--port", "0"],
        ["run", "--dry-run"],
    ],
)
def test_every_decision_stops_before_a_damaged_register(
    whole: Run, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(whole.register, "UPDATE policy_copy SET code = 'AAA-AAAA' WHERE id = 1")
    assert run_command(["--workspace", str(whole.root), "--today", TODAY, *command]) == 6
    assert "is damaged" in capsys.readouterr().err


def tamper(path: Path, statement: str, *values: object) -> None:
    """Change a register as another program would that does not keep the hashes."""
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(statement, values).rowcount > 0
    connection.close()


def test_a_forged_document_goes_into_no_copy_and_the_others_go_on(
    whole: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    copies = whole.root / "distribution" / "copies"
    file = _confidentiality(whole)
    genuine = file.read_bytes()
    forged = genuine[:-1] + bytes([genuine[-1] ^ 1])
    tamper(whole.register, "UPDATE source_content SET content = ? WHERE content = ?", forged, genuine)
    for path in copies.iterdir():
        path.unlink()
    file.rename(file.with_suffix(".elsewhere"))  # the school's own file is not there to mend it from
    try:
        assert run_command(["--workspace", str(whole.root), "--today", TODAY, "run"]) == 6
    finally:
        file.with_suffix(".elsewhere").rename(file)
    assert "The document that the register keeps of it is damaged" in " ".join(capsys.readouterr().out.split())
    made = {path.stem for path in copies.glob("*.pdf")}
    assert len(made) == 5
    assert "confidentiality" not in made
    assert run_command(["--workspace", str(whole.root), "ledger", "verify"]) == 6
    assert "the document that the register keeps of it is damaged" in capsys.readouterr().out
    assert run_command(["--workspace", str(whole.root), "contacts"]) == 0


def _confidentiality(ran: Run) -> Path:
    return next(path for path in (ran.root / "policies").iterdir() if path.stem.lower().startswith("confidentiality"))


def test_the_schools_own_file_mends_the_damaged_document(whole: Run, capsys: pytest.CaptureFixture[str]) -> None:
    genuine = _confidentiality(whole).read_bytes()
    tamper(whole.register, "UPDATE source_content SET content = zeroblob(9) WHERE content = ?", genuine)
    assert run_command(["--workspace", str(whole.root), "--today", TODAY, "run"]) == 0
    with open_at(whole.register) as register, register.reading() as tx:
        assert load_content(tx, sha256(genuine).hexdigest()).content == genuine
        kinds = [row.record for row in tx.execute(select(schema.ledger_record))]
    assert sum("document-mended" in record for record in kinds) == 1
    assert run_command(["--workspace", str(whole.root), "ledger", "verify"]) == 0


def test_of_several_damaged_documents_each_is_found_and_no_other(whole: Run) -> None:
    with open_at(whole.register) as register, register.reading() as tx:
        kept = sorted(tx.execute(select(schema.source_content.c.sha256)).scalars())
    bytes_changed, row_changed, both_changed, *others = kept
    assert others
    tamper(whole.register, "UPDATE source_content SET content = zeroblob(3) WHERE sha256 = ?", bytes_changed)
    tamper(whole.register, "UPDATE source_content SET format = 'pdf' WHERE sha256 = ?", row_changed)
    tamper(whole.register, "UPDATE source_content SET content = 'words', format = 'odt' WHERE sha256 = ?", both_changed)
    with open_at(whole.register) as register, register.reading() as tx:
        assert find_damaged_content(tx, kept) == {bytes_changed, row_changed, both_changed}


@pytest.mark.parametrize("column", ["format = 'pdf'", "sha256 = upper(sha256)", "content = zeroblob(3)"])
def test_each_column_of_a_document_is_looked_at(whole: Run, column: str) -> None:
    sha = sha256(_confidentiality(whole).read_bytes()).hexdigest()
    tamper(whole.register, f"UPDATE source_content SET {column} WHERE sha256 = ?", sha)
    with open_at(whole.register) as register, register.reading() as tx:
        with pytest.raises(KeptDocumentError):
            load_content(tx, sha)
        assert [each.path for each in list_damaged_documents(tx, register.school)] == [_confidentiality(whole).name]


@pytest.mark.parametrize(
    ("table", "column", "sort"),
    [
        ("source_content", "content", "TEXT"),
        ("source_content", "format", "BLOB"),
        ("ledger_record", "record", "BLOB"),
        ("ledger_head", "signature", "BLOB"),
        ("ledger_opening", "value", "BLOB"),
        ("evidence_print", "print", "BLOB"),
        ("person_state", "first_name", "BLOB"),
        ("policy_version", "recorded_at", "BLOB"),
    ],
)
def test_bytes_in_the_place_of_words_and_words_of_bytes_are_told_as_damage(
    whole: Run, capsys: pytest.CaptureFixture[str], table: str, column: str, sort: str
) -> None:
    first = f"rowid = (SELECT min(rowid) FROM {table} WHERE {column} IS NOT NULL)"
    tamper(whole.register, f"UPDATE {table} SET {column} = CAST({column} AS {sort}) WHERE {first}")
    assert run_command(["--workspace", str(whole.root), "ledger", "verify"]) == 6
    told = capsys.readouterr()
    assert "damaged" in told.out
    assert "fault in the program" not in told.out + told.err


def test_a_damaged_row_cannot_be_changed_which_would_make_it_look_whole(register: Register) -> None:
    assert register.path is not None
    tamper(register.path, "UPDATE school SET time_zone = 'Europe/Paris'")
    with pytest.raises(RegisterError, match="is damaged"), register.transaction() as tx:
        tx.execute(update(schema.school).values(name="Renamed"))
    assert register.find_damage() == (Damage(DamageKind.ROWS, "school", 1),)


def test_a_row_that_another_program_added_is_noticed(register: Register) -> None:
    assert register.path is not None
    tamper(
        register.path,
        "INSERT INTO campaign (school, state, route, created_at) SELECT school, 'open', 'smtp', '2026' FROM school",
    )
    assert register.find_damage() == (Damage(DamageKind.ROWS, "campaign", 1),)
    with pytest.raises(RegisterError, match=r"an entry was changed .* \(campaign\)"):
        register.refuse_damage()


def test_a_row_that_points_nowhere_and_an_index_that_lost_a_row_are_noticed(register: Register) -> None:
    assert register.path is not None
    tamper(register.path, "INSERT INTO mail_route (school, route) VALUES ('gone', 'smtp')")
    assert Damage(DamageKind.POINTERS, "mail_route") in register.find_damage()


def test_a_file_that_was_cut_short_is_noticed_when_it_is_opened(whole: Run, tmp_path: Path) -> None:
    path = tmp_path / "cut.sqlite3"
    path.write_bytes(whole.content[: len(whole.content) // 2])
    with pytest.raises(RegisterError, match="is damaged"):
        open_at(path)


def test_tables_that_were_changed_are_noticed_when_the_register_is_opened(whole: Run, tmp_path: Path) -> None:
    path = tmp_path / "changed.sqlite3"
    path.write_bytes(whole.content)
    connection = sqlite3.connect(path)
    connection.execute("DROP INDEX uq_request_open")
    connection.close()
    with pytest.raises(RegisterError, match="tables are not as this program wrote them"):
        open_at(path)
    path.write_bytes(whole.content)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    connection.close()
    with pytest.raises(RegisterError, match="tables are not as this program wrote them"):
        open_at(path)


def test_a_fault_of_the_program_over_a_whole_register_stays_one(register: Register) -> None:
    with pytest.raises(ZeroDivisionError), register.reading():
        _ = 1 / 0


def test_a_fault_that_comes_of_damage_is_told_as_damage(register: Register) -> None:
    assert register.path is not None
    tamper(register.path, "UPDATE school SET name = 'x'")
    with pytest.raises(RegisterError, match="is damaged") as caught, register.reading():
        _ = 1 / 0
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_copy_in_memory_keeps_the_hashes_of_what_is_tried_out_in_it(register: Register) -> None:
    with copy_to_memory(register) as memory:
        with memory.transaction() as tx:
            tx.execute(update(schema.school).values(name="Tried out"))
        assert memory.find_damage() == ()
        with memory.reading() as tx:
            assert tx.execute(text("SELECT row_sha256 FROM school")).scalar() != _hash_in(register)


def _hash_in(register: Register) -> str:
    with register.reading() as tx:
        return str(tx.execute(text("SELECT row_sha256 FROM school")).scalar())


def test_the_hash_of_a_row_is_what_the_note_says_it_is() -> None:
    """By hand: name, length and value of each column that is not NULL, in the order of their names."""
    by_hand = sha256(b"a:3:one" + b"c:1:7").hexdigest()
    assert row_hashes.row_hash("a,b,c", b"one", None, b"7") == by_hand
    assert row_hashes.row_hash("a,c", b"one", b"7") == by_hand
    assert row_hashes.row_hash("a,c", b"one7", b"") != row_hashes.row_hash("a,c", b"one", b"7")


@pytest.mark.parametrize("kind", DamageKind)
def test_each_kind_of_damage_is_said_in_words(kind: DamageKind) -> None:
    said = say_damage(Damage(kind, "policy_version", 2))
    assert "_" not in said
    assert not said.endswith(".")
