"""Compose one letter: fill the templates with what it says. Pure; nothing is queued or sent here.

Contents come in as values; out comes a ``ComposedMail`` whose text and HTML say the same. A letter is composed once for
everybody who is told the same: where a reader's own name, page and code go stand slots. What a letter says is in
``templates/mail``; this module decides which fields the templates get.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.acknowledgements.forms.school_form import PLACEHOLDER
from pipeline.config import Config
from pipeline.contacts.safety_lines import SafetyLines
from pipeline.letters.contributors.open_lines import edition_lines, open_lines, said_of_editions, said_of_open
from pipeline.letters.contributors.paper_lines import attached_papers, meeting_lines
from pipeline.letters.items import (
    ContactItem,
    DeclarationItem,
    LateItem,
    LetterContents,
    ReaderEntry,
    ReadingItem,
    ReviewItem,
    SummaryItem,
)
from pipeline.mail.composed import Attachment, ComposedMail, attached_words
from pipeline.mail.words import fill, fill_safety, one_line
from pipeline.model.mail import MailKind
from pipeline.model.policies import ReadingRule
from pipeline.register.mail.slots import slot, without_slots
from pipeline.register.mail.told import About
from pipeline.wording import say_count, say_day, say_distance, say_list, say_partial

ATTACHMENTS_LIMIT_BYTES = 10_000_000
"""Above this in all, copies are pointed to instead of attached."""

GRAPH_LIMIT_BYTES = 2_000_000
"""The same by Microsoft Graph: a request holds 4 MB, and a copy is encoded twice in it (``mail.routes.graph``)."""

SUBJECT_TITLES_LIMIT = 110
"""Characters of policy titles in a subject; what does not fit is counted."""

SHARED_SUBJECT_LIMIT = 45
"""The same for each of two lists in one subject."""

MOST_PARAGRAPHS = 12
"""Changed paragraphs of one policy in a mail; the rest is pointed to."""

MOST_LATE = 40
"""Late readers of one policy in a letter; the rest is counted."""


@dataclass(frozen=True, slots=True)
class MailContext:
    """What every mail of one day shares."""

    school: str
    """The school's name."""
    safety: SafetyLines
    """Whom a worry goes to today."""
    sender: str
    """As the From line has it."""
    base_url: str
    """Empty where staff reach no server of the school's."""
    form_url: str
    templates: Path
    """The workspace's ``templates`` folder, whose files override the packaged ones."""
    today: date
    staff_site: str = ""
    """Where staff find all policies: an address, or the file for mails that stay on the same machine."""
    carries: bool = True
    """Copies go with the mails; else each says where they are."""
    copies_folder: str = ""
    """Where the copies lie, for mails that are files on the same machine; empty for others."""
    most_bytes: int = ATTACHMENTS_LIMIT_BYTES
    """Of copies in one mail; above it they are pointed to."""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One policy in an owner's mail, as templates see it."""

    title: str
    late: bool
    days: int
    """To the due day; negative when past."""
    distance: str
    """``in 30 days``, ``today``, ``3 months late``."""
    due: str
    last_review: str | None
    owner: str | None
    falls_to_you: str = ""
    """Why a person is told who is not the owner the policy names; empty where it is theirs."""
    meeting: str = ""
    """Which meeting is the last that serves, or since when it waits for its approval; empty for neither."""
    unapproved: bool = False
    """It is told of for its missing approval alone."""


def mail_context(
    config: Config, safety: SafetyLines, today: date, *, carries: bool = True, copies_folder: str = ""
) -> MailContext:
    """Return what the mails of ``today`` share, from the configuration."""
    name = config.school.name or "Your school"
    return MailContext(
        school=one_line(name, 80),
        safety=safety,
        sender=config.mail.from_,
        base_url=config.web.base_url,
        form_url=config.web.form_url,
        templates=config.templates,
        today=today,
        staff_site=config.publish.staff_address or _staff_file(config),
        carries=carries,
        copies_folder=copies_folder,
        most_bytes=most_attached_bytes(config),
    )


