"""Names of a person who goes that stay in the role, and changed ones of which nobody can tell where they begin or end.

``plan.contacts`` asks for them, lest a leaver keeps a role in silence, or half of a name stays beside a successor's.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.named.details.found import find_any_details
from pipeline.named.holders import role_words
from pipeline.named.layout.entries import begins_with_name
from pipeline.named.mentions import Mention
from pipeline.named.names.name_words import TITLED, is_foreign, is_given, name_at, no_name_ends
from pipeline.named.names.parts import is_label_word
from pipeline.named.names.people import may_be_name
from pipeline.named.names.words import words_of
from pipeline.named.roles.other_posts import MAY_BE_ANOTHER_TASK
from pipeline.named.roles.passages import (
    A_PART,
    PAST_EVENT,
    WHEN_AND_WHERE,
    RoleLabel,
    is_capacity,
    opens_next,
    past_more_names,
    says_only,
)
from pipeline.named.roles.rules import OTHER
from pipeline.named.roles.things import THING
from pipeline.named.roles.vocabulary import is_former
from pipeline.named.scene import Scene
from pipeline.places import CellPlace
from pipeline.plan.doubts.values import Planned, Stay, listed, roles_left, unsafe
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch

_WHEN_AND_WHERE = re.compile(
    rf"(?:\s*(?:[–—-]|\b(?:for|of|at|in)\b)\s*(?:the\s+|our\s+)?{A_PART})?{WHEN_AND_WHERE}", re.IGNORECASE
)
_JOINS = re.compile(
    r"(?:[\s\u00a0,:;()|–—-]|\b(?:is|are|the|our|an?|and|also|who|currently|as"
    r"|school['’]?s|of|for|this|at|both|all|joint(?:ly)?|acts?|serves?"
    r"|has been (?:named|appointed|designated|nominated))\b)*",
    re.IGNORECASE,
)
_TO_POST = re.compile(r"[\s\u00a0]*[\t,(–—-]?[\s\u00a0]*")


def named_in_the_role(planned: Planned) -> Iterator[Stay]:
    """ "DSL: X (Deputy Head)", "the DSL is our deputy headteacher, X": a further post keeps no name in the role."""
    scene = planned.scene
    for mention in planned.mentions:
        purpose = mention.on_purpose
        if mention.changes or not mention.person.goes or (mention.unsure and mention.standing):
            continue
        if purpose is not None and purpose != PAST_EVENT and not is_capacity(purpose):
            continue
        for role, standing in roles_left(mention.person).items():
            taken = any(e.passage == mention.passage and planned.holder_of(e).role == role for e in planned.changed)
            doubted = any(role == each.read != each.role for each in scene.labels(mention.passage))
            if (doubted or not taken) and _stands_at(scene, mention, role, past=purpose == PAST_EVENT):
                assert standing.holder is not None
                now = standing.holder.name
                post = because("another-post-with", name=now)
                also = because("tells-of-the-past") if purpose == PAST_EVENT else post
                reason = because("stands-in-the-role", role=role_words(role), name=now, also=also)
                yield unsafe(scene, (mention.place,), reason)
                break


def _stands_at(scene: Scene, mention: Mention, role: str, *, past: bool) -> bool:
    """Whether a role stands at a name with nothing but further posts between them."""
    index, form = mention.passage, mention.form
    text, posts = scene.passages[index].text, scene.posts(index)
    start, end = scene.sentence(index, form.start)
    for label in scene.labels(index):
        within = start <= label.start and label.end <= end
        if role not in (label.role, label.read) or not within or is_former(text, label.start, label.end):
            continue
        if label.end <= form.start:
            where = _WHEN_AND_WHERE.match(text, label.end)
            if _only_joins(text, where.end() if where else label.end, form.start, posts):
                return True
        elif not past:
            more = past_more_names(text, form.end)
            if any(at <= label.start and _only_joins(text, at, label.start, posts) for at in (form.end, more)):
                return True
    if past or re.search(r"\w", text[: form.start]):
        return False
    beside = scene.cells.before(index) or scene.cells.head(index)
    return any(role in (label.role, label.read) for each in beside for label in scene.labels(each))


def _only_joins(text: str, start: int, end: int, posts: Sequence[RoleLabel]) -> bool:
    rest, position = "", start
    for post in posts:
        if start <= post.start and post.end <= end:
            rest += text[position : post.start]
            position = post.end
    return _JOINS.fullmatch(rest + text[position:end]) is not None


_HEAD_ALONE = re.compile(r"\W*(?:(?:the|our)\s+)?(?:head|HT|H\.T)\W*", re.IGNORECASE)
"""A label that is no role by itself, since a club, a class and an office have a head too."""
_ENTRY = re.compile(r"[.;,|/\t\n)](?=\s|$)")
"""What parts the entries of a line of people."""
_OUR_HEAD = re.compile(r"\b(?:the|our)\s+head\s*[\s,(–-]\s*$", re.IGNORECASE)
"""So it is in a sentence: "Ask our head, Ann Lee"."""


def heads_alone(planned: Planned) -> Iterator[Stay]:
    """ "Head: X", where X was the headteacher: the label alone is no role, with that name it is hardly another's."""
    scene = planned.scene
    for mention in planned.mentions:
        standing = roles_left(mention.person).get("headteacher") if not mention.changes else None
        told = mention.on_purpose in (None, MAY_BE_ANOTHER_TASK)
        if standing is None or standing.holder is None or not told:
            continue
        text, before = planned.text(mention.passage), _own_entry(planned, mention)
        if not text[: mention.form.start].strip():
            before = " ".join(planned.text(at) for at in scene.cells.before(mention.passage))
        if _HEAD_ALONE.fullmatch(before) or _OUR_HEAD.search(text, 0, mention.form.start):
            yield unsafe(scene, (mention.place,), because("head-alone", name=standing.holder.name))


