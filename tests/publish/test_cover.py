"""Cover in one step: lines, pages and mails that wait switch at once, copies only where it is for long."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day
from pipeline.contacts.cover import Cover, CoverOrder, covers_on
from pipeline.contacts.lead_today import lead_notices
from pipeline.errors import UsageError
from pipeline.people.absences import absent_holders
from pipeline.publish.site import publish_site
from pipeline.register.ledger.check import verify
from pipeline.register.people.persons import list_people
from pipeline.register.policies.cover import list_covers
from tests.copies.workspace import LEAD_LINES, MONDAY, OFFICE, SHEFFIELD, Workspace, at, later, policy_file
from tests.covering import switch_cover
from tests.school import School

ASH = '[[contacts.deputy-dsl]]\nname = "Tom Ash"\npronoun = "he"\nphone = "01632 960142"\nemail = "t.ash@example.org"\n'
NAND = '[[contacts.deputy-dsl]]\nname = "Priya Nand"\npronoun = "she"\nphone = "01632 960143"\n'
FRIDAY, NEXT_MONDAY = later(4), later(7)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path, SHEFFIELD, ASH + OFFICE) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
        made.day()
        yield made


def say(workspace: Workspace, role: str = "deputy-dsl", today: date = MONDAY, **more: object) -> Cover | None:
    order = CoverOrder(role, **more)  # type: ignore[arg-type]
    return switch_cover(workspace.register, workspace.config, order, actor="Pat Clerk", today=today, now=at(today))


def contacts(workspace: Workspace, today: date = MONDAY) -> ContactsOfDay:
    with workspace.register.reading() as tx:
        return contacts_of_day(tx, workspace.school, workspace.config, today)


def goes_to(workspace: Workspace, today: date = MONDAY) -> str:
    return contacts(workspace, today).safety.child_text


def test_cover_is_for_today_and_ends_by_itself(workspace: Workspace) -> None:
    assert "Go to Ms Deborah Field" in goes_to(workspace)
    cover = say(workspace)
    assert cover == Cover("deputy-dsl", "Tom Ash", "Deborah Field", MONDAY, MONDAY)
    assert "Go to Mr Tom Ash (01632 960142), standing in as designated safeguarding lead" in goes_to(workspace)
    assert "Field" not in goes_to(workspace)
    assert "Go to Ms Deborah Field" in goes_to(workspace, later(1))
    notices = lead_notices(workspace.config, MONDAY, contacts(workspace).shown, contacts(workspace).covers)
    assert notices == ("Tom Ash (01632 960142) is covering for Deborah Field as Designated Safeguarding Lead today.",)


def test_cover_lasts_to_its_last_day_or_until_the_lead_is_back(workspace: Workspace) -> None:
    say(workspace, until=FRIDAY)
    assert "Tom Ash (01632 960142), standing in" in goes_to(workspace, FRIDAY)
    assert "standing in" not in goes_to(workspace, later(5))
    assert say(workspace, "dsl", later(1)) is None
    assert "Go to Ms Deborah Field" in goes_to(workspace, later(1))
    assert "Tom Ash (01632 960142), standing in" in goes_to(workspace), "the day before is as it was"


def test_cover_is_kept_with_who_said_so_and_no_reason(workspace: Workspace) -> None:
    say(workspace, until=FRIDAY)
    say(workspace, "dsl", later(1))
    with workspace.register.reading() as tx:
        set_, ended = list_covers(tx, workspace.school)
        assert verify(tx, workspace.school).faults == ()
    assert (set_.name, set_.covers, set_.first, set_.until, set_.decided_by) == (
        "Tom Ash",
        "Deborah Field",
        MONDAY,
        FRIDAY,
        "Pat Clerk",
    )
    assert (ended.role, ended.decided_by) == (None, "Pat Clerk")


def test_the_site_switches_at_once(workspace: Workspace) -> None:
    publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)
    site = workspace.config.distribution / "site"
    pages = [site / "index.html", site / "c" / "index.html"]
    assert all("Deborah Field" in page.read_text(encoding="utf-8") for page in pages)
    say(workspace)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "Tom Ash" in text
        assert "Deborah Field" not in text
    say(workspace, "dsl")
    assert all("Deborah Field" in page.read_text(encoding="utf-8") for page in pages)


def test_cover_under_five_school_days_makes_no_copy_again(workspace: Workspace) -> None:
    before = workspace.current()["lettings"].code
    say(workspace, until=later(3))
    assert workspace.day(later(1)).made == []
    assert workspace.current()["lettings"].code == before
    assert "Deborah Field" in workspace.words("lettings.docx")


def test_a_weekend_and_closed_days_are_no_school_days(workspace: Workspace) -> None:
    cover = say(workspace, today=FRIDAY, until=later(9))
    assert cover is not None
    assert cover.is_long(()) is False, "Friday, and Monday to Wednesday of the next week"
    longer = say(workspace, today=FRIDAY, until=later(10))
    assert longer is not None
    assert longer.is_long(()) is True
    assert longer.is_long([(NEXT_MONDAY, NEXT_MONDAY)]) is False


def test_cover_of_five_school_days_is_put_into_the_copies_and_taken_out_again(workspace: Workspace) -> None:
    say(workspace, until=FRIDAY)
    report = workspace.day(later(1))
    assert (report.made, report.held) == (["Lettings Policy"], [])
    assert "Tom Ash" in workspace.words("lettings.docx")
    assert workspace.day(NEXT_MONDAY).made == ["Lettings Policy"]
    assert "Deborah Field" in workspace.words("lettings.docx")


def test_a_number_confirmed_before_is_not_asked_about_and_an_unconfirmed_one_is_never_shown(
    workspace: Workspace,
) -> None:
    say(workspace)
    assert contacts(workspace).waiting == ()
    workspace.configure(SHEFFIELD, ASH + NAND + OFFICE)
    say(workspace, name="Priya Nand", until=FRIDAY)
    now = contacts(workspace)
    assert "Ms Priya Nand (01632 960110), standing in" in now.safety.child_text
    for directory in (now.shown, now.for_copies, now.planned):
        assert all(holder.phone != "01632 960143" for holder in directory.holders)


def test_copies_wait_where_the_number_of_whoever_stands_in_for_long_is_unknown(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, ASH + NAND)
    say(workspace, name="Priya Nand", until=FRIDAY)
    assert [title for title, _ in workspace.day(later(1)).held] == ["Lettings Policy"]


def test_cover_falls_away_with_the_lead_or_with_whoever_stands_in(workspace: Workspace) -> None:
    say(workspace, until=FRIDAY)
    workspace.configure(SHEFFIELD.replace("Deborah Field", "Jo Hill"), ASH + OFFICE)
    assert "Go to Ms Jo Hill" in goes_to(workspace, later(1))
    workspace.configure(SHEFFIELD, NAND + OFFICE)
    assert "Go to Ms Deborah Field" in goes_to(workspace, later(1))


def test_an_empty_post_is_covered_and_no_longer_vacant(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD + "until = 2026-11-22\n", ASH + OFFICE)
    assert contacts(workspace).shown.vacant == ("dsl",)
    say(workspace)
    now = contacts(workspace)
    assert now.shown.vacant == ()
    assert [holder.name for holder in now.shown.of("dsl")] == ["Tom Ash"]
    assert lead_notices(workspace.config, MONDAY, now.shown, now.covers) == (
        "Tom Ash (01632 960142) is standing in as Designated Safeguarding Lead today.",
    )


def test_one_of_two_leads_is_covered_for_and_the_other_stays(workspace: Workspace) -> None:
    two = SHEFFIELD.replace("[contacts.dsl]", "[[contacts.dsl]]") + '[[contacts.dsl]]\nname = "Jo Hill"\n'
    workspace.configure(two, ASH + OFFICE)
    with pytest.raises(UsageError, match=r"Deborah Field and Jo Hill are Designated .* --for"):
        say(workspace)
    say(workspace, instead_of="Jo Hill")
    assert [holder.name for holder in contacts(workspace).shown.of("dsl")] == ["Deborah Field", "Tom Ash"]
    say(workspace, instead_of="Deborah Field", until=FRIDAY)
    with workspace.register.reading() as tx:
        assert len(covers_on(tx, workspace.school, MONDAY)) == 2
        assert len(covers_on(tx, workspace.school, FRIDAY)) == 1


@pytest.mark.parametrize(
    ("role", "more", "says"),
    [
        ("lado", {}, "cannot stand in for the safeguarding lead"),
        ("headteacher", {}, "no entry for headteacher today"),
        ("deputy-dsl", {}, "Tom Ash and Priya Nand are Deputy Designated Safeguarding Lead; say whom with --name"),
        ("deputy-dsl", {"name": "Jo Hill"}, "Jo Hill is not Deputy Designated Safeguarding Lead in config.toml"),
        ("deputy-dsl", {"name": "Mr Ash", "until": date(2026, 11, 20)}, "20 November 2026 has passed"),
        ("deputy-dsl", {"name": "T. Ash", "until": date(2062, 11, 27)}, "more than a year away"),
        ("dsl", {"until": FRIDAY}, "needs no day and no name"),
    ],
)
def test_what_cannot_be_told_is_refused_and_nothing_changes(
    workspace: Workspace, role: str, more: dict[str, object], says: str
) -> None:
    workspace.configure(SHEFFIELD, ASH + NAND + OFFICE)
    with pytest.raises(UsageError, match=says):
        say(workspace, role, **more)
    with workspace.register.reading() as tx:
        assert list_covers(tx, workspace.school) == ()


# --- mails and people -----------------------------------------------------------------------------------------------

DEPUTIES = ASH + NAND + '[mail]\nroute = "smtp"\nhost = "localhost"\nfrom = "office@example.org"\n'


def test_a_mail_that_waits_says_at_once_who_stands_in_and_keeps_its_id(tmp_path: Path) -> None:
    with School(tmp_path, DEPUTIES) as school:
        school.add_policy("Confidentiality")
        school.add_person("Hall")
        school.plan()
        (before,) = school.messages()
        assert "Go to Ms Pat Marsh (01632 960101)" in before.text
        order = CoverOrder("deputy-dsl", name="Tom Ash")
        switch_cover(school.register, school.config, order, actor="Pat Clerk", today=MONDAY, now=at(MONDAY))
        (after,) = school.messages()
        assert after.message_id == before.message_id
        for part in (after.text, after.html):
            assert "Tom Ash" in part
            assert "Pat Marsh" not in part
        assert after.text.partition("\n\nAbout an adult")[2] == before.text.partition("\n\nAbout an adult")[2] != ""


def test_a_mail_that_waits_to_another_day_says_whom_that_day_has(tmp_path: Path) -> None:
    with School(tmp_path, ASH + NAND) as school:
        school.add_policy("Confidentiality")
        school.add_person("Hall")
        order = CoverOrder("deputy-dsl", name="Tom Ash")
        switch_cover(school.register, school.config, order, actor="Pat Clerk", today=later(5), now=at(later(5)))
        school.plan(later(5))
        school.deliver(later(5))
        assert "Tom Ash (01632 960142), standing in" in school.messages()[0].text, "nothing goes on a Saturday"
        school.deliver(NEXT_MONDAY)
        (mail,) = (school.config.distribution / "outbox").glob("*.eml")
        assert "Go to Ms Pat Marsh" in mail.read_text(encoding="utf-8").replace("=\n", "")


def test_who_is_away_in_the_staff_list_does_not_stand_in_and_a_namesake_does(tmp_path: Path) -> None:
    with School(tmp_path, ASH + NAND) as school:
        school.add_person("Ash", first_name="Tom", away_until=FRIDAY)
        school.add_person("Nand", first_name="P.", away_until=FRIDAY)
        with school.register.reading() as tx:
            absent = absent_holders(list_people(tx, school.key, MONDAY), school.config.directory(MONDAY), MONDAY)
            line = contacts_of_day(tx, school.key, school.config, MONDAY).safety.child_text
        assert absent == {"tom ash"}
        assert "If you cannot reach them: Ms Priya Nand" in line
        assert "Tom Ash" not in line
