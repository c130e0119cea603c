"""The office hears of what is out of order once, again when it changes, and on its Monday list while it stands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.config import parse_config
from pipeline.letters.contributors.monday import OPEN
from pipeline.letters.contributors.office import OFFICE_TASKS
from pipeline.model.facts import Contact
from pipeline.model.policies import RevisionKind
from pipeline.register.mail.campaigns import CampaignState, change_campaigns, list_campaigns
from pipeline.register.mail.deliveries import RoutePause, pause_route
from pipeline.register.policies.copies import Covering, LeftOut, current_copies
from pipeline.register.tables.schema import message
from tests.letters.test_monday import days_of
from tests.letters.test_one_letter import SMTP as _SMTP
from tests.letters.test_reminders import lived
from tests.school import MONDAY, TOML, School, at

OFFICE = "office@example.org"
_OFFICE = """
[contacts.office]
name = "School office"
email = "office@example.org"
"""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, _OFFICE) as made:
        yield made


def said(school: School, first: date, last: date) -> list[tuple[date, str]]:
    """Return what the office was told from ``first`` to ``last``, by day, without its list."""
    letters = [(day, letter) for day, letter in lived(school, first, last) if letter.address == OFFICE]
    return [(day, item.words) for day, letter in letters for item in letter.contents.of(OFFICE_TASKS)]


def listed(school: School, day: date) -> list[str]:
    """Return what the office's list of a day has."""
    found = [letter.contents.of(OPEN) for _, letter in lived(school, day, day) if letter.address == OFFICE]
    return [item.wrong for lists in found for one in lists for item in one.items]


# --- starters --------------------------------------------------------------------------------------------------------