def _own_entry(planned: Planned, mention: Mention) -> str:
    """Return what stands before a name in its entry of a line: behind the last mark, name, number or address."""
    text, start = planned.text(mention.passage), mention.form.start
    ends = [each.form.end for each in planned.mentions if each.passage == mention.passage and each.form.end <= start]
    ends += [each.end for each in find_any_details(text[:start])]
    ends += [each.end() for each in _ENTRY.finditer(text, 0, start)]
    return text[max(ends, default=0) : start]


def posts_beside(planned: Planned) -> Iterator[Stay]:
    """ "X (DSL and Deputy Head)": the one who takes the role is not known to have the other post.

    Listed; but a post that may be the lead's holds the copy: "SENCO and SDP: X" named the SENCO as lead.
    """
    scene = planned.scene
    for mention in planned.changed:
        index, form, now = mention.passage, mention.form, planned.holder_of(mention)
        roles = scene.bound_roles(index, form.start, form.end)
        if {OTHER, now.role} <= set(roles) or _has_post_behind(scene, mention, now.role):
            reason = because("another-post-beside", name=now.name)
            near = (index, *scene.cells.before(index), *scene.cells.head(index))
            doubted = any(each.may_be not in ("", now.role) for at in near for each in scene.labels(at))
            yield unsafe(scene, (mention.place,), reason) if doubted else listed(scene, mention.place, reason)


def _has_post_behind(scene: Scene, mention: Mention, role: str) -> bool:
    """Whether another post follows a name directly ("DSL: X Deputy Head") or stands in a cell to the right of it."""
    index, end = mention.passage, mention.form.end
    text, row = scene.passages[index].text, scene.cells[index]
    for post in scene.posts(index):
        if post.role != role and post.start >= end and _TO_POST.fullmatch(text, end, post.start):
            return not opens_next(text, end, post, scene.labels(index))
    cells = [
        at for at in scene.following(index, 6) if row and row.is_in_row_of(scene.cells[at]) and scene.cells[at] != row
    ]
    others = [(at, {post.role for post in scene.posts(at)} - {role}) for at in cells]
    return any(found and (OTHER in found or at == cells[-1]) for at, found in others)


