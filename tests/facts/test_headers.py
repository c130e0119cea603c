"""Headers and sentences of many hands: what each says, and what it does not."""

from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts
from tests.evaluate import document_from_text


def read(text: str) -> Facts:
    return extract_facts(document_from_text(text))


def dates_of(facts: Facts) -> dict[str, str | None]:
    return {
        name: fact.date.value if (fact := getattr(facts, name)) else None
        for name in ("approved_on", "last_review", "next_review")
    }


A, L, N = "approved_on", "last_review", "next_review"

SAID: list[tuple[str, dict[str, str]]] = [
    # a bare label never beats one that says of what
    ("Approved by: Headteacher Notice Date: 06/10/2021\nApproval date: 06/11/2020", {A: "2020-11-06"}),
    ("Approved by: Headteacher Date: 06/10/2021", {A: "2021-10-06"}),
    # one label, one date
    ("Approved by FGB: 12/5/2020", {A: "2020-05-12"}),
    ("Approved: Full Governing Body 14th March 2019", {A: "2019-03-14"}),
    ("Date of approval by FGB: May 2021", {A: "2021-05"}),
    ("Date ratified by governors\tMarch 2018", {A: "2018-03"}),
    ("Policy agreed: Autumn 2017", {A: "2017-autumn"}),
    ("Adopted by the Local Governing Committee on 4 July 2022", {A: "2022-07-04"}),
    ("Approved at the Resources Committee meeting on 3.2.21", {A: "2021-02-03"}),
    ("This policy was approved by the Governing Body in September 2023.", {A: "2023-09"}),
    ("This policy was ratified on 01.10.2019 by the full governing body.", {A: "2019-10-01"}),
    ("Agreed by Staff and Governors - November 2016", {A: "2016-11"}),
    ("Governors' approval: 9th Oct 2018", {A: "2018-10-09"}),
    ("Last reviewed on: 2 November 2023", {L: "2023-11-02"}),
    ("Policy last updated: Sept 22", {L: "2022-09"}),
    ("Date last reviewed\tSeptember 2021", {L: "2021-09"}),
    ("This policy was last reviewed in June 2020.", {L: "2020-06"}),
    ("Reviewed by Mrs J. Attwell, May 2019", {L: "2019-05"}),
    ("Revised October 2014", {L: "2014-10"}),
    ("Most recent review: Spring 2020", {L: "2020-spring"}),
    ("Date of most recent review: 1 March 2022", {L: "2022-03-01"}),
    ("Next review due by: 31/08/2025", {N: "2025-08-31"}),
    ("To be reviewed by: July 2024", {N: "2024-07"}),
    ("Policy to be reviewed in Summer Term 2023", {N: "2023-summer"}),
    ("Due for renewal: January 2022", {N: "2022-01"}),
    ("Date for next review: 2025/26", {N: "2025-26"}),
    ("Review due: Nov 2019", {N: "2019-11"}),
    ("Date policy to be reviewed: September 2020", {N: "2020-09"}),
    ("This policy will next be reviewed in March 2026.", {N: "2026-03"}),
    ("This policy is due for review in Autumn 2024.", {N: "2024-autumn"}),
    ("It will be reviewed again in October 2021.", {N: "2021-10"}),
    ("Review Date: June 2027", {N: "2027-06"}),
    ("Next Policy Review - September 2022", {N: "2022-09"}),
    ("Next scheduled review: 12 Jan 2025", {N: "2025-01-12"}),
    ("Proposed review date: May 2018", {N: "2018-05"}),
    ("Review before: September 2024", {N: "2024-09"}),
    # several on one line
    ("Approved: May 2019 Review: May 2021", {A: "2019-05", N: "2021-05"}),
    ("Reviewed: Autumn 2019 | Next review: Autumn 2020", {L: "2019-autumn", N: "2020-autumn"}),
    ("Policy reviewed Sept 2018, to be reviewed Sept 2019", {L: "2018-09", N: "2019-09"}),
    ("Last review: 01/09/2022    Next review: 01/09/2023    Page 2 of 9", {L: "2022-09-01", N: "2023-09-01"}),
    ("Reviewed and approved by governors March 2020", {L: "2020-03", A: "2020-03"}),
    (
        "Adopted March 2015, reviewed March 2017 and March 2019. Next review March 2021.",
        {A: "2015-03", L: "2019-03", N: "2021-03"},
    ),
    # labels and values apart
    (
        "Approved by:\nGoverning Board\nDate:\n3 March 2022\nLast reviewed on:\n1 March 2022\nNext review due "
        "by:\n1 March 2023",
        {A: "2022-03-03", L: "2022-03-01", N: "2023-03-01"},
    ),
    (
        "Date Approved\nDate of Review\nNext Review\nMay 2016\nMay 2018\nMay 2020",
        {A: "2016-05", L: "2018-05", N: "2020-05"},
    ),
    (
        "Approved\tReviewed\tNext review\n1.9.2017\t1.9.2019\t1.9.2021",
        {A: "2017-09-01", L: "2019-09-01", N: "2021-09-01"},
    ),
    (
        "Signed: ____________ Chair of Governors     Date: 12th June 2019\nReview date: June 2020",
        {A: "2019-06-12", N: "2020-06"},
    ),
    # order tells
    ("Date of policy: May 2017\nReview date: May 2019", {N: "2019-05"}),
    ("Review date: May 2017\nNext review date: May 2019", {L: "2017-05", N: "2019-05"}),
    ("Reviewed: Jan 2011\nReviewed: Jan 2013\nReviewed: Jan 2015\nReview: Jan 2017", {L: "2015-01", N: "2017-01"}),
    # history
    (
        "Version\tDate\tAmendments\n1.0\tMay 2015\tNew policy\n1.1\tJune 2017\tReviewed, no "
        "changes\n2.0\tJuly 2019\tUpdated for new guidance",
        {L: "2019-07"},
    ),
]


