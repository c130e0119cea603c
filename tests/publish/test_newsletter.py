"""The sheet for the newsletter: what it names, what it never says, and what is recorded once it went out."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from pipeline.cli import policy
from pipeline.errors import UsageError
from pipeline.model.policies import RevisionKind
from pipeline.publish.newsletter import Newsletter, prepare_newsletter, record_newsletter, word_sheet
from pipeline.register.deciding import deciding
from pipeline.register.mail.groups import list_told
from pipeline.register.tables.schema import policy as policy_table
from pipeline.register.tables.schema import policy_copy
from tests.school import MONDAY, School, at

GROUPS = """
[contacts.office]
phone = "01632 960110"
[groups.parents]
name = "Parents and carers"
policies = "all"
by_means = "the newsletter"
[groups.pupils]
name = "Pupils"
policies = ["uniform"]
by_means = "Newsletter and assembly"
[groups.agencies]
name = "Agencies"
policies = "all"
by_means = "their contract"
[publish]
also = ["uniform", "lockdown-plan"]
public_address = "https://www.example.org/policies"
"""
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, GROUPS) as made:
        made.add_policy("Behaviour", "behaviour", text="Be kind.\nMargaret Oakenshaw leads.")
        made.add_policy("Uniform", None, text="Wear it.")
        made.add_policy("Pay Appeals", None)
        made.add_policy("Lockdown Plan", None)
        yield made


def sheet(school: School, *groups: str) -> Newsletter:
    with school.register.reading() as tx:
        return prepare_newsletter(tx, school.key, school.config, MONDAY, groups)


def record(school: School, *, made_on: int = 0, sent_on: int = 0, slugs: tuple[str, ...] | None = None) -> str:
    days = MONDAY + timedelta(days=made_on), MONDAY + timedelta(days=sent_on)
    with deciding(school.register, school.root, "Jo Marsh", at(FRIDAY)) as decision:
        return record_newsletter(decision, school.config, made_on=days[0], sent_on=days[1], today=FRIDAY, slugs=slugs)


def test_it_names_what_is_new_on_the_public_site_with_its_address_and_nothing_for_staff(school: School) -> None:
    found = sheet(school)
    assert [name for _, name in found.groups] == ["Parents and carers", "Pupils"]
    assert {each.title: each.address for each in found.items} == {
        "Behaviour": "https://www.example.org/policies/policies/behaviour.html",
        "Uniform": "https://www.example.org/policies/policies/uniform.html",
    }
    assert set(found.not_public) == {"Pay Appeals", "Lockdown Plan"}
    text = "\n".join(found.lines)
    assert text.startswith("Worried about a child?")
    assert "ask the school office: 01632 960110." in text
    assert "Lockdown" not in text
    assert "Pay" not in text
    words = "\n".join(each.text for each in docx.Document(io.BytesIO(word_sheet(found, MONDAY))).paragraphs)
    assert all(line in words for line in found.lines)
    assert word_sheet(found, MONDAY) == word_sheet(found, MONDAY)


def test_once_it_went_out_its_groups_are_told_and_the_next_has_only_what_changed(school: School) -> None:
    said = record(school)
    assert said.startswith("Parents and carers and Pupils were told of Behaviour and Uniform on 23 November 2026.")
    with school.register.reading() as tx:
        assert {one.group for one in list_told(tx, school.key)} == {"parents", "pupils"}
    assert sheet(school).items == ()
    with pytest.raises(UsageError, match=r"have still to be told of .*Pay Appeals"):
        record(school)
    policy_id = next(each.policy_id for each in school.standings() if each.slug == "behaviour")
    text = "Be kind.\nNgozi House leads.\nBe on time."
    school.add_version(policy_id, RevisionKind.MAJOR, title="Behaviour", text=text)
    found = sheet(school)
    assert found.since == MONDAY
    assert [(each.slug, each.said) for each in found.items] == [
        ("behaviour", "It has changed: 1 paragraph changed and 1 new.")
    ]
    assert not any(name in "\n".join(found.lines) for name in ("Oakenshaw", "House", "on time"))


def test_what_changed_between_the_sheet_and_the_newsletter_stays_to_be_told(school: School) -> None:
    policy_id = next(each.policy_id for each in school.standings() if each.slug == "behaviour")
    wednesday = MONDAY + timedelta(days=2)
    school.add_version(policy_id, RevisionKind.MINOR, title="Behaviour", text="Be kinder.", issued_on=wednesday)
    record(school, made_on=0, sent_on=4)
    assert [(each.slug, each.said) for each in sheet(school).items] == [
        ("behaviour", "It has a small change: 1 paragraph changed and 1 taken out.")
    ]


@pytest.mark.parametrize(("made_on", "sent_on", "said"), [(2, 1, "cannot have been in"), (0, 9, "still to come")])
def test_days_that_cannot_be_are_refused_and_nothing_is_recorded(
    school: School, made_on: int, sent_on: int, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        record(school, made_on=made_on, sent_on=sent_on)
    with school.register.reading() as tx:
        assert list_told(tx, school.key) == ()


def test_only_what_was_in_it_counts_where_that_is_said(school: School) -> None:
    record(school, slugs=("uniform", "no-such"))
    assert [each.slug for each in sheet(school).items] == ["behaviour"]


def test_what_came_after_the_sheet_or_had_no_copy_to_give_was_not_in_it(school: School) -> None:
    with school.register.transaction() as tx:
        copies = (
            tx.execute(select(policy_copy.c.id).join(policy_table).where(policy_table.c.slug == "uniform"))
            .scalars()
            .all()
        )
        tx.execute(update(policy_copy).where(policy_copy.c.id.in_(copies)).values(held_reason="somebody is unknown"))
    assert [each.slug for each in sheet(school).items] == ["behaviour"]
    record(school, made_on=0, sent_on=4)
    with school.register.reading() as tx:
        told = {one.policy_id for one in list_told(tx, school.key)}
    assert told == {each.policy_id for each in school.standings() if each.slug == "behaviour"}


def test_nobody_is_said_to_have_been_told_of_what_they_never_were(tmp_path: Path) -> None:
    groups = '[groups.parents]\nname = "Parents"\nby_means = "newsletter"\npolicies = ["lockdown-plan"]\n'
    with School(tmp_path, groups) as school:
        school.add_policy("Lockdown Plan", None)
        found = sheet(school)
        assert found.not_public == ("Lockdown Plan",)
        assert found.nothing_new == "There is nothing on the public site yet that Parents are to be told of."


def test_the_command_prints_writes_and_records(school: School, tmp_path: Path) -> None:
    school.register.close()
    call = ["--workspace", str(school.root), "--today", MONDAY.isoformat(), "newsletter"]

    def run(*arguments: str) -> str:
        called = CliRunner().invoke(policy, [*call, *arguments], catch_exceptions=False)
        return called.output

    assert "Our policies: what is new" in run()
    assert "Not in it, since they are not on the public site" in run("--out", str(tmp_path / "sheet.docx"))
    assert docx.Document(str(tmp_path / "sheet.docx")).paragraphs[0].text == "Our policies: what is new"
    for name, why in (
        ("sheet.pdf", "must end in .docx or .txt"),
        (f"{school.root}/policies/a.docx", "of the program's own"),
    ):
        assert why in str(CliRunner().invoke(policy, [*call, "--out", name]).exception)
    assert "No group is called" in str(CliRunner().invoke(policy, [*call, "parrots"]).exception)
    assert "Nobody was mailed." in run("parents", "--sent-on", MONDAY.isoformat())
    assert "have been told of everything on the public site" in run("parents")