def test_a_starter_whose_pack_went_to_nobody_is_told_after_three_school_days_and_on_mondays(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee", email=None, start_on=date(2026, 11, 26))
    told = said(school, MONDAY, MONDAY + WEEK + 4 * DAY)
    assert [day for day, _ in told] == [MONDAY, date(2026, 12, 1)]  # before the first day; Thursday and three more days
    assert told[1][1].startswith(
        "Kim Lee started on 26 November 2026 and has had nothing to read yet: they have no work address of their own, "
        "and no printed pack is recorded. Print the pack: policy pack id-Lee --out FOLDER."
    )
    assert listed(school, MONDAY + 2 * WEEK) == ["Kim Lee started on 26 November 2026 and has had nothing to read yet"]


def test_a_starter_for_whom_no_copy_could_be_made_is_told_too(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_version(version.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
    school.add_person("Lee", start_on=MONDAY)
    told = said(school, MONDAY, MONDAY + 4 * DAY)
    assert [day for day, _ in told] == [MONDAY + 3 * DAY]
    assert "no copy of what they are to read could be made. See what that needs with 'policy status'" in told[0][1]


@pytest.mark.parametrize("start_on", [MONDAY, MONDAY - timedelta(days=20), None])
def test_nobody_is_told_of_a_starter_who_had_the_pack_or_gets_it_today(school: School, start_on: date | None) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee", start_on=start_on)
    assert said(school, MONDAY, MONDAY + 4 * DAY) == []


def test_many_starters_without_a_pack_for_one_reason_are_told_together_and_again_for_the_next_who_start(
    school: School,
) -> None:
    school.add_policy("Confidentiality")
    for number in range(6):
        school.add_person(f"Lee{number}", email=None, start_on=MONDAY - 7 * DAY)
    [words] = [words for _, words in said(school, MONDAY, MONDAY + 2 * DAY)]
    assert words.startswith(
        "6 people started lately and have had nothing to read yet (Kim Lee0, Kim Lee1, Kim Lee2, Kim Lee3 and 2 more): "
        "they have no work address of their own, and no printed pack is recorded. Print each pack, as the first: policy"
    )
    school.add_person("Day", email=None, start_on=MONDAY)
    later = [words for _, words in said(school, MONDAY + 3 * DAY, MONDAY + 4 * DAY)]
    assert [words.partition(" and has")[0].partition(" lately")[0] for words in later] == ["7 people started"]


# --- mail ------------------------------------------------------------------------------------------------------------


def test_mail_that_rests_is_told_once_with_how_long_and_what_to_do(school: School) -> None:
    until = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    with school.register.transaction() as tx:
        pause_route(tx, school.key, "folder", RoutePause(until, "The service takes no more mail today."))
    words = [
        letter.contents.of(OFFICE_TASKS)[0].words
        for number in range(4)
        for letter in school.plan(MONDAY + number * DAY).report.queued
    ]
    assert words == [
        "Mail could not go until 14:30 on 24 November 2026. The service takes no more mail today. It goes on by itself "
        "after that, or at once with 'policy send --resume'; 'policy mail check' says whether the way is free."
    ]


def test_a_mailing_that_somebody_paused_and_forgot_is_told_with_how_many_wait_and_since_when(tmp_path: Path) -> None:
    with School(tmp_path, _OFFICE + _SMTP) as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee")
        school.add_person("Day")
        school.plan()
        with school.register.transaction() as tx:
            [mailing] = list_campaigns(tx, school.key)
            change_campaigns(tx, school.key, (mailing.id,), CampaignState.PAUSED, at(MONDAY))
        [told] = [one for number in range(1, 4) for one in school.plan(MONDAY + number * DAY).report.queued]
        assert (told.address, told.contents.of(OFFICE_TASKS)[0].words) == (
            OFFICE,
            "Mail to 2 people is paused since 23 November 2026. 'policy send --resume' lets it go on, 'policy send "
            "--cancel' drops it.",
        )


def test_an_address_of_the_settings_from_which_mail_comes_back_is_told(school: School) -> None:
    first = school.add_policy("Lettings", None)
    school.add_version(first.policy_id, RevisionKind.ADOPTED, title="Lettings", due="2026-08")
    [(_, letter)] = [one for one in lived(school, MONDAY, MONDAY) if one[1].address == "pat@example.org"]
    with school.register.transaction() as tx:
        change = update(message).where(message.c.id == letter.message)
        tx.execute(change.values(state="bounced", told_outcome="bounced", detail="550 no such user"))
    [(day, words)] = said(school, MONDAY + DAY, MONDAY + 3 * DAY)
    assert day == MONDAY + DAY
    assert words.startswith("Mail to pat@example.org came back on 23 November 2026 and has told nobody. 550 no such ")
    assert words.endswith("Correct the address in config.toml, or drop the mail: policy send --drop pat@example.org.")


# --- the lead, and owners --------------------------------------------------------------------------------------------


def name_lead(school: School, title: str, name: str) -> None:
    """Add a policy whose text names somebody as safeguarding lead."""
    first = school.add_policy(title, None)
    contact = Contact("dsl", name)
    school.add_version(first.policy_id, RevisionKind.ADOPTED, title=title, contacts=(contact,))


def test_documents_that_name_another_lead_are_told_together_once_and_again_for_another_name(school: School) -> None:
    name_lead(school, "Lettings", "Robin Vale")
    name_lead(school, "Uniform", "Robin Vale")
    name_lead(school, "Trips", "Pat Marsh")
    [(day, words)] = said(school, MONDAY, MONDAY + 2 * DAY)
    assert day == MONDAY
    assert words.startswith(
        "Another safeguarding lead than the contacts name stands in Lettings and Uniform. It names Robin Vale as "
    )
    name_lead(school, "Visitors", "Kit Shaw")
    [(_, words)] = said(school, MONDAY + 3 * DAY, MONDAY + 4 * DAY)
    assert "stands in Visitors. It names Kit Shaw as " in words
    assert listed(school, MONDAY + WEEK) == [
        "Another safeguarding lead than the contacts name stands in Lettings and Uniform",
        "Another safeguarding lead than the contacts name stands in Visitors",
    ]
    # Another lead today makes those who are named there no news; whoever was right until now is.
    school.config = parse_config(TOML.replace("Pat Marsh", "Jo Bright") + _OFFICE, root=school.root)
    [(_, words)] = said(school, MONDAY + WEEK + DAY, MONDAY + WEEK + 3 * DAY)
    assert "stands in Trips. It names Pat Marsh as " in words


def test_an_owner_who_has_left_and_one_whom_nobody_knows_are_told_until_that_is_put_right(school: School) -> None:
    for title, owner in (("Lettings", "Business Manager"), ("Uniform", "PSHE Lead"), ("Trips", "PSHE Lead")):
        first = school.add_policy(title, None)
        school.add_version(first.policy_id, RevisionKind.ADOPTED, title=title, owner=owner)
    roles = '[people.roles]\n"Business Manager" = "lee@example.org"\n'
    school.config = parse_config(TOML + _OFFICE + roles, root=school.root)
    school.add_person("Lee", leave_on=MONDAY)
    first_day, *rest = said(school, MONDAY, MONDAY + 3 * DAY)
    assert first_day == (
        MONDAY,
        "No address is known for “PSHE Lead”, who looks after Trips and Uniform: nobody is told of its reviews. Add it "
        "under [people.roles] in config.toml, or name another owner: 'policy set SLUG owner=…'.",
    )
    [(day, words)] = rest
    assert day == MONDAY + DAY
    assert words.startswith(
        "Kim Lee looks after Lettings, but they have left: 23 November 2026 is recorded as their last day."
    )
    first = school.add_policy("Parking", None)
    school.add_version(first.policy_id, RevisionKind.ADOPTED, title="Parking", owner="Business Manager")
    assert said(school, MONDAY + 3 * DAY, MONDAY + 4 * DAY) == []
    assert listed(school, MONDAY + WEEK) == [
        "Kim Lee looks after policies and has left, or stands in no list any more",
        "No address is known for “PSHE Lead”, who looks after Trips and Uniform",
    ]
    roles = '[people.roles]\n"Business Manager" = "new@example.org"\n"PSHE Lead" = "new@example.org"\n'
    school.config = parse_config(TOML + _OFFICE + roles, root=school.root)
    assert days_of(lived(school, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK), OFFICE) == []


def test_where_the_office_has_nothing_to_see_to_it_gets_no_letter(school: School) -> None:
    school.add_policy("Lettings", None)
    assert said(school, MONDAY, MONDAY + WEEK) == []


# --- copies ----------------------------------------------------------------------------------------------------------


def test_office_is_told_which_policies_staff_have_with_contacts_being_updated_and_which_not_at_all(
    school: School,
) -> None:
    whole, part, none = (school.add_policy(title) for title in ("Attendance", "Behaviour", "Complaints"))
    for version, covering in (
        (whole, Covering(only_contacts=True)),
        (part, Covering(only_contacts=True, left_out=(LeftOut(2, "picture"), LeftOut(4, "picture")))),
        (none, None),
    ):
        with school.register.reading() as tx:
            full = current_copies(tx, school.key)[version.policy_id]
        files = {"pdf_path": full.pdf_path, "pdf_sha256": full.pdf_sha256, "pdf_bytes": full.pdf_bytes}
        school.hold_copy(version, covering=covering, **(files if covering else {}))
    told = [words for _, words in said(school, MONDAY, MONDAY + DAY)]
    assert told == [
        "Staff are given 2 policies with contacts being updated, since the copy with today’s contacts is on hold: "
        "Attendance and Behaviour (without pictures (pages 2 and 4), so nobody can confirm it yet). What each waits "
        "for stands with the policy on the desk, under Copies.",
        "There is no copy of Complaints that staff or new starters can be given, and nobody is asked to read it: its "
        "own text or file is on hold. They are told to ask the safeguarding lead in person. What it waits for stands "
        "with the policy on the desk, under Copies.",
    ]