def names_of_something_else(planned: Planned) -> Iterator[Stay]:
    """What is called after a person: "the X Trust"."""
    scene = planned.scene
    for mention in planned.changed:
        index, end, text = mention.passage, mention.form.end, planned.text(mention.passage)
        more = THING.match(text, end)
        if more is not None and not any(each.start < more.end(1) and end < each.end for each in scene.posts(index)):
            place = Stretch(index, mention.form.start, more.end(1))
            yield unsafe(scene, (place,), because("name-of-a-thing"))


_MORE = re.compile(
    r"[ \u00a0]+(?P<words>(?:[a-z]{1,3}[-'’])?[A-Z][a-zà-ÿ'’]+(?:-[A-Z][a-zà-ÿ]+)?"
    r"(?:[ \u00a0]+[A-Z][a-zà-ÿ'’-]+)?)(?=\s*(?:$|[\n\t,;()]|\d|(?:is|was|has|will|can)\b))"
)
_ENDS_THERE = r"[ \u00a0]*(?:$|[\n\t,;)]|\.(?:\s|$)|['’]s?\b)"
_SUBJECT = re.compile(r"[ \u00a0]*(?:$|[\n\t]|(?:is|has|was|will|acts|serves)\b)")
_SIGNS = frozenset(("t", "m", "e", "p", "tel", "mob"))
"""What stands for telephone, mobile or e-mail behind a name: "Mrs Lister T: 01632 960177"."""
_DETAIL_NEXT = re.compile(r"[\s\u00a0.:]*(?:[+(]?\d|\S+@)")
_GIVEN_BEHIND = re.compile(rf",[ \u00a0](?P<word>[^\W\d_a-z][\w'’-]+)(?={_ENDS_THERE})")
_POSTS_AS_NAMES = frozenset(("nurse", "teacher", "governor", "parent"))
"""Posts that are surnames as well: "Mrs Nadiya Nurse", read "Mrs Nadiya"."""
_WORD_BEFORE = re.compile(r"(?<![\w'’-])([^\W\d_a-z][\w'’-]+)[ \u00a0]+$")


def run_on_names(planned: Planned) -> Iterator[Stay]:
    """Yield the changed names behind which another word of a name stands, so that it cannot be told where they end.

    "DSL Ann Lister Bob Ray", two columns whose parting was lost, must not become "DSL Jane Okafor Ray"; nor "Ann B.
    May", read as "B. May", "Ann J. Okafor".
    """
    scene = planned.scene
    for mention in planned.changed:
        text, start, end = planned.text(mention.passage), mention.form.start, mention.form.end
        runs_from = _runs_from(scene, mention)
        if runs_from is not None:
            yield unsafe(scene, (Stretch(mention.passage, runs_from, end),), because("name-begins"))
            continue
        runs_to = _runs_to(text, mention) if not mention.form.capitals else None
        if runs_to is None:
            continue
        behind = Stretch(mention.passage, end, runs_to)
        post = any(behind.meets(Stretch(mention.passage, e.start, e.end)) for e in scene.posts(mention.passage))
        as_name = _is_first_alone(text, mention) or text[end:runs_to].strip().casefold() in _POSTS_AS_NAMES
        if (as_name or not post) and not any(each.place.meets(behind) for each in planned.mentions):
            yield unsafe(scene, (Stretch(mention.passage, start, runs_to),), because("name-ends"))


def _runs_from(scene: Scene, mention: Mention) -> int | None:
    """Return where the first name stands before a changed initial that may be of a second one; None where none does.

    A word nobody knows as a first name counts within a sentence and in one about the person; else it may be any word.
    """
    text, form = scene.passages[mention.passage].text, mention.form
    if form.title or form.reversed or len(form.given.strip(".")) != 1:
        return None
    before = _WORD_BEFORE.search(text, 0, form.start)
    if before is None or not before[1][0].isupper() or is_label_word(before[1]):
        return None
    if before[1].casefold() in words_of("post-beside-role") | words_of("no-person"):
        return None
    if any(each.start < before.end(1) and before.start() < each.end for each in scene.posts(mention.passage)):
        return None
    within = re.search(r"[a-z,][ \u00a0]+$", text[: before.start()]) or _SUBJECT.match(text, form.end)
    known = is_given(before[1]) or is_foreign(before[1])
    return before.start() if known or (within and may_be_name(before[1], titled=False)) else None


