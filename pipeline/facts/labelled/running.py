"""Cut lines again out of running text: a form whose line ends were lost in a web page or a careless PDF.

Between ``text.lines`` and ``wrapped``: where labels follow each other in a long line, each with its value, every label
begins a line of its own, and a value ends where the next label, a heading or a sentence begins. Where all labels come
first and their values behind them, a value goes to the label that every way of giving them out by their kinds says.
What could be cut in two ways stays one line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from pipeline.dates.written import scan_dates
from pipeline.facts.cycles import is_rhythm
from pipeline.facts.labelled.words import pattern_of
from pipeline.facts.titles.cut import opening_title
from pipeline.labels.kinds import DATE_KINDS, Label, LabelKind
from pipeline.labels.listed import capitals_that_begin, find_all_labels
from pipeline.named.bodies import is_body
from pipeline.named.names.people import find_name
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line, numbered

_LONG = 160
"""From how many characters on a line can be a form that was run together."""
_REACH = 900
"""How far into a text its form may reach."""
_NEAR_ENDS = 3
"""How many long lines at the start and at the end of a document can hold its form."""
_LONGEST_GAP = 110
_FEWEST_BESIDE = 3
"""Labels in the cell of one column whose values stand in the next."""
_LONGEST_LABEL = 50
_MOST_WORDS = 9
"""Words of a value in running text."""

_SENTENCE = re.compile(r"[a-z)]{2}[.!?]\s+[A-Z]|(?:\b[a-z]{2,}\s+){4}")
_ENDS_SMALL = compiled_lazily(lambda: rf"\b{pattern_of('goes-on')}\s*$|[,(‘“\"'/&–-]\s*$", re.IGNORECASE)
_ANSWERED = re.compile(r"\s*[:–-]\s*\S|\s*[:–-]?\s*(?:$|(?-i:[A-Z\d])|[A-Za-z]\w*\s*:)")
_ENDS_A_VALUE = tuple(
    map(
        re.compile,
        (
            # A numbered part or the number of a page, no day of a date.
            r"(?<!\bVersion)(?<!\bIssue)(?<!\bv)\s(?=\d{1,2}(?:\.\d{1,2})?\.?\s+[A-Z(])"
            r"(?!\d+\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))",
            r"\s(?=Page\s\d|Table\sof|TABLE\sOF|Contents?\b|CONTENTS?\b|Introduction|INTRODUCTION|Appendix)",
            r"\s(?=[•▪◦*|]|[-–]\s)",
            r"(?<=[a-z)]\.)\s(?=[A-Z])",
            r"\s(?=(?:The|This|Our|We|All|At|It|In|An?|These|Every|If|For|As|To|When|There|They|Please)\s[\w’']+\s)",
            r"(?<=[a-z)\d])\s(?=[A-Z]{4,}\s(?:[A-Z&]+\s)*[A-Z]{2,}\b)",
        ),
    )
)
"""Where something else begins behind the last value: a part, a page, a list, a sentence, a heading in capitals."""
_VERSION = re.compile(r"\s*(?:no\.?|number)?[\s:.]*v?\.?\s?\d{1,3}(?:\.\d+)*\b", re.IGNORECASE)
_UNKNOWN_LABEL = re.compile(r"\s*:\s*(?P<label>[A-Z][a-z]+(?:\s[a-z]+){0,5})(?=\s*:\s)")
"""A label of words that are not known, straight behind one that is empty: "Reviewed by: Shared with staff:"."""
_BY = re.compile(r"\bby$", re.IGNORECASE)
_BODY = re.compile(r"\s+(?:the\s+)?(?P<body>[A-Za-z][\w ]{2,40}?)\s*:(?=\s+[A-Z][\w ]{2,40}:)")
_WHOSE = re.compile(r"(?:Chair of )?[A-Z]\w+(?:s['’]|['’]s)\s$")
_ENDS_A_BODY = re.compile(
    r"(?=[BCGLMOT])(?:committee|board|body|council|trust|team|governors|trustees|manager|officer|lead)\s+(?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[\s:.|–-]*")
_PAGE_NUMBER = re.compile(r"^\d{1,2}\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class _Field:
    """A label in running text with the stretch that may answer it."""

    label: Label
    end: int
    """Where the next label begins, or whatever else ends the value."""


def part_running(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return ``lines`` with every form that was run together cut into lines, numbered anew; themselves without one."""
    long = [line.number for line in lines if _may_run_on(line)]
    near = {*long[:_NEAR_ENDS], *long[-_NEAR_ENDS:]}
    parted: list[Line] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        rows, used = (_rows(line.text), 1) if position in near else _columns(lines, line)
        parted += [_as_line(line, row) for row in rows] if rows else [line]
        position += used if rows else 1
    return numbered(parted) if parted != list(lines) else lines


