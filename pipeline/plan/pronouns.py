"""Plan the pronouns of a copy: after each changed name and after the role itself; what is doubtful is listed.

Only pronouns that cannot mean anybody else are changed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model.contacts import Pronoun, ReplacementKind
from pipeline.named.holders import Standing
from pipeline.named.mentions import Mention
from pipeline.named.names.people import is_name
from pipeline.named.names.titles import MEN, WOMEN, Shows, one_title
from pipeline.named.scene import Scene
from pipeline.plan.pronoun_words import PRONOUN, bent, is_object, pronoun_of
from pipeline.plan.values import Left, Replacement
from pipeline.reasons.reason import Reason, because
from pipeline.text.lazily import compiled_lazily

_ELSEWHERE = r"(?:new|receiving|previous|other|another|their|next|each|every|any)"
_OF_ANOTHER_SCHOOL = compiled_lazily(
    rf"\b(?:{_ELSEWHERE}|former)\s+(?:school['’]?s\s+)?\ue000|\ue000\s+(?:of|at|in|for|from)\s+(?:the\s+)?{_ELSEWHERE}\b",
    re.IGNORECASE,
)
"""Around a role (one sign here) that is another school's, or anybody's."""
_BESIDE_NAME = compiled_lazily(r"[\s\u00a0,(–-]*(?:(?:who|is|the|our|also|and|a)\b[\s\u00a0]*){0,4}")
_CHILD = r"child|pupil|student|parent|carer"
_MAY_BE_MEANT = compiled_lazily(rf"\b(?:{_CHILD}|girl|boy|daughter|son|mother|father)\b", re.IGNORECASE)
_ANYBODY = compiled_lazily(
    rf"\b(?:{_CHILD}|teacher|member|person|colleague|victim|adult|individual|visitor|volunteer"
    r"|any(?:one|body)|some(?:one|body)|each|governor)\b",
    re.IGNORECASE,
)
"""Nobody for certain: a sentence that begins with a pronoun speaks of the holder again."""
_OTHERS_TEXT = r"""
    another assistant boys? brothers? bursar caretaker chair(?:man|woman)? clerk counsellor daughters? deput(?:y|ies)
    fathers? girls? head(?:\s*teacher)? husband lado lad(?:y|ies) manager m[ae]n mothers? nurse predecessor principal
    receptionist secretary senco sisters? sons? successor wife wom[ae]n
"""
_SOMEBODY_ELSE = compiled_lazily(
    rf"\b(?:{'|'.join(_OTHERS_TEXT.split())}|{one_title(Shows.ANYWHERE)}|social worker|police officer"
    r"|(?:receiving|previous|new|other) school)\b",
    re.IGNORECASE,
)
_TWO_CAPITALS = compiled_lazily(r"\b[A-Z][a-z'’-]+[ \u00a0][A-Z][a-z'’-]+\b")
_FAMILY_NEXT = compiled_lazily(
    r"[\s\u00a0]+(?:mother|father|parents?|famil(?:y|ies)|carers?|home|child(?:ren)?|sister|brother)\b", re.IGNORECASE
)
_OPENING = compiled_lazily(
    r"\s*(?:(?:please|you can|staff (?:should|must|can))\s+)?"
    r"(?:(?:contact|ring|call|tell|e-?mail|speak (?:to|with)|talk to|telephone|phone|see|ask|report to|reach|inform)"
    r"\s+)?",
    re.IGNORECASE,
)
_ACTS_ON = compiled_lazily(
    r"(?:(?!\b(?:any(?:one|body)|if|parents|please|pupils|staff|they|we|when|you)\b)[^.;:])*?"
    r"\b(?:[a-z]+s|(?:will|can|may|must|should|would)[\s\u00a0]+[a-z]+)"
    r"(?:[\s\u00a0]+in)?(?:[\s\u00a0]+(?:alongside|for|from|to|with))?[\s\u00a0]+"
)
"""Between a name and whom that person does something to, who is another: "Ben Lowe supports her"."""
_BETWEEN_SENTENCES = ' \t\n\u00a0"”’)'
_REACH = 2
"""How many passages on a pronoun still is the holder's."""
_Taken = set[tuple[int, int]]
"""Passages and places in them of pronouns that are settled."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A place after which pronouns are those of a holder."""

    passage: int
    end: int
    standing: Standing
    new: Pronoun


