"""Reminders to policy owners: each stage once, one mail a person, nobody told early or twice or of what is done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import ReviewSection, parse_config
from pipeline.contacts.confirmations import note_contacts
from pipeline.dates.calendar import is_mail_day
from pipeline.letters.contributors.reviews import review_stage
from pipeline.letters.day import LetterReport, write_letters
from pipeline.mail.outbox import DeliveryReport
from pipeline.model.facts import Problem
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.decisions.decide import Approval, approve_version, set_facts
from pipeline.policies.decisions.due_dates import move_due
from pipeline.policies.decisions.reaffirm import reaffirm
from pipeline.policies.owners import Recipient, resolve_owner
from pipeline.register.deciding import deciding
from pipeline.register.mail import outbox
from tests.mail.world import NOW, SMTP, TODAY, CollectingTransport, World, parse
from tests.school import without_code

PEOPLE = """
[contacts.dsl]
name = "Deborah Sheffield"
email = "deborah@example.org"
pronoun = "she"
[[contacts.deputy-dsl]]
name = "Tom Ashgrove"
email = "tom@example.org"
[[contacts.deputy-dsl]]
name = "Priya Nandakumar"
email = "priya@example.org"
[contacts.headteacher]
name = "Helen Marchbanks"
email = "helen@example.org"
[contacts.chair-of-governors]
name = "Sam Chair"
email = "sam@example.org"
[contacts.senco]
name = "No Address"
[people.roles]
"Business Manager" = "money@example.org"
"PSHE Lead" = ["pshe@example.org", "helen@example.org"]
"""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, PEOPLE)
    for slug in ("confidentiality", "safeguarding", "charging"):
        world.add_policy(slug)
    yield world
    world.register.close()


def standing(
    world: World,
    slug: str,
    due_on: date | None,
    owner: str | None = "Safeguarding Lead",
    *,
    today: date = TODAY,
    state: ReviewState | None = None,
) -> PolicyStanding:
    days = None if due_on is None else (due_on - today).days
    if state is None:
        state = ReviewState.UNDATED if days is None else ReviewState.OVERDUE if days < 0 else ReviewState.CURRENT
    return PolicyStanding(
        policy_id=world.versions[slug][0],
        slug=slug,
        title=slug.title(),
        catalogue_slug=None,
        version_id=world.versions[slug][1],
        version_number=1,
        version_sha256="0" * 64,
        words=800,
        state=state,
        approved_on=None,
        last_review=None,
        next_review=None,
        due_on=due_on,
        days=days,
        owner=owner,
        draft_version_id=None,
        problems=(),
    )


@dataclass(frozen=True)
class Told:
    """One letter that tells of reviews."""

    recipient: Recipient
    policies: tuple[str, ...]
    message: int


@dataclass(frozen=True)
class ReminderPlan:
    """What a day's planning came to, for whoever looks after policies."""

    report: LetterReport

    @property
    def queued(self) -> tuple[Told, ...]:
        return tuple(
            Told(Recipient(letter.address, letter.name), letter.reviews, letter.message)
            for letter in self.report.to_others
            if letter.reviews  # a Monday list tells of them between their stages
        )

    @property
    def queued_count(self) -> int:
        return len(self.queued)

    @property
    def unresolved_owners(self) -> tuple[tuple[str, Problem], ...]:
        return self.report.unresolved_owners

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for _, problem in self.unresolved_owners)

    @property
    def untold(self) -> tuple[str, ...]:
        return self.report.untold

    @property
    def cancelled(self) -> int:
        return self.report.cancelled


def plan(world: World, *standings: PolicyStanding, today: date = TODAY) -> ReminderPlan:
    now = NOW + (today - TODAY)
    report = write_letters(world.register, world.config, standings, secret="a secret of sixteen", today=today, now=now)
    return ReminderPlan(report)


