"""Further posts that a list of people tells with a role: "Ada Holt Lead Tutor DSL", "Deputy Head & DSL" over a name.

For ``named.mentions``: the one who follows in the role may not hold the other post, so a copy waits. ``post_apposed``
looks for one right behind a name in a sentence too; what else stands in one cell with the name is read elsewhere.
"""

import re
from collections.abc import Callable, Sequence

from pipeline.dates.months import MONTHS_SMALL
from pipeline.dates.weekdays import day_words
from pipeline.named.layout.entries import DETAIL, NAME_LABEL, is_label
from pipeline.named.names.given_names import given_names, ordinary_words
from pipeline.named.names.people import find_name
from pipeline.named.roles.passages import RoleLabel, says_only
from pipeline.named.roles.rules import LEAD, OTHER
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.named.roles.words import words_of
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet

_WORDS_OF_A_POST = re.compile(
    r"[ \u00a0]*[–,-]?(?:[ \u00a0]+(?:[A-Z][\w'’&/-]*|of|and|&|for|the|\d+)){1,6}[ \u00a0,/–-]*"
)
_NEAR = 6
"""How many lines before and behind a name may be a column of roles."""
_SHORT = 50
"""Longer words beside a name are no post."""
_LABELLED = re.compile(r"(?P<label>[^:\t]{2,25}):\s*(?P<value>\S.*)")


_ARTICLE = r"(?:who[ \u00a0]+is[ \u00a0]+)?(?:also[ \u00a0]+)?(?:the|our|your|its|an?|(?:the[ \u00a0]+)?school['’]s)"
_A_WORD = r"[^\W\d_][\w'’&/-]*"
_A_CAPITAL = r"(?-i:[^\W\d_a-z])[\w'’&/-]*"
_A_POST = (
    rf"(?:{_ARTICLE}[ \u00a0]+(?P<any>{_A_WORD}(?:[ \u00a0]+(?:{_A_WORD}|\d{{1,2}})){{0,3}})"
    rf"|(?P<capitals>{_A_CAPITAL}(?:[ \u00a0]+(?:of|for|and|&|in|the|\d{{1,2}}|{_A_CAPITAL})){{0,4}})"
    rf"|(?P<small>{_A_WORD}(?:[ \u00a0]+{_A_WORD})?))(?=[ \u00a0]*(?:[,.;)\n]|$|[–-][ \u00a0]))"
)
_APPOSED = re.compile(rf"[ \u00a0]*[,(][ \u00a0]*{_A_POST}", re.IGNORECASE)
"""Behind a name what may be a post: "X, our play leader.", "X, Head of Year 7,", "X (registrar)"."""
_AND_A_POST = re.compile(rf"[ \u00a0]*(?:[,&/]|\band\b)[ \u00a0]*{_A_POST}", re.IGNORECASE)
_GIVES = re.compile(rf"[ \u00a0]*(?:[,(–\t-]|\bis\b)?[ \u00a0]*(?:{_ARTICLE}[ \u00a0]+)?", re.IGNORECASE)
"""Between a name and its role, where another post may go on: "X, DSL and Registrar", "X is our DSL and registrar"."""
_GIVEN = re.compile(r"s?[ \u00a0]*(?:[:=\t–-]|\bis\b)[ \u00a0]*", re.IGNORECASE)
_POST_AND = re.compile(
    r"(?<![\w/])(?P<word>[\w'’-]+)[ \u00a0]*(?P<by>[&/]|\band\b)[ \u00a0]*(?:(?:the|our)[ \u00a0]+)?$"
)
_NO_POST_IN_LETTERS = frozenset(("CP", "DDSL", "DSL", "SLT", "SMT"))
_INITIALS = re.compile(r"(?:[A-Z]\.?){2,3}")
_OF_SAFEGUARDING = re.compile(r"safe-?guard|protection|designated|\bdd?sl|\bdsp\b|\blead\b$", re.IGNORECASE)