@dataclass(slots=True)
class _Others:
    """Who else was spoken of since the holder was named."""

    anybody: bool = False
    somebody: bool = False

    def read(self, text: str, start: int, end: int) -> None:
        """Take note of a stretch of text."""
        self.anybody = self.anybody or _ANYBODY.search(text, start, end) is not None
        self.somebody = (
            self.somebody
            or _SOMEBODY_ELSE.search(text, start, end) is not None
            or any(is_name(match[0]) for match in _TWO_CAPITALS.finditer(text, start, end))
        )


def plan_pronouns(
    scene: Scene, mentions: Sequence[Mention], standings: Sequence[Standing]
) -> Iterator[Replacement | Left]:
    """Yield what becomes of every pronoun near a changed name or role: its replacement, or why it stays."""
    anchors = list(_anchors(scene, mentions, standings))
    stops = sorted({*((each.passage, each.form.start) for each in mentions), *((a.passage, a.end) for a in anchors)})
    stops.append((len(scene.passages), 0))
    taken: _Taken = set()
    old = {each: _old(each, mentions) for each in dict.fromkeys(anchor.standing for anchor in anchors)}
    for anchor in anchors:
        stop = stops[bisect_right(stops, (anchor.passage, anchor.end))]
        yield from _after(scene, anchor, stop, old[anchor.standing], taken)
    for anchor in {each.passage: each for each in reversed(anchors)}.values():
        # Nobody knows whose every other pronoun is in a passage in which a name or role changes.
        for match in _of_the_old(scene, anchor, old[anchor.standing], taken):
            yield _left(scene, anchor.passage, match.start(), because("pronoun-unclear", words=match[0]))


def _anchors(scene: Scene, mentions: Sequence[Mention], standings: Sequence[Standing]) -> Iterator[_Anchor]:
    """Every changed name, and every role whose one holder changes, in reading order."""
    found = []
    for each in mentions:
        if each.changes and each.standing is not None and each.standing.holder is not None:
            end = _after_roles(scene, each.passage, each.form.end)
            found.append(_Anchor(each.passage, end, each.standing, each.standing.holder.pronoun))
    stated = [each.role for each in standings if each.stated]
    changing = {each.role: each for each in standings if each.stated and each.holder is not None and not each.stays}
    alone = {role: each for role, each in changing.items() if stated.count(role) == 1}
    for index in scene.naming(alone.keys()) if alone else ():
        for label in scene.labels(index):
            text, standing = scene.passages[index].text, alone.get(label.role)
            around = f"{text[max(0, label.start - 60) : label.start]}\ue000{text[label.end : label.end + 60]}"
            if standing is not None and standing.holder is not None and not _OF_ANOTHER_SCHOOL.search(around):
                found.append(_Anchor(index, label.end, standing, standing.holder.pronoun))
    yield from sorted(found, key=lambda each: (each.passage, each.end))


def _after_roles(scene: Scene, index: int, end: int) -> int:
    """Where a name and the roles given to it end: "Ann Lee, the headteacher"."""
    text = scene.passages[index].text
    for label in scene.labels(index):
        if label.start >= end and _BESIDE_NAME.fullmatch(text, end, label.start):
            end = label.end
    return end


def _old(standing: Standing, mentions: Sequence[Mention]) -> Pronoun | None:
    """The pronoun of the person who goes, by the titles the document gives; None where it gives none or both."""
    titles = {
        each.form.title.rstrip(".").casefold()
        for each in mentions
        if each.standing is not None and each.standing.role == standing.role and each.person.name == standing.name
    }
    if titles & WOMEN and not titles & MEN:
        return Pronoun.SHE
    return Pronoun.HE if titles & MEN and not titles & WOMEN else None


