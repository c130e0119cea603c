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
from pipeline.letters.items import ContactItem, DeclarationItem, LetterContents, ReaderEntry, ReadingItem
from pipeline.letters.parts import SUBJECT_TITLES_LIMIT, some_titles
from pipeline.letters.registry import PARTS
from pipeline.mail.composed import Attachment, ComposedMail
from pipeline.mail.words import fill, fill_safety, one_line
from pipeline.model.mail import MailKind
from pipeline.model.policies import ReadingRule
from pipeline.register.mail.slots import slot, without_slots
from pipeline.wording import say_list

ATTACHMENTS_LIMIT_BYTES = 10_000_000
"""Above this in all, copies are pointed to instead of attached."""

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
    most_bytes: int = ATTACHMENTS_LIMIT_BYTES
    """Of copies in one mail; above it they are pointed to."""


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
    return config.mail.way.most_attached or ATTACHMENTS_LIMIT_BYTES


def _staff_file(config: Config) -> str:
    return str(config.staff_site / "index.html") if config.mail.route == "folder" else ""


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
    files = _files(contents, context.most_bytes - sum(each.size_bytes for each in copies))
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
    }
    is_shared = bool(contents.others) or sum(map(bool, (asked, still, contents.declare))) > 1
    limit = SHARED_SUBJECT_LIMIT if is_shared else SUBJECT_TITLES_LIMIT
    fields |= _reader_fields(contents, context.today, limit)
    fields |= _declaration_fields(contents, limit) | _contact_fields(contents)
    for part in PARTS:
        fields |= part.fields(contents.of(part), limit, files)
    is_to_declare = contents.kind is MailKind.REMINDER and not contents.still
    template = MailKind.DECLARATION if is_to_declare else contents.kind
    mail = _mail(context, template, fields, *copies, *files)
    if all(words in mail.text for words in _must_say(contents)):
        return mail
    # A template of the school's own has no place for them; nobody would be told.
    return _mail(replace(context, templates=Path()), template, fields, *copies, *files)


def _must_say(contents: LetterContents) -> list[str]:
    """Return what a letter must hold whatever its template; what is for others than readers may go beside theirs."""
    must_say = [_clean_declaration(item).name for item in contents.declare]
    must_say += contents.contacts.said if contents.contacts is not None else ()
    must_say += [item.title for item in _items((*contents.informed, *contents.missing))]
    must_say += [also.school for entry in contents.asked for also in _clean(entry.item).also]
    if contents.is_to_reader:
        return must_say
    return must_say + [words for part, items in contents.others if part.must_be_said for words in part.said(items)]


def _files(contents: LetterContents, most_bytes: int) -> tuple[Attachment, ...]:
    """Return what is attached for others than readers, the last part's first of ``most_bytes``, in the parts' order."""
    found: tuple[Attachment, ...] = ()
    for part, items in reversed(contents.others):
        mine = part.files(items, most_bytes)
        most_bytes -= sum(each.size_bytes for each in mine)
        found = (*mine, *found)
    return found


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
        "titles": some_titles([item.title for item in asked or informed or missing or find], limit=limit),
        "still_titles": some_titles([item.title for item in still], limit=limit),
        "notice_titles": some_titles([item.title for item in notices], limit=limit),
    }


def _declaration_fields(contents: LetterContents, limit: int) -> dict[str, object]:
    """Return the fields of what its reader is to declare."""
    items = [_clean_declaration(item) for item in contents.declare]
    return {
        "declare": items,
        "declare_titles": some_titles([item.name for item in items], limit=limit),
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


def tells_others(mail: ComposedMail, contents: LetterContents) -> bool:
    """Return whether a reader's letter does tell of what is not reading: a school's own template may have no place."""
    return all(
        all(words in mail.text for words in part.said(items)) and all(words in mail.html for words in part.shown(items))
        for part, items in contents.others
    )


def _items(entries: Sequence[ReaderEntry]) -> list[ReadingItem]:
    return [_clean(entry.item) for entry in entries]


def _mail(context: MailContext, kind: str, fields: Mapping[str, object], *copies: Attachment) -> ComposedMail:
    # The copies of other schools that do go, by the names that a letter says.
    fields = {**fields, "beside": {one.file_name for one in copies if one.of_school}}
    words, safety = fill(kind, fields, override=context.templates), fill_safety(context.safety, context.templates)
    return ComposedMail(words.subject, words.text, words.html, copies, context.sender, safety.within(words))


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
