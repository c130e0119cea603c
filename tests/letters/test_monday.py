"""The Monday list: once a week what is open, below what the letter says anyway, and nothing where nothing is open."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from pipeline.dates.calendar import is_mail_day
from pipeline.decisions.rights import Action, Who
from pipeline.letters.contributors.monday import _OPENS_THE_DESK, MOST, OPEN
from pipeline.letters.contributors.reviews import REVIEWS, review_stage
from pipeline.letters.write import QueuedLetter
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.people import AwayPeriod, Right
from pipeline.model.policies import RevisionKind
from pipeline.policies.decisions.reaffirm import reaffirm
from pipeline.register.deciding import deciding
from pipeline.register.mail.outbox import MessageRow, cancel_messages
from pipeline.register.people.changes import add_absence
from pipeline.register.policies.policies import VersionRow, set_version_status
from tests.letters.test_reminders import lived
from tests.school import MONDAY, School, at, without_code

LEAD, HEAD = "pat@example.org", "helen@example.org"
TOML = """
[contacts.headteacher]
name = "Helen Marchbanks"
email = "helen@example.org"
[review]
overdue_every_days = 60
default_owner = "Headteacher"
"""
"""A review due on 31 August is told on 30 October and on 29 December, so that Mondays between are the list's alone."""
_PEOPLE_WEB = '[web]\nbase_url = "https://policies.example.org"\n'
WEEK = timedelta(days=7)
NEXT = MONDAY + WEEK


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, TOML) as made:
        yield made


def policy(school: School, title: str, due: str = "2026-08") -> VersionRow:
    """Add a policy that the lead looks after; by itself its review is late, and nothing else is open of it."""
    first = school.add_policy(title, None)
    return school.add_version(first.policy_id, RevisionKind.ADOPTED, title=title, due=due)


def days_of(letters: Sequence[tuple[date, QueuedLetter]], address: str, kind: MailKind = MailKind.OPEN) -> list[date]:
    return [day for day, letter in letters if letter.address == address and kind in letter.kinds]


def to(school: School, address: str) -> list[MessageRow]:
    return [mail for mail in school.messages() if mail.recipient == address]


def checked(school: School, slug: str, on: date) -> None:
    with deciding(school.register, school.root, "Jo Marsh", at(on)) as decision:
        reaffirm(decision, slug, on=on, reason="nothing to change", today=on, default_cycle_months=12)


# --- when ------------------------------------------------------------------------------------------------------------


def test_the_list_goes_on_each_monday_while_something_is_open_and_a_stage_of_the_day_is_not_in_it(
    school: School,
) -> None:
    policy(school, "Lettings")
    letters = lived(school, MONDAY, MONDAY + 5 * WEEK)
    assert days_of(letters, LEAD, MailKind.OWNER) == [MONDAY]
    assert days_of(letters, LEAD) == [NEXT, NEXT + WEEK, NEXT + 2 * WEEK, NEXT + 3 * WEEK]  # 28 December is a holiday
    [letter] = [letter for day, letter in letters if day == NEXT]
    assert letter.kinds == (MailKind.OPEN,)
    mail = to(school, LEAD)[1]
    assert without_code(mail.subject) == "Test Primary School: open for you this week: Lettings (30 November 2026)"
    assert (
        "OPEN FOR YOU THIS WEEK\n* Lettings: review 3 months late, still in force (it was due 31 August 2026)\n"
        "  policy approve lettings --on DAY --by BODY, or policy reaffirm lettings where nothing changes\n"
    ) in mail.text
    assert "<strong>Lettings</strong>: review 3 months late, still in force" in mail.html


def test_a_school_that_begins_on_a_wednesday_has_its_first_list_on_the_monday_after(school: School) -> None:
    policy(school, "Lettings")
    assert days_of(lived(school, MONDAY + timedelta(days=2), NEXT + timedelta(days=2)), LEAD) == [NEXT]


def test_where_monday_is_closed_the_list_goes_on_the_first_day_of_the_week_with_mail(tmp_path: Path) -> None:
    with School(tmp_path, TOML + f'[calendar]\nclosed = ["{NEXT}..{NEXT + timedelta(days=1)}"]\n') as school:
        policy(school, "Lettings")
        found = days_of(lived(school, MONDAY, NEXT + WEEK), LEAD)
        assert found == [NEXT + timedelta(days=2), NEXT + WEEK]


def test_a_monday_without_a_run_is_caught_up_once_and_a_week_without_any_is_not(school: School) -> None:
    policy(school, "Lettings")
    lived(school, MONDAY, MONDAY)
    assert days_of(lived(school, NEXT + timedelta(days=2), NEXT + timedelta(days=6)), LEAD) == [
        NEXT + timedelta(days=2)
    ]
    after = NEXT + 2 * WEEK
    assert days_of(lived(school, after, after + timedelta(days=6)), LEAD) == [after]


