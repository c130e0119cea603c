"""Read who looks after a policy and who approves it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.dates.written import scan_dates
from pipeline.facts.labelled.joins import heads_row
from pipeline.facts.labelled.values import (
    Stated,
    before_date,
    is_date_value,
    is_told_of_others,
    list_values,
)
from pipeline.facts.listed_policies import POLICY_WORD
from pipeline.facts.looks import is_surely_an_owner
from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.bodies import body_at, find_body, is_body, without_article
from pipeline.named.names.people import find_name, is_name
from pipeline.named.schools import is_school_line
from pipeline.text.lines import HEAD_LINES, Line

_LABEL_REACH = 70
_HERE = "facts/responsibility.py"
_REVIEWER = 0.75
"""How sure it is that the person who reviewed a policy also looks after it: a question."""
_OWNER_ORDER = ("owner", "responsible", "lead", "holder", "charge", "staff", "author", "review", "by")


def find_owner(lines: Sequence[Line]) -> Stated | None:
    """Return who looks after the policy, or wrote it where nobody is named to look after it."""
    found: list[tuple[int, Stated]] = []
    for label, stated in list_values(lines, LabelKind.OWNER):
        if _OWNS_THE_SETTING.fullmatch(label.text) or _is_of_something_else(lines, label, stated):
            continue
        if not stated.is_blank and is_date_value(stated.value):
            continue
        # A word that begins a heading as well, "Owner Occupiers": only what is an owner for certain is one.
        if not stated.is_blank and label.text.casefold() == "owner" and not is_surely_an_owner(stated.value):
            continue
        stated = _as_sure_as(label, _without_aside(_told(label, _by_lines(lines, stated))))
        words = label.text.lower()
        rank = next((index for index, word in enumerate(_OWNER_ORDER) if word in words), len(_OWNER_ORDER))
        found.append((rank, stated))
    for label, stated in list_values(lines, LabelKind.LAST_REVIEW):
        value = before_date(stated.value)
        if label.text.lower().endswith("by") and value and is_name(value.split(",")[0].split("(")[0].strip()):
            found.append((_OWNER_ORDER.index("by"), Stated(value, value, stated.where, _REVIEWER, stated.rule)))
    filled = [each for each in found if not each[1].is_blank]
    return min(filled or found, key=lambda each: each[0])[1] if found else None


_OWNS_THE_SETTING = re.compile(
    r"(?:business |setting |nursery )?(?:owners?|proprietors?)\s*(?:/|&|and)\s*\w+"
    r"|(?:managers?|directors?)\s*(?:/|&|and)\s*owners?",
    re.IGNORECASE,
)
"""Whose the business is, not the policy: "Owner/Manager"."""
_OF_ANYTHING = re.compile(r"owners?|leads?|responsib\w+|(?:person|member of staff|staff) responsible", re.IGNORECASE)
"""Labels that a table in the midst of a text has of other things too: a risk, an action, a task."""


_A_TEAM = re.compile(
    r"\bdeput|safe-?guarding|child protection|\bDSL|(?<!leadership )(?<!management )\bteam\b|contacts?\b", re.IGNORECASE
)


def _is_of_something_else(lines: Sequence[Line], label: Label, stated: Stated) -> bool:
    """Say whether a label of one word asks who owns a task in the midst of the text, or who leads a team."""
    if stated.is_blank:
        return False
    told = next((line for line in lines if stated.where in (line.where, *line.places)), None)
    if POLICY_WORD.search(label.text) or not _OF_ANYTHING.fullmatch(label.text):
        return False
    number = told.number if told is not None else 0
    if HEAD_LINES < number < len(lines) - HEAD_LINES:
        return True
    # "Links to: Safeguarding Policy" is about no team.
    about = (line.text for line in lines[max(1, number - 2) : number + 2] if not POLICY_WORD.search(line.text))
    return label.text.lower().startswith("lead") and any(map(_A_TEAM.search, about))


_A_HEAD = re.compile(r"(?:head ?teacher|principal)$", re.IGNORECASE)


_IN_A_SENTENCE = re.compile(
    r"this .*\bof|.*\bowned by|.*\bresponsibility for .*\b(?:with|to)|.*\bwith .*responsibility.* is", re.IGNORECASE
)
_LONGEST_TOLD = 5


def _told(label: Label, stated: Stated) -> Stated:
    """Return what a sentence tells, "This policy is the responsibility of X.", less sure where it names several."""
    if not _IN_A_SENTENCE.fullmatch(label.text):
        return stated
    value = stated.value.rstrip(".")
    several = len(value.split()) > _LONGEST_TOLD or re.search(r"\band\b", value) is not None
    several = several or any(find_name(part) is not None for part in value.split(",")[1:])
    sure = _REVIEWER if several else 0.85
    return replace(stated, value=value, text=value, confidence=sure)


def _as_sure_as(label: Label, stated: Stated) -> Stated:
    """Return a value less sure where its label does not name the policy and stands in tables of anything."""
    return replace(stated, confidence=min(stated.confidence, 0.88)) if _OF_ANYTHING.fullmatch(label.text) else stated


def _by_lines(lines: Sequence[Line], stated: Stated) -> Stated:
    """Part what a cell holds one below the other: people by semicolons, a post behind its holder by a comma."""
    cells = (cell for line in lines if stated.where in (line.where, *line.places) for cell in line.cells)
    cell = next((each for each in cells if "\n" in each and " ".join(each.split()) == stated.value), None)
    if cell is None:
        return stated
    value = ""
    for part in filter(None, map(str.strip, cell.split("\n"))):
        if value and is_school_line(part):
            break
        value += part if not value else f"; {part}" if find_name(part) is not None else f", {part}"
    return replace(stated, value=value, text=value)


_ASIDE = re.compile(r"[\s,;(–-]*\S+@\S+$|\s*\((?:[^()]*\b(?:19|20)\d\d)\)$")


def _without_aside(stated: Stated) -> Stated:
    """Drop the mail address or the date in brackets that follows a name."""
    value = _ASIDE.sub("", stated.value)
    return replace(stated, value=value, text=value) if value else stated


# --- approving body ------------------------------------------------------------------------------------------------

_DOCUMENT = r"(?:policy|policies|plan|statement|procedures?|document|scheme|code|principles?|terms of reference)"
_APPROVED_IN_TEXT = re.compile(
    rf"(?:\b{_DOCUMENT}\b[^.;]{{0,60}}?\b(?:was|were|is|has been|have been|been)"
    rf"|\b(?:this|our|the) {_DOCUMENT} (?:will|must|shall|should|is to|has to) be"
    rf"|\bthis {_DOCUMENT}\b.{{0,120}}[.,;] it (?:will|must|shall|should|is to|has to) be)\s+(?:\w+\s+){{0,4}}?"
    r"(?:approved|adopted|agreed|ratified|authorised)\s+(?:by|at)\s+",
    re.IGNORECASE,
)
_BODY_ADOPTED = re.compile(
    r"\b(?:has |have )?(?:formally )?(?:adopted|approved|ratified|agreed)\s+this\b[^.;]{0,60}\b(?:policy"
    r"|statement|plan|procedure)",
    re.IGNORECASE,
)
_BODY_APPROVES = re.compile(
    r"\b(?:is|are) responsible for (?:approving|ratifying|agreeing) (?:this|the) (?:policy|plan|statement)\b",
    re.IGNORECASE,
)


_NO_BODY = frozenset(("yes", "no", "n/a"))


def find_approver(lines: Sequence[Line]) -> Stated | None:
    """Return who approved the policy, or has to: from its own label, the words of a date's label, or the text."""
    named = [stated for _, stated in list_values(lines, LabelKind.APPROVER) if stated.value.lower() not in _NO_BODY]
    filled = [_cut_short(stated) for stated in named if not stated.is_blank and not is_date_value(stated.value)]
    after_by = sorted(_after_by(lines), key=lambda each: _HAS_NO_SAY.fullmatch(each.value) is not None)
    told = next(_in_text(lines), None)
    inside = list(_inside_labels(lines))
    answered = [stated for unfilled, stated in inside if not unfilled]
    # A form that nobody filled in names who is to approve; that they did the text alone can say.
    promised = [stated for unfilled, stated in inside if unfilled and told is not None]
    for stated in (*after_by, *filled, *answered, *promised, *filter(None, (told,))):
        return stated
    return next((stated for stated in named if stated.is_blank), None)


