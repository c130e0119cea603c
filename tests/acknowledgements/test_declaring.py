"""Who may declare what, and how: never by somebody's list, form or reply; counted apart; bound by the ledger."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.acknowledgements.declarations.declaring import Declared, take_back
from pipeline.acknowledgements.declarations.listing import count_declarations, list_declaration_lines
from pipeline.acknowledgements.forms.export import FormList, import_form_export
from pipeline.acknowledgements.paper import PaperSheet, record_people
from pipeline.acknowledgements.replies import Taker
from pipeline.cli.readings.declarations import say_declarations
from pipeline.errors import UsageError
from pipeline.letters.contributors.returned import AnswerWriter
from pipeline.model.people import AwayPeriod
from pipeline.register.ledger import ledger
from pipeline.register.ledger.check import verify
from pipeline.register.ledger.key import load_or_make_key
from pipeline.register.ledger.row_hashes import fill
from pipeline.register.readings.declarations import DeclarationAnswer, DeclarationMethod
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.register.store.engines import driver_of
from tests.conftest import ROOT
from tests.declaring import GIFTS, asked, decision_of, declare, said, say, school_that_asks
from tests.mail.answering import Answering, FolderMailbox, reply
from tests.school import MONDAY, SECRET, School, at

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with school_that_asks(tmp_path) as opened:
        for name in ("Lee", "Day", "Ash"):
            opened.add_person(name)
        opened.plan()
        yield opened


def words(school: School, today: date = MONDAY) -> list[str]:
    with school.register.reading() as tx:
        return [one.words for one in count_declarations(list_declaration_lines(tx, school.key, today), today)]


def held(school: School) -> int:
    with school.register.reading() as tx:
        return len(list_acknowledgements(tx, school.key)) + len(said(school))


@pytest.mark.parametrize("trainer", ["", "Sam Hill"])
@pytest.mark.parametrize("name", ["gifts", "Gifts & Hospitality"])
def test_a_sheet_for_several_and_a_sessions_list_declare_nothing(school: School, trainer: str, name: str) -> None:
    sheet = PaperSheet(MONDAY, "Pat Clerk", MONDAY, at(MONDAY, 12), trainer)
    with school.register.transaction() as tx, pytest.raises(UsageError) as refused:
        record_people(tx, school.key, school.config, ["id-Lee", "id-Day"], name, sheet)
    assert "is a declaration, which each person gives for themself" in str(refused.value)
    assert "policy acknowledge declared PERSON gifts" in str(refused.value)
    assert held(school) == 0


@pytest.mark.parametrize(
    "lines",
    [
        ("Email,Which policies have you read?", "lee@example.org,Gifts and hospitality"),
        ("Email,Confidentiality,I have nothing to declare: Gifts and hospitality", "lee@example.org,,yes"),
    ],
)
def test_the_schools_own_form_declares_nothing_and_says_so(school: School, lines: tuple[str, ...]) -> None:
    path = school.root / "export.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    form = FormList(path, "Jo Clerk", secret=SECRET)
    taken = import_form_export(school.register, school.config, form, today=MONDAY, now=at(MONDAY))
    assert taken.recorded == ()
    assert any("each person gives for themself" in one.reason for one in taken.unmatched)
    assert held(school) == 0


@pytest.mark.parametrize("also_reads", [False, True])
def test_a_reply_i_have_read_declares_nothing(tmp_path: Path, also_reads: bool) -> None:
    slug = "child-protection" if also_reads else "uniform"
    with Answering(tmp_path, GIFTS.replace('policy = "confidentiality"', 'policy = "uniform"')) as school:
        school.add_policy("Uniform", None)
        lee = school.add_person("Lee")
        if not also_reads:
            [policy] = [one for one in school.standings() if one.slug == "confidentiality"]
            with school.register.transaction() as tx:
                driver_of(tx).execute("UPDATE policy SET withdrawn_on = '2026-11-01' WHERE id = ?", (policy.policy_id,))
        school.send()
        [mail] = [one for one in school.messages() if one.person == lee.id]
        assert "A reply to this mail declares nothing." in mail.text
        now = at(MONDAY, 12)
        writer = AnswerWriter(school.register, school.config, SECRET, MONDAY, now)
        taker = Taker(school.register, school.config, SECRET, MONDAY, now, writer.write)
        taker.take_in(FolderMailbox([reply(mail, "I have read")]))
        assert said(school) == ()
        assert [one.declaration for one in asked(school)] == ["gifts"]
        assert held(school) == (1 if also_reads else 0), slug


def test_each_answer_is_counted_by_itself_and_never_with_another(school: School) -> None:
    lee, day, ash = (school.find_person(one.person) for one in asked(school))
    kay = school.add_person("Kay", away=(AwayPeriod(TUESDAY, date(2026, 12, 4)),))
    school.plan()
    say(school, lee, DeclarationAnswer.NOTHING)
    say(school, day, DeclarationAnswer.SOMETHING)
    assert words(school, TUESDAY) == ["1 nothing to declare, 0 spoke to the owner, 1 wishes to, 2 still to declare"]
    declare(school, day, TUESDAY)
    assert words(school, TUESDAY) == ["1 nothing to declare, 1 spoke to the owner, 2 still to declare"]
    declare(school, ash, TUESDAY, nothing=True)
    assert words(school, date(2027, 1, 8)) == [
        "2 nothing to declare, 1 spoke to the owner, 1 still to declare (1 late)"
    ]
    assert [(one.answer, one.method) for one in said(school)] == [
        (DeclarationAnswer.NOTHING, DeclarationMethod.PAGE),
        (DeclarationAnswer.SOMETHING, DeclarationMethod.PAGE),
        (DeclarationAnswer.DECLARED, DeclarationMethod.IN_PERSON),
        (DeclarationAnswer.NOTHING, DeclarationMethod.PAPER),
    ]
    assert [one.person for one in asked(school)] == [kay.id]


def test_a_list_of_nobody_says_so() -> None:
    zone = ZoneInfo("Europe/London")
    [said] = say_declarations((), (), zone, late=False, by_name=True)
    assert "Nobody has been asked to declare anything yet" in said
    assert list(say_declarations((), (), zone, late=True, by_name=True)) == ["Nobody is late."]


def test_what_cannot_be_right_is_refused_with_a_sentence(school: School) -> None:
    [lee] = [row for one in asked(school) if (row := school.find_person(one.person)).person.last_name == "Lee"]
    with pytest.raises(UsageError, match="cannot enter their own"):
        declare(school, lee, MONDAY, by="Kim Lee")
    with pytest.raises(UsageError, match="after 22 November 2026"):
        declare(school, lee, date(2026, 11, 22))
    assert declare(school, lee, MONDAY) is Declared.RECORDED
    assert declare(school, lee, MONDAY) is Declared.ALREADY
    head = school.add_person("Marchbanks")
    with pytest.raises(UsageError, match="is not asked for the declaration “Gifts and hospitality”"):
        declare(school, head, MONDAY, by="Jo Clerk")


def test_what_was_recorded_in_error_ends_and_is_asked_again(school: School) -> None:
    lee = school.find_person(asked(school)[0].person)
    say(school, lee, DeclarationAnswer.SOMETHING)

    def correct() -> str:
        with school.register.transaction() as tx:
            return take_back(
                decision_of(school, tx, TUESDAY), school.config, lee, "gifts", reason="it was somebody else"
            )

    with pytest.raises(UsageError, match="nothing was taken back"):
        correct()
    declare(school, lee, MONDAY)
    assert "The next run asks them again" in correct()
    assert words(school, TUESDAY) == ["0 nothing to declare, 0 spoke to the owner, 2 still to declare"]
    school.plan(TUESDAY)
    assert lee.id in [one.person for one in asked(school)]
    assert declare(school, lee, TUESDAY, nothing=True) is Declared.RECORDED
    assert words(school, TUESDAY) == ["1 nothing to declare, 0 spoke to the owner, 2 still to declare"]
    with school.register.reading() as tx:
        assert verify(tx, school.key).faults == ()


def test_both_verifiers_pass_and_a_changed_answer_or_statement_is_found(school: School, tmp_path: Path) -> None:
    lee, day, _ = (school.find_person(one.person) for one in asked(school))
    say(school, lee, DeclarationAnswer.NOTHING)
    declare(school, day, MONDAY)
    key = load_or_make_key(school.root / ".secrets" / "ledger-key")
    with school.register.transaction() as tx:
        ledger.sign_head(tx, school.key, key, at(MONDAY, 13))
    with school.register.reading() as tx:
        assert verify(tx, school.key).faults == ()
        export = "".join(ledger.export(tx, school.key, key, at(MONDAY, 13)))
    (tmp_path / "ledger.jsonl").write_text(export, encoding="utf-8")
    verifier = ROOT / "pipeline" / "register" / "ledger" / "verify_ledger.py"
    command = [sys.executable, "-I", str(verifier), str(tmp_path / "ledger.jsonl")]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    for change, part in (
        ("UPDATE declaration SET answer = 'declared' WHERE method = 'page'", "the answer"),
        ("UPDATE declaration_request SET statement = 'I took all of them'", "the words"),
        ("UPDATE declaration_request SET school_year = 2025", "the school year"),
    ):
        with contextlib.suppress(InterruptedError), school.register.transaction() as tx:
            driver_of(tx).execute(change)
            fill(driver_of(tx), ["declaration", "declaration_request"])
            assert any(part in fault for fault in verify(tx, school.key).faults), part
            raise InterruptedError
