"""The ledger: appended, signed, checked, and broken on purpose."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from pipeline.errors import ExitCode, LedgerError, UsageError
from pipeline.model.facts import Facts
from pipeline.model.people import Person
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import is_signed, key_from_seed
from pipeline.register.ledger.merkle import commitment
from pipeline.register.people.changes import add_person
from pipeline.register.people.erasing import erase_openings
from pipeline.register.policies import policies
from pipeline.register.store.database import Register
from pipeline.register.tables import schema
from pipeline.register.transaction import Transaction
from tests.register.conftest import NOW
from tests.registers import open_memory_register

pytestmark = pytest.mark.both_registers

KEY = key_from_seed(bytes(range(32)))
GIVEN_AT = NOW - timedelta(hours=1)


@contextmanager
def fresh_register() -> Iterator[Register]:
    """A register of its own for each example of a property."""
    with open_memory_register(school_name="West Park School", time_zone="Europe/London") as register:
        yield register


def acknowledge(tx: Transaction, school: str, number: int) -> int:
    """Record that person ``number`` has read the policy, with all that stands behind it; return the row's key."""
    policy = policies.find_policy(tx, school, "confidentiality")
    if policy is None:
        policy = policies.add_policy(tx, school, "confidentiality", "Confidentiality Policy", None, NOW)
        policies.add_version(
            tx,
            school,
            policies.VersionRecord(
                policy_id=policy.id,
                sha256="a1" * 32,
                path="confidentiality.docx",
                status=VersionStatus.APPROVED,
                kind=RevisionKind.ADOPTED,
                facts=Facts(),
                text="Words.",
                words=1,
            ),
            NOW,
        )
    version = policies.versions_in_force(tx, school)[policy.id]
    reader = Person(f"P{number}", "Ann", "Example", None, "Teacher", None, None)
    person = add_person(tx, school, reader, "staff.csv", "k", NOW.date(), NOW)
    fields: dict[str, str | int | None] = {
        "policy": policy.slug,
        "version": version.number,
        "sha256": version.sha256,
        "method": "page",
        "acknowledged_at": GIVEN_AT.isoformat(),
    }
    personal = {"person_id": f"P{number}", "name": "Ann Example"}
    row = tx.execute(
        insert(schema.acknowledgement).values(
            school=school,
            person=person.id,
            policy_id=policy.id,
            version_id=version.id,
            version_sha256=version.sha256,
            method="page",
            acknowledged_at=GIVEN_AT,
            recorded_at=NOW,
            ledger_position=ledger.append(tx, school, "acknowledgement", fields, personal=personal, now=NOW),
        )
    ).inserted_primary_key
    assert row is not None
    return int(row[0])


def fill(register: Register) -> None:
    """Four records (two are acknowledgements) and two heads."""
    with register.transaction() as tx:
        ledger.append(tx, register.school, "version", {"policy": "é", "version": 1, "reason": None}, now=NOW)
        acknowledge(tx, register.school, 1)
        ledger.sign_head(tx, register.school, KEY, NOW)
        acknowledge(tx, register.school, 2)
        ledger.append(tx, register.school, "left", {}, personal={"person_id": "P1"}, now=NOW)
        ledger.sign_head(tx, register.school, KEY, NOW + timedelta(days=1))


def check(register: Register) -> ledger.LedgerCheck:
    with register.reading() as tx:
        return ledger.verify(tx, register.school)


@pytest.fixture
def filled(memory_register: Register) -> Register:
    """A register with a ledger in it."""
    fill(memory_register)
    return memory_register


def test_a_ledger_that_nobody_touched_is_in_order(filled: Register) -> None:
    assert check(filled) == ledger.LedgerCheck(records=4, heads=2, faults=())


