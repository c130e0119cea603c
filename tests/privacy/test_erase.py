"""Somebody is erased: what stands in the way, that two people do it, and that no trace is left."""

import html
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from pipeline.acknowledgements.corrections import correct_reading
from pipeline.acknowledgements.reports import ReportedPolicy, tell_school
from pipeline.cli import policy
from pipeline.errors import UsageError
from pipeline.evidence.as_at import picture_as_at
from pipeline.evidence.figures import figures_of
from pipeline.policies.decisions.decide import Approval, approve_version
from pipeline.privacy.erase import agree, hold, look_for, propose, release, withdraw
from pipeline.privacy.files import delete_mails
from pipeline.register.deciding import deciding
from pipeline.register.ledger import ledger, verify_ledger
from pipeline.register.ledger.check import Against
from pipeline.register.ledger.head_file import read_outside
from pipeline.register.ledger.key import ledger_key_path, load_or_make_key
from pipeline.register.people.changes import change_person, engage, put_away
from pipeline.register.people.erasing import first_prints
from pipeline.register.people.erasures import list_erased
from pipeline.register.people.persons import list_engaged
from pipeline.register.readings.reader_reports import ReportKind
from pipeline.register.states import keep_everything
from pipeline.register.tables.declared import FIXED
from pipeline.register.tables.schema import ON_PEOPLE, ledger_opening, metadata
from tests.school import MONDAY, School, at

TOML = """
[reading]
default = "sign"
[web]
base_url = "https://policies.example.org"
[declarations.gifts]
name = "Gifts and hospitality"
policy = "confidentiality"
statement = "I have taken no gift worth more than £25"
"""
LEFT = MONDAY + timedelta(days=10)
LATER = date(2033, 1, 10)
"""More than six years after the last day."""
ONE, OTHER = "Jo Marsh", "Rae Quill (rae@example.org)"


def fill(school: School, last_name: str = "O'Neill", first_name: str = "Zoë") -> int:
    """Let somebody do and be told all that can be, decide something of another, and leave; return their key."""
    version = school.add_policy("Confidentiality")
    address = "zoe.oneill@example.org"
    row = school.add_person(last_name, email=address, first_name=first_name, manager="Jo Ash")
    ash = school.add_person("Ash", manager=f"{first_name} {last_name}")
    school.plan(MONDAY)
    school.deliver(MONDAY)
    school.record(row, version)
    school.record(ash, version)
    named = f"{first_name} {last_name} ({address})"
    with deciding(school.register, school.root, named, at(MONDAY)) as doing:
        put_away(doing.tx, school.key, ash, MONDAY + timedelta(days=2), MONDAY, at(MONDAY), actor=doing.actor)
        doing.record("overruled", {"policy": "confidentiality", "field": "owner"}, words={"reason": f"{named} said so"})
    with deciding(school.register, school.root, ONE, at(MONDAY)) as doing:
        keep_everything(doing.tx, school.key, school.config, actor=ONE, now=at(MONDAY))
        put_away(doing.tx, school.key, row, MONDAY + timedelta(days=2), MONDAY, at(MONDAY), actor=ONE)
    with deciding(school.register, school.root, named, at(MONDAY)) as doing:
        minute = Approval(body="Governors", approved_on=MONDAY, minute=f"{first_name} {last_name} was there")
        approve_version(doing, "confidentiality", minute, default_cycle_months=12, today=MONDAY)
    with deciding(school.register, school.root, ONE, at(MONDAY)) as doing:
        correct_reading(doing, row, "confidentiality", reason=f"{first_name} had another sheet")
    about = ReportedPolicy(version.policy_id, "confidentiality")
    tell_school(school.register, school.config, row, ReportKind.DONE, about, today=MONDAY, now=at(MONDAY))
    school.record(row, version)
    _sign_in(school, named, address)
    _engage_again(school, row.id, last_name)
    return row.id


