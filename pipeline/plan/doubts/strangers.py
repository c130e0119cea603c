"""Names that stand beside a role and that nobody read: no copy keeps the one who held the role before in silence.

``plan.contacts`` asks for them when all other places are judged. Such a name is never changed: a person looks.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from itertools import islice
from operator import attrgetter

from pipeline.model.contacts import Directory
from pipeline.named.details.ways import DETAIL_WORD
from pipeline.named.holders import role_words
from pipeline.named.names.letters import letters_of
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.name_words import TITLED, is_certain, is_given, is_post_surname, is_sure, name_at
from pipeline.named.names.parts import parse_name
from pipeline.named.other_bodies import is_of_a_trust
from pipeline.named.roles.passages import PAST_EVENT, WHEN_AND_WHERE, RoleLabel
from pipeline.named.roles.presumed import presumed_roles, told_by_the_field
from pipeline.named.roles.rules import OTHER
from pipeline.named.roles.vocabulary import is_former
from pipeline.named.scene import Scene
from pipeline.places import CellPlace
from pipeline.plan.doubts.values import Planned, Stay, listed, settled, unknown_at
from pipeline.plan.values import Left
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch

_BODIES = frozenset(("lado", "childrens-social-care", "designated-teacher"))
"""Roles of other bodies, whose names are often those of teams, and one that two wordings share."""
_FORMS_OF_ROLE = r"(?:\(s\)|s\b|\)s?)?(?:[ \u00a0]*\((?:[A-Z&/ ]{2,8}s?|s|(?!currently\b)[a-z][^)]{0,30})\))*[ \u00a0]*"
_FILLED_BY = (
    r"(?:[ \u00a0]+(?:carried[ \u00a0]+out|held|undertaken|filled|performed|taken(?:[ \u00a0]+on)?|fulfilled)"
    r"[ \u00a0]+by\b)?"
)
_ASIDE = r"(?:,[ \u00a0]+[a-z][^.;:\n]{2,90}?,[ \u00a0]+(?=(?:is|are|will be)\b))?"
_LEADS_ON = re.compile(
    rf"{_FORMS_OF_ROLE}{WHEN_AND_WHERE}{_ASIDE}"
    rf"(?:(?P<clear>[:\t|=]|\.{{2,}}|…+|_{{2,}})|(?P<dash>[–—-])|[,(]|(?P<are>\bare\b)|\b(?:is|will be)\b{_FILLED_BY}|)"
    r"[\s\u00a0:–-]*(?:(?:is|are|currently|called|named|name|our|the)\b[\s\u00a0:]*)*"
)
"""What stands between a role and a name behind it."""
_NEXT = re.compile(
    r"[ \u00a0]*(?:\([^)]{0,40}\))?[ \u00a0]*(?:\t+|[,;/&|]|\band\b|\bor\b)[ \u00a0]*(?:and\b[ \u00a0]*)?"
)
_BESIDES = r"(?:,[ \u00a0]*(?:as well as|besides|in addition to|who)\b[^,;.:\n]{2,60},[ \u00a0]*(?=is\b))?"
_IS = (
    r"(?:who is|deputi[sz]es as|is responsible for [\w ]{3,40} as|is|as|to be|will be"
    r"|(?:was|were|has been) (?:named|appointed|designated|nominated)(?: as)?|has been"
    r"|(?:acts|serves|works) as|remains|becomes)"
)
_ANOTHER_POST = (
    r"(?:(?:(?:the|our|an?)[ \u00a0]+|(?<=\())[\w'’/-]+(?:[ \u00a0]+[\w'’/-]+){0,3}"
    r"(?:[ \u00a0]+(?:and|&)[ \u00a0]+|[ \u00a0]*(?:,(?![ \u00a0]*(?:the|our)\b)|[(/])[ \u00a0]*))?"
)
_LEADS_UP = re.compile(
    rf"[ \u00a0]*{_BESIDES}"
    r"(?:\([^()]{1,40}\)[ \u00a0]*[:–—-]|[(–—\t\n|-]|,(?![ \u00a0]*who\b)"
    rf"|(?P<is>(?:,[ \u00a0]*)?\b{_IS}\b))[ \u00a0]*{_ANOTHER_POST}"
    r"(?:(?:the|our|a|is|school['’]s|previous|former|outgoing|acting|interim|new|lead)[ \u00a0]+)*$",
    re.IGNORECASE,
)
"""What stands between a name and a role behind it."""
_WORDS = re.compile(r"(?<![\w.])[^\W\d_]")
_ONLY_DETAILS = re.compile(rf"(?:[\W\d_]|\b{DETAIL_WORD}|\b(?:or|and)\b|\S+@\S+|\([^)]{{0,60}}\))*", re.IGNORECASE)
_ONLY_ROLE = re.compile(
    r"(?:[\W\d_]|\b(?:who|which|what|should|do|i|tell|the|our|school|names?|of|is|are|and|s|current|for|contact|in|at|lead|main|role|position|post|title|job)\b)*",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r",[ \u00a0](?:[^\W\d_a-z][\w'’-]+[ \u00a0]){1,2}[^\W\d_a-z][\w'’-]+,[ \u00a0](?!and\b|or\b|[^\W\d_a-z])"
)
"""Behind a role, words with capitals between two commas, no list: "our DSL, Fumiko Contact, keeps …"."""
_NUMBER = re.compile(r"[\s\u00a0,:|–-]*(?:\(?\btel\w*\b[\s.:]*)?[+(]?\d[\d() ]{5}", re.IGNORECASE)
_ANNOUNCES = re.compile(
    r"(?:is|are|by|[(=:–—-]|\.\.|\n)[\s\u00a0]*(?:(?:currently|called|named|name|our|the)\b[\s\u00a0:]*)*$"
)
_POST_BEHIND = re.compile(r"[ \u00a0]*[,–-][ \u00a0]*(?:(?:the|our|an?)[ \u00a0]+)?$", re.IGNORECASE)
_JOINED_BEFORE = re.compile(r"[ \u00a0]*(?:/|&|\bor\b|\band\b)[ \u00a0]*$")
_NAME_LABEL = re.compile(r"\W*(?:full |staff )?name\b(?P<mark>\s*[:\t])?", re.IGNORECASE)
_SAYS_A_ROLE = re.compile(
    r"[\W_]|\b(?:and|the|our|lead|previous|former|outgoing|role|position|post|title|job)\b", re.IGNORECASE
)
_NEAR = 2
_LONG = 160


@dataclass(frozen=True, slots=True)
class _Found:
    """A name-like phrase and how it is joined to the role."""

    passage: int
    start: int
    end: int
    role: str
    clear: bool
    """By a colon, a tab or cells, as in a list of contacts."""
    former: bool


def strangers_in_roles(planned: Planned) -> Iterator[Stay]:
    """Yield each name beside a role of ``directory`` that is none of ``mentions``, in reading order, once.

    ``hold`` is set where a label of a list names it in the role, or where nothing but a name can be meant; what only
    may be one in a sentence is listed, as are former holders, the lead of a trust and whose role is only presumed.
    """
    scene, directory = planned.scene, planned.directory
    roles = {holder.role for holder in directory.holders} - _BODIES
    firsts = {
        (holder.role, letters_of(name.first)) for holder in directory.holders if (name := parse_name(holder.name))
    }
    gone = {
        (each.role, letters_of(each.name.first)): each.name.full
        for each in planned.standings
        if each.name is not None and each.name.knows_first and not each.stays and each.trouble is None
    }
    seen: set[tuple[int, int]] = set()
    for index, label, doubtful in _labels(scene, roles):
        for found in _around(planned, index, label):
            place = (found.passage, found.start)
            purpose = scene.purpose(found.passage, found.start, found.end)
            words = letters_of(scene.passages[found.passage].text[found.start : found.end])
            known = place in seen or (found.role, words) in firsts
            if not known and (purpose is None or purpose == PAST_EVENT):
                seen.add(place)
                if _is_settled(words, found.role, directory):
                    yield settled(scene, Stretch(found.passage, found.start, found.end), found.role)
                else:
                    went = gone.get((found.role, words))
                    yield _told(scene, found, doubtful=doubtful, past=purpose is not None, went=went)
    yield from _known_by_the_field(planned)


def _known_by_the_field(planned: Planned) -> Iterator[Stay]:
    """Yield whom "Safeguarding" or "Named Person" names, where it is a person who has another role today."""
    scene, directory = planned.scene, planned.directory
    for index, label in told_by_the_field(scene):
        holders = directory.of(label.role)
        row = next(scene.cells.right_of(index), [])
        beside = {at for cell in row[:1] for at in cell}
        for mention in planned.mentions if holders else ():
            behind = mention.passage == index and mention.form.start >= label.end
            named = (behind or mention.passage in beside) and mention.standing is None and mention.on_purpose is None
            if named and not any(same_person(one.name, mention.person.name, SHORTENED) for one in holders):
                yield listed(scene, mention.place, because("may-name", role=role_words(label.role)))


def _is_settled(words: str, role: str, directory: Directory) -> bool:
    """Whether the owner said of just these words that they stand rightly in a role; ``words`` in small letters."""
    return any(one.role == role and one.name.casefold() == " ".join(words.split()) for one in directory.settled)


def _labels(scene: Scene, roles: Set[str]) -> Iterator[tuple[int, RoleLabel, bool]]:
    """Yield the passage of each label of ``roles``, the label, and whether it is doubtful: presumed, or a trust's."""
    for index in scene.naming(roles) if roles else ():
        for label in scene.labels(index):
            role = label.role if label.role in roles else label.may_be
            if role in roles:
                yield index, replace(label, role=role), is_of_a_trust(scene.passages[index].text, label.start)
    yield from ((index, label, True) for index, label in presumed_roles(scene) if label.role in roles)


