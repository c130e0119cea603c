"""What the mails say: one safety line first, text and HTML alike, plain words, subjects that differ."""

import base64
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.changes.differences import ChangedParagraph, MarkedWords, WhatChanged, WordChange
from pipeline.config import parse_config
from pipeline.contacts.safety_lines import UNNAMED, safety_lines
from pipeline.errors import ConfigurationError
from pipeline.letters.compose import (
    ATTACHMENTS_LIMIT_BYTES,
    NAME,
    MailContext,
    compose_letter,
    mail_context,
    most_attached_bytes,
    tells_others,
)
from pipeline.letters.contributors.papers import PAPERS, MeetingPapers, PaperItem
from pipeline.letters.contributors.reviews import REVIEWS, ReviewItem
from pipeline.letters.items import LetterContents, ReaderEntry, ReadingItem
from pipeline.mail.composed import Attachment, ComposedMail, attachment_name
from pipeline.mail.routes.envelope import build_bytes, encode_attachment
from pipeline.mail.routes.graph import MOST_REQUEST_BYTES
from pipeline.mail.words import one_line
from pipeline.model.contacts import Directory, Holder
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.mail import MailKind
from pipeline.model.policies import PolicyStanding, ReadingRule, ReviewState
from pipeline.register.mail.slots import fill_slots
from pipeline.register.mail.told import ASKED, About

OAUTH = '[mail.oauth]\nprovider = "microsoft"\ntenant = "t"\nclient_id = "c"\n'
GRAPH = f'[mail]\nroute = "graph"\nfrom = "o@example.org"\n{OAUTH}'
PAGE = "https://policies.example.sch.uk/my/abc.def"
NEVER = (
    "has read and understood",
    "compliant",
    "ofsted-ready",
    "expired",
    "everyone has received it",
    "reply if you are worried",
    "owed",
    "closed",
    "superseded",
    "ledger",
    "hash",
    "token",
)
LEAD = Holder("dsl", "Deborah Sheffield", "Ms", "01632 960111", "lead@example.org")
DUE = date(2026, 12, 8)


