"""A run asks a register's file once what it asks again and again, and anew as soon as anybody has written."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from pipeline.model.policies import VersionStatus
from pipeline.register.cached_answers import afresh, keeping_steady_answers, kept, kept_while_steady
from pipeline.register.policies import contents
from pipeline.register.policies.policies import PolicyRow, VersionRow, drafts, versions_in_force
from pipeline.register.store.database import Register
from pipeline.register.tables import schema
from pipeline.register.transaction import Transaction
from tests.register.test_policies import add_policy, add_version
from tests.registers import open_memory_register, open_register

KEY, ON = ("name",), ("school",)


def opened(folder: Path) -> Register:
    return open_register("register.sqlite3", root=folder, school_name="Hill School", time_zone="Europe/London")


class Asked:
    """Asks for the school's name, and counts how often it did."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, tx: Transaction) -> str:
        def answer() -> str:
            self.times += 1
            return str(tx.execute(select(schema.school.c.name)).scalar_one())

        return kept(tx, KEY, ON, answer)

    def of(self, register: Register) -> str:
        with register.reading() as tx:
            return self(tx)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with opened(tmp_path) as register, keeping_steady_answers(register):
        yield register


def rename(register: Register, name: str) -> None:
    with register.transaction() as tx:
        tx.execute(update(schema.school).values(name=name))


def rename_ask_and_fail(register: Register, asked: Asked) -> None:
    with register.transaction() as tx:
        tx.execute(update(schema.school).values(name="half done"))
        asked(tx)
        raise ZeroDivisionError


def test_what_was_asked_in_one_transaction_is_known_in_the_next(register: Register, asked: Asked) -> None:
    assert [asked.of(register) for _ in range(3)] == ["Hill School"] * 3
    assert asked.times == 1


def test_what_this_run_wrote_is_asked_anew(register: Register, asked: Asked) -> None:
    asked.of(register)
    rename(register, "Vale School")
    assert asked.of(register) == "Vale School"
    assert asked.times == 2


def test_what_another_program_wrote_is_asked_anew(register: Register, asked: Asked, tmp_path: Path) -> None:
    asked.of(register)
    with opened(tmp_path) as other:
        rename(other, "Vale School")
        assert asked.of(register) == "Vale School"


def test_a_transaction_goes_on_with_what_stood_there_when_it_first_asked(
    register: Register, asked: Asked, tmp_path: Path
) -> None:
    with register.reading() as tx:
        assert asked(tx) == "Hill School"
        with opened(tmp_path) as other:
            rename(other, "Vale School")
        assert asked(tx) == "Hill School"
    assert asked.of(register) == "Vale School"


def test_an_answer_from_before_a_write_is_not_given_to_a_transaction_that_began_before_and_asks_after_it(
    register: Register, asked: Asked, tmp_path: Path
) -> None:
    asked.of(register)
    with register.reading() as tx, opened(tmp_path) as other:
        rename(other, "Vale School")
        assert asked(tx) == str(tx.execute(select(schema.school.c.name)).scalar_one()) == "Vale School"


def test_a_transaction_that_writes_asks_each_time(register: Register, asked: Asked) -> None:
    asked.of(register)
    with register.transaction() as tx:
        assert asked(tx) == "Hill School"
        tx.execute(update(schema.school).values(name="Vale School"))
        assert asked(tx) == "Vale School"
    assert asked.times == 3


def test_what_was_taken_back_leaves_no_answer_behind(register: Register, asked: Asked) -> None:
    with pytest.raises(ZeroDivisionError):
        rename_ask_and_fail(register, asked)
    assert asked.of(register) == "Hill School"


def test_each_question_has_its_own_answer(register: Register) -> None:
    with register.reading() as tx:
        answers = [kept_while_steady(tx, ("of", number), lambda number=number: number) for number in (1, 2, 1)]
    assert answers == [1, 2, 1]


def test_whether_a_document_is_whole_is_looked_at_once_until_somebody_writes(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[frozenset[str]] = []
    monkeypatch.setattr(contents, "find_damaged_content", lambda _tx, hashes: looked.append(frozenset(hashes)))

    def look() -> None:
        with register.reading() as tx:
            contents.find_damaged_in_force(tx, register.school)

    look()
    look()
    assert len(looked) == 1
    with register.transaction() as tx:
        add_version(tx, register.school, add_policy(tx, register.school))
    look()
    assert len(looked) == 2


def test_whoever_checks_what_is_kept_asks_the_register_itself(register: Register, asked: Asked) -> None:
    with register.reading() as tx:
        asked(tx)
        with afresh(tx):
            asked(tx)
        asked(tx)
    assert asked.times == 2


def test_nothing_is_kept_before_the_run_and_after_it(tmp_path: Path, asked: Asked) -> None:
    with opened(tmp_path) as register:
        for wanted in (1, 2):
            asked.of(register)
            assert asked.times == wanted
        with keeping_steady_answers(register):
            asked.of(register)
            asked.of(register)
        assert asked.times == 3
        asked.of(register)
        asked.of(register)
        assert asked.times == 5
        with keeping_steady_answers(register):
            asked.of(register)
        assert asked.times == 6


def test_a_register_in_memory_is_asked_as_ever(asked: Asked) -> None:
    with (
        open_memory_register(school_name="Hill School", time_zone="Europe/London") as register,
        keeping_steady_answers(register),
    ):
        asked.of(register)
        with register.transaction() as tx:
            tx.execute(text("UPDATE school SET name = 'Vale School'"))
        assert asked.of(register) == "Vale School"


def test_versions_in_force_and_drafts_are_those_of_all_that_the_register_itself_names(register: Register) -> None:
    with register.transaction() as tx:
        first, second = (add_policy(tx, register.school, slug) for slug in ("first", "second"))
        for policy, status in itertools.product((first, second), VersionStatus):
            add_version(tx, register.school, policy, status=status)
        add_version(tx, register.school, second, status=VersionStatus.DRAFT)

    def found(tx: Transaction) -> list[dict[int, VersionRow]]:
        return [ask(tx, register.school) for ask in (versions_in_force, drafts)]

    with register.reading() as tx:
        kept_of_all = found(tx)
        with afresh(tx):
            assert found(tx) == kept_of_all
        assert [list(each) for each in kept_of_all] == [[first.id, second.id]] * 2
    set_approved(register, first)
    with register.reading() as tx:
        (in_force, _) = found(tx)
    assert in_force[first.id].kind is None


def set_approved(register: Register, policy: PolicyRow) -> None:
    with register.transaction() as tx:
        add_version(tx, register.school, policy, status=VersionStatus.APPROVED, kind=None)