def test_what_comes_up_later_in_the_week_waits_for_the_next_monday(school: School) -> None:
    version = policy(school, "Lettings", due="2027-08")
    assert lived(school, MONDAY, NEXT) == []
    with school.register.transaction() as tx:
        set_version_status(tx, version.id, version.status, next_review_on=NEXT + timedelta(days=25))
    letters = lived(school, NEXT + timedelta(days=1), NEXT + WEEK)
    assert days_of(letters, LEAD, MailKind.OWNER) == [NEXT + timedelta(days=1)]
    assert days_of(letters, LEAD) == [NEXT + WEEK]


def test_nobody_is_written_to_for_whom_nothing_is_open(school: School) -> None:
    policy(school, "Lettings", due="2027-08")
    assert lived(school, MONDAY, NEXT + WEEK) == []


# --- what stands in it -----------------------------------------------------------------------------------------------


def test_the_list_stands_below_a_stage_of_the_day_with_the_other_policies_alone(school: School) -> None:
    policy(school, "Lettings", due="2026-08")
    lived(school, MONDAY, MONDAY)
    policy(school, "Uniform", due="2026-09")
    [(_, letter)] = lived(school, NEXT, NEXT)
    assert letter.kinds == (MailKind.OWNER, MailKind.OPEN)
    mail = to(school, LEAD)[-1]
    assert mail.text.index("* Uniform\n  Was due") < mail.text.index("OPEN FOR YOU THIS WEEK\n* Lettings: review")
    assert mail.text.count("* Uniform") == mail.text.count("* Lettings") == 1
    assert mail.html.index("<strong>Uniform</strong>") < mail.html.index("Open for you this week</h2>")
    assert "policy reviews" not in mail.subject
    assert "policy review for you: Uniform" in mail.subject


def test_a_list_is_short_and_counts_the_rest(school: School) -> None:
    for number in range(MOST + 3):
        policy(school, f"Policy {number}")
    lived(school, MONDAY, NEXT)
    mail = to(school, LEAD)[-1]
    listed = mail.text.partition("OPEN FOR YOU THIS WEEK\n")[2].partition("\n\n--")[0]
    assert listed.count("\n* ") + 1 == MOST
    assert listed.endswith("And 3 more, all listed by policy status.")
    assert len(listed.splitlines()) <= 2 * MOST + 2
    assert without_code(mail.subject).endswith("Policy 3 and 6 more (30 November 2026)")


def test_with_a_desk_each_entry_links_to_it_and_who_has_no_account_is_told_so(tmp_path: Path) -> None:
    web = '[web]\nbase_url = "https://policies.example.org"\n[accounts]\n"helen@example.org" = "head"\n'
    with School(tmp_path, TOML + web) as school:
        policy(school, "Lettings")
        first = school.add_policy("Trips", None)
        school.add_version(first.policy_id, RevisionKind.ADOPTED, title="Trips", due="2026-08", owner="Headteacher")
        lived(school, MONDAY, NEXT)
        lead, head = to(school, LEAD)[-1], to(school, HEAD)[-1]
        assert "  https://policies.example.org/policies/lettings\n" in lead.text
        assert '<a href="https://policies.example.org/policies/lettings"><strong>Lettings</strong></a>: ' in lead.html
        assert "no account is known for you" in lead.text
        assert "no account is known for you" in lead.html
        assert "no account is known for you" not in head.text + head.html


def test_whose_account_opens_a_policys_page_is_what_the_desk_says() -> None:
    def opens(right: Right) -> bool:
        return Who(1, "jo@example.org", "Jo", frozenset({right})).may(Action.SEE_NAMES)

    assert {right for right in Right if opens(right)} == _OPENS_THE_DESK


def test_a_template_of_the_schools_own_without_a_place_for_the_list_swallows_none(school: School) -> None:
    folder = school.config.templates / "mail"
    folder.mkdir(parents=True)
    (folder / "owner.txt").write_text("Please look at {{ review_titles }}.\n", encoding="utf-8")
    policy(school, "Lettings")
    lived(school, MONDAY, MONDAY)
    policy(school, "Uniform", due="2026-09")
    lived(school, NEXT, NEXT)
    alone, with_list = to(school, LEAD)
    assert alone.text == "Please look at Lettings (84 days late).\n"
    assert "OPEN FOR YOU THIS WEEK\n* Lettings" in with_list.text


# --- to whom ---------------------------------------------------------------------------------------------------------


