"""What a document tells of a former holder alone: days in school, training, "She has worked here …".

``plan.contacts`` asks for it. Under the next holder's name it would be untrue: a copy waits for a day on record and for
sentences about the person, what may be said of both is listed.
"""

import re
from collections.abc import Iterator

from pipeline.dates.months import BEGINS_MONTH
from pipeline.dates.weekdays import SCHOOL_DAYS, one_weekday
from pipeline.named.details.found import find_any_details
from pipeline.named.mentions import Mention
from pipeline.named.roles.other_posts import next_of_the_person
from pipeline.named.roles.words import words_of
from pipeline.named.scene import Scene
from pipeline.plan.doubts.values import Planned, Stay, head_over, listed, unsafe
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch

_PERSONAL = because("personal")
_COURSE = (
    r"(?:last|latest|most[ ]recent|next|current|initial|refresher|ddsl|dsl|cp|safeguarding|child[ ]protection"
    r"|safer[ ]recruitment|prevent|designated|advanced|(?:level|tier)[ ]?\d|multi-?agency)"
)
_RECORD = (
    rf"(?:(?:date|day|year|level)s?[ ]+(?:of[ ]+)?)?(?:{_COURSE}[ ]+){{0,4}}"
    r"(?:train(?:ing|ed)|refresher|qualifi(?:ed|cations?)|certificates?|accredited|dbs|appoint(?:ed|ment)"
    r"|start(?:ed|[ ]date)|in[ ](?:post|role))"
    r"(?:[ ]+(?:date|completed|done|expires|renewed|due|undertaken|attended|updated|received|valid|level|on|in"
    r"|from|since|until)){0,3}"
)
"""What a line calls that was put on record of a person: "Date of last training"."""
_DATE = rf"(?:\b(?:19|20)\d\d\b|\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b{BEGINS_MONTH}[a-z]*[ ’'-]*\d\d\b)"
_TOLD = re.compile(rf"(?:^|[|;,\t(]|[ ][–—-])\W*{_RECORD}[ ]*[:\t–—-]?[ ]*[^:|;\n]{{0,40}}?{_DATE}", re.IGNORECASE)
"""A line or cell of that kind with a day, or the same behind a name in its line."""
_HEAD = re.compile(
    r"\b(?:train(?:ed|ing)|qualifi\w+|certificat\w+|accredit\w+|dbs|expir\w+|renewal|appointed|start date"
    r"|(?:in (?:post|role) )?since|level|courses?)\b",
    re.IGNORECASE,
)
"""Over a column with what is on record of each person."""
_ON_RECORD = re.compile(r"\d|\blevel\b|\b(?:yes|no)\b|[✓✔]", re.IGNORECASE)
_DAY = rf"{one_weekday(SCHOOL_DAYS)}\b"
_REMARK = re.compile(
    r"[\s\u00a0]*(?:\((?P<bracket>[^)]{0,60}?"
    rf"\b(?:{_DAY}|(?:am|pm)\b|part[ -]?time|job[ -]?shar|tempora|interim|acting|trained|qualified|level \d"
    rf"|from (?:\d|{BEGINS_MONTH}))[^)]{{0,60}})\)"
    rf"|[,–—-][\s\u00a0]*(?P<days>(?:on[ \u00a0]+)?{_DAY}[^.;,()\n]{{0,40}}))",
    re.IGNORECASE,
)
_A_WORD = re.compile(r"[\s\u00a0]*\((?P<word>[^\W\d_a-z][^\W\d_]*[a-z])\)")
"""Right behind a name one word that may be a name the person had: "X (Holt)"."""
_COURSES = (
    r"(?:attended|completed|had|received|undert\w+)\b[^.;\n]{0,60}?\b(?:training|courses?|qualifications?|level \d)\b"
)
_TRAINED = re.compile(
    r"[\s\u00a0]+(?P<trained>(?:(?:is|was|are|has|have|been|also|fully|suitably|last|recently)[\s\u00a0]+){0,3}"
    rf"(?:(?:trained|qualified|accredited|certificated|certified)\b|{_COURSES})[^.;\n]{{0,60}})",
    re.IGNORECASE,
)
"""What a person was trained in: "X is trained to Level 3"."""
_ONLY_DAYS = re.compile(
    rf"(?:(?:days?|hours|works|available|in school|on)\b[\s:]*)*"
    rf"(?:{_DAY}|(?:mornings?|afternoons?|part[- ]?time|am|pm)\b|(?:[01]\.\d+[ ]*)fte\b|term[- ]time only)"
    rf"(?:[\s,;&/+().:–—-]|\d|{_DAY}|\b(?:to|until|and|only|mornings?|afternoons?|am|pm|all|day|half|weeks?|term|time"
    r"|alternate|every|other|the|noon|in)\b)*",
    re.IGNORECASE,
)
_ALL_WEEK = re.compile(r"\W*(?:on )?mon(?:day)?s?\s*(?:to|until|-|–)\s*fri(?:day)?s?\b", re.IGNORECASE)
_LINES = 5
_CELLS = 8
_SENTENCES = 3
_LONGEST_HEAD = 60