def _told(scene: Scene, found: _Found, *, doubtful: bool, past: bool, went: str | None) -> Stay:
    """Return what is said of a name; ``went`` is whose first name alone it is, of those who held the role before."""
    passage, place = scene.passages[found.passage], Stretch(found.passage, found.start, found.end)
    words, role = passage.text[found.start : found.end], role_words(found.role)
    if found.former or past:
        return listed(scene, place, because("may-name-former", role=role))
    left = Left(passage.where, words, because("may-name", role=role))
    hold = because("nobody", words=words, where=passage.where, role=role)
    if went is not None:
        hold = because("first-name-of", words=words, where=passage.where, name=went, role=role)
    rung = _NUMBER.match(passage.text, found.end) is not None
    holds = (bool(went) or is_certain(words) or (found.clear and (rung or is_sure(words)))) and not doubtful
    return Stay(left, hold if holds else None, (place,), unknown_at(scene, place, found.role, holds=holds))


def _around(planned: Planned, index: int, label: RoleLabel) -> Iterator[_Found]:
    """Yield the unread names before a role, then those behind it: in its line, else in the lines and cells beside."""
    scene, text = planned.scene, planned.text(index)
    former = is_former(text, label.start, label.end)

    def in_places(places: Iterable[tuple[int, bool]], *, runs: bool, sure: bool = False) -> Iterator[_Found]:
        for at, in_cell in places:
            names = _names_from(planned, at, _start_of(planned.text(at)), clear=runs or sure or in_cell)
            for start, end in names:
                if _ONLY_DETAILS.fullmatch(planned.text(at), end):
                    yield _Found(at, start, end, label.role, in_cell or sure, former)

    before = list(_before(planned, index, label, former=former))
    yield from before
    if not before and not _SAYS_A_ROLE.sub("", _without_posts(scene, index, label.start)):
        yield from in_places(_places_before(scene, index), runs=True)
    behind = list(_behind(planned, index, label, former=former))
    yield from behind
    if not behind and _says_only(text, (label, *scene.labels(index))):
        yield from in_places(_next_places(scene, index), runs=False, sure=text.rstrip().endswith(":"))


