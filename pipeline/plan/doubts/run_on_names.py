"""Changed names beside which another word of a name stands, so that it cannot be told where they begin or end.

``questions`` asks for them, lest half of somebody's name stays beside a successor's.
"""

import re
from collections.abc import Iterator

from pipeline.dates.weekdays import SCHOOL_DAYS, short_days
from pipeline.named.mentions import Mention
from pipeline.named.names.name_words import (
    TITLED,
    is_foreign,
    is_given,
    name_at,
    no_name_ends,
)
from pipeline.named.names.parts import is_label_word
from pipeline.named.names.people import may_be_name
from pipeline.named.names.words import words_of
from pipeline.named.scene import Scene
from pipeline.plan.doubts.values import Planned, Stay, unsafe
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch

_MORE = re.compile(
    r"[ \u00a0]+(?P<words>(?:[a-z]{1,3}[-'’])?[A-Z][a-zà-ÿ'’]+(?:-[A-Z][a-zà-ÿ]+)?"
    r"(?:[ \u00a0]+[A-Z][a-zà-ÿ'’-]+)?)(?=\s*(?:$|[\n\t,;()]|\d))"
)
_ENDS_THERE = re.compile(r"[ \u00a0]*(?:$|[\n\t,;)]|\.(?:\s|$)|['’]s?\b)")
_SUBJECT = re.compile(r"[ \u00a0]*(?:$|[\n\t]|(?:is|has|was|will|acts|serves)\b)")
_ONE_MORE = re.compile(rf"[ \u00a0]+(?P<word>[^\W\d_a-z][\w'’-]+)(?={_ENDS_THERE.pattern})")
_SIGNS = frozenset(("t", "m", "e", "p", "tel", "mob"))
"""What stands for telephone, mobile or e-mail behind a name: "Mrs Lister T: 01632 960177"."""
_DETAIL_NEXT = re.compile(r"[\s\u00a0.:]*(?:[+(]?\d|\S+@)")
_HOURS = short_days(SCHOOL_DAYS) | {"mornings", "afternoons", "office", "ext", "extension"}
"""What stands last behind a name in a list; a month or a page has a number, or is a surname, as days are (Friday)."""
_GIVEN_BEHIND = re.compile(rf",[ \u00a0](?P<word>[^\W\d_a-z][\w'’-]+)(?={_ENDS_THERE.pattern})")
_POSTS_AS_NAMES = frozenset(("nurse", "teacher", "governor", "parent"))
"""Posts that are surnames as well: "Mrs Nadiya Nurse", read "Mrs Nadiya"."""
_WORD_BEFORE = re.compile(r"(?<![\w'’-])([^\W\d_a-z][\w'’-]+)[ \u00a0]+$")


def run_on_names(planned: Planned) -> Iterator[Stay]:
    """Yield the changed names behind which another word of a name stands, so that it cannot be told where they end.

    "DSL Ann Lister Bob Ray", two columns whose parting was lost, must not become "DSL Jane Okafor Ray"; nor "Ann B.
    May", read as "B. May", "Ann J. Okafor".
    """
    scene, mentions = planned.scene, planned.mentions
    for mention in mentions:
        passage, end = scene.passages[mention.passage], mention.form.end
        runs_from = _runs_from(scene, mention) if mention.changes else None
        if runs_from is not None:
            place = Stretch(mention.passage, runs_from, end)
            yield unsafe(scene, (place,), because("name-begins"))
            continue
        runs_to = _runs_to(passage.text, mention) if mention.changes and not mention.form.capitals else None
        if runs_to is None or (
            not _is_first_alone(passage.text, mention)
            and passage.text[end:runs_to].strip().casefold() not in _POSTS_AS_NAMES
            and any(each.start < runs_to and end < each.end for each in scene.posts(mention.passage))
        ):
            continue
        if any(
            each.passage == mention.passage and each.form.start < runs_to and end < each.form.end for each in mentions
        ):
            continue
        place = Stretch(mention.passage, mention.form.start, runs_to)
        yield unsafe(scene, (place,), because("name-ends"))


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
    """Return where the words of a name end that go on behind a changed one, None where none do.

    A title shows the last word to be a surname though the language has it too ("Miss Ngozi Lane", read "Miss Ngozi").
    """
    end = mention.form.end
    if TITLED.match(text, mention.form.start):
        whole = name_at(text, mention.form.start, len(text))
        words = text[end:whole].casefold().split() if whole is not None and text[end:whole][:1].isspace() else []
        if words and words[-1].strip(".") in _SIGNS and _DETAIL_NEXT.match(text, whole or end):
            words = words[:-1]
        numbered = words[-1:] == ["room"] and text[whole:].lstrip()[:1].isdigit()
        first_alone = _is_first_alone(text, mention)
        no_names = _HOURS if _ENDS_THERE.match(text, whole or end) else no_name_ends() - {"room"}
        posts = words_of("post-beside-role")
        others = posts - {"head"} if first_alone else posts | no_names
        if words and not numbered and not set(words) & others:
            return whole
        one_more = _ONE_MORE.match(text, end) if not mention.form.given and not words else None
        small = one_more is not None and one_more["word"][0].islower()
        if one_more is not None and not small and one_more["word"].casefold() not in posts | _HOURS:
            return one_more.end()
    given = _GIVEN_BEHIND.match(text, end) if not (mention.form.title or mention.form.reversed) else None
    if given is not None and not given["word"][0].islower() and (is_given(given["word"]) or is_foreign(given["word"])):
        return given.end()
    more = _MORE.match(text, end)
    if more is None:
        return None
    words = more["words"].split()
    plain = {word.casefold() for word in words}
    if plain & (words_of("no-person") | no_name_ends()) or not all(may_be_name(word, titled=False) for word in words):
        return None
    return more.end()


def _is_first_alone(text: str, mention: Mention) -> bool:
    """Whether a title stands before what is a first name: the surname behind it was not read ("Mrs Shazia Teacher")."""
    word = text[mention.form.start : mention.form.end].rsplit(maxsplit=1)[-1]
    return bool(mention.form.title) and (is_given(word) or is_foreign(word))