def most_attached_bytes(config: Config) -> int:
    """Return how large the copies of one mail may be together, as files, on the configured route."""
    return GRAPH_LIMIT_BYTES if config.mail.route == "graph" else ATTACHMENTS_LIMIT_BYTES


def _staff_file(config: Config) -> str:
    return str(config.staff_site / "index.html") if config.mail.route == "folder" else ""


TEMPLATES: Mapping[MailKind, str] = {
    MailKind.STARTER: "starter",
    MailKind.READING: "reading",
    MailKind.REMINDER: "reminder",
    MailKind.NOTICE: "notice",
    MailKind.CONTACTS: "contacts",
    MailKind.DECLARATION: "declaration",
    MailKind.PAPERS: "papers",
    MailKind.OWNER: "owner",
    MailKind.GUIDANCE: "guidance",
    MailKind.OPEN: "open",
    MailKind.LATE: "late",
    MailKind.OFFICE: "office",
    MailKind.SUMMARY: "summary",
    MailKind.HEAD: "head",
    MailKind.ANSWER: "answer",
    MailKind.LINK: "link",
}
"""The template of each kind of letter; every template gets the same fields."""

NAME, PAGE, CODE = "name", "page", "code"
"""The slots of a letter: how its reader is greeted, the address of their own page, and the code of this one mail."""


def compose_letter(context: MailContext, contents: LetterContents, *, greets: bool, has_page: bool) -> ComposedMail:
    """Compose the letter with these contents, with slots for its reader's name and page and its own code.

    ``greets``: its reader has a name; ``has_page``: and a page. Copies are attached up to what one mail may carry.

    Raises:
        ConfigurationError: when a template cannot be filled.
    """
    asked, still, notices = _items(contents.asked), _items(contents.still), _items(contents.notices)
    copies = _copies_to_carry(context, asked, [*still, *notices, *_items(contents.informed), *_renewed(contents)])
    head = () if contents.head is None else (attached_words(contents.head.file_name, contents.head.note),)
    papers = attached_papers(contents, context.most_bytes - sum(each.size_bytes for each in (*copies, *head)))
    fields: dict[str, object] = {
        "school": one_line(context.school, 80),
        "safety": context.safety,
        "name": slot(NAME) if greets else "",
        "page_url": slot(PAGE) if has_page else "",
        "code": slot(CODE),
        "today": context.today,
        "base_url": context.base_url,
        "form_url": context.form_url,
        "form_has_place": PLACEHOLDER in context.form_url,
        "copies_folder": context.copies_folder,
        "staff_site": context.staff_site,
        "most": MOST_PARAGRAPHS,
        "attached": bool(copies),
        "kinds": [kind.value for kind in contents.kinds],
        "meetings": [meeting_lines(one, papers) for one in contents.papers],
    }
    is_shared = contents.has_others or sum(map(bool, (asked, still, contents.declare))) > 1
    limit = SHARED_SUBJECT_LIMIT if is_shared else SUBJECT_TITLES_LIMIT
    fields |= _reader_fields(contents, context.today, limit) | _other_fields(contents, limit)
    fields |= _declaration_fields(contents, limit) | _contact_fields(contents)
    is_to_declare = contents.kind is MailKind.REMINDER and not contents.still
    template = TEMPLATES[MailKind.DECLARATION if is_to_declare else contents.kind]
    mail = _mail(context, template, fields, *copies, *papers, *head)
    if all(words in mail.text for words in _must_say(contents)):
        return mail
    # A template of the school's own has no place for them; nobody would be told.
    return _mail(replace(context, templates=Path()), template, fields, *copies, *papers, *head)


def _must_say(contents: LetterContents) -> list[str]:
    """Return what a letter must hold whatever its template; what is for others than readers may go beside theirs."""
    must_say = [_clean_declaration(item).name for item in contents.declare]
    must_say += contents.contacts.said if contents.contacts is not None else ()
    must_say += [item.title for item in _items((*contents.informed, *contents.missing))]
    must_say += [also.school for entry in contents.asked for also in _clean(entry.item).also]
    if contents.is_to_reader:
        return must_say
    return must_say + said_of_editions(contents.guidance) + said_of_open(contents.open)


