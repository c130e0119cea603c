"""Say what is wrong with a document taken by itself, in words for the school office.

What needs other documents, the register or the day (late reviews, former contacts, another school's name) is judged
where those are known.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.dates.written import scan_dates
from pipeline.facts.dates import is_before
from pipeline.facts.links_and_pictures import list_pictures
from pipeline.facts.looks import UNLIKE
from pipeline.model.documents import Block, Document, DocumentFlag, DocumentFormat, Picture, Region
from pipeline.model.facts import Evidence, Facts, FactStatus, Problem
from pipeline.places import Place
from pipeline.wording import say_list

_DATE_NAMES = {
    "approved_on": "when it was approved",
    "last_review": "when it was last reviewed",
    "next_review": "when it is next due for review",
}
_DRAFT = re.compile(
    r"(?<![\w-])DRAFT(?![\w-])(?!\s+(?:copy on|policy statement))|^\W*[Dd]raft(?:\s+(?:version|policy|copy"
    r"|v?\d[\d.]*))?\W*$|\(draft\)",
    re.MULTILINE,
)
_TEMPLATE_WORDS = (
    r"(?:insert|enter|add|type|delete|amend|complete|your|name|names|school|academy|trust|date|dates|telephone"
    r"|phone|number|email|e-mail|address|title|role|x{2,}|xx)"
)
_TEMPLATE_FIELD = re.compile(
    rf"\[\s*{_TEMPLATE_WORDS}\b[^\]\n]{{0,80}}\]|<\s*{_TEMPLATE_WORDS}\b[^>\n@]{{0,80}}>"
    rf"|\b[Xx]{{3,}}\b(?=\s+(?:school|academy|primary|council|committee))",
    re.IGNORECASE,
)
_IN_TWO_BRACKETS = re.compile(r"\[\[(?P<words>.{1,600}?)\]\](?P<link>\((?:https?:|mailto:|[#/]))?", re.DOTALL)
_SLOT_BEGUN = re.compile(r"\[\s*slots?\s*[:|\]]|\[\[\s*slots?\b", re.IGNORECASE)
"""A slot of a trust's policy that is not closed, or stands in one pair of brackets."""
_A_WORD = re.compile(r"[^\W\d_]{2}")
_NO_PLACE = re.compile(
    r"#|\d{4}\]|\w+://|www\.|mailto:|(?:file|image|media)\s*:[^|]+\.\w{3,4}\b|category:"
    r"|(?:foot-?)?(?:notes?|fn|refs?|no|pp|pages?|paras?|sections?|figures?|fig|tables?|annex|appendix)?\.?\s*"
    r"(?:\d[\d.,\s–-]*[a-z]?|[ivxlc]+)$|sic$|(?:citation|clarification) needed$",
    re.IGNORECASE,
)
"""What stands in two brackets and is no place to fill in: notes, references, links of a wiki or of Markdown."""
_MAY_BE_MARKED = re.compile(r"[\[<]|[Dd]raft|DRAFT|DRAft|[Xx]{3}")
"""Without one of these neither pattern matches."""
_OF_MARKS = ("[", "<", "raft", "DRA", "xx", "XX", "xX", "Xx")
"""Without one of these that one does not."""
_MOST_MARKS = 12
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif"})
"""Kinds of picture that PDF copies and web pages can hold."""
_MOST_PICTURES = 4


def document_problems(document: Document, facts: Facts) -> tuple[Problem, ...]:
    """Return what is wrong with ``document`` taken by itself, in the order a reader would settle it.

    Codes: ``title-missing``, ``approval-blank``, ``review-blank``, ``review-missing``, ``date-unreadable``,
    ``date-ambiguous``, ``cycle-ambiguous``, ``dates-out-of-order``, ``owner-missing``, ``contact-unclear``,
    ``draft-mark`` (one a mark), ``picture-unshown``, ``active-content``.
    """
    return (
        *_title_problems(facts),
        *_date_problems(document, facts),
        *_order_problems(facts),
        *_owner_problems(facts),
        *_contact_problems(facts),
        *_draft_marks(document),
        *_unshown_pictures(document),
        *_active_content(document),
    )


def _evidence(facts: Facts, name: str) -> Evidence:
    return facts.evidence.get(name, Evidence(FactStatus.MISSING))


def _place(evidence: Evidence) -> str:
    return f" ({evidence.places})" if evidence.where else ""


def _title_problems(facts: Facts) -> Iterator[Problem]:
    if facts.title is None:
        yield Problem(
            "title-missing", "No title was found at the top of the document. Give it one, or set the title by hand."
        )


