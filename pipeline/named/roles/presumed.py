"""Roles that words only let presume: "Lead" in a section about safeguarding, "assisted by" behind the lead.

Nothing is changed for them; ``plan.doubts.strangers`` tells of each person nobody knows there.
"""

import re
from collections.abc import Iterator

from pipeline.named.layout.entries import is_only_name
from pipeline.named.roles.bare_deputies import find_bare_deputies
from pipeline.named.roles.passages import RoleLabel, says_only
from pipeline.named.scene import Scene
from pipeline.text.lazily import compiled_lazily

_POST_THAT_LEADS = r"(?-i:[A-Z])[\w’'&,-]*(?:[ \u00a0][\w’'&,-]+){0,5}[ \u00a0]\((?=lead\))"
_OF_A_PART = r"[ \u00a0](?:in|for|at)[ \u00a0][\w’' &-]{3,30}(?=:)|[ \u00a0](?-i:[A-Z]{2,4})(?=[ \u00a0]?[:–])"
_BARE = compiled_lazily(
    rf"^\W*(?:(?:the|our)[ \u00a0]+|{_POST_THAT_LEADS})?"
    rf"(?P<word>(?P<lead>lead(?:er)?(?:\))?)|deput(?:y|ies)(?:[ \u00a0]+leads?)?(?:{_OF_A_PART})?)"
    r"(?=\W*$|[ \u00a0]?[:\t–]|[ \u00a0]-[ \u00a0]|[ \u00a0]+(?:is|are)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""A label of a bare word: "Lead", "Deputies in the office:", "Director of Studies (lead):"."""
_SAFEGUARDING = compiled_lazily(r"\bsafe-?guarding\b|\bchild[ \u00a0]+protection\b", re.IGNORECASE)
_OTHER_SUBJECT = compiled_lazily(
    r"online|e-?safety|digital|\bsend?\b|attendance|behaviour|health|recruit|training|governor|trustee|board|council"
    r"|partnership|local",
    re.IGNORECASE,
)
_SAYS_NO_SUBJECT = compiled_lazily(
    r"\W*(?:(?:key|main|named|our|the|school|useful|staff)\b\W*)*(?:contacts?|people|team|staff)\W*$", re.IGNORECASE
)
_HELPS = ("assisted", "supported", "helped", "backed up")
_ASSISTED = compiled_lazily(rf"\b(?:{'|'.join(_HELPS)})(?:[ \u00a0]+in [\w ]{{3,20}})?[ \u00a0]+by\b", re.IGNORECASE)
_NAMED_PERSON = compiled_lazily(
    r"^\W*(?P<word>named person)(?=\W*$|[ \u00a0]?[:\t–]|[ \u00a0]-[ \u00a0])", re.IGNORECASE | re.MULTILINE
)
_SCOTTISH = ("girfec", "getting it right")
"""There a child's "named person" is another's duty."""
_FIELD = compiled_lazily(
    r"\W*(?P<word>child protection|safeguarding(?: (?:and|&|/) child protection)?)\W*", re.IGNORECASE
)
"""A cell of a list of contacts that says no more than the field."""
_OF_THE_BOARD = compiled_lazily(r"\b(?:govern|trustee|link\b|committee|board\b)", re.IGNORECASE)
_REACH = 12
"""How many passages above may be searched for the title of a section."""
_LONGEST_TITLE = 75


def presumed_roles(scene: Scene) -> Iterator[tuple[int, RoleLabel]]:
    """Yield what may be a role, with its passage; none overlaps a role that is named there for certain."""
    for index in sorted({*scene.places_with("lead"), *scene.places_with("deput")}):
        bare = tuple(_bare_labels(scene.passages[index].text))
        for label in bare if bare and _is_in_section(scene, index) else ():
            if not any(each.start < label.end and label.start < each.end for each in scene.labels(index)):
                yield index, label
    for index in sorted({at for word in _HELPS for at in scene.places_with(word)}):
        for match in _ASSISTED.finditer(scene.passages[index].text):
            start, _ = scene.sentence(index, match.start())
            if any(each.role == "dsl" and start <= each.start < match.start() for each in scene.labels(index)):
                yield index, RoleLabel("deputy-dsl", *match.span())
    yield from told_by_the_field(scene)


def told_by_the_field(scene: Scene) -> Iterator[tuple[int, RoleLabel]]:
    """Yield the labels that give no more of the lead than the field: "Safeguarding", "Named Person"."""
    yield from _named_people(scene)
    yield from _fields(scene)


def _named_people(scene: Scene) -> Iterator[tuple[int, RoleLabel]]:
    """Yield each label "Named Person" of a text about safeguarding, with its passage."""
    places = scene.places_with("named person")
    if not places or any(map(scene.places_with, _SCOTTISH)) or not _SAFEGUARDING.search(scene.together):
        return
    for index in places:
        for match in _NAMED_PERSON.finditer(scene.passages[index].text):
            if not any(each.start < match.end() and match.start("word") < each.end for each in scene.labels(index)):
                yield index, RoleLabel("dsl", *match.span("word"))


def _fields(scene: Scene) -> Iterator[tuple[int, RoleLabel]]:
    """Yield each "Safeguarding" beside a name in a list of contacts, with its passage; none in a list of governors."""
    for index in sorted({*scene.places_with("safeguarding"), *scene.places_with("child protection")}):
        place, match = scene.cells[index], _FIELD.fullmatch(scene.passages[index].text)
        if place is None or match is None or scene.cells.before(index):
            continue
        beside = [at for cell in next(scene.cells.right_of(index), [])[:1] for at in cell]
        rows = [at for at, its in enumerate(scene.passages) if its.cell is not None and its.cell.table == place.table]
        alone = all(at == index or at in beside for at in rows)
        lists_posts = alone or any(says_only(scene.posts(at), scene.passages[at].text) for at in rows)
        of_the_board = any(_OF_THE_BOARD.search(scene.passages[at].text) for at in rows)
        if lists_posts and not of_the_board and any(is_only_name(scene.passages[at].text.strip()) for at in beside):
            yield index, RoleLabel("dsl", *match.span("word"))


def _bare_labels(text: str) -> Iterator[RoleLabel]:
    """Yield "Lead" and "Deputy" where one opens a line, and each further deputy behind a lead in it."""
    for match in _BARE.finditer(text):
        yield RoleLabel("dsl" if match["lead"] else "deputy-dsl", *match.span("word"))
        rest = text[match.end() :].partition("\n")[0]
        for each in find_bare_deputies(rest, opens=False, below=True) if match["lead"] else ():
            yield RoleLabel("deputy-dsl", match.end() + each.word, match.end() + each.end)


def _is_in_section(scene: Scene, index: int) -> bool:
    """Whether the nearest title above is about safeguarding; in a table the row must begin with such a bare word."""
    row = [cell for cell in scene.cells.left_of(index) if cell]
    if row and not any(_BARE.match(scene.passages[at].text) for at in row[-1]):
        return False
    place = scene.cells[index]
    for at in range(index - 1, max(-1, index - 1 - _REACH), -1):
        passage, its = scene.passages[at], scene.cells[at]
        if passage.region is not scene.passages[index].region:
            return False
        inside = its is not None and place is not None and its.table == place.table
        if inside or not (passage.heading or _reads_like_a_title(scene, at)):
            continue
        return _SAFEGUARDING.search(passage.text) is not None and _OTHER_SUBJECT.search(passage.text) is None
    return False


def _reads_like_a_title(scene: Scene, index: int) -> bool:
    """Whether a line names a subject: short, no sentence, no label with its value, no name below a bare label."""
    text = re.sub(r"^[\W\d]+", "", scene.passages[index].text.strip())
    if not text or len(text) > _LONGEST_TITLE or re.search(r"[\d@:\t]|[.;,]$", text) or scene.cells[index] is not None:
        return False
    below_label = index > 0 and _BARE.fullmatch(scene.passages[index - 1].text.strip()) is not None
    return not (below_label or _BARE.match(text) or _SAYS_NO_SUBJECT.match(text))
