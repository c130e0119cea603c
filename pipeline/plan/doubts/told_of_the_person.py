"""What a document tells of a former holder alone, away from the name: a day of training, "She has worked here …".

``questions`` asks for it: under the next holder's name it would be untrue, so a copy waits for it.
"""

import re
from collections.abc import Iterator

from pipeline.dates.months import BEGINS_MONTH
from pipeline.named.mentions import Mention
from pipeline.named.roles.other_posts import next_of_the_person
from pipeline.named.scene import Scene
from pipeline.plan.doubts.values import Planned, Stay, unsafe
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
_DAY = rf"(?:\b(?:19|20)\d\d\b|\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b{BEGINS_MONTH}[a-z]*[ ’'-]*\d\d\b)"
_LINE = re.compile(rf"\W*{_RECORD}[ ]*[:\t–—-]?[ ]*(?P<said>[^:\n]{{0,40}}?{_DAY})[^:\n]{{0,20}}", re.IGNORECASE)
"""A whole line or cell of that kind, with a day."""
_BEHIND = re.compile(
    rf"[^.\n]{{0,80}}?(?:[|;,\t(]|[ ][–—-])[ ]*{_RECORD}[ ]*[:–—-][ ]*[^:|;\n]{{0,40}}?{_DAY}", re.IGNORECASE
)
"""The same behind a name in its line."""
_RECORD_HEAD = re.compile(rf"\W*(?:{_RECORD}|courses?(?:[ ]\w+)?)\W*", re.IGNORECASE)
_DETAIL = re.compile(r"[\d@]")
_LINES = 5
_SENTENCES = 3


def told_of_the_person(planned: Planned) -> Iterator[Stay]:
    """Yield each changed name beside, over or before what is on record of its former bearer alone."""
    scene = planned.scene
    for mention in planned.mentions:
        if mention.changes and mention.standing is not None:
            place = next(_records(planned, mention), None) or next(_sentences(scene, mention), None)
            if place is not None:
                yield unsafe(scene, (mention.place, place), _PERSONAL)


def _records(planned: Planned, mention: Mention) -> Iterator[Stretch]:
    """Yield days on record: behind a name in its line, in the lines below it and in the cells of its row."""
    scene, index = planned.scene, mention.passage
    text, end = scene.passages[index].text, mention.form.end
    following = min((each.form.start for each in planned.mentions if _is_behind(each, mention)), default=len(text))
    behind = _BEHIND.match(text, end, following)
    if behind is not None and not any(end < each.start < behind.end() for each in scene.labels(index)):
        yield Stretch(index, end, behind.end())
    named = {each.passage for each in planned.mentions if each.passage != index}
    row = scene.cells[index]
    for at in scene.following(index, _LINES) if row is None else scene.cells.others_in_row(index):
        words = scene.passages[at].text.strip()
        if at in named or scene.labels(at):
            if row is None:
                return
        elif _LINE.fullmatch(words) or (row is not None and _is_under_a_record(scene, at)):
            yield Stretch(at, 0, len(scene.passages[at].text))
        elif row is None and words and not _DETAIL.search(words):
            return


def _is_behind(one: Mention, other: Mention) -> bool:
    return one.passage == other.passage and one.form.start >= other.form.end


def _is_under_a_record(scene: Scene, index: int) -> bool:
    """Whether a cell with a day stands in a column "Training", "Last trained" and the like."""
    heads = " ".join(scene.passages[head].text for head in scene.cells.head(index))
    return (
        re.search(_DAY, scene.passages[index].text, re.IGNORECASE) is not None
        and _RECORD_HEAD.fullmatch(heads) is not None
    )


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