_HAS_NO_SAY = re.compile(r"(?:all )?(?:the )?(?:teaching )?(?:staff|pupils|parents|students|children)", re.IGNORECASE)
"""Who agrees to a policy before those who decide: they count where nobody else is named."""


def _cut_short(stated: Stated) -> Stated:
    """Keep the body of an answer that runs on into the page's other words."""
    value = before_date(stated.value) or stated.value
    stated = replace(stated, value=value, text=value)
    body = body_at(value)
    if body is None:
        return stated
    rest = stated.value[body.end() :]
    if len(stated.value) <= _LONGEST_BODY and not re.match(r"\s+\d+\s+[A-Z]", rest):
        return stated
    return replace(stated, value=body["body"], text=body["body"])


_LONGEST_BODY = 60


def _after_by(lines: Sequence[Line]) -> Iterator[Stated]:
    """Yield the value of "Approved by:" where it is a body or a person, not a date."""
    for kind in (LabelKind.APPROVED, LabelKind.LAST_REVIEW):
        for label, stated in list_values(lines, kind):
            if stated.is_blank or not _asks_for_body(label) or is_date_value(stated.value):
                continue
            value = re.sub(r"\s+(?:on|in|yes|no)$", "", before_date(stated.value), flags=re.IGNORECASE).strip(" .:,-–")
            answer = _body_of(value, kind) if value and _is_stated_here(value) else None
            if answer:
                yield Stated(answer, answer, stated.where, 0.95 if find_body(answer) else 0.88, stated.rule)