def _may_run_on(line: Line) -> bool:
    return line.table is None and not line.is_furniture and len(line.cells) == 1 and len(line.text) > _LONG


def _as_line(line: Line, cells: Sequence[str]) -> Line:
    return replace(line, text="\t".join(cells), cells=tuple(cells), places=(line.where,) * len(cells), edges=())


def _rows(text: str) -> list[Sequence[str]]:
    """Return a text as rows of one or two cells; nothing where it holds no form."""
    if not _ENDS_A_BODY.search(text, 0, _REACH) and len(list(islice(capitals_that_begin(text, _REACH), 2))) < 2:
        # Of fields there are two at least, and each begins with a capital of a label's own.
        return []
    fields = _fields(text)
    if len(fields) < 2:
        return []
    rows: list[Sequence[str]] = []
    position = 0
    for run in _runs(text, fields):
        rows += _plain(text[position : run[0].label.start])
        rows += _of_run(text, run)
        position = run[-1].end
    return [*rows, *_plain(text[position:])] if rows else []


def _plain(text: str) -> list[Sequence[str]]:
    words = _PAGE_NUMBER.sub("", text.strip(" :|"))
    return [[words]] if words else []


def _fields(text: str) -> list[_Field]:
    """Return the labels of a form with their ends, those that stand in sentences left out."""
    labels = [_with_body(text, label) for label in _labels(text) if _opens(text, label)]
    if not labels:
        return []
    labels = list(_with_unknown(text, labels))
    fields = [_Field(label, after.start) for label, after in pairwise(labels)]
    return [*fields, _Field(labels[-1], len(text))]


def _labels(text: str) -> Iterator[Label]:
    """Yield the labels behind the title, which lends its last word to none of them: "Care Policy" / "Date adopted"."""
    reach = min(len(text), _REACH)
    title = opening_title(text)
    cut = text.find(title) + len(title) if title and title in text[:reach] else 0
    found = [
        *(_without_body(text, label) for label in find_all_labels(text[:cut])),
        *(_without_body(text, _moved(label, cut)) for label in find_all_labels(text[cut:reach])),
    ]
    yield from _up_to_colons(text, cut, reach, sorted(found, key=lambda label: label.start))


def _moved(label: Label, by: int) -> Label:
    return replace(label, start=label.start + by, end=label.end + by)


def _without_body(text: str, label: Label) -> Label:
    """Return a label without its first word, where that ends the body before it: "Trust Board" / "Next review"."""
    ends = _ENDS_A_BODY.match(label.text)
    if ends is None or not re.search(r"[A-Z][\w&]*\s$", text[max(0, label.start - 20) : label.start]):
        return label
    return replace(label, start=label.start + ends.end(), text=label.text[ends.end() :])


def _up_to_colons(text: str, start: int, end: int, labels: Sequence[Label]) -> list[Label]:
    """Return labels with those that a colon shows behind words of a value: "SENCO" / "Final approver:"."""
    shown = list(labels)
    for colon in re.finditer(r"(?<=\w):(?=\s)", text[start:end]):
        at = colon.start() + start
        first = max(start, text.rfind(":", 0, at) + 1, at - _LONGEST_LABEL)
        known = min((label.start for label in shown if label.end == at), default=at)
        label = _label_before(text, first, at)
        if label is not None and label.start < known:
            shown = [each for each in shown if each.end <= label.start or each.start >= at] + [label]
    return sorted(shown, key=lambda label: label.start)


def _label_before(text: str, first: int, colon: int) -> Label | None:
    """Return the longest label that ends at a colon and leaves a word before it; None where none does."""
    for capital in re.finditer(r"(?<=[\w)]\s)[A-Z](?=[^()]*$)", text[first:colon]):
        begins = first + capital.start()
        label = next(iter(find_all_labels(text[begins : colon + 1])), None)
        if (
            label is not None
            and label.start == 0
            and label.end == colon - begins
            and not _ENDS_A_BODY.match(label.text)
        ):
            return _moved(label, begins)
    return None


def _with_body(text: str, label: Label) -> Label:
    """Return a label with whose it is: "Governor's" before "Signature", the body in "Agreed by governors:"."""
    if label.means(LabelKind.SIGNATURE) and (whose := _WHOSE.search(text, 0, label.start)):
        return replace(label, start=whose.start(), text=text[whose.start() : label.end])
    body = _BODY.match(text, label.end) if _BY.search(label.text) else None
    if body is None or not is_body(body["body"]):
        return label
    return replace(label, end=body.end("body"), text=text[label.start : body.end("body")])


