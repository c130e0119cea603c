"""Compose one mail: what it says, to whom it speaks, what is attached. Pure; nothing is queued or sent here.

Facts and rules come in as values; out comes a ``ComposedMail`` whose text and HTML say the same. What the mail says is
in ``templates/mail``; this module decides which fields the templates get.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.config import Config
from pipeline.lifecycle.differences import WhatChanged
from pipeline.lifecycle.wording import say_count, say_day, say_distance, say_list, say_partial
from pipeline.mail.words import SafetyWords, fill, fill_safety, one_line
from pipeline.model import PolicyStanding, ReadingRule
from pipeline.policies.safety_lines import SafetyLines

ATTACHMENTS_LIMIT_BYTES = 10_000_000
"""Above this in all, copies are pointed to instead of attached."""

SUBJECT_TITLES_LIMIT = 110
"""Characters of policy titles in a subject; what does not fit is counted."""

SHARED_SUBJECT_LIMIT = 45
"""The same for each of two lists in one subject."""

MOST_PARAGRAPHS = 12
"""Changed paragraphs of one policy in a mail; the rest is pointed to."""


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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A copy of a policy that goes with a mail."""

    copy_id: int
    file_name: str
    """As its reader sees it: ``Confidentiality Policy.pdf``."""
    path: Path
    """Relative to ``distribution/`` (or absolute)."""
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """One policy in a mail to a reader."""

    title: str
    slug: str
    rule: ReadingRule
    minutes: int
    """Reading time."""
    due_on: date
    attachment: Attachment | None
    why: str
    """Why this reader: "it is new to you", "it has changed since you read it"."""
    changes: WhatChanged | None = None
    """Since this reader's last reading of it; None for a first reading."""
    address: str = ""
    """Where a document is read that others publish; empty of the school's own, of which there is a copy."""
    still_owed: bool = False
    """In the mail of a small change: this reader has not recorded their reading of an earlier version yet."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One policy in a mail to its owner."""

    standing: PolicyStanding
    stage: str
    """``30`` days before, ``late-7`` days after."""
    falls_to_default: bool = False
    """Whether nobody can be told from what the policy says of its owner, so that ``[review] default_owner`` is told."""


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A mail ready to be queued."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    sender: str = ""
    """As the From line has it; the domain of the Message-ID is its."""
    safety: SafetyWords | None = None
    """What of ``text`` and ``html`` says whom a worry goes to; None where a school's own template leaves it out."""


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
    """Why somebody is told who is not the owner the policy names; empty where it is theirs."""


def mail_context(config: Config, safety: SafetyLines, today: date) -> MailContext:
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
    )


def _staff_file(config: Config) -> str:
    return str(config.staff_site / "index.html") if config.mail.route == "folder" else ""


def compose_reading(
    context: MailContext,
    *,
    first_name: str,
    items: Sequence[ReadingItem],
    page_url: str | None,
    starter: bool,
    reviews: Sequence[ReviewItem] = (),
) -> ComposedMail:
    """Compose the one mail to a reader: everything to read and sign, to read, and to find, in that order.

    ``page_url`` is the personal page's address, None without a server. Copies are attached up to 10 MB in all.
    ``reviews`` are those the reader looks after, if they are to be told of any today.

    Raises:
        ConfigurationError: when a template cannot be filled.
    """
    items = [_clean(item) for item in items]
    attachments = _attachments(items) if context.carries else ()
    asked = [item for item in items if item.rule is not ReadingRule.FIND]
    fields = _shared(context, first_name, reviews) | {
        "sign": [item for item in items if item.rule is ReadingRule.SIGN],
        "read": [item for item in items if item.rule is ReadingRule.READ],
        "find": [item for item in items if item.rule is ReadingRule.FIND],
        "asked": asked,
        "minutes": sum(item.minutes for item in asked),
        "due_on": min((item.due_on for item in asked), default=context.today),
        "one_day": len({item.due_on for item in asked}) < 2,
        "titles": _some_titles([item.title for item in asked or items], limit=_titles_limit(reviews)),
        "page_url": page_url or "",
        "attached": bool(attachments),
    }
    return _mail(context, "starter" if starter else "reading", fields, *attachments)


def compose_notice(
    context: MailContext,
    *,
    first_name: str,
    items: Sequence[ReadingItem],
    page_url: str | None = None,
    reviews: Sequence[ReviewItem] = (),
) -> ComposedMail:
    """Compose the mail that tells of small changes; ``reviews`` as in ``compose_reading``.

    It asks nothing of whoever has read an earlier version, and says how to answer where a reading is ``still_owed``.

    Raises:
        ConfigurationError: when a template cannot be filled.
    """
    items = [_clean(item) for item in items]
    attachments = _attachments(items) if context.carries else ()
    fields = _shared(context, first_name, reviews) | {
        "items": items,
        "sign": [item for item in items if item.still_owed],
        "titles": _some_titles([item.title for item in items], limit=_titles_limit(reviews)),
        "page_url": page_url or "",
        "attached": bool(attachments),
    }
    return _mail(context, "notice", fields, *attachments)