def _sign_in(school: School, named: str, address: str) -> None:
    """Leave a session, a code and a link of theirs."""
    tables = metadata.tables
    with school.register.transaction() as tx:
        ends = {"way": "mail", "ends_at": at(MONDAY, 18)}
        session = {"token_sha256": "aa" * 32, "browser": "Firefox", "opened_at": at(MONDAY), "seen_at": at(MONDAY)}
        named_so = {"school": school.key, "account": address, "named": named, **ends}
        made = tx.execute(insert(tables["web_session"]).values(**named_so, **session)).inserted_primary_key
        link = {"token_sha256": "bb" * 32, "made_at": at(MONDAY)}
        tx.execute(insert(tables["sign_in_link"]).values(**named_so, **link))
        code = {"salt": "cc", "code_hash": "dd", "made_at": at(MONDAY), "ends_at": at(MONDAY, 18), "wrong": 0}
        tx.execute(insert(tables["step_code"]).values(school=school.key, session=made[0], **code))


def _engage_again(school: School, person: int, last_name: str) -> None:
    """Let them be in the same list under a second key, and in another list, and leave all of it."""
    row = school.find_person(person)
    with school.register.transaction() as tx:
        for key, name in ((f"second-{last_name}", "staff.csv"), (f"gov-{last_name}", "governors")):
            engage(tx, school.key, person, replace(row.person, person_id=key), name, MONDAY, at(MONDAY))
        for name in ("staff.csv", "governors"):
            for each in list_engaged(tx, school.key, name, MONDAY, ids=(person,)):
                change_person(tx, school.key, each, replace(each.person, leave_on=LEFT), MONDAY, at(MONDAY))
    school.plan(LEFT + timedelta(days=1))


def leave(school: School, person: int, last_day: date = LEFT) -> None:
    """Give somebody a last day, and let the days after it close what they were asked."""
    row = school.find_person(person)
    school.change_person(row, leave_on=last_day)
    school.plan(last_day + timedelta(days=1))


def erase(school: School, person: int, today: date = LATER, *, one: str = ONE, other: str = OTHER) -> int:
    """Ask as one person and agree as another; return the number among the erased."""
    with deciding(school.register, school.root, one, at(today)) as doing:
        propose(doing, school.config, person, "their own wish", today)
    with school.register.lock(), deciding(school.register, school.root, other, at(today)) as doing:
        return agree(doing, school.config, person, today)[0]


def in_the_way(school: School, person: int, today: date = LATER) -> str:
    with school.register.reading() as tx:
        return " ".join(map(str, look_for(tx, school.key, school.config, person, today)[0].in_the_way))