def post_apposed(text: str, start: int, end: int, labels: Sequence[RoleLabel]) -> bool:
    """Whether a post, of whatever kind, is told with the name at ``text[start:end]`` and its role beside it.

    Right behind the name ("X, our play leader, …"), behind its role ("X, DSL and cook") or before it ("Cook/DSL: X").

    Any words in the place of one are, but a name, initials, a day, a place, a way to reach a person, and what the role
    itself may be called by. ``labels`` are the contact roles of the text.
    """
    before = next((each for each in reversed(labels) if each.end <= start), None)
    if before is not None and _GIVEN.fullmatch(text, before.end, start) and _post_joined_to(text, before.start, labels):
        return True
    found = _APPOSED.match(text, end)
    if found is None or any(each.start < found.end() and end < each.end for each in labels):
        role = next((each for each in labels if each.start >= end), None)
        return role is not None and bool(_GIVES.fullmatch(text, end, role.start)) and _post_joined(text, role.end)
    return _is_a_post(text, found)


def _post_joined(text: str, end: int) -> bool:
    """Whether another post is told right behind a role that ends at ``end``: "X, DSL and Registrar"."""
    found = _AND_A_POST.match(text, end)
    return found is not None and _is_a_post(text, found)


def _post_joined_to(text: str, start: int, labels: Sequence[RoleLabel]) -> bool:
    """Whether a post that is no contact role stands before the role at ``start``: "Cook and DSL", "KW/DSL"."""
    found = _POST_AND.search(text, max(0, start - _SHORT), start)
    if found is None or any(each.start < found.end("word") <= each.end for each in labels):
        return False
    initials = _INITIALS.fullmatch(found["word"]) and found["by"] == "/" and found["word"] not in _NO_POST_IN_LETTERS
    return bool(initials) or found["word"].casefold() in words_of("apposed", "post", "lone-post")


def _is_a_post(text: str, found: re.Match[str]) -> bool:
    """Whether the words that were found where a post would be are one."""
    group = next(name for name in ("any", "capitals", "small") if found[name] is not None)
    if group == "capitals" and not found[group][0].isupper():
        return False
    words = [word.casefold() for word in re.findall(r"[\w'’&/-]+", found[group])]
    if _OF_SAFEGUARDING.search(found[group]) or set(words) <= words_of("any-post", "no-post", "no-apposed"):
        return False
    days = {*day_words(), *(f"{day}s" for day in day_words()), *MONTHS_SMALL}
    if not days.isdisjoint(words) or words[-1] in words_of("place", "no-apposed") or words in _HEAD_ALONE:
        return False
    if group == "capitals":
        if _INITIALS.fullmatch(found[group]) or find_name(text, found.start(group)) is not None:
            return False
        if all(word in given_names() and word not in ordinary_words() for word in words):
            return False  # "St John, Gwenllian": the name goes on
    return group != "small" or words[-1] in words_of("apposed", "post", "lone-post")


_HEAD_ALONE = (["head"], ["ht"])
"""Which head that is, nobody can tell: ``doubts.remaining`` asks."""