def test_overdue_policy_reminds_its_owner_once(school: World) -> None:
    late = standing(school, "confidentiality", date(2026, 8, 31))
    first = plan(school, late)
    assert [(mail.recipient, mail.policies) for mail in first.queued] == [
        (Recipient("deborah@example.org", "Deborah Sheffield"), ("confidentiality",))
    ]
    assert plan(school, late).queued == ()
    assert school.deliver().written == 1
    assert plan(school, late).queued == ()
    assert school.deliver() == DeliveryReport()
    mail = parse(school.files[0].read_bytes())
    assert without_code(mail["Subject"]) == "Your school: policy review for you: Confidentiality (85 days late)"


def test_an_owner_is_given_the_office_number_while_that_of_a_new_lead_is_not_confirmed(school: World) -> None:
    with school.register.transaction() as tx:
        note_contacts(tx, school.school, school.config, TODAY, NOW)
    new = '[contacts.dsl]\nname = "Jo Hill"\nphone = "01632 960155"\n[contacts.office]\nphone = "01632 960110"\n'
    school.configure(f'{new}[people.roles]\n"Business Manager" = "money@example.org"\n')
    plan(school, standing(school, "charging", TODAY - timedelta(days=1), "Business Manager"))
    assert school.deliver().written == 1
    words = school.files[0].read_text(encoding="utf-8")
    assert "Jo Hill (01632 960110)" in " ".join(words.replace("=\n", "").split())
    assert "960155" not in words


def test_one_mail_holds_all_an_owners_policies(school: World) -> None:
    plan_ = plan(
        school,
        standing(school, "confidentiality", date(2026, 8, 31)),
        standing(school, "safeguarding", TODAY + timedelta(days=20), "the DSL"),
        standing(school, "charging", TODAY - timedelta(days=1), "Business Manager"),
    )
    assert [(mail.recipient.address, mail.policies) for mail in plan_.queued] == [
        ("deborah@example.org", ("confidentiality", "safeguarding")),
        ("money@example.org", ("charging",)),
    ]
    assert plan_.queued_count == 2


def test_the_next_stage_is_told_when_it_is_reached(school: World) -> None:
    due_on = date(2026, 12, 31)
    told = []
    day = date(2026, 9, 1)
    while day <= date(2027, 1, 29):
        if plan(school, standing(school, "confidentiality", due_on, today=day), today=day).queued:
            told.append((day, (due_on - day).days))
        day += timedelta(days=1)
    # 60 days before is a Sunday and New Year's Day a bank holiday: told on the next mail day, still once.
    assert [days for _, days in told] == [90, 59, 30, 14, 7, 0, -4, -7, -14, -21, -28]
    assert all(day.weekday() < 5 for day, _ in told)


@pytest.mark.parametrize(("told_on", "days_back"), [(3, 1), (3, 20), (-3, 10), (-3, 60)])
def test_a_clock_set_back_repeats_no_stage_and_tells_none_before_it(
    school: World, told_on: int, days_back: int
) -> None:
    due = TODAY - timedelta(days=told_on)
    assert plan(school, standing(school, "confidentiality", due)).queued_count == 1
    assert school.deliver().written == 1
    earlier = TODAY - timedelta(days=days_back)
    while not is_mail_day(earlier, ()):
        earlier -= timedelta(days=1)
    again = standing(school, "confidentiality", due, today=earlier)
    assert plan(school, again, today=earlier).queued_count == 0


MEETINGS = """
[governors]
meetings = [2026-12-09, 2027-03-17, 2027-07-09, 2027-10-08]
[calendar]
closed = ["2027-05-31..2027-06-04", "2027-07-22..2027-08-31"]
terms = ["2026-09-01..2026-12-18", "2027-01-05..2027-03-25", "2027-04-12..2027-07-21"]
"""


@pytest.mark.parametrize("meetings", ["", MEETINGS])
def test_the_first_notice_of_an_august_review_lands_before_the_owner_leaves_in_july(
    school: World, meetings: str
) -> None:
    school.configure(f"{PEOPLE}[review]\nremind_days = [14, 0]\n{meetings}")
    due_on, told = date(2027, 8, 31), []
    for number in range(100):
        day = date(2027, 5, 3) + timedelta(days=number)
        if plan(school, standing(school, "confidentiality", due_on, today=day), today=day).queued:
            told.append(day)
    assert told[0] <= date(2027, 7, 1)
    # With meetings the owner is also told on the day for papers that the text is not ready.
    assert told[0] < date(2027, 7, 1)
    assert [day for day in told[1:] if day.month < 8] == ([date(2027, 7, 1)] if meetings else [])