def words_of(school: School) -> Iterator[tuple[str, str]]:
    """Yield every text and every bytes of the register, as it stands and as it reads, with its place."""
    with closing(sqlite3.connect(school.root / "distribution" / "register.sqlite3")) as driver:
        tables = [name for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = driver.execute(f"SELECT * FROM {table}")
            for row in cursor:
                for (column, *_), value in zip(cursor.description, row, strict=True):
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    yield f"{table}.{column}", text
                    yield f"{table}.{column}", html.unescape(text)
                    yield f"{table}.{column}", re.sub(r"\\u([0-9a-f]{4})", lambda hit: chr(int(hit[1], 16)), text)
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def traces(school: School, *needles: str) -> set[str]:
    """Where one of the words stands: in the register, or in a file of the outbox folder."""
    found = {place for place, text in words_of(school) for word in needles if word.casefold() in text.casefold()}
    for path in school.config.distribution.rglob("*.eml"):
        mail = path.read_bytes().decode("utf-8", "replace")
        found |= {path.name for word in needles if word.casefold() in mail.casefold()}
    return found


def verified(school: School, export: Path) -> tuple[str, ...]:
    """What the register's own check finds, with the key and all kept outside; and let the stand-alone one agree."""
    path = ledger_key_path(school.root)
    against = Against(load_or_make_key(path), read_outside(school.root / ".secrets"))
    with school.register.reading() as tx:
        checked = ledger.verify(tx, school.key, signed=True, against=against)
        export.write_text(
            "".join(ledger.export(tx, school.key, load_or_make_key(path), at(LATER))), encoding="utf-8", newline=""
        )
    done = subprocess.run(
        [sys.executable, "-I", verify_ledger.__file__, str(export)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert school.register.find_damage() == ()
    return checked.faults


def test_every_column_on_a_person_goes_or_is_said_to_stay() -> None:
    for name, its in ON_PEOPLE.items():
        words = {each.name for each in metadata.tables[name].c if str(each.type) in ("TEXT", "JSON")}
        said = {*its.wiped, *its.stays}
        assert its.goes or words - FIXED <= {*said, "school", "row_sha256"}, name
        assert said <= {each.name for each in metadata.tables[name].c}, name


def test_no_trace_is_left_and_figures_and_ledger_stand(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        person = fill(school)
        mails = sorted(school.config.distribution.rglob("*.eml"))
        moment = at(MONDAY, 18)
        before = figures(school, moment)
        assert before[0][1] == 2  # type: ignore[index]
        with school.register.reading() as tx:
            look, _ = look_for(tx, school.key, school.config, person, LATER)
            print_ = first_prints(tx, school.key, person)[person]
        assert look.in_the_way == ()
        assert traces(school, "O'Neill", "oneill@", "id-O'Neill")
        assert erase(school, person) == 1
        left = traces(school, "O'Neill", "ONeill", "Zoë", "oneill@", "id-O'Neill", "key-O'Neill", "second-", "gov-")
        assert left == set()
        assert len(mails) - len(sorted(school.config.distribution.rglob("*.eml"))) == len(look.mails) > 0
        assert figures(school, moment) == before
        assert verified(school, tmp_path / "export.jsonl") == ()
        with school.register.reading() as tx:
            assert list_erased(tx, school.key)[person].print == print_
        assert school.find_person(person, LATER).person.name == "A person who was erased (1)"
        assert traces(school, "ash@example.org"), "others are left"
    files = [path.read_bytes() for path in school.config.distribution.glob("register.sqlite3*") if path.is_file()]
    assert not any(word in content for content in files for word in (b"zoe.oneill", b"O'Neill"))


def figures(school: School, moment: object) -> list[object]:
    with school.register.reading() as tx:
        picture = picture_as_at(tx, school.key, school.config, moment)  # type: ignore[arg-type]
    return [
        (one.policy.slug, one.count(), Counter(each.state for each in one.readings), one.methods())
        for one in figures_of(picture)
    ]


def test_who_still_works_here_is_asked_or_gets_mail_is_not_erased(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        school.add_policy("Confidentiality")
        person = school.add_person("Lee").id
        school.plan(MONDAY)
        assert "still works here" in in_the_way(school, person)
        school.change_person(school.find_person(person), leave_on=LEFT)
        said = in_the_way(school, person)
        assert "still asked to read 1 policy" in said
        assert "still asked for a declaration" in said
        assert "1 mail to Kim Lee has not gone yet" in said
        assert "has not passed" in in_the_way(school, person, LEFT)
        school.deliver(MONDAY)
        school.plan(LEFT + timedelta(days=1))
        assert in_the_way(school, person) == ""
        assert "kept until 3 December 2032" in in_the_way(school, person, date(2032, 12, 3))
        assert in_the_way(school, person, date(2032, 12, 4)) == ""
        before = list(words_of(school))
        with pytest.raises(UsageError) as refused, deciding(school.register, school.root, ONE, at(LEFT)) as doing:
            propose(doing, school.config, person, "their wish", LEFT + timedelta(days=1))
        assert "is not erased" in str(refused.value)
        assert list(words_of(school)) == before


def test_who_never_was_asked_anything_may_go_at_once_and_zero_years_keep_the_rest(tmp_path: Path) -> None:
    with School(tmp_path, TOML + "[people]\nretention_years = 0\n") as school:
        version = school.add_policy("Confidentiality")
        lee, day = school.add_person("Lee"), school.add_person("Day", email=None)
        school.change_person(day, leave_on=LEFT)
        school.record(lee, version)
        leave(school, lee.id)
        assert "without an end" in in_the_way(school, lee.id)
        assert erase(school, day.id, LEFT + timedelta(days=2)) == 1


def test_who_stands_on_a_list_or_in_the_settings_is_not_erased(tmp_path: Path) -> None:
    accounts = '[accounts]\n"lee@example.org" = "owner"\n[review]\ndefault_owner = "day@example.org"\n'
    former = '[[contacts.former]]\nrole = "dsl"\nname = "Kim Ash"\nuntil = 2025-07-31\n'
    with School(tmp_path, TOML + accounts + former) as school:
        people = {name: school.add_person(name).id for name in ("Lee", "Day", "Ash", "Noor")}
        for person in people.values():
            leave(school, person)
        (tmp_path / "staff.csv").write_text(
            "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"
            "id-Noor,Kim,Noor,noor@example.org,Teacher,,2026-12-03\n",
            encoding="utf-8",
        )
        assert "may sign in by [accounts]" in in_the_way(school, people["Lee"])
        assert "Kim Day is named under [review] in config.toml" in in_the_way(school, people["Day"])
        assert "among the contacts in config.toml" in in_the_way(school, people["Ash"])
        assert "stand in staff.csv (as id-Noor)" in in_the_way(school, people["Noor"])
        (tmp_path / "staff.csv").write_text("no list at all\n", encoding="utf-8")
        assert "staff.csv cannot be read" in in_the_way(school, people["Noor"])


@pytest.mark.parametrize(
    ("asking", "agreeing", "words"),
    [
        (ONE, ONE, "cannot agree"),
        (ONE, "  jo   MARSH ", "cannot agree"),
        ("Jo Marsh (jo@example.org)", "Somebody Else (JO@example.org)", "cannot agree"),
        ("Kim Ash", "ash@example.org", "cannot agree"),
        ("Pat Marsh", "Designated Safeguarding Lead", "cannot agree"),
        ("Kim Lee", OTHER, "nobody decides this of themself"),
        (ONE, "lee@example.org", "nobody decides this of themself"),
        (ONE, "Zed (Lee@Example.org)", "nobody decides this of themself"),
    ],
)
def test_one_person_never_erases_nor_anybody_themself(tmp_path: Path, asking: str, agreeing: str, words: str) -> None:
    with School(tmp_path, TOML) as school:
        person = school.add_person("Lee").id
        school.add_person("Ash")
        leave(school, person)
        with pytest.raises(UsageError, match=words):
            erase(school, person, one=asking, other=agreeing)
        assert school.find_person(person).person.name == "Kim Lee"


def test_a_proposal_waits_can_be_withdrawn_and_is_done_once(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        person = school.add_person("Lee").id
        leave(school, person)

        def refuse(words: str, act: object, *more: object, by: str = ONE) -> None:
            with pytest.raises(UsageError, match=words), deciding(school.register, school.root, by, at(LATER)) as doing:
                act(doing, *more)  # type: ignore[operator]

        refuse("Nobody has asked", agree, school.config, person, LATER, by=OTHER)
        refuse("Nobody has asked", withdraw, person, LATER)
        refuse("Say why", propose, school.config, person, " ", LATER)
        refuse("The reason names them", propose, school.config, person, "Kim Lee asked", LATER)
        refuse("The reason names them", propose, school.config, person, "Mr Lee asked", LATER)
        refuse("Nobody has the id", propose, school.config, "nobody@example.org", "asked", LATER)
        with deciding(school.register, school.root, ONE, at(LATER)) as doing:
            propose(doing, school.config, person, "asked for", LATER)
        refuse("asked for that already", propose, school.config, person, "asked", LATER)
        with deciding(school.register, school.root, ONE, at(LATER)) as doing:
            withdraw(doing, person, LATER)
        refuse("Nobody has asked", agree, school.config, person, LATER, by=OTHER)
        assert erase(school, person) == 1
        refuse("was erased on 10 January 2033 already", propose, school.config, person, "asked", LATER)
        refuse("was erased on 10 January 2033 already", agree, school.config, person, LATER, by=OTHER)
        refuse("nothing is left to hold", hold, person, "a claim", LATER)
        assert verified(school, tmp_path / "export.jsonl") == ()


def test_a_hold_stops_everything_until_it_is_released(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        person = school.add_person("Lee").id
        leave(school, person)
        with deciding(school.register, school.root, ONE, at(LATER)) as doing:
            propose(doing, school.config, person, "asked for", LATER)
        with deciding(school.register, school.root, ONE, at(LATER)) as doing:
            assert "is withdrawn with it" in hold(doing, person, "a complaint of Kim Lee", LATER)
        assert "Jo Marsh has held everything" in in_the_way(school, person)
        assert not any("complaint" in text for place, text in words_of(school) if place != "ledger_opening.value")
        with deciding(school.register, school.root, OTHER, at(LATER)) as doing:
            release(doing, person, LATER)
        assert erase(school, person) == 1
        assert traces(school, "complaint", "Kim Lee") == set()
        assert verified(school, tmp_path / "export.jsonl") == ()


def test_what_is_another_persons_too_stays_theirs(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        version = school.add_policy("Confidentiality")
        gone, here = school.add_person("Lee"), school.add_person("Lee", email="kim.lee@example.org", person_id="id-2")
        for row in (gone, here):
            school.record(row, version)
        leave(school, gone.id)
        with school.register.reading() as tx:
            look, _ = look_for(tx, school.key, school.config, gone.id, LATER)
        assert any("somebody else has or had the same" in reason for reason in look.stays)
        erase(school, gone.id)
        assert school.find_person(here.id, LATER).person.name == "Kim Lee"
        assert traces(school, "kim.lee@example.org", "id-2")
        assert traces(school, "id-Lee", "'lee@example.org'") == set()
        with school.register.reading() as tx:
            openings = tx.execute(select(ledger_opening.c.value)).scalars().all()
        assert openings.count("Kim Lee") == 2, "the other one, who read it, and said so"
        assert verified(school, tmp_path / "export.jsonl") == ()


def test_another_school_of_the_register_keeps_what_is_its_own(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        person = school.add_person("Lee").id
        leave(school, person)
        table = metadata.tables["person"]
        with school.register.transaction() as tx:
            tx.execute(
                insert(metadata.tables["school"]).values(school="second", name="Second", time_zone="Europe/London")
            )
            named = {"first_name": "Kim", "last_name": "Lee", "work_email": "lee@example.org", "token_key": "k"}
            tx.execute(insert(table).values(school="second", recorded_at=at(MONDAY), changed_at=at(MONDAY), **named))
        with school.register.reading() as tx:
            look, _ = look_for(tx, school.key, school.config, person, LATER)
        assert any("its own office erases that" in said for said in look.stays)
        erase(school, person)
        with school.register.reading() as tx:
            assert tx.execute(select(table.c.last_name).where(table.c.school == "second")).scalar() == "Lee"


def test_nobody_is_erased_while_a_run_is_at_work(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school, school.register.lock():
        called = CliRunner().invoke(
            policy, ["--workspace", str(tmp_path), "--as", OTHER, "person", "erase", "1", "--agree"]
        )
        assert "Another run" in str(called.exception) + called.output


def test_a_mail_that_cannot_be_deleted_stops_it_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "stuck.eml").mkdir()
    with pytest.raises(UsageError, match=r"stuck\.eml cannot be deleted"):
        delete_mails([tmp_path / "gone already.eml", tmp_path / "stuck.eml"])


def test_a_row_that_says_somebody_was_erased_needs_its_record(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        person = school.add_person("Lee").id
        leave(school, person)
        erase(school, person)
        with school.register.transaction() as tx:
            tx.execute(update(metadata.tables["person"]).values(last_name="Lee"))
        assert any("has a name or address again" in fault for fault in verified(school, tmp_path / "export.jsonl"))
        with school.register.transaction() as tx:
            tx.execute(update(metadata.tables["erasure"]).values(ledger_position=0))
        faults = verified(school, tmp_path / "export.jsonl")
        assert any("has no record of its own" in fault for fault in faults)
        assert any("The erasure of record" in fault for fault in faults)