def _behind(planned: Planned, index: int, label: RoleLabel, *, former: bool) -> Iterator[_Found]:
    """Yield the unread names behind a role: "DSL: Ann Lee", "the DSLs are Ann Lee and Bob Ray"."""
    text = planned.text(index)
    joint = _LEADS_ON.match(text, label.end)
    assert joint is not None
    alone = not re.search(r"[^\W\d_]", text[: label.start]) and len(text) < _LONG
    clear = bool(joint["clear"]) or (bool(joint["dash"]) and alone)
    announced = clear or _ANNOUNCES.search(text, label.end, joint.end()) or _APPOSED.match(text, label.end)
    several = clear or bool(joint["are"] or joint["dash"]) or text[: label.end].endswith("by")
    for start, end in _names_from(planned, index, joint.end(), clear=several, strong=bool(announced)):
        yield _Found(index, start, end, label.role, clear, former)


def _before(planned: Planned, index: int, label: RoleLabel, *, former: bool) -> Iterator[_Found]:
    """Yield the unread names of a list before a role, the last first: "Ann Lee or Bob Ray (DSLs)", "… is our DSL"."""
    text = planned.text(index)
    joint = _LEADS_UP.search(text, max(0, label.start - _LONG), label.start)
    end = joint.start() if joint is not None and joint.end() == label.start else 0
    # "Ann Lee, Director (DSL)"
    post = next((each for each in planned.scene.posts(index) if each.role == OTHER and each.end == end), None)
    gap = _POST_BEHIND.search(text, 0, post.start) if post is not None else None
    end = gap.start() if gap is not None else end
    while end and joint is not None:
        words = [each.start() for each in _WORDS.finditer(text, max(0, end - _LONG), end)][-5:]
        first = {at: not re.search(r"[^\W\d_]", text[:at]) for at in words}
        start = next((at for at in words if name_at(text, at, end, strong=first[at]) == end), None)
        if start is None:
            return
        if not planned.is_named(Stretch(index, start, end)):
            sure = first[start] and len(text) < _LONG and joint["is"] is None
            yield _Found(index, start, end, label.role, sure, former)
        before = _JOINED_BEFORE.search(text, max(0, start - _LONG), start)
        end = before.start() if before is not None else 0