def _date_problems(document: Document, facts: Facts) -> Iterator[Problem]:
    approved = _evidence(facts, "approved_on")
    if approved.status is FactStatus.BLANK:
        yield Problem(
            "approval-blank",
            f"“{approved.text}”{_place(approved)} has no date after it. Fill in the date the governors agreed "
            f"this policy.",
        )
    due = _evidence(facts, "next_review")
    if due.status is FactStatus.BLANK:
        yield Problem(
            "review-blank", f"“{due.text}”{_place(due)} has no date after it. Fill in when the policy is next reviewed."
        )
    elif due.status is FactStatus.MISSING:
        yield Problem(
            "review-missing", "The document does not say when it is next due for review. Add a date of next review."
        )
    for name, meaning in _DATE_NAMES.items():
        evidence = _evidence(facts, name)
        if evidence.status is FactStatus.AMBIGUOUS:
            moves = evidence.text in document.moving_dates
            yield _moving_date(evidence, meaning) if moves else _unclear_date(evidence, meaning)
    cycle = _evidence(facts, "review_cycle_months")
    if cycle.status is FactStatus.AMBIGUOUS:
        yield Problem(
            "cycle-ambiguous",
            f"“{cycle.text}”{_place(cycle)} can mean twice a year or every two years. Say which in the document.",
        )


def _moving_date(evidence: Evidence, meaning: str) -> Problem:
    return Problem(
        "date-ambiguous",
        f"“{evidence.text}”{_place(evidence)} is a field of Word that shows another day whenever the file is opened or "
        f"saved, so it is not clear {meaning}. Type the date itself.",
        about=evidence.text or "",
    )


def _unclear_date(evidence: Evidence, meaning: str) -> Problem:
    if scan_dates(evidence.text or "").unreadable:
        return Problem(
            "date-unreadable",
            f"“{evidence.text}”{_place(evidence)} is not a date in the calendar (day comes before month). "
            f"It should say {meaning}; correct it.",
            about=evidence.text or "",
        )
    return Problem(
        "date-ambiguous",
        f"It is not clear {meaning}: the document says “{evidence.text}”{_place(evidence)}. Choose the right date.",
        about=evidence.text or "",
    )


def _order_problems(facts: Facts) -> Iterator[Problem]:
    due = facts.next_review
    if due is None:
        return
    for name, words in (("last_review", "last review"), ("approved_on", "approval")):
        earlier = getattr(facts, name)
        if earlier is not None and is_before(due, earlier):
            yield Problem(
                "dates-out-of-order",
                f"The next review “{due.text}” ({due.where}) lies before the {words} “{earlier.text}” "
                f"({earlier.where}). Check both dates.",
            )
            return


def _owner_problems(facts: Facts) -> Iterator[Problem]:
    if facts.owner is not None:
        return
    owner = _evidence(facts, "owner")
    if owner.status is FactStatus.BLANK:
        yield Problem("owner-missing", f"“{owner.text}”{_place(owner)} is empty. Say who looks after this policy.")
    elif owner.status is FactStatus.AMBIGUOUS and (owner.confidence or 0) > UNLIKE:
        yield Problem(
            "owner-missing",
            f"“{owner.text}”{_place(owner)} reviewed this policy, and the document does not say who looks after it. "
            "Say who does.",
        )
    elif owner.status is FactStatus.AMBIGUOUS:
        yield Problem(
            "owner-missing",
            f"“{owner.text}”{_place(owner)} stands where the owner is named, and looks like no person and no post. Say "
            "who looks after this policy.",
        )
    else:
        yield Problem("owner-missing", "The document does not say who looks after it. Add a policy owner.")


def _contact_problems(facts: Facts) -> Iterator[Problem]:
    contacts = _evidence(facts, "contacts")
    if contacts.status is FactStatus.AMBIGUOUS:
        yield Problem(
            "contact-unclear",
            f"“{contacts.text}”{_place(contacts)} stands where somebody is named in a safeguarding role, and looks "
            "like nobody’s name. Check who is meant.",
        )


