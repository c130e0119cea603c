"""For which role a person or a number stands where it does in a finished document: ``check`` asks of each name.

A claim may be wrong, as for a person who stands two lines below a role: it is enough to ask who an unknown person is.
For people who are known today ``Claims.role_at`` wants a role right at the name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.last_look.headed import heads_people
from pipeline.last_look.lines import Rows
from pipeline.last_look.names import NameFound, is_little, list_names
from pipeline.last_look.neighbours import told_behind, told_in_front
from pipeline.last_look.role_labels import (
    Label,
    heads_area,
    is_fragment,
    is_only_told,
    label_at,
    list_labels,
    names_role,
    nearest_label,
    opens_section,
    short_label,
    tells_role_only,
)
from pipeline.last_look.stacks import roles_by_place
from pipeline.text.lazily import compiled_lazily

_NEAR = 2
"""How many rows away a role may stand for a name."""
DETAILS_REACH = 4
"""How many rows down a number may stand from the role it is given for, names and other numbers between them."""
_DEPUTY_REACH = 4
"""How many rows below the role that it deputises for "Deputy" may stand alone."""
_ENTRIES = 8
"""The longest list of people and their numbers under a heading."""
_SEVERAL = compiled_lazily(
    r"\b(?:leads|leaders|officers|persons|people|teachers|members|co-?ordinators|deputies|DSLs|DSPs|are)\b|\(s\)",
    re.IGNORECASE,
)
"""How a heading announces more than one person."""
_STANDS_IN = compiled_lazily(
    r"\b(?:(?:the|our|her|his|their)[ \u00a0]+deput(?:y|ies)\b(?![ \u00a0-]*(?:head|chair|principal|manager|leader))"
    r"|in[ \u00a0]+(?:her|his|their)[ \u00a0]+absence\b|\bif[ \u00a0]+(?:not[ \u00a0]+|un)available\b)[^.;]{0,50}$",
    re.IGNORECASE,
)
"""What stands before the one who acts for the lead: "the deputy is X", "in her absence ask X"."""
_ASKS_WHO = compiled_lazily(
    r"\W*(?:Q(?:uestion)?\W+(?:\d+\W+)?)?(?:who(?:['’]s|\W+(?:is|are))|what\W+is\W+the\W+name\W+of)\W+(?:(?:the|our|your|my|this|school['’]?s?)\W+)*",
    re.IGNORECASE,
)
_IT_IS = compiled_lazily(r"\W*(?:A(?:nswer)?:\W*)?(?:(?:it|this|that|he|she)\W+is\W+)?", re.IGNORECASE)
"""The question for a role, and how its answer may begin: "Who is our DSL?", "It is Ann Lee."."""
_HEADS = compiled_lazily(r"[^\d@:.;]{1,50}")
"""A line that may head what follows: it gives no number and is no sentence."""
_ENTRY = compiled_lazily(
    r"[^:/|\n]{0,60}\b(?:academy|branch|campus|cent(?:re|er)|church|club|college|nursery|school|setting|site)[^:/|\n]{0,20}"
    r"(?:[:|]|[ \u00a0][/–-])[ \u00a0]*",
    re.IGNORECASE,
)
"""What stands before a name in a list by places: "Heron School: Ann Lee"."""
_NAME_IN_FORM = compiled_lazily(r"\W*[A-Z][^:\n\d]{2,30}:\s*", re.IGNORECASE)
_POST_IN_FORM = compiled_lazily(
    r"\W*(?:job[ \u00a0]+)?(?:position|role|post|title|designation)s?[ \u00a0]*[:\t]", re.IGNORECASE
)
"""Lines of a form that tells people one below the other: "Person to contact: Ann Lee", "Position: DSL"."""
_OF_THE_SAME = compiled_lazily(r"\W*(?:he|she|they)\b", re.IGNORECASE)
"""So begins a sentence that goes on about the person the one before told of."""
_THEIR_NUMBER = compiled_lazily(
    r"\s*(?:her|his|their|the)\b[^.:;@\d]{0,20}\b(?:numbers?|telephone|mobile|phone|e-?mail|extension|address)\b"
    r"[^.;@\d]{0,30}",
    re.IGNORECASE,
)
"""Before a number that is given of the person the sentence before told of."""
LEADS = frozenset(("dsl", "deputy-dsl"))


@dataclass(frozen=True, slots=True)
class Claim:
    """The role that something stands with."""

    role: str
    beside: bool
    first: int
    """The row that names the role, or the first one where that stands below."""
    in_row: bool = True
    """The role is named in the same row, or heads the column."""


class Claims:
    """The roles of one finished document, and which role each place is given for."""

    def __init__(self, rows: Rows) -> None:
        """Look for roles that lines below each other make together."""
        self._rows = rows
        self._labels_of: dict[int, list[tuple[Label, ...]]] = {}
        self._joined = dict(_joined_fragments(rows))
        self.by_place = roles_by_place(rows, self.labels)
        """By the row of a name in a column behind a column of roles, those that it may have."""

    def labels(self, index: int) -> list[tuple[Label, ...]]:
        """Return the roles and posts named in a row, part by part."""
        if index not in self._labels_of:
            labels = [
                # "Nurse" is no post in "Ms Nurse".
                tuple(
                    each
                    for each in list_labels(words)
                    if each.role is not None or not any(one.start <= each.start < one.end for one in names)
                )
                for words, names in zip(self._rows.words(index), self._rows.names(index), strict=True)
            ]
            if index in self._joined:
                labels[0] = (self._joined[index],)
            self._labels_of[index] = [self._with_short(index, number, own) for number, own in enumerate(labels)]
        return self._labels_of[index]

    def _with_short(self, index: int, number: int, labels: tuple[Label, ...]) -> tuple[Label, ...]:
        """Return a part's labels with "Lead" or "Deputy" that what stands around it makes a role of safeguarding."""
        rows, text = self._rows, self._rows.words(index)[number]
        short = short_label(text)
        if short is None or not rows.is_listed(index):
            return labels
        told = short.start == 0 and self._is_deputy(index, number, short)
        if not told and not any(each.role is not None for each in labels):
            names, rest = rows.names(index)[number], text[: short.start] + text[short.end :]
            # "Attendance – Ann Lee (Lead)" is said of another task.
            opens = bool(names) and (short.start == 0 or is_little(text[: names[0].start]))
            told = (opens and self._is_in_section(index, number)) or (
                tells_role_only(rest) and any(map(heads_area, rows.heads(index, number)))
            )
        apart = [each for each in labels if each.end <= short.start or short.end <= each.start]
        return tuple(sorted((short, *apart), key=lambda each: each.start)) if told else labels

    def _is_deputy(self, index: int, number: int, label: Label) -> bool:
        """Whether "Deputy" stands where the lead or a deputy is named not far before."""
        rows = self._rows
        above = [at for at in range(max(0, index - _DEPUTY_REACH), index) if rows.are_near(at, index)]
        before = (*(each for at in above for each in rows.words(at)), *rows.words(index)[:number])
        return label.role == "deputy-dsl" and any(one.role in LEADS for each in before for one in list_labels(each))

    def _is_in_section(self, index: int, number: int) -> bool:
        """Whether a part stands below a heading over the people of safeguarding, in its cell or in the lines above."""
        rows = self._rows
        if any(opens_section(rows.words(index)[at]) for at in rows.cell(index, number) if at < number):
            return True
        for at in rows.above(index, _ENTRIES):
            alone = rows.text(at) if len(rows.words(at)) == 1 else ""
            if opens_section(alone):
                return True
            if _HEADS.fullmatch(alone.strip()) and not any(rows.names(at)):
                return False
        return False

    def label_of(self, index: int, number: int, name: NameFound) -> Label | None:
        """Return what a name is hardly given for by mistake: the label at it, in its cell, its row or its column."""
        text, labels = self._rows.words(index)[number], self.labels(index)[number]
        if labels:
            return label_at(labels, text, name.start, name.end)
        if not is_little(f"{text[: name.start]} {text[name.end :]}"):
            return None
        return self._in_cell(index, number) or self._beside(index, number, parted=True) or self._over(index, number)

    def asked_or_told_below(self, index: int, number: int, name: NameFound) -> str | None:
        """Return the role that the question above asks for ("Who is the DSL?"), or that a form tells below a name.

        The form's next line is "Position: DSL" or the like, whatever the label before the name says.
        """
        rows = self._rows
        text, before = rows.words(index)[number], rows.words(index)[number][: name.start]
        if index and not number and (is_little(before) or _IT_IS.fullmatch(before)):
            asked = rows.words(index - 1)[-1]
            labels = self.labels(index - 1)[-1] if asked.rstrip().endswith("?") else ()
            if (
                len(labels) == 1
                and _ASKS_WHO.fullmatch(asked, 0, labels[0].start)
                and is_little(asked[labels[0].end :])
            ):
                return labels[0].role
        if not (rows.are_near(index, index + 1) and rows.is_listed(index) and rows.is_listed(index + 1)):
            return None
        named = _NAME_IN_FORM.fullmatch(text, 0, name.start) is not None and is_little(text[name.end :])
        told = {label.role for labels in self.labels(index + 1) for label in labels}
        alone = len(told) == 1 and not any(rows.names(index + 1)) and _POST_IN_FORM.match(rows.text(index + 1))
        return told.pop() if named and alone else None

    def told_beside(self, index: int, number: int, name: NameFound) -> Claim | None:
        """Return the role that the sentence behind or before a name gives to the person it names."""
        text, names = self._rows.words(index)[number], self._rows.names(index)[number]
        words = text[name.start : name.end]
        told = told_behind(words, self._rows.behind(index, number, name.end))
        if told is None and names[0].start == name.start and not number:
            told = told_in_front(words, self._words_before(index, name))
        return Claim(told[0], told[1] and len(names) == 1, index) if told is not None else None

    def _words_before(self, index: int, name: NameFound) -> str:
        """Return what stands before the first name of a row, and the sentence or line above if that names nobody."""
        rows, own = self._rows, self._rows.words(index)[0][: name.start]
        if rows[index].table is not None or not rows.are_near(index, index - 1) or any(rows.names(index - 1)):
            return own
        return f"{rows.text(index - 1)}\n{own}"

    def person_over(self, index: int, number: int) -> NameFound | None:
        """Return the one person named in the same column of the row above, of which this row has but details."""
        rows = self._rows
        if rows[index].table is None or not rows.are_near(index, index - 1) or any(rows.names(index)):
            return None
        column = rows.column(index, number)
        over = [each for at, each in enumerate(rows.names(index - 1)) if rows.column(index - 1, at) == column]
        names = [name for each in over for name in each]
        return names[0] if len(names) == 1 and not any(self.labels(index)) else None

    def _beside(self, index: int, number: int, *, parted: bool) -> Label | None:
        """Return the label nearest in the row, to the left, else to the right; ``parted``: up to the next name."""
        labels, names = self.labels(index), self._rows.names(index)
        for ways in (range(number - 1, -1, -1), range(number + 1, len(labels))):
            for at in ways:
                if labels[at] and not (parted and names[at]):
                    return labels[at][-1 if at < number else 0]
                if parted and names[at]:
                    break
        return None

    def _over(self, index: int, number: int) -> Label | None:
        """Return the label that heads the column, or is all of the line above, which is no other name's."""
        heading, rows = self._heading(index, number), self._rows
        if heading is not None or not rows.are_near(index, index - 1) or rows[index].table is not None:
            return heading
        alone = len(rows.words(index)) == 1 and self._is_post_alone(index - 1)
        of_others = index > 1 and any(rows.names(index - 2))
        return self.labels(index - 1)[0][0] if alone and not of_others else None

    def told_before(self, index: int, text: str, start: int) -> Claim | None:
        """Return the role that the sentence before names, where this one says "Her number is …"."""
        if _THEIR_NUMBER.fullmatch(text, 0, start) is None:
            return None
        label, at = self._named_last(index - 1, index)
        return Claim(label.role, True, at) if label is not None and label.role is not None else None

    def _named_last(self, first: int, index: int, start: int = 0) -> tuple[Label | None, int]:
        """Return the label named last before a place, from a row up, and its row; what "She is" tells is no label."""
        for at in range(first, max(-1, index - 1 - _NEAR), -1):
            named = [each for labels in self.labels(at) for each in labels if at < index or each.start < start]
            if named and (named[-1].role is not None or not _OF_THE_SAME.match(self._rows.text(at))):
                return named[-1], at
        return None, index

    def claim(self, index: int, number: int, start: int, end: int, *, alone: bool, reach: int = _NEAR) -> Claim | None:
        """Return the role that what stands at a place is given for; None for another post's, or for none."""
        text, listed = self._rows.words(index)[number], self._rows.is_listed(index)
        announced_here = listed or self._rows.announces(index - 1)
        labels = tuple(each for each in self.labels(index)[number] if not is_only_told(each, text, end))
        label = nearest_label(labels, text, start, end, alone=alone) if labels else None
        label = label or self._in_cell(index, number) or self._beside(index, number, parted=False)
        label = label or self._heading(index, number)
        if label is None or (label.role is None and label in labels and label.start >= end and not number):
            # A post behind a name ("Ann Lee, Head of Year") is told of the person whom a heading announces.
            waits = announced_here and not self._is_told_below(index)
            announced = self._above(index, number, reach) if waits else None
            if announced is not None or label is not None:
                return announced
            return self._below(index, number) if listed and reach == _NEAR else None
        return Claim(label.role, listed, index) if label.role is not None else None

    def _heading(self, index: int, number: int) -> Label | None:
        """Return the role that heads rows or a column, from what names nobody: a list may begin without a heading.

        None where the column names a role again on the way, as in a form that goes on with the next person.
        """
        rows, headings = self._rows, self._rows.heads(index, number)
        short = short_label(rows.head(index, number))
        if short is not None and (heads_area(rows.words(index)[0]) or heads_people(rows, index, number)):
            return short
        unnamed = (each for each in headings if not list_names(each, rows.ordinary))
        label = next((label for each in unnamed for label in list_labels(each)), None)
        between = self._in_line(index - 1, index, number) if label is not None and index else ()
        return label if label is not None and all(each.role in (None, label.role) for each in between) else None

    def standing_in(self, index: int, text: str, start: int) -> Claim | None:
        """Return the deputy's role for a person said to act for the lead, where the row named last names that role."""
        if _STANDS_IN.search(text, 0, start) is None:
            return None
        label, at = self._named_last(index, index, start)
        # "The lead is Ann Lee, Head Teacher. In her absence …" names her post last.
        led = label is not None and LEADS & {each.role for labels in self.labels(at) for each in labels}
        return Claim("deputy-dsl", False, at) if led else None

    def _in_cell(self, index: int, number: int) -> Label | None:
        """Return the label nearest in the other lines of a cell: below where its first line names a person."""
        mine, words = self._rows.cell(index, number), self._rows.words(index)
        if len(mine) < 2:
            return None
        labels = [own if tells_role_only(words[at]) else () for at, own in enumerate(self.labels(index))]
        above = next((labels[at][-1] for at in reversed(mine) if at < number and labels[at]), None)
        below = next((labels[at][0] for at in mine if at > number and labels[at]), None)
        return (below or above) if self._rows.names(index)[mine[0]] else (above or below)

    def _above(self, index: int, number: int, reach: int) -> Claim | None:
        """Return the role that waits for a holder in the rows above, nothing but names and numbers between."""
        for at in self._rows.above(index, _ENTRIES):
            if not self._rows.are_near(at, index):
                return None
            labels = list(self._in_line(at, index, number))
            if self._is_entry(at) or not (labels or index - at >= reach):
                continue
            named = any(self._rows.names(at))
            role = next((each.role for each in labels if each.role is not None), None)
            named = named and not (at == index - 1 and self._rows.announces(at))
            if role is None or (named and (reach == _NEAR or labels[-1].role is None)):
                return None
            several = at == index - 1 or _SEVERAL.search(self._rows.text(at)) is not None
            return Claim(role, several or reach > _NEAR, at, in_row=False)
        return None

    def _is_told_below(self, index: int) -> bool:
        """Whether, in a list of names each over its post, a post stands alone below a name and below the one before."""
        rows = self._rows
        if not all(rows.are_near(at, index) for at in (index - 2, index - 1, index + 1)):
            return False
        posts = self._is_post_alone(index - 1) and self._is_post_alone(index + 1)
        return posts and any(rows.names(index - 2)) and any(rows.names(index))

    def _is_post_alone(self, index: int) -> bool:
        words = self._rows.words(index)
        return len(words) == 1 and any(self.labels(index)) and tells_role_only(words[0])

    def _in_line(self, at: int, index: int, number: int) -> Iterator[Label]:
        """Yield the labels of another row that can be a part's: in a table those of its column, or of a form."""
        rows, column = self._rows, self._rows.column(index, number)
        anywhere = rows[index].table is None or len(rows.words(at)) == 1 or is_little(rows.words(index)[0])
        for other, labels in enumerate(self.labels(at)):
            if anywhere or rows.column(at, other) == column:
                yield from labels

    def _is_entry(self, index: int) -> bool:
        """Whether a row begins with a name, or holds but numbers and addresses, and names no role of its own."""
        words, first = self._rows.words(index), self._rows.names(index)[0]
        if index in self._joined or any(map(names_role, words)):
            return False
        return (bool(first) and opens_entry(words[0], first[0].start)) or is_little(self._rows.text(index))

    def _below(self, index: int, number: int) -> Claim | None:
        """Return the role that stands alone below a name, as in a form ("Name", "Post")."""
        rows = self._rows
        for at in range(index + 1, index + 1 + _NEAR):
            if not (rows.are_near(at, index) and rows.is_listed(at)):
                return None
            labels, text = list(self._in_line(at, index, number)), rows.text(at)
            if labels:
                role = labels[0].role
                if role is None or any(rows.names(at)) or len(text) >= 80 or text.rstrip().endswith("."):
                    return None
                return Claim(role, rows[at].table is not None and at == index + 1, index, in_row=False)
        return None


def opens_entry(text: str, start: int) -> bool:
    """Whether nothing but labels of details, or what parts a list by places, stands before a name."""
    before = text[:start]
    return is_little(before) or (_ENTRY.fullmatch(before) is not None and not list_labels(before))


def _joined_fragments(rows: Rows) -> Iterator[tuple[int, Label]]:
    """Yield the rows in whose first part words of a role stand below each other, with the role that they make."""
    for index in range(len(rows)):
        together = [rows.words(index)[0]]
        for at in range(index + 1, min(len(rows), index + 4)):
            first = rows.words(at)[0]
            if not (rows.is_listed(index) and rows.is_listed(at) and all(map(is_fragment, (*together, first)))):
                break
            if names_role(together[0]) and names_role(first):
                # Two roles, one below the other.
                break
            together.append(first)
            for label in list_labels(" ".join(together))[:1]:
                for number, words in enumerate(together):
                    yield index + number, Label(label.role, 0, len(words))