class _Words(HTMLParser):
    """Collects the words of a page, without its title."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._skipped = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped = tag == "title"
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words += re.findall(r"[\w:/.]+", data)


@pytest.fixture
def context(tmp_path: Path) -> MailContext:
    return MailContext(
        school="West Park School",
        safety=safety_lines(Directory((LEAD,))),
        sender="Office <office@example.org>",
        base_url="https://policies.example.sch.uk",
        form_url="",
        templates=tmp_path / "templates",
        today=date(2026, 11, 24),
    )


def copy(number: int = 1, size: int = 200_000) -> Attachment:
    return Attachment(number, "Confidentiality Policy.pdf", Path("copies/confidentiality.pdf"), "0" * 64, size)


def item(title: str, rule: ReadingRule = ReadingRule.SIGN, *, due_on: date = DUE, size: int = 200_000) -> ReadingItem:
    return ReadingItem(title, title.lower(), rule, 4, due_on, copy(size=size), "it is new to you")


def standing(title: str, days: int) -> PolicyStanding:
    return PolicyStanding(
        policy_id=1,
        slug=title.lower().replace(" ", "-"),
        title=title,
        catalogue_slug=None,
        version_id=1,
        version_number=1,
        version_sha256="0" * 64,
        words=800,
        state=ReviewState.OVERDUE if days < 0 else ReviewState.DUE_SOON,
        approved_on=None,
        last_review=PartialDate("2024-08", Precision.MONTH),
        next_review=None,
        due_on=date.fromordinal(date(2026, 11, 24).toordinal() + days),
        days=days,
        owner="Safeguarding Lead",
        draft_version_id=None,
        problems=(),
    )


def filled(mail: ComposedMail, name: str, page_url: str | None) -> ComposedMail:
    """The letter as one reader gets it."""
    slots = {NAME: one_line(name, 60), "page": page_url or ""}
    subject = fill_slots(mail.subject, slots)
    return replace(
        mail, subject=subject, text=fill_slots(mail.text, slots), html=fill_slots(mail.html, slots, is_html=True)
    )


def entry(one: ReadingItem, about: About = About.READING) -> ReaderEntry:
    return ReaderEntry(one, 1, 1, about, ASKED, asks=True)


def compose(context: MailContext, contents: LetterContents, name: str, page_url: str | None) -> ComposedMail:
    mail = compose_letter(context, contents, greets=bool(name), has_page=page_url is not None)
    return filled(mail, name, page_url)


def compose_reading(
    context: MailContext,
    *,
    first_name: str,
    items: Sequence[ReadingItem],
    page_url: str | None,
    starter: bool,
    reviews: Sequence[ReviewItem] = (),
) -> ComposedMail:
    asked = tuple(entry(one) for one in items if one.rule is not ReadingRule.FIND)
    find = tuple(entry(one, About.FIND) for one in items if one.rule is ReadingRule.FIND)
    contents = LetterContents(asked, (), find, (), starter).telling(REVIEWS, *reviews)
    if not contents.kinds or contents.kinds[0] is MailKind.OWNER:
        contents = replace(contents, is_starter=True)
    return compose(context, contents, first_name, page_url)


def compose_notice(
    context: MailContext,
    *,
    first_name: str,
    items: Sequence[ReadingItem],
    page_url: str | None = None,
    reviews: Sequence[ReviewItem] = (),
) -> ComposedMail:
    notices = tuple(entry(one, About.NOTICE) for one in items)
    return compose(context, LetterContents(notices=notices).telling(REVIEWS, *reviews), first_name, page_url)


def compose_owner(context: MailContext, *, name: str, items: Sequence[ReviewItem]) -> ComposedMail:
    return compose(context, LetterContents().telling(REVIEWS, *items), name, None)


def reading(
    context: MailContext, *items: ReadingItem, page_url: str | None = PAGE, starter: bool = False
) -> ComposedMail:
    return compose_reading(context, first_name="Alex", items=items, page_url=page_url, starter=starter)


CHANGES = WhatChanged(
    "You read version 1 (September 2025) on 3 September 2025; 1 paragraph changed and 1 new.",
    (
        ChangedParagraph(
            WordChange.SAME,
            (
                MarkedWords("Hirers leave by ", WordChange.SAME),
                MarkedWords("10", WordChange.REMOVED),
                MarkedWords("9", WordChange.ADDED),
            ),
        ),
        ChangedParagraph(WordChange.ADDED, (MarkedWords("Dogs & cats stay outside.", WordChange.ADDED),)),
    ),
)
OWED = [ReviewItem(standing("PSHE", -85), "late-84")]
NEAR_REVIEW = ReviewItem(standing("Drugs", 14), "14")


_FILE = Attachment(None, "Drugs.docx", Path("papers/Drugs.docx"), "0" * 64, 9_000)
MEETING = (
    MeetingPapers(
        "Full Governing Body",
        date(2026, 12, 9),
        date(2026, 12, 1),
        (
            PaperItem(standing("Drugs", 14), 1, "2 paragraphs changed", (_FILE,)),
            PaperItem(standing("SEND", 14), 2, "1 new", (replace(_FILE, file_name="SEND.pdf", size_bytes=10**8),)),
        ),
        (standing("PSHE", -85),),
        replace(_FILE, file_name="Agenda sheet.docx"),
        is_late=False,
    ),
)


def every_mail(context: MailContext) -> list[ComposedMail]:
    mixed = (item("Confidentiality"), item("PSHE", ReadingRule.READ), item("Charging", ReadingRule.FIND))
    return [
        reading(context, *mixed),
        reading(context, *mixed, page_url=None),
        reading(context, *mixed, starter=True),
        reading(context, mixed[2]),
        reading(context, mixed[1]),
        reading(context, mixed[2], starter=True, page_url=None),
        reading(context, item("Confidentiality"), item("PSHE", due_on=date(2026, 12, 9))),
        reading(replace(context, form_url="https://forms.example.org/x"), mixed[0], page_url=None),
        compose_notice(context, first_name="Alex", items=mixed[:1]),
        compose_notice(context, first_name="", items=mixed[:2], page_url=PAGE),
        compose_notice(context, first_name="Alex", items=[replace(mixed[0], still_owed=True), mixed[1]], page_url=PAGE),
        compose_owner(context, name="Deborah", items=[ReviewItem(standing("PSHE", -85), "late-84")]),
        compose(context, LetterContents().telling(PAPERS, *MEETING), "Sam", None),
        compose(
            context,
            LetterContents().telling(PAPERS, replace(MEETING[0], is_late=True)).telling(REVIEWS, *OWED),
            "",
            None,
        ),
        reading(context, replace(mixed[0], changes=CHANGES), mixed[1]),
        compose_notice(context, first_name="Alex", items=[replace(mixed[0], changes=CHANGES)], reviews=OWED),
        compose_reading(
            context, first_name="Alex", items=mixed, page_url=PAGE, starter=True, reviews=[*OWED, NEAR_REVIEW]
        ),
        compose_reading(context, first_name="Alex", items=mixed[2:], page_url=None, starter=False, reviews=OWED),
        compose_owner(
            context,
            name="Deborah",
            items=[ReviewItem(standing("PSHE", 14), "14"), ReviewItem(standing("Drugs", -1), "late-0")],
        ),
    ]


def test_every_mail_begins_with_where_a_worry_about_a_child_goes(context: MailContext) -> None:
    for mail in every_mail(context):
        first = mail.text.splitlines()[0]
        assert first.startswith("Worried about a child? Go to Ms Deborah Sheffield (01632 960111), ")
        assert "now, in person or by telephone." in first
        assert "Never use this mail or a reply to it." in first
        body = mail.html.partition("<body")[2]
        assert body.index("Worried about a child?") < body.index("Hello")


def test_text_and_html_say_the_same(context: MailContext) -> None:
    for mail in every_mail(context):
        page = _Words()
        page.feed(mail.html)
        plain = re.findall(r"[\w:/.]+", mail.text.replace("'", "’"))
        extra = {"open", "my", "page", "or", "copy", "this", "address"}  # the button and the address beside it
        extra |= set(context.school.lower().split())  # the line with the name, on top
        extra |= {"underlined", "words", "are", "new", "struck", "through", "were", "taken", "out"}  # the legend
        bare = {
            word.strip(".:").lower() for word in plain if re.search(r"\w", word) and not re.fullmatch(r"\d\.", word)
        }
        shown = {word.strip(".:").lower() for word in page.words if re.search(r"\w", word)}
        assert bare - shown == set()
        assert shown - bare <= extra


def test_no_mail_uses_the_never_words(context: MailContext) -> None:
    for mail in every_mail(context):
        words = f"{mail.subject}\n{mail.text}\n{re.sub('<[^>]*>', ' ', mail.html)}".lower()
        assert [word for word in NEVER if re.search(rf"\b{word}\b", words)] == []


def test_reading_mail_says_what_why_by_when_and_how_long(context: MailContext) -> None:
    mail = reading(context, item("Confidentiality"), item("PSHE", ReadingRule.READ))
    assert mail.subject == "West Park School: please read Confidentiality and PSHE by 8 December 2026"
    assert "2 policies by 8 December 2026: about 8 minutes in all" in mail.text
    assert mail.text.count("Why you: it is new to you") == 2
    assert "About 4 minutes. Read it and record your reading." in mail.text
    assert "About 4 minutes. To read; nothing to send back." in mail.text


def test_papers_that_are_too_large_together_are_asked_for_and_the_sheet_always_goes(context: MailContext) -> None:
    mail = compose(context, LetterContents().telling(PAPERS, *MEETING), "Sam", None)
    assert [each.file_name for each in mail.attachments] == ["Agenda sheet.docx", "Drugs.docx"]
    assert "SEND: 1 new. It is too large for this mail: ask" in mail.text


def test_different_due_days_are_told_policy_by_policy(context: MailContext) -> None:
    mail = reading(context, item("Confidentiality"), item("PSHE", due_on=date(2026, 12, 9)))
    assert "record your reading by 8 December 2026" in mail.text
    assert "record your reading by 9 December 2026" in mail.text


def test_page_address_stands_in_both_parts(context: MailContext) -> None:
    mail = reading(context, item("Confidentiality"))
    assert PAGE in mail.text
    assert f'href="{PAGE}"' in mail.html
    assert "I have read" not in mail.text


def test_without_a_server_the_reply_and_the_form_are_offered(context: MailContext) -> None:
    mail = reading(replace(context, form_url="https://forms.example.org/x"), item("Confidentiality"), page_url=None)
    for part in (mail.text, mail.html):
        assert "I have read" in part
        assert "https://forms.example.org/x" in part
        assert "/my/" not in part


def test_copies_to_read_are_attached_and_those_to_find_are_not(context: MailContext) -> None:
    mail = reading(context, item("Confidentiality"), item("Charging", ReadingRule.FIND))
    assert len(mail.attachments) == 1
    assert "The copy is attached." not in reading(context, item("Charging", ReadingRule.FIND)).text
    assert "The copy is attached." in mail.text


def test_copies_too_large_together_are_pointed_to(context: MailContext) -> None:
    half = ATTACHMENTS_LIMIT_BYTES // 2
    both = (item("Confidentiality", size=half), item("PSHE", size=half + 1))
    assert len(reading(context, both[0], item("PSHE", size=half)).attachments) == 2
    assert reading(context, *both).attachments == ()
    assert "on your page, at the address below" in reading(context, *both).text
    assert "look on the school’s VLE or ask the school office" in reading(context, *both, page_url=None).text


def test_by_graph_fewer_copies_are_attached_and_the_request_holds_them(context: MailContext) -> None:
    graph = parse_config(GRAPH, root=Path())
    by_graph = replace(context, most_bytes=most_attached_bytes(graph))
    assert len(reading(by_graph, item("Confidentiality", size=2_000_000)).attachments) == 1
    assert reading(by_graph, item("Confidentiality", size=2_000_001)).attachments == ()
    assert len(reading(context, item("Confidentiality", size=2_000_001)).attachments) == 1
    words = reading(by_graph, item("Confidentiality", size=2_000_000))
    content = build_bytes(
        sender="o@example.org",
        recipient="alex@example.org",
        subject=words.subject,
        text=words.text * 20,
        html=words.html * 10,
        message_id="<1@example.org>",
        date=datetime(2026, 11, 24, tzinfo=UTC),
        attachments=[encode_attachment("a.pdf", bytes(2_000_000))],
    )
    assert len(base64.b64encode(content)) < MOST_REQUEST_BYTES


def test_a_policy_without_its_copy_says_where_it_is(context: MailContext) -> None:
    lone = replace(item("PSHE"), attachment=None)
    assert "Not attached: it is on your page." in reading(context, item("Confidentiality"), lone).text
    assert "Not attached: ask the school office" in reading(context, item("Drugs"), lone, page_url=None).text


def test_subject_counts_what_does_not_fit(context: MailContext) -> None:
    titles = [f"Policy on a rather long matter number {number}" for number in range(40)]
    subject = reading(context, *(item(title) for title in titles)).subject
    assert "and 38 more by 8 December 2026" in subject
    assert len(subject) < 250


def test_two_stages_of_one_review_have_two_subjects(context: MailContext) -> None:
    subjects = {
        compose_owner(context, name="D", items=[ReviewItem(standing("PSHE", days), "x")]).subject
        for days in (90, 60, 30, 1, 0, -1, -8, -430, -437)
    }
    assert len(subjects) == 9
    assert "West Park School: policy review for you: PSHE (8 days late)" in subjects
    assert "West Park School: policy review for you: PSHE (due today)" in subjects


def test_a_starter_is_told_nothing_of_what_the_policies_are_about(context: MailContext) -> None:
    """Which ones a school gives to starters is its own choice: lettings may be among them."""
    mail = reading(context, item("Lettings Policy"), starter=True)
    for part in (mail.text, mail.html):
        assert "please read this one by" in " ".join(re.sub("<[^>]+>", "", part).split())
        assert "keep children safe" not in part


def test_owner_reads_late_reviews_first(context: MailContext) -> None:
    mail = compose_owner(
        context,
        name="Deborah",
        items=[ReviewItem(standing("PSHE", 14), "14"), ReviewItem(standing("Drugs", -85), "late-84")],
    )
    assert (
        "REVIEW LATE, STILL IN FORCE\n* Drugs\n  Was due 31 August 2026: 3 months late. Last reviewed August 2024."
        in mail.text
    )
    assert mail.text.index("Drugs") < mail.text.index("PSHE")


@pytest.mark.parametrize(
    ("holders", "words"),
    [
        ((), "the school’s designated safeguarding lead or the headteacher now"),
        (
            (replace(LEAD, role="headteacher", name="Helen Marchbanks", phone=None),),
            "Ms Helen Marchbanks, the headteacher, now",
        ),
        (
            (replace(LEAD, role="deputy-dsl", name="A B"), replace(LEAD, role="deputy-dsl", name="C D", title="")),
            "Ms A B (01632 960111) or C D (01632 960111), deputy designated safeguarding leads, now",
        ),
    ],
)
def test_without_a_lead_the_next_in_line_is_named(
    context: MailContext, holders: tuple[Holder, ...], words: str
) -> None:
    assert (
        words in reading(replace(context, safety=safety_lines(Directory(holders))), item("PSHE")).text.splitlines()[0]
    )


def test_hostile_titles_and_names_stay_words(context: MailContext) -> None:
    bad = "<script>x</script>\r\nBcc: all@example.org\x00\u202e"
    mail = compose_reading(context, first_name=bad, items=[item(bad)], page_url=PAGE, starter=False)
    assert "<script>" not in mail.html
    assert "\n" not in mail.subject
    assert not re.search(r"^Bcc", mail.text, re.MULTILINE)
    assert not re.search("[\x00\u202e\r]", mail.text + mail.html + mail.subject)


def test_a_workspace_template_stands_in_for_the_packaged_one(context: MailContext) -> None:
    context.templates.joinpath("mail").mkdir(parents=True)
    (context.templates / "mail" / "reading.subject.txt").write_text("Read me, {{ name }}", encoding="utf-8")
    assert reading(context, item("PSHE")).subject == "Read me, Alex"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{{ nmae }}", "'nmae' is undefined"),
        ("\n{% if %}", "reading.txt, line 2"),
        ('{% include "no.txt" %}', "no.txt"),
    ],
)
def test_a_template_that_cannot_be_filled_names_itself(context: MailContext, content: str, words: str) -> None:
    context.templates.mkdir()
    (context.templates / "reading.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"mail template") as caught:
        reading(context, item("PSHE"))
    assert words in str(caught.value)


def test_attachment_names_are_clear_and_safe() -> None:
    assert attachment_name("Confidentiality Policy") == "Confidentiality Policy.pdf"
    assert attachment_name("../a/b\\c:d?") == "a b c d.pdf"
    assert attachment_name("\r\n") == "Policy.pdf"
    assert len(attachment_name("x" * 80)) == 84
    assert len(attachment_name("x" * 500)) == 49
    assert len(attachment_name("é" * 500)) == 49


def test_context_comes_from_the_configuration(tmp_path: Path) -> None:
    text = '[school]\nname = "West Park School"\n[mail]\nfrom = "O <o@example.org>"\n[web]\nbase_url = "https://x.example.org/"\n'
    context = mail_context(parse_config(text, root=tmp_path), UNNAMED, date(2026, 11, 24))
    assert (context.school, context.sender, context.base_url) == (
        "West Park School",
        "O <o@example.org>",
        "https://x.example.org",
    )
    assert mail_context(parse_config("", root=tmp_path), UNNAMED, date(2026, 11, 24)).school == "Your school"


def test_a_subject_names_what_to_read_and_what_to_review_within_its_length(context: MailContext) -> None:
    titles = [f"Policy on a rather long matter of the school number {number}" for number in range(9)]
    reviews = [ReviewItem(standing(title, number - 4), "x") for number, title in enumerate(titles)]
    mail = compose_reading(
        context, first_name="A", items=[item(title) for title in titles], page_url=PAGE, starter=False, reviews=reviews
    )
    assert "please read Policy on a rather long" in mail.subject
    assert "and 8 more by 8 December 2026; reviews for you: Policy on" in mail.subject
    assert mail.subject.endswith("(4 days late) and 8 more")
    assert len(mail.subject) <= 200
    assert tells_others(mail, LetterContents().telling(REVIEWS, *reviews))


def test_every_mail_shows_changed_words_in_line_and_colour(context: MailContext) -> None:
    mail = reading(context, replace(item("PSHE"), changes=CHANGES))
    assert "  > Hirers leave by [taken out: 10][new: 9]" in mail.text
    assert "text-decoration:line-through" in mail.html
    assert "Dogs &amp; cats stay outside." in mail.html
    assert not re.search(r"position:absolute(?![^>]*>\[?(?:new: |taken out: |\]))", mail.html)


def test_reviews_have_their_own_headings_below_the_reading(context: MailContext) -> None:
    mail = compose_notice(context, first_name="A", items=[item("PSHE")], reviews=[*OWED, NEAR_REVIEW])
    assert re.findall(r"<(h\d)", mail.html) == ["h2", "h3", "h3", "h3"]
    alone = compose_owner(context, name="A", items=[*OWED, NEAR_REVIEW])
    assert re.findall(r"<(h\d)", alone.html) == ["h2", "h2", "h2"]
    assert "You are told of this because these policies name you" in mail.text