def test_while_the_owner_is_away_the_default_owner_has_it_and_the_owner_has_the_next(school: School) -> None:
    policy(school, "Lettings")
    lead = school.add_person("Marsh", email=LEAD)
    lived(school, MONDAY, MONDAY)
    with school.register.transaction() as tx:
        add_absence(tx, school.key, lead.id, AwayPeriod(NEXT, NEXT + timedelta(days=9)), at(MONDAY))
    letters = lived(school, NEXT, NEXT + 2 * WEEK)
    assert days_of(letters, LEAD) == [NEXT + 2 * WEEK]
    assert days_of(letters, HEAD, MailKind.OWNER) == [NEXT]  # the stage that the owner was told before
    assert days_of(letters, HEAD) == [NEXT + WEEK]


# --- what is done meanwhile ------------------------------------------------------------------------------------------


def test_a_list_that_waits_is_dropped_once_nothing_in_it_is_open_and_made_afresh_where_something_is(
    school: School,
) -> None:
    policy(school, "Lettings")
    policy(school, "Uniform")
    lived(school, MONDAY, MONDAY)
    school.plan(NEXT)
    checked(school, "lettings", NEXT)
    school.plan(NEXT)
    assert [mail.state for mail in to(school, LEAD)][1:] == [DeliveryState.PENDING]
    checked(school, "uniform", NEXT)
    school.plan(NEXT)
    [_, waiting] = to(school, LEAD)
    assert (waiting.state, waiting.detail) == (DeliveryState.CANCELLED, "nothing of it is open any more")


def test_a_letter_dropped_before_it_went_has_its_list_afresh_the_next_day(school: School) -> None:
    policy(school, "Lettings")
    policy(school, "Uniform", due="2026-09")
    lived(school, MONDAY, MONDAY)
    school.plan(NEXT)
    [_, waiting] = to(school, LEAD)
    with school.register.transaction() as tx:
        cancel_messages(tx, school.key, [waiting.id], "of an earlier day", at(NEXT))
    tuesday = NEXT + timedelta(days=1)
    assert days_of(lived(school, tuesday, tuesday + timedelta(days=2)), LEAD) == [tuesday]


def test_a_list_that_could_not_go_all_week_is_not_sent_beside_the_next(school: School) -> None:
    policy(school, "Lettings")
    lived(school, MONDAY, MONDAY)
    school.plan(NEXT)
    school.plan(NEXT + WEEK)
    before, after = to(school, LEAD)[1:]
    assert (before.state, before.detail) == (DeliveryState.CANCELLED, "another week has begun")
    assert (after.state, after.kind) == (DeliveryState.PENDING, MailKind.OPEN)


# --- any year --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "days"), [(4, 364), (9, 90)])
def test_in_any_year_nothing_is_told_twice_or_early_and_one_letter_a_day(tmp_path: Path, seed: int, days: int) -> None:
    chance = Random(seed)
    web = _PEOPLE_WEB if chance.random() < 0.5 else ""
    closed = MONDAY + timedelta(days=chance.randint(10, 200))
    toml = TOML.replace("= 60", f"= {chance.choice((7, 20, 60))}") + web
    toml += f'[calendar]\nclosed = ["{closed}..{closed + timedelta(days=chance.randint(0, 20))}"]\n'
    with School(tmp_path, toml) as school:
        titles = [f"Policy {number}" for number in range(chance.randint(2, 9))]
        for title in titles:
            policy(school, title, due=f"{chance.choice((2026, 2027))}-{chance.randint(1, 12):02}")
        day, last, letters = MONDAY, MONDAY + timedelta(days=days), list[tuple[date, QueuedLetter]]()
        while day <= last:
            if chance.random() < 0.02:
                checked(school, chance.choice(titles).lower().replace(" ", "-"), day)
            if chance.random() < 0.06:
                day += timedelta(days=chance.randint(1, 20))  # the program stands still
                continue
            if day.weekday() < 6:
                letters += lived(school, day, day)
            day += timedelta(days=1)
        _hold_year(school, letters)


def _hold_year(school: School, letters: Sequence[tuple[date, QueuedLetter]]) -> None:
    closed = school.config.calendar.closed
    days, weeks, stages = Counter[object](), Counter[object](), Counter[object]()
    for day, letter in letters:
        assert is_mail_day(day, closed)
        days[day, letter.address.casefold()] += 1
        for item in letter.contents.of(REVIEWS):
            stages[letter.address, item.about, item.standing.policy_id, item.told_on, item.stage] += 1
            assert item.stage == review_stage((item.told_on - day).days, school.config.review)  # type: ignore[operator]
        if not letter.contents.of(OPEN):
            continue
        weeks[letter.address, day.isocalendar()[:2]] += 1
        listed = [item.policy_id for one in letter.contents.of(OPEN) for item in one.items]
        told = {item.standing.policy_id for item in letter.contents.of(REVIEWS)}
        assert listed
        assert len(listed) == len(set(listed))
        assert not told & set(listed)
        assert len(listed) <= MOST
    assert letters
    assert max(days.values()) == 1
    assert max(weeks.values(), default=1) == 1
    assert max(stages.values(), default=1) == 1