@pytest.mark.parametrize(("text", "said"), SAID, ids=[text.split("\n")[0][:50] for text, _ in SAID])
def test_dates_are_what_their_labels_say(text: str, said: dict[str, str]) -> None:
    expected: dict[str, Any] = {A: None, L: None, N: None} | said
    assert (
        dates_of(read(f"Thornfield School\nHomework Policy\n{text}\n\nIntroduction\nHomework is set each week."))
        == expected
    )


UNSAID = [
    "Based on the county model policy, reviewed September 2021",
    "Keeping Children Safe in Education was updated in September 2023.",
    "This policy has regard to the Equality Act 2010, as amended in 2012.",
    "The Code of Practice was approved by Parliament in July 2014.",
    "Staff training was last updated in March 2022.",
    "Ofsted visited the school in June 2019.",
    "The governors met on 4 May 2020.",
    "Effective from: 1 September 2022",
    "Date of issue: May 2018",
    "Awaiting approval: due March 2021",
    "Risk assessments are reviewed every two years.",
    "Draft for consultation, November 2014",
    "Guidance to be reviewed by the Department in 2025",
    "Supersedes policy approved in May 2013",
    "Review date: Spring",
    "Children born after 1 September 2019 are admitted.",
    "Published: January 2020",
]


@pytest.mark.parametrize("text", UNSAID)
def test_other_dates_are_not_taken_for_the_documents_own(text: str) -> None:
    facts = read(f"Thornfield School\nHomework Policy\n{text}\n\nIntroduction\nHomework is set each week.")
    assert dates_of(facts) == {A: None, L: None, N: None}


CYCLES = [
    ("This policy is reviewed annually.", 12),
    ("Review cycle: 2 years", 24),
    ("Frequency of review: Annual", 12),
    ("Review period\tEvery three years", 36),
    ("This policy will be reviewed every two years by the governors.", 24),
    ("The governing body will review this policy every 3 years.", 36),
    ("Review: Biennial", 24),
    ("Review frequency: 36 months", 36),
    ("The policy is subject to a three-year review cycle.", 36),
    ("We will review this policy on a two yearly basis.", 24),
    ("This policy will be monitored and reviewed at least once a year.", 12),
    ("Our policy is reviewed termly.", 4),
    ("Staff training is renewed every two years.", None),
    ("Fire drills are reviewed annually.", None),
    ("The Attendance Policy will be reviewed annually.", None),
    ("Review cycle: bi-annual", None),
]


@pytest.mark.parametrize(("text", "months"), CYCLES)
def test_review_cycle_is_read_from_words(text: str, months: int | None) -> None:
    assert read(f"Thornfield School\nHomework Policy\n{text}").review_cycle_months == months


OWNERS = [
    ("Policy owner: School Business Manager", "School Business Manager"),
    ("Policy Lead: Mrs A Fenwick", "Mrs A Fenwick"),
    ("Person responsible for policy: SENCO", "SENCO"),
    ("Responsible person\nHead of Year", "Head of Year"),
    ("Member of staff responsible: R. Holt", "R. Holt"),
    ("Written by: J. Marsh, PE Lead", "J. Marsh, PE Lead"),
    ("Author: Priya Wickstead", "Priya Wickstead"),
    ("Owner: Trust Director of Finance    Version: 2", "Trust Director of Finance"),
    ("SLT Lead: Conrad Attwell", "Conrad Attwell"),
    ("Policy author(s): Data Manager", "Data Manager"),
    ("Staff lead: Miss T Lowe", "Miss T Lowe"),
    ("Local Authority Designated Officer: Beryl Ollerton", None),
    ("Parents are responsible for their children.", None),
]


