"""What a meeting decided is recorded in one go, all of it or nothing, with the words changed since papers went."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import policy
from pipeline.errors import UsageError
from pipeline.policies.decisions.approve_together import find_meeting, list_agenda_of, make_consultation
from pipeline.policies.decisions.ready import mark_ready
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.policies.decisions import Consultation, list_approvals
from tests.letters.test_papers import CHANGED, MEETING, PAPERS_DAY, SETTINGS, Governors, moment

AFTER = date(2026, 12, 10)
AMENDED = CHANGED.replace("a week before", "two weeks before")
CONSULTED = ("--consulted", "parents and staff", "--consulted-from", "2026-11-02", "--consulted-until", "2026-11-20")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Governors]:
    """A school whose two papers went to the clerk, and whose governors have met since."""
    one = Governors(tmp_path)
    (tmp_path / "config.toml").write_text(SETTINGS, encoding="utf-8")
    with one.register.transaction() as tx:
        for slug in ("lettings", "visitors"):
            decision = Decision(tx, one.school, "Jo Marsh", moment(date(2026, 11, 26)))
            mark_ready(decision, slug, zone=one.config.zone)
    one.plan(PAPERS_DAY)
    yield one
    one.register.close()


def approve(world: Governors, *arguments: str, today: date = AFTER) -> Result:
    return CliRunner().invoke(
        policy, ["--workspace", str(world.root), "--today", today.isoformat(), "approve", *arguments]
    )


def approvals(world: Governors) -> list[tuple[str, date, str | None]]:
    with world.register.reading() as tx:
        return [(one.body, one.approved_on, one.minute) for one in list_approvals(tx, world.school)]


def test_all_that_was_on_a_meetings_agenda_is_recorded_in_one_go(world: Governors) -> None:
    done = approve(
        world, "--meeting", "2026-12-09", "--minute", "7.1", *CONSULTED, "--came-of-it", "12 answers, none against"
    )
    assert done.exit_code == 0, done.output
    assert "Lettings Policy (version 2) was approved by Full Governing Body on 9 December 2026" in done.output
    assert "Visitors Policy (version 1) was approved" in done.output
    assert approvals(world) == [("Full Governing Body", MEETING, "7.1")] * 2
    with world.register.reading() as tx:
        asked = list_approvals(tx, world.school)[0].consultation
        assert ledger.verify(tx, world.school).faults == ()
    days = date(2026, 11, 2), date(2026, 11, 20)
    assert asked == Consultation("parents and staff", *days, "12 answers, none against")
    again = approve(world, "--meeting", "2026-12-09")
    assert isinstance(again.exception, UsageError)
    assert "is left to be recorded" in str(again.exception)


def test_a_preview_lists_all_with_the_words_changed_since_the_paper_went_and_keeps_nothing(world: Governors) -> None:
    world.write("lettings", AMENDED, AFTER)
    shown = approve(world, "--meeting", "2026-12-09", "--preview")
    assert shown.exit_code == 0, shown.output
    assert "2 policies, by Full Governing Body on 9 December 2026. Nothing is recorded yet." in shown.output
    assert "Changed since its paper went to the clerk:" in shown.output
    assert "two weeks" in shown.output
    visitors = shown.output[shown.output.index("Visitors Policy") :]
    assert "Changed since" not in visitors
    assert approvals(world) == []
    data = json.loads(approve(world, "--meeting", "2026-12-09", "--preview", "--json").stdout)
    assert [bool(line["changed_since_papers"]) for line in data["preview"]] == [True, False]


def test_a_preview_of_a_name_that_no_policy_has_says_so_and_shows_no_result(world: Governors) -> None:
    given = ("--on", "2026-12-09", "--by", "Full Governing Body", "--preview")
    refused = approve(world, "nowhere", *given)
    assert "No policy has the short name 'nowhere'." in str(refused.exception)
    assert refused.stdout == ""
    assert approve(world, "lettings", "nowhere", *given).stdout == ""


def test_one_that_cannot_be_recorded_is_named_and_none_of_the_others_is_recorded(world: Governors) -> None:
    given = ("--on", "2026-12-09", "--by", "Full Governing Body")
    refused = approve(world, "lettings", "nowhere", "visitors", "visitors", *given)
    assert isinstance(refused.exception, UsageError)
    said = str(refused.exception)
    assert said.startswith(
        "Nothing was recorded, since the approvals of a meeting are recorded together or not at all."
    )
    assert "nowhere: No policy has the short name 'nowhere'." in said
    assert "visitors: It is named twice." in said
    assert "The other 2 are in order." in said
    assert approvals(world) == []
    assert approve(world, "lettings", "visitors", *given).exit_code == 0
    twice = approve(world, "lettings", "visitors", *given)
    assert "is recorded already" in str(twice.exception)
    assert len(approvals(world)) == 2


def test_a_text_called_ready_after_a_meeting_was_not_on_its_agenda(tmp_path: Path) -> None:
    world = Governors(tmp_path)
    with world.register.transaction() as tx:
        for slug, day in (("lettings", date(2026, 12, 10)), ("visitors", MEETING)):
            mark_ready(Decision(tx, world.school, "Jo Marsh", moment(day)), slug, zone=world.config.zone)
        meeting = find_meeting(world.config, MEETING, None, AFTER)
        standings = list_standings(tx, world.school, world.config, AFTER)
        agenda = list_agenda_of(tx, world.school, world.config, standings, meeting)
    world.register.close()
    assert [one.standing.slug for one in agenda if one.is_open] == ["visitors"]


def test_a_text_changed_after_its_paper_went_is_recorded_only_once_somebody_has_looked(world: Governors) -> None:
    world.write("lettings", AMENDED, AFTER)
    refused = approve(world, "--meeting", "2026-12-09")
    assert "Changed after the paper went to the clerk: Lettings Policy." in str(refused.exception)
    assert approvals(world) == []
    assert approve(world, "--meeting", "2026-12-09", "--yes").exit_code == 0
    assert len(approvals(world)) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--meeting", "2026-12-09", "--on", "2024-12-09"), "another day than --meeting"),
        (("lettings", "--on", "1926-12-09", "--by", "Governors"), "look at the year"),
        (("lettings", "--on", "2026-10-28", "--by", "Governors", *CONSULTED), "after the approval"),
        (("lettings", "--on", "2026-12-09", "--by", "Go\x07vernors"), "ordinary characters"),
    ],
)
def test_days_and_words_that_cannot_be_are_refused(world: Governors, arguments: tuple[str, ...], said: str) -> None:
    refused = approve(world, *arguments)
    assert said in f"{refused.output}{refused.exception}"
    assert approvals(world) == []


def test_one_policy_is_recorded_as_before(world: Governors) -> None:
    done = approve(world, "lettings", "--on", "2026-12-09", "--by", "Finance Committee", "--json")
    assert set(json.loads(done.stdout)) == {"slug", "title", "message"}
    assert "Say when with --on and who with --by" in approve(world, "lettings", "--on", "2026-12-09").output
    assert "is of one policy" in approve(world, "lettings", "visitors", "--version", "2").output
    assert "Name the policies" in approve(world).output


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-12-11", "is still to come"),
        ("2026-12-08", "No meeting on 8 December 2026 is known"),
    ],
)
def test_a_day_on_which_nobody_met_is_refused(world: Governors, day: str, said: str) -> None:
    assert said in str(approve(world, "--meeting", day).exception)


def test_where_two_bodies_met_on_a_day_it_must_be_said_which(tmp_path: Path) -> None:
    more = '[governors.bodies.finance]\nname = "Finance Committee"\npolicies = ["lettings"]\nmeetings = [2026-12-09]\n'
    world = Governors(tmp_path, SETTINGS + more)
    (tmp_path / "config.toml").write_text(SETTINGS + more, encoding="utf-8")
    with world.register.transaction() as tx:
        mark_ready(Decision(tx, world.school, "Jo", moment(date(2026, 11, 26))), "lettings", zone=world.config.zone)
    assert "met on 9 December 2026: say which decided" in str(approve(world, "--meeting", "2026-12-09").exception)
    done = approve(world, "--meeting", "2026-12-09", "--by", "the finance committee")
    assert done.exit_code == 0, done.output
    assert approvals(world) == [("Finance Committee", MEETING, None)]
    world.register.close()


def test_a_consultation_that_cannot_be_is_refused() -> None:
    first, last = date(2026, 11, 20), date(2026, 11, 2)
    with pytest.raises(UsageError, match="Say who was consulted"):
        make_consultation("", first, None, "", AFTER)
    with pytest.raises(UsageError, match="before it begins"):
        make_consultation("staff", first, last, "", AFTER)
    with pytest.raises(UsageError, match="is still to come"):
        make_consultation("staff", None, date(2026, 12, 11), "", AFTER)
    with pytest.raises(UsageError, match="at most 500 characters"):
        make_consultation("x" * 501, None, None, "", AFTER)
    assert make_consultation(" ", None, None, None, AFTER) is None
