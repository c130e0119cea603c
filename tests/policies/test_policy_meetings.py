"""Which body's meetings a review needs: the school's own scheme before the catalogue, that before the document."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.config import Config, parse_config
from pipeline.errors import ConfigurationError
from pipeline.model.facts import Facts
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.meetings import (
    bodies_of,
    decides_on,
    meeting_notices,
    say_meeting,
    say_standing,
    unknown_meeting_notices,
)
from pipeline.policies.standing import standing_from_facts

TODAY = date(2027, 5, 3)
DELEGATED = """
[governors]
meetings = [2027-07-09, 2026-12-09, 2027-10-08, 2026-12-09]
[governors.bodies.finance-committee]
name = "Finance Committee"
policies = ["charging-and-remissions", "no-such-policy"]
meetings = [2027-06-16, 2027-11-03]
[governors.bodies.leadership-team]
name = "Leadership Team"
policies = ["attendance"]
any_day = true
[governors.bodies.governing-body]
name = "Board of Governors"
policies = ["charging-and-remissions"]
[calendar]
terms = ["2027-01-05..2027-03-25", "2027-03-20..2027-07-21"]
"""


def config(toml: str = DELEGATED) -> Config:
    return parse_config(toml, root=Path())


def standing(slug: str, catalogue: str | None = None, approved_by: str | None = None) -> PolicyStanding:
    plain = standing_from_facts(Facts(title=slug), slug, 100, config(""), TODAY)
    due = date(2027, 8, 31)
    return replace(
        plain,
        slug=slug,
        catalogue_slug=catalogue,
        approved_by=approved_by,
        due_on=due,
        days=(due - TODAY).days,
        state=ReviewState.CURRENT,
    )


@pytest.mark.parametrize(
    ("policy", "bodies"),
    [
        (standing("charging-and-remissions", "charging-and-remissions"), ["Finance Committee", "Board of Governors"]),
        (standing("attendance", "attendance"), []),
        (standing("child-protection", "child-protection", "Headteacher"), ["Board of Governors"]),
        (standing("behaviour", "behaviour"), []),
        (standing("behaviour", "behaviour", "Governors"), ["Board of Governors"]),
        (standing("lettings", None, "the Finance Committee"), ["Finance Committee"]),
        (standing("lettings", None, "Headteacher"), []),
        (standing("lettings"), ["Board of Governors"]),
    ],
)
def test_scheme_of_delegation_goes_before_catalogue_and_that_before_the_document(
    policy: PolicyStanding, bodies: list[str]
) -> None:
    assert [body.name for body in bodies_of(policy, config())] == bodies


def test_papers_go_as_long_before_as_the_school_sets() -> None:
    said = [
        say_meeting(standing("uniform"), config(f"[governors]\nmeetings = [2027-07-09]\n{days}"), TODAY)
        for days in ("", "clear_days = 10")
    ]
    assert "papers by 1 July" in said[0]
    assert "papers by 28 June" in said[1]


def test_a_policy_of_others_or_one_kept_up_to_date_all_year_waits_for_no_meeting() -> None:
    external = replace(standing("kcsie-part-one", "kcsie-part-one"), address="https://example.org/kcsie")
    assert bodies_of(external, config()) == ()
    assert say_meeting(replace(standing("lettings"), state=ReviewState.LIVE_DOCUMENT), config(), TODAY) == ""


def test_what_is_odd_or_missing_of_meetings_and_terms_is_told_and_counts_all_the_same() -> None:
    mine = (standing("charging-and-remissions", "charging-and-remissions"), standing("lettings"))
    assert meeting_notices(mine, config(), TODAY) == (
        "[governors] meetings: 2026-12-09 stands there twice and counts once; they are not in order, and are read as "
        "if they were.",
        "[governors.bodies] names no policy of this school: no-such-policy. Look up the short names.",
        "[calendar] terms: 2027-01-05..2027-03-25 and 2027-03-20..2027-07-21 overlap; look up which days are right.",
    )
    assert "The meeting on 9 July is the last before it is due" in say_meeting(mine[1], config(), TODAY)
    assert meeting_notices(mine[1:], config(""), TODAY) == ()
    assert unknown_meeting_notices(mine[1:], config("")) == (
        "No meeting of the Full Governing Body is known, so no review is counted back from one: give its days under "
        "[governors] in the settings.",
    )
    past = config("[governors]\nmeetings = [2026-12-09]\n")
    assert meeting_notices(mine[1:], past, TODAY) == (
        "The last meeting of the Full Governing Body that is known was on 9 December 2026: give the next ones under "
        "[governors] in the settings.",
    )


def test_a_body_whose_key_or_policy_is_a_slip_is_refused_with_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="small letters and hyphens"):
        config('[governors.bodies."Finance Committee"]\nname = "Finance Committee"\n')
    with pytest.raises(ConfigurationError, match="must not be empty"):
        config('[governors.bodies.finance]\nname = "Finance Committee"\npolicies = [""]\n')


def test_a_text_that_awaits_approval_comes_before_the_body_whose_turn_it_is() -> None:
    waiting = {"state": ReviewState.AWAITING_APPROVAL}
    charging = replace(standing("charging-and-remissions", "charging-and-remissions"), **waiting)
    assert decides_on(charging, config(), TODAY) == date(2027, 6, 16), "the committee's, not the board's of July"
    assert decides_on(charging, config(), date(2027, 6, 16)) == date(2027, 6, 16)
    agreed = replace(charging, partly_approved_by=("Finance Committee",))
    assert decides_on(agreed, config(), TODAY) == date(2027, 7, 9)
    assert decides_on(replace(standing("lettings"), **waiting), config(), date(2027, 11, 1)) is None, "none to come"
    assert decides_on(replace(standing("attendance", "attendance"), **waiting), config(), TODAY) is None
    assert decides_on(standing("charging-and-remissions"), config(), TODAY) is None, "it waits for nobody"


def test_a_text_that_the_headteacher_may_approve_any_day_waits_for_no_meeting() -> None:
    waiting = {"state": ReviewState.AWAITING_APPROVAL}
    by_the_team = replace(standing("attendance", "attendance"), **waiting)
    assert say_standing(by_the_team, config(), TODAY) == "in use; waits for approval, which needs no meeting"
    by_the_head = replace(standing("lettings", approved_by="Headteacher"), **waiting)
    assert say_standing(by_the_head, config(), TODAY) == "in use; waits for approval, which needs no meeting"
    charging = replace(standing("charging-and-remissions", "charging-and-remissions"), **waiting)
    assert say_standing(charging, config(), TODAY) == "in use; governors decide on 16 June 2027"
    assert say_standing(replace(standing("lettings"), **waiting), config(), date(2027, 11, 1)) == (
        "in use; governors decide at their next meeting"
    )