class PostsBeside:
    """Looks for further posts; ``posts`` gives the roles and posts named in a passage."""

    def __init__(
        self, passages: Sequence[Passage], cells: Sheet[Passage], posts: Callable[[int], tuple[RoleLabel, ...]]
    ) -> None:
        self._passages = passages
        self._cells = cells
        self._posts = posts

    def told_with(self, index: int, start: int, end: int, role: str) -> tuple[str, ...]:
        """Return what a list gives the name at a place besides ``role``; empty in sentences and most tables.

        ``OTHER`` is a post that no contact entry speaks for, known or not.
        """
        if self._cells[index] is not None:
            return (
                self._in_the_label(index, role) or self._under_an_empty_lead(index, role) or self._joined(index, role)
            )
        text = self._passages[index].text
        if in_row := self._in_the_row(index, end, role):
            return in_row
        label = _LABELLED.fullmatch(text)
        before = text[: start - len(label["label"]) - 1] if label is not None else text[:start]
        alone = not re.sub(r"[\W_]", "", before.removeprefix(label["label"] if label else "") + text[end:])
        named = label is not None and is_label(NAME_LABEL, label["label"])
        return (self._over_or_under(index, role) or self._in_the_form(index)) if alone or named else ()

    def _in_the_label(self, index: int, role: str) -> tuple[str, ...]:
        """Return the posts that label the row of a cell where the role is told of elsewhere: "SENCO", "X (DSL)"."""
        label = self._filled(self._cells.before(index))
        if not all(says_only(self._posts(at), self._passages[at].text) for at in label):
            return ()
        roles = tuple(dict.fromkeys(each.role for at in label for each in self._posts(at)))
        return roles if role not in roles else ()

    def _joined(self, index: int, role: str) -> tuple[str, ...]:
        """Return ``OTHER`` where the cell of the row that tells the role joins another post to it."""
        for at in self._cells.others_in_row(index):
            text = self._passages[at].text
            for each in self._posts(at):
                if each.role == role and (
                    _post_joined(text, each.end) or _post_joined_to(text, each.start, self._posts(at))
                ):
                    return (OTHER,)
        return ()

    def _under_an_empty_lead(self, index: int, role: str) -> tuple[str, ...]:
        """Return another post where a row tells of a name and a post, below a lead with nobody beside.

        "DSL" and an empty cell, below it "Ada Holt" and "Secretary": she may be the lead, or nobody filled the cell in.
        """
        if role != LEAD or self._cells.before(index):
            return ()
        above = next((cell for each in self._cells.above(index) if (cell := self._filled(each))), [])
        if not above or not says_only(self._posts(above[0]), self._passages[above[0]].text):
            return ()
        beside, own = self._right_of(above[0]), self._right_of(index)
        filled = [at for cell in own or () for at in self._filled(cell)]
        words = " ".join(self._passages[at].text for at in filled[:1]).strip()
        empty = bool(beside) and not any(self._filled(cell) for cell in beside)
        return (OTHER,) if empty and words and not DETAIL.search(words) and len(words) < _SHORT else ()

    def _right_of(self, index: int) -> Sequence[Sequence[int]]:
        return next(self._cells.right_of(index), [])

    def _filled(self, cell: Sequence[int]) -> list[int]:
        return [each for each in cell if self._passages[each].text.strip()]

    def _in_the_row(self, index: int, end: int, role: str) -> tuple[str, ...]:
        text = self._passages[index].text
        own = [each for each in self._posts(index) if each.start >= end]
        if not own:
            return ()
        if own[0].role == role:
            between = text[end : own[0].start]
            words = {word.casefold() for word in re.findall(r"[\w'’&/]+", between)}
            return (OTHER,) if words - words_of("between") and _WORDS_OF_A_POST.fullmatch(between) else ()
        told = not text[end : own[0].start].strip(" –-\u00a0") and any(each.role == role for each in own[:2])
        return (own[0].role,) if told else ()

    def _over_or_under(self, index: int, role: str) -> tuple[str, ...]:
        """Return the other posts of a line near by that says nothing but the role and those."""
        for at in (*range(index - 1, index - 1 - _NEAR, -1), *range(index + 1, index + 1 + _NEAR)):
            if not 0 <= at < len(self._passages) or self._cells[at] is not None:
                continue
            labels = self._posts(at)
            roles = {each.role for each in labels}
            if role in roles and roles - OF_LEADS and says_only(labels, self._passages[at].text):
                return tuple(sorted(roles - OF_LEADS))
        return ()

    def _in_the_form(self, index: int) -> tuple[str, ...]:
        """Return the post where a form goes on with the person's: "Name:", "Ada Holt", "Position:", "SENCO"."""
        above = _LABELLED.fullmatch(self._passages[index - 1].text) if index else None
        role_first = above is not None and is_label(_ROLE_LABEL, above["label"])
        for at in range(index + 1, min(len(self._passages), index + 1 + _NEAR // 2)):
            text = self._passages[at].text
            label = _LABELLED.fullmatch(text)
            words = label["label"] if label is not None else text
            if is_label(NAME_LABEL, words):
                return ()
            if is_label(_POST_LABEL, words) or (is_label(_ROLE_LABEL, words) and not role_first):
                behind = at if label is not None else min(at + 1, len(self._passages) - 1)
                roles = tuple(each.role for each in self._posts(behind))
                return () if is_label(_ROLE_LABEL, words) and OF_LEADS & set(roles) else roles or (OTHER,)
        return ()


_POST_LABEL = re.compile(r"(?:job )?(?:position|post|title)s?", re.IGNORECASE)
"""What a form calls the post beside the role."""
_ROLE_LABEL = re.compile(r"roles?", re.IGNORECASE)
"""The same, but where it is the safeguarding role itself, or stands before each name."""