def test_the_owners_letter_says_which_meeting_is_the_last_and_what_slips_if_it_is_missed(school: World) -> None:
    school.configure(PEOPLE + MEETINGS)
    today = date(2027, 6, 2)
    plan(school, standing(school, "confidentiality", date(2027, 8, 31), today=today), today=date(2027, 6, 7))
    assert school.deliver(today=date(2027, 6, 7), now=NOW + (date(2027, 6, 7) - TODAY)).written == 1
    mail = parse(school.files[0].read_bytes())
    said = (
        "The meeting on 9 July is the last before it is due; papers by 1 July; if missed, the next is 8 October: 38 "
        "days late."
    )
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            assert said in " ".join(part.get_content().split())


def test_what_a_clock_years_ahead_told_silences_nothing(school: World) -> None:
    due = TODAY - timedelta(days=3)
    ahead = date(2036, 11, 24)
    assert plan(school, standing(school, "confidentiality", due, today=ahead), today=ahead).queued_count == 1
    assert plan(school, standing(school, "confidentiality", due)).queued_count == 1


def test_missed_stages_are_skipped_and_the_reached_one_told_once(school: World) -> None:
    due_on = TODAY + timedelta(days=13)
    assert plan(school, standing(school, "confidentiality", due_on)).queued_count == 1
    with school.register.reading() as tx:
        (row,) = outbox.list_messages(tx, school.school, kind=MailKind.OWNER)
    assert "(due in 13 days)" in row.subject


def test_nothing_is_planned_on_a_day_without_mail(school: World) -> None:
    saturday = date(2026, 11, 28)
    late = standing(school, "confidentiality", date(2026, 8, 31), today=saturday)
    assert plan(school, late, today=saturday).queued == ()
    assert plan(school, late, today=date(2026, 11, 30)).queued_count == 1


@pytest.mark.parametrize(
    "state",
    [ReviewState.WITHDRAWN, ReviewState.LIVE_DOCUMENT, ReviewState.UNDATED],
)
def test_policies_without_a_review_to_do_remind_nobody(school: World, state: ReviewState) -> None:
    result = plan(school, standing(school, "confidentiality", date(2026, 8, 31), "Nobody", state=state))
    assert (result.queued, result.unresolved_owners, result.untold) == ((), (), ())
    assert plan(school, standing(school, "confidentiality", None)).queued == ()


def test_an_owner_nobody_knows_is_a_finding(school: World) -> None:
    result = plan(
        school,
        standing(school, "confidentiality", date(2026, 8, 31), "The Grand Vizier"),
        standing(school, "safeguarding", TODAY + timedelta(days=3), None),
        standing(school, "charging", TODAY + timedelta(days=300), "Somebody"),
    )
    assert result.queued == ()
    assert [slug for slug, _ in result.unresolved_owners] == ["confidentiality", "safeguarding"]
    assert {problem.code for problem in result.problems} == {"owner-unresolved"}
    assert "“The Grand Vizier”" in result.problems[0].message
    assert "3 months late" in result.problems[0].message
    assert (
        "names nobody who looks after it, and the review of Safeguarding is due in 3 days" in result.problems[1].message
    )


def test_a_review_whose_owner_nobody_knows_falls_to_the_default_owner_in_one_mail_that_says_why(school: World) -> None:
    late = [
        standing(school, "confidentiality", date(2026, 8, 31), "The Grand Vizier"),
        standing(school, "safeguarding", TODAY + timedelta(days=3), None),
    ]
    assert plan(school, *late).queued == ()
    school.configure(PEOPLE + '[review]\ndefault_owner = "Headteacher"\n')
    result = plan(school, *late)
    assert [(mail.recipient.address, mail.policies) for mail in result.queued] == [
        ("helen@example.org", ("confidentiality", "safeguarding"))
    ]
    assert "Helen Marchbanks ([review] default_owner) is told of it" in result.problems[0].message
    assert school.deliver().written == 1
    mail = parse(school.files[0].read_bytes())
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        words = " ".join(body.get_content().split())
        assert "It is looked after by “The Grand Vizier”, whose address is not known, so it comes to you." in words
        assert "It names nobody who looks after it, so it comes to you." in words
    assert plan(school, *late).queued == ()