def _without_tail(body: str) -> str:
    """Drop whose body it is, and a joining word that leads nowhere ("Governing body of" before an empty line)."""
    first, of, rest = body.partition(" of ")
    if of and is_body(first) and is_school_line(rest.strip(" .")):
        return first
    return re.sub(r"(?:\s+(?:of|and|on|the|at))+$", "", body, flags=re.IGNORECASE)


def _asks_for_body(label: Label) -> bool:
    asks = r"\b(?:by|at)$|\bby \([^)]*\)?$|^who "
    return bool(re.search(asks, label.text, re.IGNORECASE)) and not label.text.lower().startswith("date")


def _body_of(value: str, kind: LabelKind) -> str | None:
    """Return the approving body that a value is, or begins with."""
    first = value.partition(",")[0]
    if kind is LabelKind.LAST_REVIEW and first != value and is_body(first):
        # Of several who reviewed it the first, a body, is the one that decides.
        return without_article(first)
    body = body_at(value)
    if body is None or re.fullmatch(r".*\b(?:policy|procedures?|statement|plan)", value, re.IGNORECASE):
        return value if kind is LabelKind.APPROVED and _is_short_answer(value) else None
    if kind is LabelKind.LAST_REVIEW and (find_body(value) is None or _A_HEAD.match(value)):
        # "Updated by: ABC" are a person's initials, and a head who reviews has approved nothing yet.
        return None
    if kind is LabelKind.LAST_REVIEW and _OF_STAFF.search(value):
        return None
    rest = value[body.end() :]
    if len(rest) <= 2 or re.match(r"\s*(?:&|and|of|,|\()", rest):
        whole = value
    elif kind is LabelKind.APPROVED:
        whole = body["body"]
    else:
        return None
    return _without_tail(re.sub(r"^the\s+", "", whole, flags=re.IGNORECASE))


_OF_STAFF = re.compile(r"\b(?:leadership|SLT|SMT|staff|team)\b", re.IGNORECASE)
"""In a body that reviews but decides nothing."""


