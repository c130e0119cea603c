"""A new edition is told once to whoever looks after a policy that rests on it, and asks nothing of staff."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.catalogue.editions import find_edition, new_guidance
from pipeline.letters.contributors.guidance import GUIDANCE
from pipeline.model.facts import CitedGuidance
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.policies import NewGuidance, RevisionKind
from pipeline.policies.decisions.decide import issue
from pipeline.policies.decisions.reaffirm import reaffirm
from pipeline.register.deciding import deciding
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.policies.policies import VersionRow
from tests.letters.test_reminders import lived
from tests.school import MONDAY, School, at, without_code

LEAD = "pat@example.org"
KEPT_SAFE = NewGuidance("keeping-children-safe", 2026)
APPLIES = date(2026, 9, 1)
_WEB = '[web]\nbase_url = "https://policies.example.org"\n'


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as made:
        yield made


def old_policy(school: School, title: str, slug: str, reviewed: str = "2026-04") -> VersionRow:
    """Add a policy that was last looked at before the edition of September 2026."""
    first = school.add_policy(title, slug)
    return school.add_version(first.policy_id, RevisionKind.ADOPTED, title=title, reviewed=reviewed)


def to_lead(school: School) -> list[MessageRow]:
    return [mail for mail in school.messages() if mail.recipient == LEAD]


# --- which editions are new to whom ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("looked_at", "today", "is_new"),
    [
        (date(2026, 4, 30), APPLIES, True),
        (date(2026, 4, 30), date(2026, 7, 1), True),  # it is out by then
        (date(2026, 4, 30), date(2026, 6, 30), False),
        (date(2026, 7, 10), APPLIES, False),  # a review in July looks at the one of September
        (None, APPLIES, True),
        (date(2026, 4, 30), date(2027, 9, 3), False),  # no news any more
    ],
)
def test_an_edition_is_new_from_when_it_is_out_until_somebody_has_looked(
    looked_at: date | None, today: date, is_new: bool
) -> None:
    found = tuple(new_guidance("online-safety", (), looked_at, today))
    assert (KEPT_SAFE in found) is is_new


@pytest.mark.parametrize(("year", "is_new"), [(2025, True), (2026, False)])
def test_a_policy_that_cites_an_edition_rests_on_it_whatever_the_catalogue_says(year: int, is_new: bool) -> None:
    cited = (CitedGuidance("keeping-children-safe", year, f"KCSIE {year}", "paragraph 3"),)
    assert (KEPT_SAFE in tuple(new_guidance(None, cited, None, APPLIES))) is is_new
    assert find_edition(KEPT_SAFE) is not None


# --- who is told, and when -------------------------------------------------------------------------------------------


def test_the_owner_is_told_once_for_each_edition_and_policy(school: School) -> None:
    old_policy(school, "Online safety", "online-safety")
    old_policy(school, "Lettings", None)  # type: ignore[arg-type]
    school.add_person("Lee")
    letters = [(day, letter) for day, letter in lived(school, MONDAY, MONDAY + timedelta(days=9))]
    told = [(day, letter.kinds, letter.address) for day, letter in letters if letter.contents.of(GUIDANCE)]
    assert told == [(MONDAY, (MailKind.GUIDANCE,), LEAD)]
    mail, again = to_lead(school)
    assert again.kind is MailKind.OPEN  # the list of the week after has it in one line
    assert without_code(mail.subject) == (
        "Test Primary School: new edition of Keeping Children Safe in Education 2026 (23 November 2026)"
    )
    for words in (
        "\nKeeping Children Safe in Education: the edition of 2026\nIt applies from 1 September 2026. Seen on: ",
        "* Online safety, last reviewed April 2026\n  policy reaffirm online-safety --on DAY --reason …",
    ):
        assert words in mail.text
    assert "Lettings" not in mail.text
    assert "<strong>Online safety</strong>, last reviewed April 2026" in mail.html
    assert all(mail.recipient == LEAD or "edition" not in mail.text for mail in school.messages())


def test_where_the_school_serves_a_desk_the_letter_links_to_it(tmp_path: Path) -> None:
    with School(tmp_path, _WEB) as school:
        old_policy(school, "Online safety", "online-safety")
        school.plan()
        [mail] = to_lead(school)
        assert "\n  https://policies.example.org/policies/online-safety\n" in mail.text
        assert 'href="https://policies.example.org/policies/online-safety"' in mail.html


def test_nobody_is_told_on_a_day_without_mail_but_on_the_next(school: School) -> None:
    old_policy(school, "Online safety", "online-safety")
    saturday = MONDAY - timedelta(days=2)
    assert [day for day, _ in lived(school, saturday, MONDAY)] == [MONDAY]


def test_who_has_looked_is_not_told_even_where_the_letter_waits(school: School) -> None:
    old_policy(school, "Online safety", "online-safety")
    school.plan()
    with deciding(school.register, school.root, "Jo Marsh", at(MONDAY)) as decision:
        reaffirm(
            decision, "online-safety", on=MONDAY, reason="nothing to change", today=MONDAY, default_cycle_months=12
        )
    report = school.plan(MONDAY + timedelta(days=1)).report
    assert report.cancelled == 1
    [mail] = to_lead(school)
    assert (mail.state, mail.detail) == (DeliveryState.CANCELLED, "the new edition was looked at, or released")


# --- what others publish ---------------------------------------------------------------------------------------------


def test_the_lead_is_told_once_of_a_later_edition_of_what_staff_read(school: School) -> None:
    before, after = date(2026, 8, 24), date(2026, 9, 1)
    with deciding(school.register, school.root, "Jo Marsh", at(before)) as decision:
        issue(decision, "kcsie-part-one", kind=None, reason=None, today=before)
    letters = lived(school, before, after + timedelta(days=7))
    assert [day for day, letter in letters if letter.contents.of(GUIDANCE)] == [after]
    mail, again = to_lead(school)
    assert "a later edition is there; staff are asked to read it once it is released" in again.text
    assert "\nKeeping Children Safe in Education, Part One: the edition of 2026\n" in mail.text
    assert "They are asked to read this one only when you release it: policy issue kcsie-part-one\n" in mail.text