def _draft_marks(document: Document) -> Iterator[Problem]:
    """Yield what shows that the text is not finished, each mark with its words and place."""
    count = 0
    seen: set[Problem] = set()
    for block in _perhaps_marked(document.blocks):
        for mark in _marks_of(block):
            if mark not in seen and count < _MOST_MARKS:
                seen.add(mark)
                count += 1
                yield mark
    for words in document.struck_out[:_MOST_MARKS]:
        yield Problem(
            "draft-mark",
            f"“{_shorten(words)}” has a line through it, which no copy would show. Delete these words, or take the "
            "line off them.",
            about=_shorten(words),
        )
    if DocumentFlag.TRACKED_CHANGES in document.flags:
        yield Problem(
            "draft-mark", "The document has tracked changes. Accept or reject them before the policy is put in use."
        )


def _perhaps_marked(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the blocks that may hold a mark: of most documents none but comments do, which one look at all tells."""
    whole = "\n".join(block.text for block in blocks)
    if any(map(whole.__contains__, _OF_MARKS)):
        return blocks
    return [block for block in blocks if block.region is Region.COMMENT]


def _marks_of(block: Block) -> Iterator[Problem]:
    text = block.text
    if block.region is Region.COMMENT:
        said = f"There is a comment in the document: “{_shorten(text)}” ({block.where}). Settle it and remove it."
        yield Problem("draft-mark", said)
        return
    if not any(map(text.__contains__, _OF_MARKS)) or not _MAY_BE_MARKED.search(text):
        return
    for match in _DRAFT.finditer(text):
        words = match[0].strip()
        said = f"“{words}” stands at {block.where}. Remove it when the policy is finished."
        yield Problem("draft-mark", said, about=words)
    places = list(unfilled_places(text))
    for start, end in places:
        words = _shorten(text[start:end])
        said = f"“{words}” at {block.where} is a place of a template that nobody filled in. Write what belongs there."
        yield Problem("draft-mark", said, about=words)
    for match in _TEMPLATE_FIELD.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in places):
            continue
        said = f"“{match[0]}” at {block.where} was left over from a template. Fill it in."
        yield Problem("draft-mark", said, about=match[0])


def unfilled_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield where places of a template stand that wait for words: ``[[visitors]]``, ``[[slot: visitors | words]]``.

    One that is not closed is as long as what opens it. Notes ("[[1]]", "[[note 2]]") and links are none.
    """
    end = 0
    for match in _IN_TWO_BRACKETS.finditer(text) if "[[" in text else ():
        words = match["words"].strip(" \t\n[]")
        if match["link"] is None and _A_WORD.search(words) and not _NO_PLACE.match(words):
            yield from ((each.start(), each.end()) for each in _SLOT_BEGUN.finditer(text, end, match.start()))
            end = match.start() + len(match["words"]) + 4
            yield match.start(), end
    yield from ((each.start(), each.end()) for each in _SLOT_BEGUN.finditer(text, end))


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 100 else words[:97].rsplit(" ", 1)[0] + " …"


def _unshown_pictures(document: Document) -> Iterator[Problem]:
    """Yield that pictures are of a kind which no PDF copy or web page can hold: a flow chart may be the rule itself."""
    unshown = [(where, picture) for where, picture in list_pictures(document) if picture.media_type not in _SHOWN]
    if not unshown:
        return
    places = list(dict.fromkeys(_place_of(where, picture) for where, picture in unshown))
    more = [f"{len(places) - _MOST_PICTURES} more"] if len(places) > _MOST_PICTURES else []
    said = say_list([*places[:_MOST_PICTURES], *more])
    yield Problem(
        "picture-unshown",
        f"Readers of the PDF and of the web page do not see every picture: {said}. Save it as a .png picture and put "
        "that in its place.",
    )


def _place_of(where: Place, picture: Picture) -> str:
    words = " ".join(picture.description.split())
    kind = picture.media_type.rpartition("/")[2].partition("+")[0].upper()
    return f"{where} ({f'“{_shorten(words)}”, ' if words else ''}a picture of the kind {kind})"


def _active_content(document: Document) -> Iterator[Problem]:
    """Yield that the file does something by itself, which copies leave out."""
    if not document.flags & {DocumentFlag.ACTIVE_CONTENT, DocumentFlag.EXTERNAL_TEMPLATE, DocumentFlag.MACROS}:
        return
    if document.format is DocumentFormat.PDF:
        what = "The PDF runs a script, starts a program or sends a form by itself"
        mend = "Make it again from the original document without that."
    else:
        what = (
            "The document fetches something from elsewhere or starts something when it is opened (a linked picture, "
            "template or text, an object, a macro)"
        )
        mend = "In Word, break its links (File, Info, Edit Links to Files) and paste objects as pictures."
    yield Problem("active-content", f"{what}. Its copies keep what it shows and leave that out. {mend}")