@pytest.mark.parametrize(("text", "owner"), OWNERS)
def test_owner_is_read_from_its_label(text: str, owner: str | None) -> None:
    assert read(f"Thornfield School\nHomework Policy\n{text}\nIntroduction").owner == owner


BODIES = [
    ("Approved by: Full Governing Body", "Full Governing Body"),
    ("Approved by the Trust Board: May 2021", "Trust Board"),
    ("Approval level: Finance Committee", "Finance Committee"),
    ("Committee: Standards and Curriculum", "Standards and Curriculum"),
    ("Ratified by Governors on 3 May 2019", "Governors"),
    ("Approved by: Headteacher", "Headteacher"),
    ("Approving body: Local Academy Council", "Local Academy Council"),
    ("Date agreed by Governors: June 2018", "Governors"),
    ("Responsible committee\tResources", "Resources"),
    ("This policy has been adopted by the Governing Board.", "Governing Board"),
    ("Approved by: LGB    Date: 12.1.22", "LGB"),
    ("The board of governors meets each term.", None),
]


@pytest.mark.parametrize(("text", "body"), BODIES)
def test_approving_body_is_read(text: str, body: str | None) -> None:
    assert read(f"Thornfield School\nHomework Policy\n{text}\nIntroduction").approved_by == body


TITLES = [
    ("Thornfield School\nHomework Policy", "Homework Policy", "Thornfield School"),
    (
        "HOMEWORK POLICY 2023-24\nThornfield C of E Primary School",
        "Homework Policy",
        "Thornfield C of E Primary School",
    ),
    ("St Wilfrid's RC Primary School - Behaviour Policy", "Behaviour Policy", "St Wilfrid's RC Primary School"),
    ("Behaviour Policy for Thornfield Academy", "Behaviour Policy", "Thornfield Academy"),
    (
        "Thornfield High School\nPolicy for\nEducational Visits",
        "Policy for Educational Visits",
        "Thornfield High School",
    ),
    (
        "Early Years Foundation\nStage Policy\nThornfield Infant School",
        "Early Years Foundation Stage Policy",
        "Thornfield Infant School",
    ),
    ("Policy title: Lone Working\nThornfield Trust", "Lone Working", "Thornfield Trust"),
    (
        "Attendance and Punctuality\nThe Thornfield Federation\nReviewed May 2020",
        "Attendance and Punctuality",
        "The Thornfield Federation",
    ),
    ("Thornfield School\nAccessibility Plan 2021 – 2024", "Accessibility Plan", "Thornfield School"),
    ("Oasis Academy Thornfield\nStaff Code of Conduct", "Staff Code of Conduct", "Oasis Academy Thornfield"),
    (
        "Staff Code of Conduct\nThe governors of Holly Bank Nursery School expect a lot.",
        "Staff Code of Conduct",
        "Holly Bank Nursery School",
    ),
]


@pytest.mark.parametrize(("text", "title", "school"), TITLES)
def test_title_and_school_are_told_apart(text: str, title: str, school: str) -> None:
    facts = read(f"{text}\n\nIntroduction\nAll our pupils matter.")
    assert (facts.title, facts.school) == (title, school)


VERSIONS = [
    ("Version: 2.1", "2.1"),
    ("Version 3", "3"),
    ("Version No: 1", "1"),
    ("Document version number\tv1.4", "v1.4"),
    ("Issue number: 4", "4"),
    ("Policy number: 17", None),
    ("Minute number: 12.3", None),
    ("Version dated: January 2015", None),
    ("Version: September 2022", None),
]


@pytest.mark.parametrize(("text", "version"), VERSIONS)
def test_version_is_a_number_of_the_document(text: str, version: str | None) -> None:
    assert read(f"Thornfield School\nHomework Policy\n{text}\nIntroduction").version == version


@pytest.mark.parametrize(
    ("written", "value"), [("09/26", "2026-09"), ("9/26", "2026-09"), ("12/31", "2031-12"), ("09 / 26", "2026-09")]
)
def test_month_and_short_year_in_figures_are_a_date_behind_a_label(written: str, value: str) -> None:
    facts = read(f"Lateness Policy\nNext review due: {written}\nSome 3/20 of pupils were late.")
    assert facts.next_review is not None
    assert (facts.next_review.date.value, facts.next_review.date.precision) == (value, "month")


@pytest.mark.parametrize("written", ["09/10", "12/13", "13/26", "09/26/3", "109/26"])
def test_figures_that_may_be_something_else_are_no_month(written: str) -> None:
    assert read(f"Lateness Policy\nNext review due: {written}").next_review is None