def _places_before(scene: Scene, index: int) -> Iterator[tuple[int, bool]]:
    """Yield where the holder of a role that stands alone is named before it, and whether that is a cell.

    The line above, in a cell too; the cell to the left; the rows above and below of a form ("Name", "Role").
    """
    row, at, cells = scene.cells[index], index - 1, scene.cells
    if row is not None:
        line = [at] if index and cells[at] == row and not _names_a_role(scene, at) else []
        above = [each for each in next(cells.above(index), ()) if not _names_a_role(scene, each)]
        near = range(max(0, index - 6), min(len(scene.passages), index + 7))
        form = [each for each in near if (its := cells[each]) and its.is_in_column_of(row) and _adjoin(its, row)]
        form = [
            each for each in form if _NAME_LABEL.match("".join(scene.passages[at].text for at in cells.before(each)))
        ]
        yield from ((each, True) for each in (*line, *cells.before(index), *above, *form))
        return
    while 0 < at > index - 4 and _says_posts_alone(scene, at):
        at -= 1
    if at >= 0 and scene.cells[at] is None and not scene.passages[at].heading and not _names_a_role(scene, at):
        yield at, _NAME_LABEL.match(scene.passages[at].text) is not None


def _says_posts_alone(scene: Scene, index: int) -> bool:
    """Whether a line is all posts, and not a first name with a surname that is one: "Ann Teacher"."""
    posts_alone = bool(scene.posts(index)) and not _without_posts(scene, index).strip(" ,/&")
    return posts_alone and not is_certain(scene.passages[index].text)


def _without_posts(scene: Scene, index: int, end: int | None = None) -> str:
    """Return a passage, up to ``end``, without the posts that it names."""
    text = scene.passages[index].text[:end]
    for post in reversed(scene.posts(index)):
        if post.end <= len(text):
            text = text[: post.start] + text[post.end :]
    return text


def _adjoin(one: CellPlace, other: CellPlace) -> bool:
    """Whether one cell ends in the row before that in which the other begins."""
    return one.row + one.rows == other.row or other.row + other.rows == one.row


def _start_of(text: str) -> int:
    label = _NAME_LABEL.match(text)
    start = label.end() if label and label["mark"] else 0
    return len(text) - len(text[start:].lstrip(" \t\u00a0•*–-"))


