"""Who a name or number is that nobody in config.toml has: the owner says it once, and the next run acts on it."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.policies.decisions.contact_answers import (
    ContactAnswer,
    OpenContact,
    TypedAnswer,
    UnknownContact,
    list_open_contacts,
    list_unknowns,
    say_all_settled,
    say_settled,
    settle_contact,
    settle_unknown,
)
from pipeline.policies.decisions.decide import issue_draft
from pipeline.register.decision import Decision
from pipeline.register.ledger.ledger import verify
from pipeline.register.policies.settlements import SettledAs, Settlement, list_settlements
from tests.copies.workspace import HILL, MONDAY, OFFICE, SHEFFIELD, Workspace, at, later, policy_file

SLUG = "child-protection"
TITLE = "Child Protection Policy"
LEAD = "Infants site DSL: Deborah Field"
LIST = "Juniors site DSL: Ngozi House"
BY = "Pat Office"


def open_contacts(workspace: Workspace) -> tuple[OpenContact, ...]:
    with workspace.register.reading() as tx:
        return list_open_contacts(tx, workspace.school, workspace.config.directory(MONDAY))


def settle(workspace: Workspace, value: str, answer: SettledAs, by: str = BY, **more: object) -> Settlement:
    values = {"slug": SLUG, "value": value, "answer": answer, "reason": "asked the head", **more}
    with workspace.register.transaction() as tx:
        given = TypedAnswer(**values)  # type: ignore[arg-type]
        return settle_contact(Decision(tx, workspace.school, by, at(MONDAY)), workspace.config, given, today=MONDAY)


def held_line(workspace: Workspace, title: str = TITLE) -> str:
    (standing,) = [one for one in workspace.standings() if one.title == title]
    return next((each.message for each in standing.problems if each.code == "copy-held"), "")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path, SHEFFIELD, OFFICE)
    made.put("child-protection.docx", policy_file(TITLE, "Whom to tell", LEAD, LIST))
    report = made.day()
    assert [title for title, _ in report.held] == [TITLE]
    return made


def test_a_hold_names_the_exact_command_that_answers_it(workspace: Workspace) -> None:
    with workspace:
        assert [(one.slug, one.role, one.value, one.holds) for one in open_contacts(workspace)] == [
            (SLUG, "dsl", "Ngozi House", True)
        ]
        assert (
            f'policy contacts --settle {SLUG} --name "Ngozi House" --as former --reason "…" (or --as right'
            in held_line(workspace)
        )


def test_former_works_as_an_entry_of_former_holders_does(workspace: Workspace) -> None:
    with workspace:
        said = settle(workspace, "ngozi  house", SettledAs.FORMER, until=later(-80))
        assert said.value == "Ngozi House"
        assert open_contacts(workspace) == ()
        report = workspace.refresh()
        assert report.made == [TITLE]
        assert "Juniors site DSL: Deborah Field" in workspace.words("child-protection.docx")
        assert held_line(workspace) == ""


def test_right_leaves_the_name_and_lists_it_as_settled(workspace: Workspace) -> None:
    with workspace:
        settle(workspace, "Ngozi House", SettledAs.RIGHT)
        assert workspace.refresh().made == [TITLE]
        assert LIST in workspace.words("child-protection.docx")
        (left,) = workspace.current()["child-protection"].left_on_purpose
        assert (left["text"], left["reason"]) == (
            LIST,
            "settled: rightly given as designated safeguarding lead",
        )
        assert workspace.refresh().unchanged == 1


def put_in_use(workspace: Workspace, *lines: str) -> None:
    """Let a changed text be in use on the next day; its copies are not made yet."""
    workspace.put("child-protection.docx", policy_file(TITLE, *lines))
    workspace.record(later(1))
    with workspace.register.transaction() as tx:
        decision = Decision(tx, workspace.school, "Pat Clerk", at(later(1)))
        issue_draft(decision, SLUG, kind=None, reason="read it", today=later(1))


def test_right_ends_when_the_words_of_the_name_change(workspace: Workspace) -> None:
    with workspace:
        settle(workspace, "Ngozi House", SettledAs.RIGHT)
        workspace.refresh()
        put_in_use(workspace, "Whom to tell", LEAD, "All sites' DSL: Ngozi House")
        assert [title for title, _ in workspace.refresh(later(1)).held] == [TITLE]
        assert [one.value for one in open_contacts(workspace)] == ["Ngozi House"]


def test_a_new_version_keeps_the_answer_where_its_words_of_the_name_are_the_same(workspace: Workspace) -> None:
    with workspace:
        settle(workspace, "Ngozi House", SettledAs.RIGHT)
        workspace.refresh()
        put_in_use(workspace, "Whom to tell today, and how", LEAD, LIST)
        assert workspace.refresh(later(1)).made == [TITLE]
        assert LIST in workspace.words("child-protection.docx")
        assert open_contacts(workspace) == ()
        with workspace.register.reading() as tx:
            assert verify(tx, workspace.school).faults == ()


def test_findings_are_of_the_text_in_use_at_once(workspace: Workspace) -> None:
    with workspace:
        assert "Ngozi House" in held_line(workspace)
        put_in_use(workspace, "Whom to tell", LEAD)
        assert held_line(workspace) == "", "the text in use names nobody unknown; no run has been since"


def test_a_hold_that_was_answered_waits_for_the_next_run_and_asks_no_more(workspace: Workspace) -> None:
    with workspace:
        settle(workspace, "Ngozi House", SettledAs.FORMER)
        assert held_line(workspace) == (
            "It was said whose the names and numbers in it are; the next update makes its copy."
        )


def test_right_ends_when_somebody_else_holds_the_role(workspace: Workspace) -> None:
    with workspace:
        settle(workspace, "Ngozi House", SettledAs.RIGHT)
        workspace.refresh()
        workspace.configure(HILL, OFFICE)
        workspace.note()
        assert [title for title, _ in workspace.refresh().held] == [TITLE]


def test_an_answer_can_be_taken_back_and_nothing_of_it_is_lost(workspace: Workspace) -> None:
    with workspace:
        settle(workspace, "Ngozi House", SettledAs.RIGHT)
        workspace.refresh()
        settle(workspace, "Ngozi House", SettledAs.TAKEN_BACK, reason="recorded in error")
        assert [title for title, _ in workspace.refresh().held] == [TITLE]
        with workspace.register.reading() as tx:
            said = list_settlements(tx, workspace.school)
            assert [(one.answer, one.decided_by, one.reason) for one in said] == [
                (SettledAs.RIGHT, BY, "asked the head"),
                (SettledAs.TAKEN_BACK, BY, "recorded in error"),
            ]
            assert verify(tx, workspace.school).faults == ()


def test_an_answer_for_every_policy_counts_in_each_and_in_no_later_text(workspace: Workspace) -> None:
    with workspace:
        workspace.put("attendance.docx", policy_file("Attendance Policy", LEAD, LIST))
        workspace.day()
        settle(workspace, "Ngozi House", SettledAs.RIGHT, everywhere=True)
        assert sorted(workspace.refresh().made) == ["Attendance Policy", TITLE]
        workspace.put("uniform.docx", policy_file("Uniform Policy", LEAD, LIST))
        assert [title for title, _ in workspace.day(later(1)).held] == ["Uniform Policy"]


def test_an_answer_of_a_name_settles_it_in_every_document(workspace: Workspace) -> None:
    with workspace:
        workspace.put("attendance.docx", policy_file("Attendance Policy", LEAD, LIST))
        workspace.day()
        settle(workspace, "Ngozi House", SettledAs.FORMER)
        report = workspace.refresh()
        assert (sorted(report.made), report.held) == (["Attendance Policy", TITLE], [])
        settle(workspace, "Ngozi House", SettledAs.TAKEN_BACK, slug="attendance", reason="recorded in error")
        assert sorted(title for title, _ in workspace.refresh().held) == ["Attendance Policy", TITLE]


@pytest.mark.parametrize(
    ("answer", "expected"), [(SettledAs.RIGHT, "07700 900362"), (SettledAs.FORMER, "01632 960101")]
)
def test_a_number_is_settled_as_a_name_is(tmp_path: Path, answer: SettledAs, expected: str) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, "Ring the DSL on 07700 900362."))
        workspace.day()
        assert [(one.kind, one.value) for one in open_contacts(workspace)] == [("phone", "07700 900362")]
        assert '--name "07700 900362" --as former' in held_line(workspace)
        settle(workspace, "07700900362", answer)
        assert workspace.refresh().made == [TITLE]
        assert f"Ring the DSL on {expected}." in workspace.words("child-protection.docx")


def test_one_of_two_leads_is_settled_and_the_other_gives_way(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        lines = ("Infants site DSL: Ann Lister", "Juniors site DSL: Grace Penhallow")
        workspace.put("child-protection.docx", policy_file(TITLE, *lines))
        workspace.day()
        assert {one.value for one in open_contacts(workspace)} == {"Ann Lister", "Grace Penhallow"}
        settle(workspace, "Grace Penhallow", SettledAs.RIGHT)
        assert workspace.refresh().made == [TITLE]
        words = workspace.words("child-protection.docx")
        assert "Infants site DSL: Deborah Field" in words
        assert "Juniors site DSL: Grace Penhallow" in words
        (standing,) = workspace.standings()
        assert not any("Grace Penhallow" in each.message for each in standing.problems)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["Ngozi House", "Mrs N. House", "nhouse", "ngozi.house", "house.ngozi"])
def test_nobody_settles_themself_into_a_role(workspace: Workspace, by: str) -> None:
    with workspace:
        with pytest.raises(UsageError, match="cannot settle that they stand rightly"):
            settle(workspace, "Ngozi House", SettledAs.RIGHT, by=by)
        assert settle(workspace, "Ngozi House", SettledAs.FORMER, by=by).answer is SettledAs.FORMER


def test_nobody_is_right_in_a_role_that_nobody_holds(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, LEAD, LIST))
        workspace.day()
        workspace.configure(SHEFFIELD.replace("[contacts.dsl]", "[contacts.dsl]\nuntil = 2026-11-20"), OFFICE)
        with pytest.raises(UsageError, match="so nobody can rightly stand there"):
            settle(workspace, "Ngozi House", SettledAs.RIGHT)


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"value": "Somebody Else"}, "there is “Ngozi House”"),
        ({"reason": " "}, "--reason is needed"),
        ({"slug": "nothing-such"}, "short name"),
        ({"answer": SettledAs.FORMER, "until": later(1)}, "cannot be later than today"),
        ({"until": later(-1)}, "last day of somebody who is former"),
        ({"answer": SettledAs.TAKEN_BACK}, "was answered there: there is nothing"),
        ({"role": "headteacher"}, "waits there"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused_in_a_sentence(
    workspace: Workspace, more: dict[str, object], match: str
) -> None:
    values: dict[str, object] = {"value": "Ngozi House", "answer": SettledAs.RIGHT, **more}
    value, answer = str(values.pop("value")), SettledAs(str(values.pop("answer")))
    with workspace, pytest.raises(UsageError, match=match):
        settle(workspace, value, answer, **values)


def test_what_is_said_of_each_answer_tells_what_the_next_run_does(workspace: Workspace) -> None:
    with workspace:
        right = settle(workspace, "Ngozi House", SettledAs.RIGHT)
        assert "stands rightly as" in say_settled(right, TITLE)
        back = settle(workspace, "Ngozi House", SettledAs.TAKEN_BACK)
        assert "recorded in error. The next run asks again" in say_settled(back, TITLE)
        former = settle(workspace, "Ngozi House", SettledAs.FORMER, until=later(-3), everywhere=True)
        assert "until 20 November 2026; copies of every policy give today’s" in say_settled(former, TITLE)


# --- once a person, over all documents -----------------------------------------------------------------------------


def unknowns(workspace: Workspace) -> tuple[UnknownContact, ...]:
    return list_unknowns(open_contacts(workspace))


def say_of(workspace: Workspace, said: ContactAnswer, by: str = BY) -> tuple[Settlement, ...]:
    with workspace.register.transaction() as tx:
        return settle_unknown(Decision(tx, workspace.school, by, at(MONDAY)), workspace.config, said, today=MONDAY)


DEPUTY = '[[contacts.deputy-dsl]]\nname = "Jo Hill"\nphone = "01632 960155"\nemail = "jo.hill@example.org"\n'


@pytest.fixture
def twice(tmp_path: Path) -> Workspace:
    """One person in two roles and two documents, once with her title."""
    made = Workspace(tmp_path, SHEFFIELD, DEPUTY + OFFICE)
    made.put("child-protection.docx", policy_file(TITLE, "Whom to tell", LEAD, LIST))
    deputies = "Juniors site Deputy DSL: Mrs Ngozi House"
    made.put("attendance.docx", policy_file("Attendance Policy", LIST, "Deputy DSL: Jo Hill", deputies))
    made.day()
    return made


def test_a_person_is_asked_about_once_in_all_her_roles_and_documents(twice: Workspace) -> None:
    with twice:
        (one,) = unknowns(twice)
        assert len(one.places) > 1
        assert set(one.roles) == {"dsl", "deputy-dsl"}
        assert one.titles == ("Attendance Policy", TITLE)
        kept = say_of(
            twice, ContactAnswer(one.key, {"dsl": SettledAs.FORMER, "deputy-dsl": SettledAs.FORMER}, "asked the head")
        )
        assert {(each.role, each.policy_id) for each in kept} == {("dsl", None), ("deputy-dsl", None)}
        assert "Ngozi House was Designated Safeguarding Lead" in say_all_settled(kept, {})
        assert unknowns(twice) == ()
        assert TITLE in twice.refresh().made
        assert "Ngozi" not in twice.words("child-protection.docx")


def test_an_answer_about_one_role_holds_nothing_of_the_other(twice: Workspace) -> None:
    with twice:
        (one,) = unknowns(twice)
        say_of(twice, ContactAnswer(one.key, {"deputy-dsl": SettledAs.RIGHT}, "asked the head"))
        (left,) = unknowns(twice)
        assert left.roles == ("dsl",)
        assert {each.role for each in open_contacts(twice)} == {"dsl"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (ContactAnswer("no such", {"dsl": SettledAs.FORMER}, "asked"), "said meanwhile whose that is"),
        (ContactAnswer("", {}, "asked"), "Say what it is in one role"),
        (ContactAnswer("", {"dsl": SettledAs.FORMER}, " "), "--reason is needed"),
        (ContactAnswer("", {"dsl": SettledAs.FORMER}, "asked", later(3)), "last day of somebody who is former"),
    ],
)
def test_an_answer_that_is_none_keeps_nothing_of_a_person(workspace: Workspace, said: ContactAnswer, told: str) -> None:
    with workspace:
        (one,) = unknowns(workspace)
        with pytest.raises(UsageError, match=told):
            say_of(workspace, said if said.key else replace(said, key=one.key))
        assert unknowns(workspace) == (one,)


def test_a_number_is_asked_about_once_and_a_policy_can_be_set_apart(tmp_path: Path) -> None:
    number = "07700 900362"
    line = f"Ring the DSL on {number}."
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, line))
        workspace.put("attendance.docx", policy_file("Attendance Policy", line))
        workspace.day()
        found = [each for each in unknowns(workspace) if each.kind == "phone"]
        assert [(each.value, each.titles) for each in found] == [(number, ("Attendance Policy", TITLE))]
        apart = frozenset({"attendance"})
        kept = say_of(workspace, ContactAnswer(found[0].key, {"dsl": SettledAs.RIGHT}, "rung it", apart=apart))
        assert "Child Protection Policy" in say_all_settled(
            kept, {each.policy_id: each.title for each in found[0].places}
        )
        assert [each.slug for each in open_contacts(workspace) if each.kind == "phone"] == ["attendance"]