def _reader_fields(contents: LetterContents, today: date, limit: int) -> dict[str, object]:
    """Return the fields of what its reader is to read; subjects hold titles of up to ``limit`` characters."""
    asked, still = _items(contents.asked), _items(contents.still)
    notices, find = _items(contents.notices), _items(contents.find)
    informed, missing = _items(contents.informed), _items(contents.missing)
    signs = [item for item in asked if item.rule is ReadingRule.SIGN]
    return {
        "sign": signs,
        "read": [item for item in asked if item.rule is ReadingRule.READ],
        "find": find,
        "asked": asked,
        "still": still,
        "items": notices,
        "informed": informed,
        "missing": missing,
        "answer": [*signs, *still, *(item for item in notices if item.still_owed)],
        "minutes": sum(item.minutes for item in asked),
        "still_minutes": sum(item.minutes for item in still),
        "due_on": min((item.due_on for item in asked), default=today),
        "still_due_on": min((item.due_on for item in still), default=today),
        "one_day": len({item.due_on for item in asked}) < 2,
        "titles": _some_titles([item.title for item in asked or informed or missing or find], limit=limit),
        "still_titles": _some_titles([item.title for item in still], limit=limit),
        "notice_titles": _some_titles([item.title for item in notices], limit=limit),
    }


def _declaration_fields(contents: LetterContents, limit: int) -> dict[str, object]:
    """Return the fields of what its reader is to declare."""
    items = [_clean_declaration(item) for item in contents.declare]
    return {
        "declare": items,
        "declare_titles": _some_titles([item.name for item in items], limit=limit),
        "declare_due_on": min((item.due_on for item in items), default=None),
        "declare_again": bool(items) and not any(item.is_first for item in items),
    }


def _contact_fields(contents: LetterContents) -> dict[str, object]:
    """Return the fields of who holds which role now: a line in pieces each, and the renewed copies."""
    item = contents.contacts
    return {
        "contact_lines": item.lines if item is not None else (),
        "contacts_are_all": item is not None and item.is_own,
        "renewed": _renewed(contents),
        "updating": [one_line(without_slots(title), 120) for title in item.updating] if item is not None else (),
        "contact_subject": one_line(without_slots(_without_number(item)), SUBJECT_TITLES_LIMIT) if item else "",
    }


def _renewed(contents: LetterContents) -> list[ReadingItem]:
    return [_clean(one) for one in contents.contacts.copies] if contents.contacts is not None else []


def _without_number(item: ContactItem) -> str:
    """Return who a letter is about, for its subject: the first line without what follows the names."""
    names = [piece.words for piece in item.lines[0][1:] if piece.strong]
    said = f"{item.lines[0][0].words}{say_list(names)}".removeprefix("From today ").strip().rstrip(".")
    return said[:1].lower() + said[1:]


def _clean_declaration(item: DeclarationItem) -> DeclarationItem:
    name, policy = one_line(without_slots(item.name), 120), one_line(without_slots(item.policy), 120)
    statement = one_line(without_slots(item.statement), 600)
    see = tuple(one_line(without_slots(one), 200) for one in item.see)
    return replace(item, name=name, policy=policy, statement=statement, see=see)


def _other_fields(contents: LetterContents, limit: int) -> dict[str, object]:
    """Return the fields of reviews, late readers and what the office has to do."""
    reviews = _review_lines(contents.reviews)
    return {
        "late": [line for line in reviews if line.late and not line.unapproved],
        "near": [line for line in reviews if not (line.late or line.unapproved)],
        "unapproved": [line for line in reviews if line.unapproved],
        "review_titles": _review_titles(contents.reviews, limit),
        "open": open_lines(contents.open),
        "open_titles": _open_titles(contents, limit),
        "editions": edition_lines(contents.guidance),
        "edition_names": _some_titles(_edition_names(contents), limit=limit),
        "late_readers": [_late_lines(item) for item in contents.late],
        "late_with": _late_with(contents.late),
        "only_from_readers": all(item.from_reader for item in contents.office),
        "office": [one_line(without_slots(item.words), 500) for item in contents.office],
        "head": contents.head,
        "summary": _summary_lines(contents.summary),
    }