def _is_short_answer(value: str) -> bool:
    """Say whether a value can be a person or office that no pattern knows ("Director of Education")."""
    return (
        value[0].isupper()
        and len(value.split()) <= 6
        and not find_labels(value)
        and not re.search(r"\d|\b(?:policy|procedures?|statement|plan)$", value, re.IGNORECASE)
    )


def _inside_labels(lines: Sequence[Line]) -> Iterator[tuple[bool, Stated]]:
    """Yield the body that a date's label names, and whether its date is empty: "Date approved by Governors:"."""
    for line in lines:
        for label in find_labels(line.text):
            if (
                not label.means(LabelKind.APPROVED)
                or (len(line.text) > 200 and not heads_row(line.text, label))
                or re.search(r"based on|model", line.text[: label.start], re.IGNORECASE)
                or is_told_of_others(line, label)
            ):
                continue
            after = _TO_THE_BODY.sub("", line.text[label.end : label.end + _LABEL_REACH])
            body = (
                body_at(after)
                if re.search(r"\b(?:by|at)$", label.text, re.IGNORECASE) or "approval" not in label.text.lower()
                else find_body(label.text)
            )
            if body is not None and _is_stated_here(body["body"]):
                words = _without_tail(re.sub(r"\s+", " ", body["body"]).strip())
                unfilled = _is_unfilled(lines, line, label, body["body"])
                yield unfilled, Stated(words, words, line.where, 0.93, label.rule)


def _is_unfilled(lines: Sequence[Line], line: Line, label: Label, body: str) -> bool:
    """Say whether a label with a body in it asks for a date that nobody has put in: "Date ratified by governors:"."""
    behind = line.text[line.text.index(body, label.start) + len(body) :] if body in line.text[label.start :] else ""
    if not _EMPTY.fullmatch(behind):
        return False
    following = lines[line.number + 1].text if line.number + 1 < len(lines) else ""
    return not scan_dates(following[:_LABEL_REACH]).dates or bool(find_labels(following))


_EMPTY = re.compile(r"\s*:[\s:._…–-]*")


_TO_THE_BODY = re.compile(
    r"^[\s:\-–(]*(?:by\s+)?(?:(?:the|a|its|their)\s+)?(?:(?:full\s+)?meeting\s+of\s+)?(?:the\s+)?", re.IGNORECASE
)
"""Between a label and the body: "Ratified at" / "the meeting of the"."""


def _is_stated_here(body: str) -> bool:
    """Say whether the body is the school's own, not the author of a model policy."""
    return not re.search(
        r"safeguarding (?:children['’]?s? )?board|local authority|county council|template", body, re.IGNORECASE
    )


_OF_DECIDED = ("approv", "adopt", "agreed", "ratif", "authoris")


def _in_text(lines: Sequence[Line]) -> Iterator[Stated]:
    for line in lines:
        if not any(map(line.text.lower().__contains__, _OF_DECIDED)):
            continue
        text = f"{lines[line.number - 1].text} {line.text}" if line.number and line.text[:3] == "It " else line.text
        match = _APPROVED_IN_TEXT.search(text)
        if match:
            after = re.sub(
                r"^(?:a (?:full )?meeting of )?(?:the )?(?:school['’]?s )?(?:staff and )?(?:the )?",
                "",
                text[match.end() : match.end() + 90],
                flags=re.IGNORECASE,
            )
            body = body_at(after)
            if body:
                yield Stated(body["body"], body["body"], line.where, 0.8, f"{_HERE}: _APPROVED_IN_TEXT")
        for name, pattern in (("_BODY_ADOPTED", _BODY_ADOPTED), ("_BODY_APPROVES", _BODY_APPROVES)):
            match = pattern.search(line.text)
            body = find_body(line.text[: match.start()][-90:]) if match else None
            if body:
                yield Stated(body["body"], body["body"], line.where, 0.8, f"{_HERE}: {name}")