def compose_owner(context: MailContext, *, name: str, items: Sequence[ReviewItem]) -> ComposedMail:
    """Compose the one mail to a policy owner: their late reviews first, then those that come near.

    Raises:
        ConfigurationError: when a template cannot be filled.
    """
    fields = _shared(context, name, items)
    return _mail(context, "owner", fields | {"titles": _review_titles(items, SUBJECT_TITLES_LIMIT)})


def tells_reviews(mail: ComposedMail, reviews: Sequence[ReviewItem]) -> bool:
    """Return whether a reader's mail does tell of ``reviews``: a school's own template may have no place for them."""
    lines = _review_lines(reviews)
    return all(f"{line.due}: {line.distance}" in mail.text and line.due in mail.html for line in lines)


def attachment_name(title: str, suffix: str = ".pdf") -> str:
    """Return a clear file name for a copy: ``Confidentiality Policy.pdf``, safe on every system."""
    name = "".join(" " if char in '/\\:*?"<>|%' else char for char in one_line(title, 90))
    name = " ".join(name.split()).strip(". ") or "Policy"
    limit = 90 if name.isascii() else 45
    return name[:limit].rstrip(". ") + suffix


def _mail(context: MailContext, kind: str, fields: Mapping[str, object], *copies: Attachment) -> ComposedMail:
    words, safety = fill(kind, fields, override=context.templates), fill_safety(context.safety, context.templates)
    return ComposedMail(words.subject, words.text, words.html, copies, context.sender, safety.within(words))


def _shared(context: MailContext, name: str, reviews: Sequence[ReviewItem]) -> dict[str, object]:
    lines = _review_lines(reviews)
    return {
        "school": one_line(context.school, 80),
        "safety": context.safety,
        "name": one_line(name, 60),
        "today": context.today,
        "base_url": context.base_url,
        "form_url": context.form_url,
        "copies_folder": context.copies_folder,
        "staff_site": context.staff_site,
        "most": MOST_PARAGRAPHS,
        "late": [line for line in lines if line.late],
        "near": [line for line in lines if not line.late],
        "review_titles": _review_titles(reviews, SHARED_SUBJECT_LIMIT),
    }


def _titles_limit(reviews: Sequence[ReviewItem]) -> int:
    return SHARED_SUBJECT_LIMIT if reviews else SUBJECT_TITLES_LIMIT


def _review_titles(reviews: Sequence[ReviewItem], limit: int) -> str:
    """Return the titles for a subject, late ones first, each with its stage in days, so that next week's differs."""
    lines = _review_lines(reviews)
    ordered = [line for line in lines if line.late] + [line for line in lines if not line.late]
    return _some_titles([line.title for line in ordered], [_days_words(line.days) for line in ordered], limit=limit)


def _clean(item: ReadingItem) -> ReadingItem:
    return replace(item, title=one_line(item.title, 120), why=one_line(item.why, 300))


def attached_bytes(items: Sequence[ReadingItem]) -> int:
    """Return how much the copies of one mail would add to it, as they are written in a mail (RFC 2045, 6.8)."""
    return sum(attachment.size_bytes for attachment in _attachments(items)) * 78 // 57


def _attachments(items: Sequence[ReadingItem]) -> tuple[Attachment, ...]:
    """Return the copies to attach, each name once; none where they are too large together."""
    found = [item.attachment for item in items if item.attachment and item.rule is not ReadingRule.FIND]
    if sum(attachment.size_bytes for attachment in found) > ATTACHMENTS_LIMIT_BYTES:
        return ()
    return tuple(found)


def _review_lines(items: Sequence[ReviewItem]) -> list[ReviewLine]:
    """Return the lines of an owner's reviews, the earliest due first."""
    return [_review_line(item) for item in sorted(items, key=lambda item: (_due_on(item), item.standing.slug))]


def _due_on(item: ReviewItem) -> date:
    return item.standing.due_on or date.max


def _review_line(item: ReviewItem) -> ReviewLine:
    standing, days = item.standing, item.standing.days or 0
    return ReviewLine(
        title=one_line(standing.title, 120),
        late=days < 0,
        days=days,
        distance=say_distance(days),
        due=say_day(_due_on(item)),
        last_review=say_partial(standing.last_review),
        owner=standing.owner,
        falls_to_you=_why_default(standing.owner) if item.falls_to_default else "",
    )


def _why_default(owner: str | None) -> str:
    """Return why a review comes to whoever looks after policies that nobody else does."""
    if not owner:
        return "It names nobody who looks after it, so it comes to you."
    return f"It is looked after by “{one_line(owner, 80)}”, whose address is not known, so it comes to you."


def _days_words(days: int) -> str:
    if days == 0:
        return "due today"
    amount = say_count(abs(days), "day")
    return f"{amount} late" if days < 0 else f"due in {amount}"


def _some_titles(titles: Sequence[str], remarks: Sequence[str] = (), *, limit: int = SUBJECT_TITLES_LIMIT) -> str:
    """Return titles for a subject, as many as fit ``limit``, the rest counted: ``A, B and 4 more``."""
    shown: list[str] = []
    for index, title in enumerate(titles):
        words = one_line(title, min(60, limit)) + (f" ({remarks[index]})" if remarks else "")
        if shown and len(", ".join([*shown, words])) > limit:
            break
        shown.append(words)
    rest = len(titles) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return say_list(shown)