def _after(
    scene: Scene, anchor: _Anchor, stop: tuple[int, int], old: Pronoun | None, taken: _Taken
) -> Iterator[Replacement | Left]:
    """Yield what becomes of the pronouns behind a name or role that do not fit the new holder."""
    for index, match, others in _behind(scene, anchor, stop, old):
        place, mine, passage = (index, match.start()), pronoun_of(match), scene.passages[index]
        if place >= stop:
            return
        if place in taken or mine is anchor.new or old not in (None, mine):
            continue
        taken.add(place)
        end, after = bent(passage.text, match, anchor.new)
        before, word = passage.text[match.start() : end], (*place, match.end("word"))
        if scene.purpose(*word) is not None or scene.other_task(*word) is not None:
            yield _left(scene, *place, because("pronoun-past", words=before))
        elif after is None or others or _FAMILY_NEXT.match(passage.text, match.end()):
            yield _left(scene, *place, because("pronoun-unclear", words=before))
        else:
            yield _replaced(scene, anchor, place, before, after)


def _behind(
    scene: Scene, anchor: _Anchor, stop: tuple[int, int], old: Pronoun | None
) -> Iterator[tuple[int, "re.Match[str]", bool]]:
    """Yield each pronoun behind a place with its passage, and whether it may be another's.

    In the passage and the two right after it; no sentence is read that begins at ``stop``, a passage and a place in
    it, or behind.
    """
    index, start, text = anchor.passage, anchor.end, scene.passages[anchor.passage].text
    begin, end = scene.sentence(index, start)
    others = _Others(anybody=_MAY_BE_MEANT.search(text, begin, start) is not None)
    own = (start, end)
    while True:
        seen = start
        for match in PRONOUN.finditer(text, start, end):
            others.read(text, seen, match.start())
            seen = match.end()
            if match["either"]:
                others.anybody = True
                continue
            acted_on = (start, end) == own and is_object(text, match) and _ACTS_ON.fullmatch(text, start, match.start())
            others.somebody = others.somebody or bool(acted_on) or old not in (None, pronoun_of(match))
            yield index, match, others.anybody or others.somebody
        others.read(text, seen, end)
        start = len(text) - len(text[end:].lstrip(_BETWEEN_SENTENCES))
        if start >= len(text):
            index, start = index + 1, 0
            if index > anchor.passage + _REACH or not _follows(scene, index):
                return
            text = scene.passages[index].text
        if (index, start) >= stop:
            return
        _, end = scene.sentence(index, start)
        opening = PRONOUN.search(text, start, end)
        if opening is not None and not opening["either"] and _OPENING.fullmatch(text, start, opening.start()):
            others.anybody = False


def _follows(scene: Scene, index: int) -> bool:
    """Whether a passage carries on the one before: same story, neither a heading nor in another cell."""
    if index >= len(scene.passages) or scene.passages[index].heading or scene.passages[index].label is not None:
        return False
    same = scene.passages[index].region is scene.passages[index - 1].region
    return same and scene.cells[index] == scene.cells[index - 1] and bool(scene.passages[index].text.strip())


def _of_the_old(scene: Scene, anchor: _Anchor, old: Pronoun | None, taken: _Taken) -> Iterator["re.Match[str]"]:
    """Yield the pronouns of a passage that may be of one who goes, do not fit the new holder and are not settled."""
    for match in PRONOUN.finditer(scene.passages[anchor.passage].text):
        place = (anchor.passage, match.start())
        if match["either"] or pronoun_of(match) is anchor.new or old not in (None, pronoun_of(match)):
            continue
        if place not in taken and scene.purpose(*place) is None:
            yield match


def _replaced(scene: Scene, anchor: _Anchor, place: tuple[int, int], before: str, after: str) -> Replacement:
    where, role = scene.passages[place[0]].where, anchor.standing.role
    return Replacement(*place, place[1] + len(before), before, after, role, ReplacementKind.PRONOUN, where)


def _left(scene: Scene, index: int, start: int, reason: Reason) -> Left:
    passage = scene.passages[index]
    first, last = scene.sentence(index, start)
    return Left(passage.where, passage.text[first:last].strip(), reason)