def _summary_lines(item: SummaryItem | None) -> SummaryItem | None:
    """Return the governors' summary with every line as it may stand in a mail."""
    if item is None:
        return None
    parts = tuple(
        replace(part, lines=tuple(one_line(without_slots(line), 600) for line in part.lines)) for part in item.parts
    )
    return replace(item, parts=parts)


def tells_others(mail: ComposedMail, contents: LetterContents) -> bool:
    """Return whether a reader's letter does tell of what is not reading: a school's own template may have no place."""
    lines = _review_lines(contents.reviews)
    said = [f"{line.due}: {line.distance}" if line.due else line.meeting for line in lines]
    said += [one_line(item.title, 120) for item in contents.late]
    said += said_of_editions(contents.guidance) + said_of_open(contents.open)
    said += [one_line(without_slots(item.words), 500) for item in contents.office]
    said += [contents.head.short] if contents.head is not None else []
    if (summary := _summary_lines(contents.summary)) is not None:
        said += [line for part in summary.parts for line in part.lines]
    said += [f"{one.body} on {say_day(one.meeting)}" for one in contents.papers]
    return all(words in mail.text for words in said) and all(line.due in mail.html for line in lines)


def _open_titles(contents: LetterContents, limit: int) -> str:
    """Return what is open for a subject: policies by title, and what is of no policy counted, since it names people."""
    if contents.open is None:
        return ""
    titles = [item.title for item in contents.open.items if item.title]
    others = len(contents.open.items) + contents.open.more - len(titles)
    if not titles:
        return say_count(others, "thing to see to", "things to see to")
    return _some_titles([*titles, *[""] * others], limit=limit, most=len(titles))


def _edition_names(contents: LetterContents) -> list[str]:
    return list(dict.fromkeys(f"{item.name} {item.edition}" for item in contents.guidance))


def _items(entries: Sequence[ReaderEntry]) -> list[ReadingItem]:
    return [_clean(entry.item) for entry in entries]


@dataclass(frozen=True, slots=True)
class LateLines:
    """Who is late with one policy, as templates see it."""

    title: str
    readers: tuple[str, ...]
    """Name and days late, the longest first."""
    more: int
    """How many are not named for their number."""


def _late_with(late: Sequence[LateItem]) -> str:
    """Return what some people are late with, in words."""
    kinds = {item.is_declaration: "a declaration" if item.is_declaration else "a reading" for item in late}
    return " or ".join(kinds[kind] for kind in sorted(kinds))


def _late_lines(item: LateItem) -> LateLines:
    shown = item.readers[:MOST_LATE]
    readers = tuple(f"{one_line(without_slots(one.name), 80)}: {say_count(one.days_late, 'day')} late" for one in shown)
    return LateLines(one_line(item.title, 120), readers, len(item.readers) - len(shown))


def _mail(context: MailContext, kind: str, fields: Mapping[str, object], *copies: Attachment) -> ComposedMail:
    # The copies of other schools that do go, by the names that a letter says.
    fields = {**fields, "beside": {one.file_name for one in copies if one.of_school}}
    words, safety = fill(kind, fields, override=context.templates), fill_safety(context.safety, context.templates)
    return ComposedMail(words.subject, words.text, words.html, copies, context.sender, safety.within(words))


def _review_titles(reviews: Sequence[ReviewItem], limit: int) -> str:
    """Return the titles for a subject, late ones first, each with its stage in days, so that next week's differs."""
    lines = _review_lines(reviews)
    ordered = [line for line in lines if line.late] + [line for line in lines if not line.late]
    remarks = ["not approved yet" if line.unapproved else _days_words(line.days) for line in ordered]
    return _some_titles([line.title for line in ordered], remarks, limit=limit)