def test_an_owner_who_is_known_keeps_their_own_review_and_is_not_told_that_it_falls_to_them(school: World) -> None:
    school.configure(PEOPLE + '[review]\ndefault_owner = "office@example.org"\nescalate = true\n')
    result = plan(
        school,
        standing(school, "confidentiality", date(2026, 8, 31)),
        standing(school, "charging", date(2026, 8, 31), "The Grand Vizier"),
    )
    told = {mail.recipient.address: mail.policies for mail in result.queued}
    assert told["deborah@example.org"] == ("confidentiality",)
    assert told["office@example.org"] == ("charging",)
    assert told["helen@example.org"] == ("confidentiality", "charging")
    school.deliver()
    texts = {parse(path.read_bytes())["To"]: path.read_text(encoding="utf-8") for path in school.files}
    saying = [address for address, text in texts.items() if "so it comes to you" in " ".join(text.split())]
    assert saying == ["office@example.org"]


def test_turning_smtp_on_tells_owners_afresh_and_waits_for_nobody(school: World) -> None:
    late = standing(school, "confidentiality", date(2026, 8, 31))
    plan(school, late)
    school.deliver()
    school.configure(PEOPLE + SMTP)
    assert plan(school, late).queued_count == 1
    assert school.deliver(CollectingTransport()).sent == 1
    assert plan(school, late).queued == ()


def test_going_on_to_graph_tells_owners_nothing_twice(school: World) -> None:
    late = standing(school, "confidentiality", date(2026, 8, 31))
    school.configure(PEOPLE + SMTP)
    plan(school, late)
    assert school.deliver(CollectingTransport()).sent == 1
    mail = school.config.mail.model_copy(update={"route": "graph"})
    school.config = school.config.model_copy(update={"mail": mail})
    assert plan(school, late).queued == ()


def test_what_was_sent_counts_for_good_also_with_a_folder_run_in_between(school: World) -> None:
    late = standing(school, "confidentiality", date(2026, 8, 31))
    school.configure(PEOPLE + SMTP)
    plan(school, late)
    assert school.deliver(CollectingTransport()).sent == 1
    school.configure(PEOPLE)
    assert plan(school, late).queued == ()
    school.configure(PEOPLE + SMTP)
    assert plan(school, late).queued == ()


def test_a_reminder_that_was_not_sent_goes_no_more_once_the_review_is_done(school: World) -> None:
    school.configure(PEOPLE + SMTP)
    plan(school, standing(school, "confidentiality", date(2026, 8, 31)), standing(school, "safeguarding", TODAY))
    half_done = plan(
        school, standing(school, "confidentiality", date(2027, 8, 31)), standing(school, "safeguarding", TODAY)
    )
    assert half_done.cancelled == 0
    done = plan(
        school,
        standing(school, "confidentiality", date(2027, 8, 31)),
        standing(school, "safeguarding", date(2027, 8, 31)),
    )
    assert done.cancelled == 1
    assert school.states() == [DeliveryState.CANCELLED]
    again = plan(school, standing(school, "confidentiality", date(2026, 8, 31)))
    assert again.queued_count == 1


def issued(world: World, due_on: date | None, since: date, today: date) -> PolicyStanding:
    state = ReviewState.UNDATED if due_on is None else ReviewState.AWAITING_APPROVAL
    one = standing(world, "confidentiality", due_on, today=today, state=state)
    return replace(one, unapproved_since=since)


def days_told(world: World, due_on: date | None, since: date, days: int) -> list[date]:
    told = []
    for number in range(days):
        day = since + timedelta(days=number)
        if plan(world, issued(world, due_on, since, day), today=day).queued:
            told.append(day)
    return told