def test_an_empty_ledger_is_in_order_and_can_be_signed(memory_register: Register) -> None:
    assert check(memory_register) == ledger.LedgerCheck(0, 0, ())
    with memory_register.transaction() as tx:
        assert ledger.sign_head(tx, memory_register.school, KEY, NOW).size == 0
    with memory_register.reading() as tx:
        checked = ledger.verify(tx, memory_register.school, signed=True)
    assert checked == ledger.LedgerCheck(0, 1, ()), "as after the first run of a folder without policies"
    with memory_register.transaction() as tx:
        ledger.append(tx, memory_register.school, "started", {}, now=NOW)
    assert check(memory_register) == ledger.LedgerCheck(1, 1, ())


def test_a_record_says_what_was_given_and_hides_what_is_personal(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        position = ledger.append(
            tx,
            memory_register.school,
            "left",
            {"policy": "ict", "version": 2, "reason": None},
            personal={"name": "Ann Example"},
            now=NOW,
            salt=bytes,
        )
        record = json.loads(tx.execute(select(schema.ledger_record.c.record)).scalar_one())
        opening = tx.execute(select(schema.ledger_opening)).one()
    assert position == 0
    assert record == {
        "at": "2026-11-24T06:30:00.000000Z",
        "fields": {"policy": "ict", "version": 2, "reason": None},
        "kind": "left",
        "personal": {"name": opening.commitment},
        "position": 0,
        "school": "west-park-school",
        "type": "record",
    }
    assert (opening.salt, opening.value) == ("00" * 32, "Ann Example")


@pytest.mark.parametrize("value", [True, 1.5, b"bytes", ["list"]])
def test_only_words_and_whole_numbers_are_recorded(memory_register: Register, value: object) -> None:
    with memory_register.transaction() as tx, pytest.raises(TypeError, match="words and whole numbers"):
        ledger.append(tx, memory_register.school, "left", {"why": value}, now=NOW)  # type: ignore[dict-item]


def test_positions_count_in_each_school_by_itself(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        tx.execute(insert(schema.school).values(school="second", name="Second", time_zone="Europe/London"))
        schools = (memory_register.school, "second", memory_register.school, "second", "second")
        positions = [ledger.append(tx, school, "started", {}, now=NOW) for school in schools]
        ledger.sign_head(tx, "second", KEY, NOW)
        assert positions == [0, 0, 1, 1, 2]
        assert ledger.verify(tx, "second") == ledger.LedgerCheck(3, 1, ())
        assert ledger.verify(tx, memory_register.school) == ledger.LedgerCheck(2, 0, ())


def test_signing_again_when_nothing_was_added_keeps_the_head(filled: Register) -> None:
    with filled.transaction() as tx:
        before = ledger.list_heads(tx, filled.school)
        assert ledger.sign_head(tx, filled.school, KEY, NOW + timedelta(days=9)) == before[-1]
        assert ledger.list_heads(tx, filled.school) == before


def test_erasing_what_opens_a_record_leaves_the_ledger_in_order(filled: Register) -> None:
    with filled.transaction() as tx:
        table = schema.ledger_opening
        found = tx.execute(select(table.c.commitment).where(table.c.value.in_(["P1", "Ann Example"]))).scalars().all()
        decision = Decision(tx, filled.school, "Bea Office", NOW)
        erase_openings(decision, found, agreed_by="Cy Head", reason="asked for by the person")
        assert not set(found) & set(tx.execute(select(table.c.commitment)).scalars())
    checked = check(filled)
    assert checked.faults == ()
    assert any("were erased; see record 4" in notice for notice in checked.notices)


def test_a_missing_opening_that_no_record_explains_is_a_fault(filled: Register) -> None:
    with filled.transaction() as tx:
        tx.execute(delete(schema.ledger_opening).where(schema.ledger_opening.c.value.in_(["P1", "Ann Example"])))
    faults = check(filled).faults
    assert any("What opens 'person_id' of record 1 is gone" in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("agreed_by", "reason", "words"),
    [
        ("", "asked", "Two people erase"),
        (" bea  OFFICE", "asked", "Two people erase"),
        ("Cy Head", " ", "Say why"),
        ("Cy Head", "asked", "Not all of this can be erased"),
    ],
)
def test_nothing_is_erased_by_one_person_without_a_reason_or_twice(
    filled: Register, agreed_by: str, reason: str, words: str
) -> None:
    with filled.transaction() as tx:
        before = tx.execute(select(schema.ledger_opening)).all()
        decision = Decision(tx, filled.school, "Bea Office", NOW)
        commitment = "ab" * 32 if words.startswith("Not all") else before[0].commitment
        with pytest.raises(UsageError, match=words):
            erase_openings(decision, [commitment], agreed_by=agreed_by, reason=reason)
        assert tx.execute(select(schema.ledger_opening)).all() == before


@pytest.mark.parametrize(
    ("personal", "fields", "words"),
    [
        ({"actor": "Bea Office", "reason": "asked"}, {}, "does not name two people"),
        ({"actor": "Bea Office", "agreed_by": "bea office"}, {}, "names one person twice"),
        ({"actor": "Bea Office", "agreed_by": "Cy Head"}, {"count": 2}, "does not say what was erased"),
        ({"actor": "Bea Office", "agreed_by": "Cy Head"}, {"removed": "ab" * 32}, "was erased, and it was not"),
    ],
)
def test_a_record_of_an_erasure_that_cannot_be_true_is_a_fault(
    filled: Register, personal: dict[str, str], fields: dict[str, str | int | None], words: str
) -> None:
    with filled.transaction() as tx:
        table = schema.ledger_opening
        gone = tx.execute(select(table.c.commitment).where(table.c.value == "P1").limit(1)).scalar_one()
        tx.execute(delete(table).where(table.c.commitment == gone))
        said: dict[str, str | int | None] = {"count": 1, "removed": gone, **fields}
        ledger.append(tx, filled.school, "erasure", said, personal=personal, now=NOW)
    faults = check(filled).faults
    assert any(words in fault for fault in faults), faults


def test_an_erasure_explains_only_what_stood_before_it(filled: Register) -> None:
    with filled.transaction() as tx:
        table = schema.ledger_opening
        gone = commitment(bytes(32), "Dee Later")
        people = {"actor": "Bea Office", "agreed_by": "Cy Head"}
        ledger.append(tx, filled.school, "erasure", {"count": 1, "removed": gone}, personal=people, now=NOW)
        ledger.append(tx, filled.school, "left", {}, personal={"name": "Dee Later"}, now=NOW, salt=bytes)
        tx.execute(delete(table).where(table.c.commitment == gone))
    assert any("What opens 'name' of record 5 is gone" in fault for fault in check(filled).faults)


# --- broken on purpose -----------------------------------------------------------------------------------------

TEXTS = [
    ("ledger_record", "record"),
    ("ledger_record", "leaf_hash"),
    ("ledger_head", "root_hash"),
    ("ledger_head", "signed_at"),
    ("ledger_head", "public_key"),
    ("ledger_head", "signature"),
    ("ledger_opening", "salt"),
    ("ledger_opening", "value"),
    ("ledger_opening", "commitment"),
    ("acknowledgement", "version_sha256"),
    ("acknowledgement", "method"),
]


@pytest.mark.in_a_file
@settings(max_examples=20, deadline=None)
@given(place=st.sampled_from(TEXTS), row=st.integers(0, 3), byte=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_changed_bit_is_found(place: tuple[str, str], row: int, byte: int, bit: int) -> None:
    table, column = place
    with fresh_register() as register:
        fill(register)
        with register.transaction() as tx:
            rows = tx.execute(text(f"SELECT rowid AS row, {column} AS words FROM {table}")).all()
            changed = rows[row % len(rows)]
            words = bytearray(changed.words.encode())
            words[byte % len(words)] ^= 1 << bit
            tx.execute(
                text(f"UPDATE {table} SET {column} = CAST(:words AS TEXT) WHERE rowid = :row"),
                {"words": bytes(words), "row": changed.row},
            )
        assert check(register).faults


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE ledger_head SET size = size - 1", "does not carry a signature"),
        ("UPDATE ledger_record SET position = position + 10 WHERE position = 3", "stands where record 3 should"),
        ("DELETE FROM ledger_record WHERE position = 1", "was taken out or put in"),
        ("DELETE FROM ledger_record WHERE position = 3", "the last ones are lost"),
        ("UPDATE acknowledgement SET ledger_position = 0 WHERE id = 1", "no record of its own at 0"),
        ("UPDATE acknowledgement SET ledger_position = 2", "is gone"),
        ("UPDATE acknowledgement SET person = 2, school_year = 1 WHERE id = 1", "do not agree on the person"),
        ("UPDATE acknowledgement SET acknowledged_at = '2026-11-20 05:30:00.000000'", "agree on when it was given"),
        pytest.param(
            "UPDATE acknowledgement SET acknowledged_at = 'yesterday'",
            "can no longer be read",
            marks=pytest.mark.in_a_file,
        ),
        ("UPDATE policy SET slug = 'other'", "agree on the policy"),
        ("UPDATE policy_version SET number = 2", "agree on the version"),
        ("DELETE FROM acknowledgement WHERE id = 2", "The acknowledgement of record 2 is gone"),
        (
            "INSERT INTO acknowledgement (id, school, person, policy_id, version_id, version_sha256, method,"
            " entered_by, acknowledged_at, recorded_at, ledger_position, school_year) SELECT 9, school, 2,"
            " policy_id, version_id, version_sha256, method, entered_by, acknowledged_at, recorded_at, 77,"
            " school_year + 1"
            " FROM acknowledgement WHERE id = 1",
            "Acknowledgement 9 has no record",
        ),
    ],
)
def test_a_row_taken_out_put_in_or_changed_is_named(filled: Register, statement: str, words: str) -> None:
    with filled.transaction() as tx:
        tx.execute(text(statement))
    assert any(words in fault for fault in check(filled).faults), check(filled).faults


def forge(tx: Transaction, position: int, change: tuple[str, str]) -> None:
    """Change a record and its hash together, as somebody would who knows how the ledger is made."""
    from pipeline.register.ledger.merkle import leaf_hash

    table = schema.ledger_record
    row = tx.execute(select(table).where(table.c.position == position)).one()
    record = row.record.replace(*change)
    assert record != row.record
    values = {"record": record, "leaf_hash": leaf_hash(record.encode()).hex()}
    tx.execute(update(table).where(table.c.position == position).values(**values))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"version":1', '"version":2'), "does not agree with them"),
        (('"version":1', '"version": 1'), "not written the way it was"),
        (('"position":0', '"position":1'), "changed or moved"),
        (("west-park-school", "east-park-school"), "changed or moved"),
        (('"personal":{}', '"personal":[]'), "changed or moved"),
        (('{"at"', '["at"'), "changed or moved"),
        (('"version":1', '"version":' + "[" * 5000), "changed or moved"),
    ],
)
def test_a_forged_record_with_a_fitting_hash_does_not_agree_with_the_heads(
    filled: Register, change: tuple[str, str], words: str
) -> None:
    with filled.transaction() as tx:
        forge(tx, 0, change)
    faults = check(filled).faults
    assert any(words in fault for fault in faults)
    assert sum("does not agree with them" in fault for fault in faults) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_record SET record = replace(record, '1', '2') WHERE position = 0",
        "DELETE FROM ledger_record WHERE position = 3",
        "UPDATE ledger_head SET root_hash = 'ff' WHERE size = 2",
    ],
)
def test_nothing_more_is_signed_or_exported_over_a_broken_ledger(filled: Register, statement: str) -> None:
    with filled.transaction() as tx:
        tx.execute(text(statement))
    with filled.transaction() as tx:
        with pytest.raises(LedgerError, match="policy ledger verify") as caught:
            ledger.sign_head(tx, filled.school, KEY, NOW)
        assert caught.value.exit_code is ExitCode.REGISTER
        with pytest.raises(LedgerError):
            list(ledger.export(tx, filled.school, KEY, NOW))