def _clean(item: ReadingItem) -> ReadingItem:
    title, why = one_line(without_slots(item.title), 120), one_line(without_slots(item.why), 300)
    also = tuple(replace(one, school=one_line(without_slots(one.school), 80)) for one in item.also)
    return replace(item, title=title, why=why, also=also)


def attached_bytes(items: Sequence[ReadingItem], most_bytes: int) -> int:
    """Return how much the copies of one mail would add to it, as they are written in a mail (RFC 2045, 6.8)."""
    return sum(attachment.size_bytes for attachment in _attachments(items, most_bytes)) * 78 // 57


def _attachments(items: Sequence[ReadingItem], most_bytes: int) -> tuple[Attachment, ...]:
    """Return the copies to attach, each name once; none where they are larger than ``most_bytes`` together."""
    found = [item.attachment for item in items if item.attachment and item.rule is not ReadingRule.FIND]
    if sum(attachment.size_bytes for attachment in found) > most_bytes:
        return ()
    return tuple(found)


def _copies_to_carry(
    context: MailContext, asked: Sequence[ReadingItem], others: Sequence[ReadingItem]
) -> tuple[Attachment, ...]:
    """Return the copies to attach, and behind them those of other schools that hold for what is asked, too.

    None of these where the school's own go without, or all are too large: a school whose copy does not go sends it.
    """
    copies = _attachments([*asked, *others], context.most_bytes) if context.carries else ()
    beside = tuple(also.attachment for item in asked for also in item.also)
    total = sum(attachment.size_bytes for attachment in (*copies, *beside))
    return (*copies, *beside) if copies and total <= context.most_bytes else copies


def _review_lines(items: Sequence[ReviewItem]) -> list[ReviewLine]:
    """Return the lines of an owner's reviews, one a policy, the earliest due first."""
    ordered = sorted(items, key=lambda item: (_ORDER.index(item.about), _due_on(item), item.standing.slug))
    policies: dict[str, ReviewItem] = {}
    for item in ordered:
        policies.setdefault(item.standing.slug, item)
    return [_review_line(item) for item in policies.values()]


_ORDER = (About.PAPERS, About.REVIEW, About.APPROVAL)
"""Where a policy is told of for more than one, the first says what is to be done about it."""


def _due_on(item: ReviewItem) -> date:
    return item.standing.due_on or date.max


def _review_line(item: ReviewItem) -> ReviewLine:
    standing, days = item.standing, item.standing.days or 0
    return ReviewLine(
        title=one_line(standing.title, 120),
        late=days < 0,
        days=days,
        distance=say_distance(days),
        due=say_day(standing.due_on) if standing.due_on else "",
        last_review=say_partial(standing.last_review),
        owner=standing.owner,
        falls_to_you=_why_default(standing.owner) if item.falls_to_default else "",
        meeting=one_line(item.meeting, 500),
        unapproved=item.about is About.APPROVAL,
    )


def _why_default(owner: str | None) -> str:
    """Return why a review comes to the person who looks after policies that nobody else does."""
    if not owner:
        return "It names nobody who looks after it, so it comes to you."
    return f"It is looked after by “{one_line(owner, 80)}”, whose address is not known, so it comes to you."


def _days_words(days: int) -> str:
    if days == 0:
        return "due today"
    amount = say_count(abs(days), "day")
    return f"{amount} late" if days < 0 else f"due in {amount}"


def _some_titles(
    titles: Sequence[str], remarks: Sequence[str] = (), *, limit: int = SUBJECT_TITLES_LIMIT, most: int | None = None
) -> str:
    """Return titles for a subject, as many as fit ``limit``, the rest counted: ``A, B and 4 more``.

    Those behind the first ``most`` are counted only.
    """
    shown: list[str] = []
    for index, title in enumerate(titles[:most]):
        words = one_line(title, min(60, limit)) + (f" ({remarks[index]})" if remarks else "")
        if shown and len(", ".join([*shown, words])) > limit:
            break
        shown.append(words)
    rest = len(titles) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return say_list(shown)