def test_a_policy_in_use_and_never_approved_is_told_of_by_its_meeting_and_by_its_due_day(school: World) -> None:
    school.configure(PEOPLE + MEETINGS)
    since, due_on = date(2026, 11, 10), date(2027, 2, 26)
    # At once; five school days before the papers go; the day after the meeting; then the stages of the review itself.
    told = days_told(school, due_on, since, 109)
    assert told[:3] == [since, date(2026, 11, 24), date(2026, 11, 30)]
    assert date(2026, 12, 10) in told
    assert told[-1] == due_on


def test_a_policy_never_approved_whose_document_moved_its_date_a_year_on_does_not_fall_silent(school: World) -> None:
    since = date(2026, 11, 10)
    assert days_told(school, date(2028, 8, 31), since, 70) == [since, date(2026, 12, 10), date(2027, 1, 11)]
    assert plan(school, issued(school, None, since, date(2027, 3, 1)), today=date(2027, 3, 1)).queued_count == 1


def test_its_letter_says_since_when_it_is_in_use_and_what_to_do_and_an_approval_ends_it(school: World) -> None:
    school.configure(PEOPLE + MEETINGS + SMTP[SMTP.index("[mail]") :])
    since = date(2026, 11, 10)
    plan(school, issued(school, date(2028, 8, 31), since, TODAY))
    with school.register.reading() as tx:
        (row,) = outbox.list_messages(tx, school.school, kind=MailKind.OWNER)
    assert "Confidentiality (not approved yet)" in row.subject
    for said in (row.text, row.html):
        assert "It is in use since 10 November 2026 and nobody has approved it yet." in " ".join(said.split())
        assert "The Full Governing Body meets on 9 December; papers by 1 December." in " ".join(said.split())
    assert plan(school, standing(school, "confidentiality", date(2028, 8, 31))).cancelled == 1
    with school.register.reading() as tx:
        (row,) = outbox.list_messages(tx, school.school, kind=MailKind.OWNER)
    assert row.detail == "it was approved"


def test_a_waiting_reminder_is_not_dropped_as_done_because_the_text_was_put_in_use(school: World) -> None:
    school.configure(PEOPLE + SMTP)
    due_on = date(2026, 8, 31)
    plan(school, standing(school, "confidentiality", due_on))
    assert plan(school, issued(school, due_on, TODAY, TODAY)).cancelled == 0
    moved = plan(school, issued(school, date(2028, 8, 31), TODAY, TODAY))
    with school.register.reading() as tx:
        before, now = outbox.list_messages(tx, school.school, kind=MailKind.OWNER)
    assert moved.cancelled == 1
    assert before.detail == "its changed text is in use and waits for approval, which is told instead"
    assert "not approved yet" in now.subject


def test_headteacher_and_chair_hear_of_late_reviews_only_where_the_school_wants_it(school: World) -> None:
    late = standing(school, "confidentiality", date(2026, 8, 31))
    near = standing(school, "safeguarding", TODAY + timedelta(days=5))
    headteachers_own = standing(school, "charging", date(2026, 8, 31), "Headteacher")
    school.configure(PEOPLE + "[review]\nescalate = true\n")
    result = plan(school, late, near, headteachers_own)
    assert {mail.recipient.address: mail.policies for mail in result.queued} == {
        "helen@example.org": ("confidentiality", "charging"),
        "sam@example.org": ("confidentiality", "charging"),
        "deborah@example.org": ("confidentiality", "safeguarding"),
    }