def _with_unknown(text: str, labels: Sequence[Label]) -> Iterator[Label]:
    """Yield labels with those of unknown words straight behind one that is empty."""
    for label, after in zip(labels, [*(each.start for each in labels[1:]), len(text)], strict=True):
        yield label
        unknown = _UNKNOWN_LABEL.match(text, label.end)
        if unknown is not None and unknown.end() < after:
            yield Label((LabelKind.OTHER,), unknown.start("label"), unknown.end(), unknown["label"])


def _opens(text: str, label: Label) -> bool:
    """Say whether a label begins a field: with a capital, out of a sentence, and answered or empty."""
    before = text[max(0, label.start - 24) : label.start]
    return (
        label.text[0].isupper()
        and not _ENDS_SMALL.search(before)
        and _ANSWERED.match(text, label.end) is not None
        and label.kinds[0] is not LabelKind.SCHOOL
    )


def _runs(text: str, fields: Sequence[_Field]) -> Iterator[list[_Field]]:
    """Yield fields that follow each other with nothing but their values between them, two at least."""
    run: list[_Field] = []
    for field in fields:
        if run and not _follows(text, run[-1]):
            yield from _whole_run(text, run)
            run = []
        run.append(field)
    yield from _whole_run(text, run)


def _whole_run(text: str, run: list[_Field]) -> Iterator[list[_Field]]:
    kinds = [field.label.kinds[0] for field in run if not field.label.means(LabelKind.OTHER)]
    asks = len(kinds) > 1 and set(kinds) != {LabelKind.SIGNATURE}
    if asks and kinds.count(LabelKind.VERSION) < 2:
        last = run[-1]
        waits = len(run) > 1 and _BLANK.fullmatch(text, run[-2].label.end, run[-2].end) is not None
        yield [*run[:-1], replace(last, end=_value_end(text, last.label, last.end, several=waits))]


def _is_out_of_step(text: str, field: _Field) -> bool:
    """Say whether a person stands at a label that asks for a date, so that values stand apart from their labels."""
    value = text[field.label.end : field.end]
    dated = re.match(r"dates?\b|.*\bdate$", field.label.text, re.IGNORECASE) is not None
    return dated and not scan_dates(value).dates and find_name(value.strip()) is not None


def _follows(text: str, field: _Field) -> bool:
    between = text[field.label.end : field.end]
    return len(between) <= _LONGEST_GAP and not _SENTENCE.search(between)


def _value_end(text: str, label: Label, end: int, *, several: bool) -> int:
    """Return where a value ends that no label follows: behind its date, or before a heading, a part or a sentence.

    ``several``: the values of the labels before it may follow as well.
    """
    rest = text[label.end : end]
    if label.means(LabelKind.VERSION) and not several and (number := _VERSION.match(rest)):
        return label.end + number.end()
    dates = scan_dates(rest[:_LONGEST_GAP]).dates
    if dates and not several and label.kinds[0] in DATE_KINDS and _BLANK.fullmatch(rest[: dates[0].start]):
        return label.end + dates[0].end
    stops = [match.start() for ends in _ENDS_A_VALUE if (match := ends.search(rest, 2))]
    return label.end + min(stops, default=len(rest))


def _of_run(text: str, run: Sequence[_Field]) -> Iterator[Sequence[str]]:
    """Yield the rows of a run of fields."""
    if any(_is_out_of_step(text, field) for field in run):
        yield from _labels_alone(run)
        yield from (row for field in run for row in _plain(text[field.label.end : field.end]))
        return
    waiting: list[_Field] = []
    for number, field in enumerate(run):
        value = text[field.label.end : field.end]
        if _BLANK.fullmatch(value) and number + 1 < len(run):
            waiting.append(field)
            continue
        given = _given_out([*waiting, field], text) if waiting else None
        if given is not None:
            yield from given
        else:
            yield from ([f"{each.label.text}:"] for each in waiting)
            yield from _with_value(text, field)
        waiting = []
    yield from ([f"{each.label.text}:"] for each in waiting)


def _with_value(text: str, field: _Field) -> Iterator[Sequence[str]]:
    """Yield a label with its value, and what stands behind a date as a line of its own."""
    value = text[field.label.end : field.end]
    dates = scan_dates(value).dates
    if dates and field.label.kinds[0] in DATE_KINDS and _BLANK.fullmatch(value[: dates[0].start]):
        cut = dates[0].end
        yield [text[field.label.start : field.label.end + cut]]
        yield from _plain(value[cut:])
    else:
        yield [text[field.label.start : field.end].strip()]


