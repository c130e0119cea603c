"""Plan the pronouns of a copy: after each changed name and after the role itself; what is doubtful is listed."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import Pronoun, ReplacementKind
from pipeline.named.holders import Standing
from pipeline.named.mentions import Mention
from pipeline.named.names.titles import MEN, WOMEN, Shows, one_title
from pipeline.named.scene import Scene
from pipeline.plan.pronoun_words import PronounChange, find_pronouns, old_pronouns, possessive
from pipeline.plan.values import Left, Replacement
from pipeline.reasons.reason import Reason, because

_OF_ANOTHER_SCHOOL = re.compile(
    r"\b(?:new|receiving|previous|other|another|former|their|next|each|every|any)\s+(?:school['’]?s\s+)?$",
    re.IGNORECASE,
)
_FOLLOWED_BY_ANOTHER = re.compile(
    r"\s+(?:of|at|in|for|from)\s+(?:the\s+)?(?:another|other|new|receiving|previous|next|each|every|any|their)\b",
    re.IGNORECASE,
)
_ONLY_THE_LEADS = re.compile(
    r"(?:(?<=\bin )(?:her|his)(?= absence\b)|\b(?:her|his)(?= deput(?:y|ies)\b))", re.IGNORECASE
)
"""Nobody is their own deputy, or there in their own absence: behind the lead and one more it is the lead's."""
_OTHER_PERSON = re.compile(
    rf"\b(?:{one_title(Shows.ANYWHERE)}|head ?teacher|principal|child|pupil|parent|teacher)\b", re.IGNORECASE
)
_BESIDE_NAME = re.compile(r"[\s\u00a0,(–-]*(?:(?:who|is|the|our|also|and|a)\b[\s\u00a0]*){0,4}")


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A place after which pronouns are those of a holder."""

    passage: int
    end: int
    standing: Standing


def plan_pronouns(
    scene: Scene, mentions: Sequence[Mention], standings: Sequence[Standing]
) -> Iterator[Replacement | Left]:
    """Yield what becomes of every pronoun near a changed name or role: its replacement, or why it stays."""
    anchors = list(_anchors(scene, mentions, standings))
    stops = sorted({*((each.passage, each.form.start) for each in mentions), *((a.passage, a.end) for a in anchors)})
    stops.append((len(scene.passages), 0))
    taken: set[tuple[int, int]] = set()
    old = {each: _old(each, mentions) for each in dict.fromkeys(anchor.standing for anchor in anchors)}
    for anchor in anchors:
        stop = stops[bisect_right(stops, (anchor.passage, anchor.end))]
        yield from _after(scene, anchor, stop, old[anchor.standing], taken)
    yield from _of_the_lead(scene, mentions, anchors, old, taken)
    yield from _unclear(scene, anchors, old, taken)


def _anchors(scene: Scene, mentions: Sequence[Mention], standings: Sequence[Standing]) -> Iterator[_Anchor]:
    """Every changed name, and every role whose one holder changes, in reading order."""
    found = [
        _Anchor(each.passage, _after_roles(scene, each.passage, each.form.end), each.standing)
        for each in mentions
        if each.changes and each.standing is not None
    ]
    changing = {each.role: each for each in standings if each.stated and each.holder is not None and not each.stays}
    alone = {role for role in changing if sum(each.stated and each.role == role for each in standings) == 1}
    for index in scene.naming(alone) if alone else ():
        for label in scene.labels(index):
            text = scene.passages[index].text
            elsewhere = _OF_ANOTHER_SCHOOL.search(
                text, max(0, label.start - 60), label.start
            ) or _FOLLOWED_BY_ANOTHER.match(text, label.end)
            if label.role in alone and not elsewhere:
                found.append(_Anchor(index, label.end, changing[label.role]))
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
    scene: Scene, anchor: _Anchor, stop: tuple[int, int], old: Pronoun | None, taken: set[tuple[int, int]]
) -> Iterator[Replacement | Left]:
    holder = anchor.standing.holder
    assert holder is not None
    for change in find_pronouns(scene, anchor.passage, anchor.end, holder.pronoun, old, stop):
        place = (change.passage, change.start)
        if place >= stop:
            return
        if place in taken:
            continue
        taken.add(place)
        passage = scene.passages[change.passage]
        before = passage.text[change.start : change.end]
        stays = _tells_of_something_else(scene, change)
        if change.after is None or stays:
            reason = because("pronoun-past", words=before) if stays else because("pronoun-unclear", words=before)
            yield _left(scene, change.passage, change.start, reason)
        else:
            yield Replacement(
                *place, change.end, before, change.after, anchor.standing.role, ReplacementKind.PRONOUN, passage.where
            )


def _tells_of_something_else(scene: Scene, change: PronounChange) -> bool:
    """Whether a sentence about the holder is not true of the next one: of the past, of another task or post."""
    word = re.match(r"\w+", scene.passages[change.passage].text[change.start :])
    word_end = change.start + (word.end() if word else 0)
    place = (change.passage, change.start, word_end)
    return scene.purpose(*place) is not None or scene.other_task(*place) is not None


def _of_the_lead(
    scene: Scene,
    mentions: Sequence[Mention],
    anchors: Sequence[_Anchor],
    old: Mapping[Standing, Pronoun | None],
    taken: set[tuple[int, int]],
) -> Iterator[Replacement]:
    """Yield "her deputy" and "in her absence" right behind the sentence of a changed lead, one more named."""
    for anchor in anchors:
        holder, passage = anchor.standing.holder, scene.passages[anchor.passage]
        if anchor.standing.role != "dsl" or holder is None:
            continue
        begin, end = scene.sentence(anchor.passage, anchor.end)
        for start, stop in old_pronouns(passage.text, holder.pronoun, old[anchor.standing]):
            first, last = scene.sentence(anchor.passage, start)
            place = (anchor.passage, start)
            follows = first >= end and not passage.text[end:first].strip() and place not in taken
            if not follows or _ONLY_THE_LEADS.match(passage.text, start) is None or scene.purpose(*place) is not None:
                continue
            named = [one for one in mentions if one.passage == anchor.passage and begin <= one.form.start < last]
            mine = [one.form.start < end and one.changes and one.standing == anchor.standing for one in named]
            if mine == [True, False] and len(_OTHER_PERSON.findall(passage.text[begin:last])) <= len(named):
                taken.add(place)
                before, role = passage.text[start:stop], anchor.standing.role
                after = possessive(before, holder.pronoun)
                yield Replacement(*place, stop, before, after, role, ReplacementKind.PRONOUN, passage.where)


def _unclear(
    scene: Scene, anchors: Sequence[_Anchor], old: Mapping[Standing, Pronoun | None], taken: set[tuple[int, int]]
) -> Iterator[Left]:
    """Every other pronoun in a passage in which a name or role changes: nobody knows whose it is."""
    done: set[int] = set()
    for anchor in anchors:
        holder = anchor.standing.holder
        if anchor.passage in done or holder is None:
            continue
        done.add(anchor.passage)
        text = scene.passages[anchor.passage].text
        for start, end in old_pronouns(text, holder.pronoun, old[anchor.standing]):
            if (anchor.passage, start) not in taken and scene.purpose(anchor.passage, start) is None:
                yield _left(scene, anchor.passage, start, because("pronoun-unclear", words=text[start:end]))


def _left(scene: Scene, index: int, start: int, reason: Reason) -> Left:
    passage = scene.passages[index]
    first, last = scene.sentence(index, start)
    return Left(passage.where, passage.text[first:last].strip(), reason)