@pytest.mark.parametrize(
    ("owner", "addresses"),
    [
        ("Safeguarding Lead", ["deborah@example.org"]),
        ("Designated Safeguarding Lead (DSL)", ["deborah@example.org"]),
        ("DSL", ["deborah@example.org"]),
        ("Deputy DSL", ["tom@example.org", "priya@example.org"]),
        ("The Headteacher", ["helen@example.org"]),
        ("Chair of Governors", ["sam@example.org"]),
        ("Mrs Deborah Sheffield", ["deborah@example.org"]),
        ("deborah  sheffield", ["deborah@example.org"]),
        ("business manager", ["money@example.org"]),
        ("The PSHE Lead", ["pshe@example.org", "helen@example.org"]),
        ("Headteacher and Business Manager", ["helen@example.org"]),
        ("Business Manager / PSHE Lead", ["money@example.org", "pshe@example.org", "helen@example.org"]),
        ("J. Bloggs (j.bloggs@example.org)", ["j.bloggs@example.org"]),
        ("office: HELEN@example.org", ["helen@example.org"]),
        ("SENCO", []),
        ("Deputy Headteacher", []),
        ("Helen", []),
        ("", []),
        ("  ", []),
        (None, []),
    ],
)
def test_owner_is_found_by_role_name_list_or_address(owner: str | None, addresses: list[str]) -> None:
    config = parse_config(PEOPLE, root=Path())
    found = resolve_owner(owner, config.directory(TODAY), config)
    assert [recipient.address for recipient in found] == addresses


def test_a_role_of_the_schools_own_is_a_role(tmp_path: Path) -> None:
    config = parse_config('[contacts.pshe-lead]\nname = "A B"\nemail = "ab@example.org"\n', root=tmp_path)
    assert resolve_owner("PSHE lead", config.directory(TODAY), config) == (Recipient("ab@example.org", "A B"),)


@given(
    days=st.integers(-2000, 800),
    stages=st.lists(st.integers(0, 730), max_size=6),
    every=st.integers(1, 366),
)
def test_a_stage_is_never_early_and_always_the_latest_reached(days: int, stages: list[int], every: int) -> None:
    stage = review_stage(days, ReviewSection(remind_days=tuple(stages), overdue_every_days=every))
    if days < 0:
        assert stage is not None
        late = int(stage.removeprefix("late-"))
        assert late % every == 0
        assert late <= -days < late + every
    elif stage is None:
        assert all(days > reached for reached in stages)
    else:
        assert days <= int(stage)
        assert not any(days <= reached < int(stage) for reached in stages)


def test_two_names_for_one_address_get_one_mail(school: World) -> None:
    school.configure(PEOPLE.replace('"money@example.org"', '"Deborah@Example.org"'))
    result = plan(
        school,
        standing(school, "confidentiality", date(2026, 8, 31)),
        replace(standing(school, "charging", date(2026, 8, 31)), owner="Business Manager"),
    )
    assert [mail.policies for mail in result.queued] == [("confidentiality", "charging")]


@pytest.mark.parametrize("how", ["approved", "reaffirmed", "set", "moved"])
def test_a_letter_that_waits_says_nothing_of_a_review_done_before_it_goes(school: World, how: str) -> None:
    late = [standing(school, slug, date(2026, 8, 31)) for slug in ("confidentiality", "safeguarding")]
    if how == "moved":
        with deciding(school.register, school.root, "Jo Marsh", NOW) as decision:
            set_facts(decision, "confidentiality", ["next_review=2026-08"], reason="agreed", today=TODAY)
    assert plan(school, *late).queued_count == 1
    with deciding(school.register, school.root, "Jo Marsh", NOW) as decision:
        if how == "approved":
            approval = Approval(TODAY, "Governors")
            approve_version(decision, "confidentiality", approval, default_cycle_months=12, today=TODAY)
        elif how == "reaffirmed":
            reaffirm(decision, "confidentiality", on=TODAY, reason="", default_cycle_months=12, today=TODAY)
        elif how == "set":
            set_facts(decision, "confidentiality", ["next_review=2027-05"], reason="agreed", today=TODAY)
        else:
            day, why = date(2027, 1, 15), "new guidance is due"
            move_due(decision, "confidentiality", to=day, reason=why, config=school.config, today=TODAY)
    # As the tick of each minute does, without a plan before it.
    assert school.deliver().written == 0
    again = plan(school, standing(school, "confidentiality", date(2027, 8, 31)), late[1])
    assert [mail.policies for mail in again.queued] == [("safeguarding",)]
    assert school.deliver().written == 1
    assert "Confidentiality" not in school.files[0].read_text(encoding="utf-8")