@pytest.mark.in_a_file
@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_heads_signed_from_where_the_tree_stood_are_those_signed_over_everything(steps: list[int]) -> None:
    with fresh_register() as quick, fresh_register() as whole:
        for number, step in enumerate(steps):
            heads = []
            for register, over_all in ((quick, False), (whole, True)):
                with register.transaction() as tx:
                    for index in range(step):
                        ledger.append(tx, register.school, "tried", {"step": number, "index": index}, now=NOW)
                    heads.append(ledger.sign_head(tx, register.school, KEY, NOW, whole=over_all))
            assert heads[0] == heads[1]
        assert check(quick).faults == ()


@pytest.mark.parametrize("records", [6, 7])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_record WHERE position = (SELECT max(position) FROM ledger_record)",
        "UPDATE ledger_record SET record = replace(record, 'tried', 'done') WHERE position >= 5",
        "DELETE FROM ledger_record WHERE position >= 3",
    ],
)
def test_a_quick_signature_is_refused_where_the_last_head_and_the_rows_do_not_agree(
    records: int, statement: str
) -> None:
    with fresh_register() as register, register.transaction() as tx:
        for index in range(records):
            ledger.append(tx, register.school, "tried", {"index": index}, now=NOW)
        ledger.sign_head(tx, register.school, KEY, NOW, whole=False)
        tx.execute(text(statement))
        with pytest.raises(LedgerError, match="policy ledger verify"):
            ledger.sign_head(tx, register.school, KEY, NOW, whole=False)


