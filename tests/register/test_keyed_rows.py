"""Rows that give rights: which tables hold them, how those of before come by their codes, what a new key ends."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline.acknowledgements.keys import find_keys, renew_link_key, say_dead_links
from pipeline.acknowledgements.links import person_token, resolve_token
from pipeline.errors import UsageError
from pipeline.register.deciding import deciding
from pipeline.register.ledger.keyed_rows import ended_field, print_of, settle_people
from pipeline.register.ledger.row_hashes import fill, teach
from pipeline.register.ledger.seal import seal_as_it_is
from pipeline.register.people.persons import list_people
from pipeline.register.store.damage import write_mark
from pipeline.register.store.database import Register
from pipeline.register.store.marks import read_mark
from pipeline.register.tables.declared import CODE, declared_by
from pipeline.register.tables.people import person
from pipeline.register.tables.schema import GIVING_RIGHTS, metadata
from pipeline.run import run_pipeline
from tests.school import MONDAY, SECRET, School, at
from tests.soak_ledger.forging import forging
from tests.web.desk import ACCOUNTS, Desk, open_desk


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path, toml='[web]\nbase_url = "https://policies.example.org"\n')
    school.add_person("Abbot", first_name="Ann", email="ann@example.org")
    return school


def test_every_table_is_known_to_give_rights_or_none() -> None:
    """Of a new one: does a row open a page, or let somebody decide? Then key it; else say why it gives none."""
    assert {*declared_by(metadata)} == {*metadata.tables}
    for name, table in metadata.tables.items():
        assert (CODE in table.c) == (name in GIVING_RIGHTS), name
        secret = {each.name for each in table.c} & {"token_sha256", "token_key", "code_hash"}
        assert not secret or name in GIVING_RIGHTS or name == "person_state", name


@pytest.mark.parametrize("name", GIVING_RIGHTS)
def test_what_tells_a_right_and_its_last_use_are_columns_of_its_table(name: str) -> None:
    columns = {each.name for each in metadata.tables[name].c}
    assert {*GIVING_RIGHTS[name].told_by, *GIVING_RIGHTS[name].last_used} <= columns


# --- in both databases ------------------------------------------------------------------------------------------------


@pytest.mark.both_registers
def test_a_row_that_the_program_itself_wrote_otherwise_gives_nothing_in_either_database(school: School) -> None:
    """Whoever can run any statement, hashes and prints and all, still lacks the code."""
    with school:
        token = _token(school)
        assert _opens(school, token)
        with school.register.transaction() as tx:
            tx.execute(update(person).values(last_name="Head"))
        assert not _opens(school, token)


@pytest.mark.both_registers
def test_what_the_seal_vouches_for_is_given_a_code_and_what_it_does_not_is_told(school: School) -> None:
    with school:
        _sign(school)
        token = _token(school)
        with school.register.transaction() as tx:
            # As this program writes while the secret is not at hand.
            tx.execute(update(person).values({CODE: None}))
        assert not _opens(school, token)
        with school.register.transaction() as tx:
            assert settle_people(tx, school.key) == 0
        assert _opens(school, token)


def test_a_forged_person_is_given_no_code_by_the_next_run_which_says_so(school: School) -> None:
    with school:
        _sign(school)
        token, path = _token(school), school.register.path
        assert path is not None
        with closing(sqlite3.connect(path)) as driver:
            teach(driver)
            driver.execute("UPDATE person SET last_name = 'Head'")
            fill(driver, ("person",))
            driver.commit()
        with school.register.transaction() as tx:
            assert settle_people(tx, school.key) == 1
        assert not _opens(school, token)
        report = run_pipeline(school.config, today=MONDAY, now=at(MONDAY), environ={})
        assert any(say_dead_links(1) == str(notice) for notice in report.notices), report.notices


# --- an edition before codes ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """A workspace of the edition before codes: somebody has a personal link, and somebody is signed in."""

    root: Path
    link: str
    session: str


@pytest.fixture
def before(tmp_path: Path) -> Before:
    with open_desk(tmp_path) as desk:
        desk.school.add_person("Abbot", first_name="Ann", email="ann@example.org")
        desk.sign_in("gov@example.org")
        _sign(desk.school)
        link, session = _token(desk.school), desk.browser.cookies[desk.sessions.cookie_name]
        register, path = desk.school.register, desk.school.register.path
    assert path is not None
    _rewind(path, register)
    return Before(tmp_path, link, session)


def _rewind(path: Path, register: Register, *, marked: bool = False) -> None:
    """Make the register one of edition 0031, sealed as that edition did; ``marked``: its mark stays that of today."""
    with closing(sqlite3.connect(path)) as driver:
        teach(driver)
        for name in GIVING_RIGHTS:
            driver.execute(f"ALTER TABLE {name} DROP COLUMN {CODE}")
        driver.execute("UPDATE alembic_version SET version_num = '0031'")
        fill(driver)
        seal_as_it_is(driver, register.school, register.secrets, in_order=not marked)
        fill(driver, ("evidence_print", "ledger_seal"))
        write_mark(driver)
        driver.commit()
    for mark in (*register.marks, *register.account.paths):
        if (found := read_mark(mark)) is not None and not marked:
            mark.write_text(json.dumps(asdict(replace(found, keyed=False))), encoding="utf-8")


def _opened(before: Before) -> Desk:
    school = School(before.root, ACCOUNTS)
    desk = Desk(school, "http://127.0.0.1:8000")
    desk.browser.cookies.set(desk.sessions.cookie_name, before.session)
    return desk


def test_links_in_mails_already_sent_and_open_sessions_go_on_after_the_update(before: Before) -> None:
    for _ in range(2):
        desk = _opened(before)
        with closing(desk), desk.school:
            assert _opens(desk.school, before.link)
            assert desk.browser.get("/").status_code == 200
            assert {mark.keyed for mark in desk.school.register.known_marks()} == {True}


def test_only_once_are_rows_without_a_code_given_one(before: Before) -> None:
    """Whoever takes the codes away, to have the update done over, gets none for what they wrote meanwhile."""
    with School(before.root, ACCOUNTS) as school:
        register, path = school.register, school.register.path
    assert path is not None
    _rewind(path, register, marked=True)
    desk = _opened(before)
    with closing(desk), desk.school:
        assert not _opens(desk.school, before.link)
        assert desk.browser.get("/").status_code == 401


def test_rows_of_a_register_that_something_else_wrote_to_are_given_no_code(before: Before) -> None:
    path = before.root / "distribution" / "register.sqlite3"
    with forging(path) as forger:
        forger.driver.execute("UPDATE person SET last_name = 'Head'")
    desk = _opened(before)
    with closing(desk), desk.school:
        assert not _opens(desk.school, before.link)
        assert desk.browser.get("/").status_code == 401


# --- the key ----------------------------------------------------------------------------------------------------------


def test_with_another_secret_everybody_signs_in_again_and_with_the_right_one_back_all_is_as_before(
    before: Before,
) -> None:
    with _opened(before).school:
        pass
    secret = before.root / ".secrets" / "secret-key"
    right = secret.read_text(encoding="ascii")
    for words, status in (("another secret, long enough\n", 401), (right, 200)):
        secret.write_text(words, encoding="ascii")
        desk = _opened(before)
        with closing(desk), desk.school:
            assert desk.browser.get("/").status_code == status
            assert _opens(desk.school, before.link) == (status == 200)


def test_a_new_key_ends_every_session_and_gives_everybody_a_link_that_opens(school: School) -> None:
    with school:
        _sign(school)
        old = _token(school)
        renew_link_key(school.register, school.config, {}, by="the office", now=at(MONDAY))
        assert _opens(school, old), "signed by the tests' own secret, which is no part of the row's code"
        assert not find_keys(school.register, school.config, {}, make=False).other_links


def test_what_a_transaction_that_is_rolled_back_ended_has_not_ended_and_what_ends_afterwards_has(
    school: School,
) -> None:
    with school:
        _sign(school)
        token = _token(school)
        with school.register.reading() as tx:
            mine = print_of(person, tx.execute(select(person)).one())

        def end(*, fails: bool) -> None:
            with deciding(school.register, school.root, "the office", at(MONDAY)) as decision:
                decision.record("link-ended", ended_field([mine]))
                assert resolve_token(decision.tx, school.key, SECRET, token, MONDAY) is None, (
                    "looked up while it writes"
                )
                if fails:
                    raise UsageError("Somebody changed their mind.")

        with pytest.raises(UsageError, match="changed their mind"):
            end(fails=True)
        assert _opens(school, token), "nothing of it came to be"
        end(fails=False)
        assert not _opens(school, token), "the record in the same place of the ledger is read"


def test_a_person_added_while_the_secret_was_gone_has_a_link_that_opens_after_the_next_run(school: School) -> None:
    with school:
        _sign(school)
    secret = school.root / ".secrets" / "secret-key"
    kept = secret.read_text(encoding="ascii")
    secret.unlink()
    with School(school.root) as without:
        without.add_person("Bell", first_name="Bo", email="bo@example.org")
        _sign(without)
        assert not secret.exists(), "no other secret is made where one was lost"
    secret.write_text(kept, encoding="ascii")
    with School(school.root) as again:
        assert [_opens(again, _token(again, name)) for name in ("Abbot", "Bell")] == [True, False]
        with again.register.transaction() as tx:
            assert settle_people(tx, again.key) == 0
        assert [_opens(again, _token(again, name)) for name in ("Abbot", "Bell")] == [True, True]


def _sign(school: School) -> None:
    with deciding(school.register, school.root, "the office", at(MONDAY)) as decision:
        decision.record("drill", {})


def _token(school: School, last_name: str = "Abbot") -> str:
    with school.register.reading() as tx:
        rows = list_people(tx, school.key, MONDAY)
    return person_token(SECRET, school.key, next(row for row in rows if row.person.last_name == last_name))


def _opens(school: School, token: str) -> bool:
    with school.register.reading() as tx:
        return resolve_token(tx, school.key, SECRET, token, MONDAY) is not None