# --- labels first, values behind them ---------------------------------------------------------------------------------


def _columns(lines: Sequence[Line], line: Line) -> tuple[list[Sequence[str]], int]:
    """Return the labels of a first column with the values of the second, and how many lines hold them; else nothing.

    The line ends inside the cells are lost: "Last reviewed: Frequency: Next review: | May 2025", "Annually May 2026".
    """
    if line.table is not None or line.is_furniture or len(line.cells) != 2 or line.cells[0].count(":") < _FEWEST_BESIDE:
        return [], 0
    fields = _fields(line.cells[0])
    ends = [*(each.label.start for each in fields[1:]), len(line.cells[0])]
    between = (line.cells[0][each.label.end : end] for each, end in zip(fields, ends, strict=True))
    if len(fields) < _FEWEST_BESIDE or not all(map(_BLANK.fullmatch, between)):
        return [], 0
    more = lines[line.number + 1].text if line.number + 1 < len(lines) else ""
    goes_on = 0 < len(more) <= _LONGEST_GAP and ":" not in more and not find_all_labels(more)
    for words, used in (((line.cells[1], more), 2), ((line.cells[1],), 1)):
        values = _values(" ".join(words), most=len(fields) + 1)
        ways = list(_ways([each.label for each in fields], values)) if used == 1 or goes_on else []
        if pairs := _paired(fields, values, ways):
            return [*pairs, *([cell] for cell in words)], used
    return [], 0


def _given_out(fields: Sequence[_Field], text: str) -> list[Sequence[str]] | None:
    """Return labels with the values that stand behind the last of them; None where it alone is answered, or nobody
    knows whose a value is.
    """
    last = fields[-1]
    values = _values(text[last.label.end : last.end], most=len(fields))
    if not values or (len(values) == 1 and _fits(last.label, values[0])):
        return None
    ways = list(_ways([field.label for field in fields], values))
    if not ways:
        return None
    rows = _paired(fields, values, ways) or _labels_alone(fields)
    return [*rows, *_plain(text[last.label.end : last.end])]


def _labels_alone(fields: Sequence[_Field]) -> list[Sequence[str]]:
    """Return labels side by side, so that none of them is answered by the values behind all of them."""
    return [[" ".join(f"{field.label.text}:" for field in fields)]]


def _paired(fields: Sequence[_Field], values: Sequence[str], ways: Sequence[tuple[int, ...]]) -> list[Sequence[str]]:
    """Return the labels with those values that every way gives to the same one."""
    given = zip(values, zip(*ways, strict=True), strict=True) if ways else ()
    return [[fields[numbers[0]].label.text, value] for value, numbers in given if len(set(numbers)) == 1]


def _values(text: str, *, most: int) -> list[str]:
    """Return the dates, rhythms and other words of a text, in order, no more than there are labels."""
    values: list[str] = []
    position = 0
    for found in scan_dates(text).dates:
        values += [*_words(text[position : found.start]), found.text]
        position = found.end
    behind = _words(text[position:])
    values += behind if all(len(words.split()) <= _MOST_WORDS for words in behind) else []
    return values[:most]


def _words(text: str) -> list[str]:
    """Return words as one value, as two where a rhythm ends them: "Ada Holt Annually"."""
    words = text.strip(" :|")
    begins = (match.start() for match in re.finditer(r"(?<=\s)(?=[A-Z])", words))
    at = next((start for start in begins if is_rhythm(words[start:])), 0)
    parts = (words[:at].strip(), words[at:]) if at else (words,)
    return [part for part in parts if re.search(r"[A-Za-z]{2}", part)]


def _fits(label: Label, value: str) -> bool:
    """Say whether a value is of the kind that a label asks for."""
    if scan_dates(value).dates:
        return label.kinds[0] in DATE_KINDS and not _BY.search(label.text)
    if is_rhythm(value):
        return label.means(LabelKind.CYCLE)
    if len(value.split()) > _MOST_WORDS or label.means(LabelKind.CYCLE):
        return False
    return label.kinds[0] not in DATE_KINDS or _BY.search(label.text) is not None


def _ways(labels: Sequence[Label], values: Sequence[str], first: int = 0) -> Iterator[tuple[int, ...]]:
    """Yield every way to give values to labels in their order, each value to one that asks for its kind."""
    if not values:
        yield ()
        return
    for number in range(first, len(labels) - len(values) + 1):
        if _fits(labels[number], values[0]):
            yield from ((number, *rest) for rest in _ways(labels, values[1:], number + 1))