def test_where_it_was_not_kept_how_far_the_tree_had_grown_everything_is_read_again(filled: Register) -> None:
    for kept in ("UPDATE ledger_frontier SET subtrees = 'no hash'", "DELETE FROM ledger_frontier"):
        with filled.transaction() as tx:
            tx.execute(text(kept))
            ledger.append(tx, filled.school, "tried", {}, now=NOW)
            ledger.sign_head(tx, filled.school, KEY, NOW, whole=False)
    assert check(filled).faults == ()


def test_a_moment_that_is_none_does_not_agree_with_its_row(filled: Register) -> None:
    with filled.transaction() as tx:
        forge(tx, 1, (GIVEN_AT.isoformat(), "yesterday"))
    assert any("agree on when it was given" in fault for fault in check(filled).faults)


@pytest.mark.in_a_file
def test_another_fault_of_the_file_is_not_taken_for_a_fault_of_the_ledger(filled: Register) -> None:
    with filled.transaction() as tx:
        tx.execute(text("ALTER TABLE ledger_opening RENAME TO elsewhere"))
    with pytest.raises(Exception, match="no such table"):
        check(filled)


# --- the key ---------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_only_this_account_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / ".secrets" / "ledger-key"
    made = ledger.load_or_make_key(path)
    assert ledger.load_or_make_key(path) == made
    assert made.seed.hex() not in repr(made)
    assert [entry.name for entry in path.parent.iterdir()] == ["ledger-key"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"00ff", b"no key at all", b"\xff" * 64])
def test_a_damaged_key_is_told_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger-key"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="is damaged"):
        ledger.load_or_make_key(path)
    assert path.read_bytes() == content


def test_a_key_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / ".secrets").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be read or made"):
        ledger.load_or_make_key(tmp_path / ".secrets" / "ledger-key")


def test_a_signature_counts_only_as_it_was_written() -> None:
    signature = KEY.sign(b"words")
    assert is_signed(b"words", public_key=KEY.public_key, signature=signature)
    assert not is_signed(b"other words", public_key=KEY.public_key, signature=signature)
    assert not is_signed(b"words", public_key=KEY.public_key, signature=signature.upper())
    assert not is_signed(b"words", public_key=KEY.public_key, signature="not hexadecimal")