def _runs_to(text: str, mention: Mention) -> int | None:
    """Return where the words of a name end that go on behind a changed one, None where none do."""
    end, form = mention.form.end, mention.form
    if TITLED.match(text, form.start):
        runs_to = _titled_to(text, mention)
        if runs_to is not None:
            return runs_to
    given = _GIVEN_BEHIND.match(text, end) if not (form.title or form.reversed) else None
    if given is not None and not given["word"][0].islower() and (is_given(given["word"]) or is_foreign(given["word"])):
        return given.end()
    more = _MORE.match(text, end)
    words = more["words"].split() if more is not None else []
    no_names = {word.casefold() for word in words} & (words_of("no-person") | no_name_ends())
    are_names = not no_names and all(may_be_name(word, titled=False) for word in words)
    return more.end() if more is not None and are_names else None


def _titled_to(text: str, mention: Mention) -> int | None:
    """Return where a name behind a title ends if that is further on than it was read.

    A title shows the last word to be a surname though the language has it too ("Miss Ngozi Lane", read "Miss Ngozi").
    """
    end, whole = mention.form.end, name_at(text, mention.form.start, len(text))
    words = text[end:whole].casefold().split() if whole is not None and text[end:whole][:1].isspace() else []
    if words and words[-1].strip(".") in _SIGNS and _DETAIL_NEXT.match(text, whole or end):
        words = words[:-1]
    numbered = words[-1:] == ["room"] and text[whole:].lstrip()[:1].isdigit()
    posts = words_of("post-beside-role")
    others = posts - {"head"} if _is_first_alone(text, mention) else posts | (no_name_ends() - {"room"})
    return whole if words and not numbered and not set(words) & others else None


def _is_first_alone(text: str, mention: Mention) -> bool:
    """Whether a title stands before what is a first name: the surname behind it was not read ("Mrs Shazia Teacher")."""
    word = text[mention.form.start : mention.form.end].rsplit(maxsplit=1)[-1]
    return bool(mention.form.title) and (is_given(word) or is_foreign(word))


def in_ragged_rows(planned: Planned) -> Iterator[Stay]:
    """Yield the names of rows in which one stands under no role, in tables that are headed by roles.

    A file that was made by a program may leave out how far its cells reach: where rows are not equally wide, the cells
    of such a row stand under other heads than it seems.
    """
    scene = planned.scene
    roles = {each.role for each in planned.directory.holders} | {each.role for each in planned.standings}
    told = {cell.table for index in scene.naming(roles) if (cell := scene.cells[index]) is not None}
    tables: dict[str, dict[CellPlace, list[int]]] = {}
    for index, passage in enumerate(scene.passages) if told else ():
        if passage.cell is not None and passage.cell.table in told:
            tables.setdefault(passage.cell.table, {}).setdefault(passage.cell, []).append(index)
    for cells in tables.values():
        widths: dict[int, int] = {}
        for cell in cells:
            for row in range(cell.row, cell.row + cell.rows):
                widths[row] = max(widths.get(row, 0), cell.column + cell.columns)
        if len(set(widths.values())) > 1:
            yield from _under_no_role(planned, cells)


def _under_no_role(planned: Planned, cells: dict[CellPlace, list[int]]) -> Iterator[Stay]:
    heads: list[CellPlace] = []
    named = {mention.passage for mention in planned.mentions}
    for _, group in groupby(cells, key=lambda cell: cell.row):
        mine = list(group)
        filled = {cell: [at for at in cells[cell] if planned.text(at).strip()] for cell in mine}
        names = {c: at for c in mine for at in filled[c] if at in named or begins_with_name(planned.text(at).strip())}
        roles = [c for c in mine if len(filled[c]) == 1 and _is_role(planned.scene, filled[c][0])]
        if roles:
            heads = [] if names else roles
        elif heads and not all(any(cell.is_in_column_of(role) for role in heads) for cell in names):
            places = [Stretch(at, 0, len(planned.text(at))) for at in names.values()]
            yield unsafe(planned.scene, places, because("ragged-rows"))


def _is_role(scene: Scene, index: int) -> bool:
    return says_only(scene.labels(index), scene.passages[index].text)