def _says_only(text: str, labels: Iterable[RoleLabel]) -> bool:
    labels = sorted(set(labels), key=lambda each: each.start, reverse=True)
    if len(text) > sum(label.end - label.start for label in labels) + _LONG:
        return False
    for label in labels:
        text = text[: label.start] + text[label.end :]
    return _ONLY_ROLE.fullmatch(re.sub(r"\([^)]{0,30}\)", "", text)) is not None


def _next_places(scene: Scene, index: int) -> Iterator[tuple[int, bool]]:
    """Yield where the holder of a role that stands alone is named, and whether that is a cell.

    The next line, of its cell in a table; else the cells beside it up to the next role; then those it heads.
    """
    place, near = scene.cells[index], range(index + 1, min(len(scene.passages), index + 1 + _NEAR))
    own = [at for at in scene.cells.passages(place) if at > index] if place is not None else near
    following = next((at for at in own if scene.passages[at].text.strip()), None)
    if following is not None:
        same = scene.passages[following].region is scene.passages[index].region and scene.cells[following] == place
        if same and not _is_title(scene, following):
            yield following, False
    # A table of several schools has a holder in each cell of a row, a merged role one in each row.
    for row in scene.cells.right_of(index) if following is None else ():
        for cell in row:
            if any(_is_title(scene, at) for at in cell):
                break
            yield from ((at, True) for at in cell)
    yield from ((at, True) for at in _under_the_holder(scene, index) if following is None)
    heads = place is not None and (place.row == 1 or _heads_columns(scene, index))
    if heads and not scene.is_empty(index):
        yield from ((at, True) for at in scene.cells.under(index) if not _names_a_role(scene, at))


def _under_the_holder(scene: Scene, index: int) -> Iterator[int]:
    """Yield what stands under the cell beside a role, in the next rows that leave the role's own cell empty."""
    place, beside = scene.cells[index], [cell for row in scene.cells.right_of(index) for cell in row if cell]
    holder = scene.cells[beside[0][0]] if beside else None
    if place is None or holder is None or any(_is_title(scene, at) for at in beside[0]):
        return
    for at in scene.cells.under(beside[0][0]):
        row = scene.cells[at]
        if row is None or any(scene.passages[each].text.strip() for cell in scene.cells.left_of(at) for each in cell):
            return
        yield at


def _is_title(scene: Scene, index: int) -> bool:
    return scene.passages[index].heading or _names_a_role(scene, index)


def _names_a_role(scene: Scene, index: int) -> bool:
    """Whether a passage names a role, and is not all a person's name: "Lee Principal"."""
    return bool(scene.labels(index)) and not is_post_surname(scene.passages[index].text.split())


def _heads_columns(scene: Scene, index: int) -> bool:
    """Whether a role further down a table stands in a row of roles, as under a head over all of them."""
    return any(
        scene.labels(at) and _says_only(scene.passages[at].text, scene.labels(at))
        for at in scene.cells.others_in_row(index)
        if scene.cells[at] != scene.cells[index]
    )


_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def _ends_names(text: str, position: int, post: RoleLabel) -> bool:
    """Whether no name goes on from ``position`` over a later post: "Miss L Teacher", "Yetunde Governor", "Zoe Lead"."""
    if is_post_surname(text[position : post.end].split()):
        return False
    if post.role != OTHER or post.start >= position + 12:
        return True
    first = _WORD.match(text, position)
    return first is None or not (TITLED.match(text, position) or is_given(first[0]))


def _names_from(
    planned: Planned, index: int, position: int, *, clear: bool, strong: bool = True
) -> Iterator[tuple[int, int]]:
    """Yield the unread names of a list that begins at ``position``; names that were read are passed over."""
    text, posts = planned.text(index), planned.scene.posts(index)
    known = [each.form for each in planned.names_in(index)]
    while True:
        later = islice(posts, bisect_left(posts, position, key=attrgetter("start")), None)
        limit = next((each.start for each in later if _ends_names(text, position, each)), len(text))
        end = next((each.end for each in known if each.start <= position < each.end), None)
        if position < limit and end is None:
            end = name_at(text, position, limit, strong=strong)
            end = next((each.end for each in known if end and position <= each.start < end), end)
            if end is not None and not planned.is_named(Stretch(index, position, end)):
                yield position, end
        following = _NEXT.match(text, end) if clear and end is not None and position < limit else None
        if following is None:
            return
        position = following.end()