def told_of_the_person(planned: Planned) -> Iterator[Stay]:
    """Yield each changed name beside, over or before what is on record of its former bearer alone."""
    for each in planned.changed:
        place = next(_records(planned, each), None) or next(_sentences(planned.scene, each), None)
        if place is not None:
            yield unsafe(planned.scene, (each.place, place), _PERSONAL)


def remarks(planned: Planned) -> Iterator[Stay]:
    """Yield what is said beside a changed name of the person's days, hours, training or time in the role."""
    for each in planned.changed:
        for place in (*_behind(planned.scene, each), *_beside(planned.scene, each)):
            said = planned.scene.passages[place.passage].text[place.start : place.end].strip()
            if said and not _ALL_WEEK.match(said):
                reason = because("said-of-another", name=planned.holder_of(each).name)
                yield listed(planned.scene, place, reason, words=said)


def _records(planned: Planned, mention: Mention) -> Iterator[Stretch]:
    """Yield days on record: around a name in its line, in the lines below it and in the cells of its row."""
    scene, index = planned.scene, mention.passage
    text, end = scene.passages[index].text, mention.form.end
    first, last = scene.sentence(index, end)
    stop = min(planned.next_name(index, end), last)
    behind = _TOLD.search(text, end, stop)
    if behind is not None and not any(end < each.start < behind.end() for each in scene.labels(index)):
        yield Stretch(index, end, behind.end())
    elif _TOLD.match(text[first : mention.form.start] + text[end:stop]):
        yield Stretch(index, first, stop)
    named = {each.passage for each in planned.mentions if each.passage != index}
    row = scene.cells[index]
    for at in scene.following(index, _LINES) if row is None else scene.cells.others_in_row(index):
        words, other = scene.passages[at].text.strip(), at in named or bool(scene.labels(at))
        on_record = _TOLD.match(words) or (row is not None and _TOLD.match(f"{head_over(scene, at)}: {words}"))
        if on_record and not other:
            yield Stretch(at, 0, len(scene.passages[at].text))
        elif row is None and (other or (words and not find_any_details(words))):
            return


def _sentences(scene: Scene, mention: Mention) -> Iterator[Stretch]:
    """Yield the sentences right behind that of a name which go on with "She", "He" or "They" and tell of the person."""
    text, (_, end) = scene.passages[mention.passage].text, scene.sentence(mention.passage, mention.form.start)
    for _ in range(_SENTENCES):
        start = len(text) - len(text[end:].lstrip())
        if start >= len(text):
            return
        end = scene.sentence(mention.passage, start)[1]
        if next_of_the_person(text[start:end]):
            yield Stretch(mention.passage, start, end)


def _behind(scene: Scene, mention: Mention) -> Iterator[Stretch]:
    """Yield what is said right behind a name of the person's days, training or former name."""
    text = scene.passages[mention.passage].text
    for pattern in (_REMARK, _TRAINED, _A_WORD):
        match = pattern.match(text, mention.form.end)
        said = match.lastgroup if match is not None else None
        if match is not None and said is not None:
            posts = words_of("label", "no-apposed", "no-post", "post", "apposed") if said == "word" else ()
            if match[said].casefold() not in posts:
                yield Stretch(mention.passage, *match.span(said))


def _beside(scene: Scene, mention: Mention) -> Iterator[Stretch]:
    """Yield the cells of the row, or the next lines, that hold days alone, and the cells under a head of records."""
    row = scene.cells[mention.passage]
    for at in scene.following(mention.passage, 2 if row is None else _CELLS):
        text = scene.passages[at].text.strip()
        days = _ONLY_DAYS.fullmatch(text) is not None
        if scene.labels(at) or (row is None and text and not days and not find_any_details(text)):
            break
        if days:
            yield Stretch(at, 0, len(scene.passages[at].text))
    for at in scene.cells.others_in_row(mention.passage):
        text = scene.passages[at].text
        if _is_record_head(head_over(scene, at)) and _ON_RECORD.search(text) and not find_any_details(text):
            yield Stretch(at, 0, len(text))


def _is_record_head(head: str) -> bool:
    return len(head) <= _LONGEST_HEAD and _HEAD.search(head) is not None
