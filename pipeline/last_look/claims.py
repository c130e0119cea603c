"""For which role somebody or something stands where it does in a finished document: ``check`` asks of each name.

A claim may be wrong, as for whoever stands two lines below a role: it is enough to ask who somebody unknown is. For
people who are known today ``Claims.role_at`` wants a role right at the name.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from pipeline.last_look.areas import rows_of_area
from pipeline.last_look.headed import names_people_by_column, rota_role, rows_of_rotas, tables_of_area
from pipeline.last_look.lines import HEADS_APART, Part, Row, words_below
from pipeline.last_look.names import NameFound, is_little, list_names, wrapped_name
from pipeline.last_look.neighbours import told_behind, told_in_front
from pipeline.last_look.role_labels import (
    Label,
    deputy_heading,
    heads_area,
    is_fragment,
    is_only_told,
    label_at,
    list_labels,
    names_role,
    nearest_label,
    opens_section,
    short_role,
    tells_role_only,
    word_in_section,
)
from pipeline.last_look.stacks import roles_by_place
from pipeline.last_look.ticks import heads_of_ticks
from pipeline.last_look.without_roles import WithoutRoles
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
    r"|in[ \u00a0]+(?:her|his|their)[ \u00a0]+absence\b)[^.;]{0,50}$",
    re.IGNORECASE,
)
"""What stands before whoever acts for the lead: "the deputy is X", "in her absence ask X"."""
_ASKS_WHO = compiled_lazily(
    r"\W*(?:Q(?:uestion)?\W+(?:\d+\W+)?)?(?:who(?:['’]s|\W+(?:is|are))|what\W+is\W+the\W+name\W+of)\W+(?:(?:the|our|your|my|this|school['’]?s?)\W+)*",
    re.IGNORECASE,
)
_IT_IS = compiled_lazily(r"\W*(?:A(?:nswer)?:\W*)?(?:(?:it|this|that|he|she)\W+is\W+)?", re.IGNORECASE)
"""The question for a role, and how its answer may begin: "Who is our DSL?", "It is Ann Lee."."""
_HEADS = compiled_lazily(r"[^\d@:.;]{1,50}")
"""A line that may head what follows: it gives no number and is no sentence."""
_NAME_IN_FORM = compiled_lazily(r"\W*[A-Z][^:\n\d]{2,30}:\s*", re.IGNORECASE)
_POST_IN_FORM = compiled_lazily(
    r"\W*(?:job[ \u00a0]+)?(?:position|role|post|title|designation)s?[ \u00a0]*[:\t]", re.IGNORECASE
)
"""Lines of a form that tells people one below the other: "Person to contact: Ann Lee", "Position: DSL"."""
_OF_THE_SAME = compiled_lazily(r"\W*(?:he|she|they)\b", re.IGNORECASE)
"""So begins a sentence that goes on about whoever the one before told of."""
_THEIR_NUMBER = compiled_lazily(
    r"\s*(?:her|his|their|the)\b[^.:;@\d]{0,20}\b(?:numbers?|telephone|mobile|phone|e-?mail|extension|address)\b"
    r"[^.;@\d]{0,30}",
    re.IGNORECASE,
)
"""Before a number that is given of whoever the sentence before told of."""
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
    """The roles and names of one finished document, and which role each place is given for."""

    def __init__(self, rows: Sequence[Row], ordinary: Set[str]) -> None:
        """``ordinary`` are the words that the whole document writes small."""
        self._rows = rows
        self._ordinary = ordinary
        self._labels_of: dict[int, list[tuple[Label, ...]]] = {}
        self._joined = dict(_joined_fragments(rows))
        self._deputies = dict(_deputies_told(rows))
        self._areas = tables_of_area(rows)
        self._names: dict[int, list[tuple[NameFound, ...]]] = {}
        self._entries: dict[int, bool] = {}
        self.without_roles = WithoutRoles(rows, self.names_of)
        self.by_place = roles_by_place(rows, self.labels, self.names_of)
        """By the row of a name in a column behind a column of roles, those that it may have."""

    def near_roles(self) -> list[int]:
        """Return the rows that name a role, or stand near one that does, in order."""
        near = {*heads_of_ticks(self._rows), *rows_of_rotas(self._rows), *rows_of_area(self._rows), *self.by_place}
        for index, row in enumerate(self._rows):
            heads = any(part.head and names_role(part.head) for part in row.parts)
            if heads or self._has_role(index):
                near.update(range(max(0, index - _NEAR), min(len(self._rows), index + DETAILS_REACH + 1)))
            elif self._is_of_area(row):
                near.add(index)
            heads_list = self._has_role(index) and row.text.rstrip().endswith(":") and _SEVERAL.search(row.text)
            if row.is_listed and (heads_list or any(opens_section(part.text) for part in row.parts)):
                near.update(range(index, min(len(self._rows), index + _ENTRIES + 1)))
        return sorted(near)

    def _is_of_area(self, row: Row) -> bool:
        """Whether a row of a table is about safeguarding by its first cell, or holds "Lead" under a heading that is."""
        under = any(short_role(part.text) is not None and heads_area(part.head) for part in row.parts)
        return row.table is not None and (under or row.table in self._areas or heads_area(row.parts[0].text))

    def _has_role(self, index: int) -> bool:
        return index in self._joined or any(names_role(part.text) for part in self._rows[index].parts)

    def labels(self, index: int) -> list[tuple[Label, ...]]:
        """Return the roles and posts named in a row, part by part."""
        if index not in self._labels_of:
            labels = [list_labels(part.text) for part in self._rows[index].parts]
            if index in self._joined:
                labels[0] = (self._joined[index],)
            labels = [self._told_deputy(index, number, own) for number, own in enumerate(labels)]
            for number, part in enumerate(self._rows[index].parts):
                named = any(each.role is not None for each in labels[number])
                role = short_role(part.text) if not named and heads_area(part.head) else None
                labels[number] = (Label(role, 0, len(part.text)),) if role is not None else labels[number]
                word = self._word_of_section(index, number) if not (named or role) else None
                if word is not None:
                    apart = [each for each in labels[number] if each.end <= word.start or word.end <= each.start]
                    labels[number] = tuple(sorted((word, *apart), key=lambda each: each.start))
            self._labels_of[index] = labels
        return self._labels_of[index]

    def _word_of_section(self, index: int, number: int) -> Label | None:
        """Return "Lead" or "Deputy" of somebody in a section about the team; None where other words stand before both.

        "Attendance – Ann Lee (Lead)" is said of another task.
        """
        text, names = self._rows[index].parts[number].text, self.names_of(index)[number]
        word = word_in_section(text)
        if word is None or not names or not (word.start < names[0].start or is_little(text[: names[0].start])):
            return None
        return word if self._is_in_section(index, number) else None

    def _is_in_section(self, index: int, number: int) -> bool:
        """Whether a part stands below a heading over the people of safeguarding, in its cell or in the lines above."""
        row = self._rows[index]
        if any(opens_section(row.parts[at].text) for at in self._lines_of_cell(index, number) if at < number):
            return True
        for at in range(index - 1, max(-1, index - 1 - _ENTRIES), -1):
            above = self._rows[at]
            if not (above.is_by(row) and above.is_listed and row.is_listed):
                return False
            if len(above.parts) == 1 and opens_section(above.text):
                return True
            if len(above.parts) == 1 and _HEADS.fullmatch(above.text.strip()) and not any(self.names_of(at)):
                return False
        return False

    def _told_deputy(self, index: int, number: int, labels: tuple[Label, ...]) -> tuple[Label, ...]:
        """Return a part's labels with "Deputy" that begins it."""
        label = self._deputies.get((index, number))
        return (label, *(each for each in labels if each.start >= label.end)) if label is not None else labels

    def names_of(self, index: int) -> list[tuple[NameFound, ...]]:
        """Return the people named in a row, part by part."""
        if index not in self._names:
            self._names[index] = [
                list_names(part.text, self._ordinary)
                or wrapped_name(part.text, words_below(self._rows, index, number), self._ordinary)
                for number, part in enumerate(self._rows[index].parts)
            ]
        return self._names[index]

    def role_at(self, index: int, number: int, name: NameFound) -> str | None:
        """Return the role that a name is hardly given for by mistake: right at it, in its cell, its row, its column."""
        part, labels = self._rows[index].parts[number], self.labels(index)[number]
        if labels:
            label = label_at(labels, part.text, name.start, name.end)
        elif not is_little(f"{part.text[: name.start]} {part.text[name.end :]}"):
            return None
        else:
            label = self._in_cell(index, number) or self._right_beside(index, number) or self._over(index, number)
        return label.role if label is not None else None

    def is_labelled(self, index: int, number: int, name: NameFound) -> bool:
        """Whether any role or post stands at a name, in its cell, beside it or over it."""
        labels, text = self.labels(index)[number], self._rows[index].parts[number].text
        if labels and label_at(labels, text, name.start, name.end) is not None:
            return True
        near = self._in_cell(index, number) or self._right_beside(index, number) or self._over(index, number)
        return near is not None and (not labels or is_little(f"{text[: name.start]} {text[name.end :]}"))

    def asked_or_told_below(self, index: int, number: int, name: NameFound) -> str | None:
        """Return the role that the question above asks for ("Who is the DSL?"), or that a form tells below a name.

        The form's next line is "Position: DSL" or the like, whatever the label before the name says.
        """
        row = self._rows[index]
        text, before = row.parts[number].text, row.parts[number].text[: name.start]
        if index and not number and (is_little(before) or _IT_IS.fullmatch(before)):
            asked = self._rows[index - 1].parts[-1].text
            labels = self.labels(index - 1)[-1] if asked.rstrip().endswith("?") else ()
            if (
                len(labels) == 1
                and _ASKS_WHO.fullmatch(asked, 0, labels[0].start)
                and is_little(asked[labels[0].end :])
            ):
                return labels[0].role
        below = self._rows[index + 1] if index + 1 < len(self._rows) else None
        if below is None or not (below.is_by(row) and below.is_listed and row.is_listed):
            return None
        named = _NAME_IN_FORM.fullmatch(text, 0, name.start) is not None and is_little(text[name.end :])
        return self._one_role(index + 1) if named and _POST_IN_FORM.match(below.text) is not None else None

    def _one_role(self, index: int) -> str | None:
        """Return the role of a row that names it alone, and nobody."""
        told = {label.role for labels in self.labels(index) for label in labels}
        return next(iter(told)) if len(told) == 1 and not any(self.names_of(index)) else None

    def on_rota(self, index: int, number: int) -> Claim | None:
        """Return the role of the heading over a list of days or sites for whoever one of its lines names."""
        role = rota_role(self._rows, self.names_of(index), index, number)
        return Claim(role, True, index) if role is not None else None

    def told_beside(self, index: int, number: int, name: NameFound) -> Claim | None:
        """Return the role that the sentence behind or before a name gives to whoever it names."""
        text, names = self._rows[index].parts[number].text, self.names_of(index)[number]
        words = text[name.start : name.end]
        told = told_behind(words, text[: name.start], self._words_behind(index, number, name))
        first = names[0].start == name.start and not number
        told = told or (told_in_front(words, self._words_before(index, name), text[name.end :]) if first else None)
        if told is None:
            return None
        return Claim(told.role, told.is_certain and len(names) == 1, index)

    def _words_behind(self, index: int, number: int, name: NameFound) -> str:
        """Return what stands behind a name up to the next one, over two more sentences or lines."""
        row = self._rows[index]
        own = next((each.start for each in self.names_of(index)[number] if each.start >= name.end), None)
        words = row.parts[number].text[name.end : own]
        if own is not None or row.table is not None or number + 1 < len(row.parts):
            return words
        for at in range(index + 1, min(len(self._rows), index + 1 + _NEAR)):
            below = self._rows[at]
            if not below.is_by(row) or any(self.names_of(at)):
                break
            words += f"\n{below.text}"
        return words

    def _words_before(self, index: int, name: NameFound) -> str:
        """Return what stands before the first name of a row, and the sentence or line above if that names nobody."""
        row = self._rows[index]
        above = self._rows[index - 1] if index else None
        own = row.parts[0].text[: name.start]
        if above is None or row.table is not None or not above.is_by(row) or any(self.names_of(index - 1)):
            return own
        return f"{above.text}\n{own}"

    def person_over(self, index: int, number: int) -> NameFound | None:
        """Return the one person named in the same column of the row above, of which this row has but details."""
        row, above = self._rows[index], self._rows[index - 1] if index else None
        if row.table is None or above is None or above.table != row.table or any(self.names_of(index)):
            return None
        over = [at for at, part in enumerate(above.parts) if part.column == row.parts[number].column]
        names = [name for at in over for name in self.names_of(index - 1)[at]]
        return names[0] if len(names) == 1 and not any(self.labels(index)) else None

    def roles_of_cell(self, index: int, number: int) -> frozenset[str]:
        """Return every role that lines of a cell give to the one person whom it names; empty where it names several."""
        mine, labels = self._lines_of_cell(index, number), self._labels_alone(index)
        if [at for at in mine if self.names_of(index)[at]] != [number]:
            return frozenset()
        return frozenset(each.role for at in mine for each in labels[at] if each.role is not None)

    def _lines_of_cell(self, index: int, number: int) -> list[int]:
        """Return the parts that are lines of the same cell; none outside tables."""
        parts = self._rows[index].parts
        column = parts[number].column
        return [at for at, part in enumerate(parts) if column is not None and part.column == column]

    def _labels_alone(self, index: int) -> list[tuple[Label, ...]]:
        """Return the labels of a row's parts that say who somebody is and nothing else."""
        parts = zip(self._rows[index].parts, self.labels(index), strict=True)
        return [own if tells_role_only(part.text) else () for part, own in parts]

    def _right_beside(self, index: int, number: int) -> Label | None:
        """Return the label of the row that no other name parts from a part: to the left, else to the right."""
        labels, names = self.labels(index), self.names_of(index)
        for ways in (range(number - 1, -1, -1), range(number + 1, len(labels))):
            for at in ways:
                if labels[at] and not names[at]:
                    return labels[at][-1 if at < number else 0]
                if names[at]:
                    break
        return None

    def _over(self, index: int, number: int) -> Label | None:
        """Return the label that heads the column, or is all of the line above, which is no other name's."""
        heading = self._heading(index, number)
        above = self._rows[index - 1] if index else None
        if heading is not None or above is None or above.table is not None or not above.is_by(self._rows[index]):
            return heading
        alone = len(self._rows[index].parts) == 1 and self._is_post_alone(index - 1)
        of_others = index > 1 and any(self.names_of(index - 2))
        return self.labels(index - 1)[0][0] if alone and not of_others else None

    def told_before(self, index: int, text: str, start: int) -> Claim | None:
        """Return the role that the sentence before names, where this one says "Her number is …"."""
        if _THEIR_NUMBER.fullmatch(text, 0, start) is None:
            return None
        for at in range(index - 1, max(-1, index - 1 - _NEAR), -1):
            told = [label for labels in self.labels(at) for label in labels]
            if told and (told[-1].role is not None or not _OF_THE_SAME.match(self._rows[at].text)):
                return Claim(told[-1].role, True, at) if told[-1].role is not None else None
        return None

    def claim(self, index: int, number: int, start: int, end: int, *, alone: bool, reach: int = _NEAR) -> Claim | None:
        """Return the role that what stands at a place is given for; None for another post's, or for none."""
        row, text = self._rows[index], self._rows[index].parts[number].text
        labels = tuple(each for each in self.labels(index)[number] if not is_only_told(each, text, end))
        label = nearest_label(labels, text, start, end, alone=alone) if labels else None
        label = label or self._beside(index, number) or self._heading(index, number)
        if label is None or (label.role is None and label in labels and label.start >= end and not number):
            # A post behind a name ("Ann Lee, Head of Year") is told of the person whom a heading announces.
            announced = self._above(index, number, reach) if row.is_listed and not self._is_told_below(index) else None
            if announced is not None or label is not None:
                return announced
            return self._below(index, number) if row.is_listed and reach == _NEAR else None
        return Claim(label.role, row.is_listed, index) if label.role is not None else None

    def _heading(self, index: int, number: int) -> Label | None:
        """Return the role that heads rows or a column, from what names nobody: a list may begin without a heading.

        None where the column names a role again on the way, as in a form that goes on with the next person.
        """
        row, headings = self._rows[index], self._rows[index].parts[number].head.split(HEADS_APART)
        of_area = heads_area(row.parts[0].text) or (row.table in self._areas and names_people_by_column(row, number))
        if of_area and (role := short_role(headings[-1])) is not None:
            return Label(role, 0, len(headings[-1]))
        unnamed = (each for each in headings if not list_names(each, self._ordinary))
        label = next((label for each in unnamed for label in list_labels(each)), None)
        between = self._in_line(index - 1, index, number) if label is not None and index else ()
        return label if label is not None and all(each.role in (None, label.role) for each in between) else None

    def standing_in(self, index: int, part: Part, start: int) -> Claim | None:
        """Return the deputy's role for whoever is said to act for the lead, where that is the role named last."""
        if _STANDS_IN.search(part.text, 0, start) is None:
            return None
        for at in range(index, max(-1, index - 1 - _NEAR), -1):
            named = [each for labels in self.labels(at) for each in labels if at < index or each.start < start]
            if named:
                return Claim("deputy-dsl", False, at) if named[-1].role in LEADS else None
        return None

    def _beside(self, index: int, number: int) -> Label | None:
        """Return the label nearest in the row: to the left, else to the right."""
        labels = self.labels(index)
        own = self._in_cell(index, number)
        if own is not None:
            return own
        left = next((labels[at][-1] for at in range(number - 1, -1, -1) if labels[at]), None)
        right = next((labels[at][0] for at in range(number + 1, len(labels)) if labels[at]), None)
        if left is not None and left.role is None and right is not None and right.role is not None:
            parts = self._rows[index].parts
            return right if number + 1 < len(parts) and is_fragment(parts[number + 1].text) else left
        return left or right

    def _in_cell(self, index: int, number: int) -> Label | None:
        """Return the label nearest in the other lines of a cell: below where its first line names somebody."""
        mine, labels = self._lines_of_cell(index, number), self._labels_alone(index)
        if len(mine) < 2:
            return None
        above = next((labels[at][-1] for at in reversed(mine) if at < number and labels[at]), None)
        below = next((labels[at][0] for at in mine if at > number and labels[at]), None)
        return (below or above) if self.names_of(index)[mine[0]] else (above or below)

    def _above(self, index: int, number: int, reach: int) -> Claim | None:
        """Return the role that waits for a holder in the rows above, nothing but names and numbers between."""
        for at in range(index - 1, max(-1, index - 1 - _ENTRIES), -1):
            above = self._rows[at]
            if not (above.is_by(self._rows[index]) and above.is_listed):
                return None
            labels = list(self._in_line(at, index, number))
            if self._is_entry(at) or not (labels or index - at >= reach):
                continue
            named = any(self.names_of(at))
            role = next((each.role for each in labels if each.role is not None), None)
            if role is None or (named and (reach == _NEAR or labels[-1].role is None)):
                return None
            several = at == index - 1 or _SEVERAL.search(above.text) is not None
            return Claim(role, several or reach > _NEAR, at, in_row=False)
        return None

    def _is_told_below(self, index: int) -> bool:
        """Whether, in a list of names each over its post, a post stands alone below a name and below the one before."""
        rows, at = self._rows, (index - 2, index - 1, index, index + 1)
        if at[0] < 0 or at[-1] >= len(rows) or not all(rows[one].is_by(rows[index]) for one in at):
            return False
        posts = all(self._is_post_alone(one) for one in (at[1], at[3]))
        return posts and all(any(self.names_of(one)) for one in (at[0], at[2]))

    def _is_post_alone(self, index: int) -> bool:
        parts = self._rows[index].parts
        return len(parts) == 1 and any(self.labels(index)) and tells_role_only(parts[0].text)

    def _in_line(self, at: int, index: int, number: int) -> Iterator[Label]:
        """Yield the labels of another row that can be a part's: in a table those of its column, or of a form."""
        own, others = self._rows[index], self._rows[at]
        anywhere = own.table is None or len(others.parts) == 1 or is_little(own.parts[0].text)
        for part, labels in zip(others.parts, self.labels(at), strict=True):
            if anywhere or part.column == own.parts[number].column:
                yield from labels

    def _is_entry(self, index: int) -> bool:
        """Whether a row begins with a name, or holds but numbers and addresses, and names no role of its own."""
        if index not in self._entries:
            row, first = self._rows[index], self.names_of(index)[0]
            named = bool(first) and is_little(row.parts[0].text[: first[0].start])
            self._entries[index] = not self._has_role(index) and (named or is_little(row.text))
        return self._entries[index]

    def _below(self, index: int, number: int) -> Claim | None:
        """Return the role that stands alone below a name, as in a form ("Name", "Post")."""
        for at in range(index + 1, min(len(self._rows), index + 1 + _NEAR)):
            below = self._rows[at]
            if not (below.is_by(self._rows[index]) and below.is_listed):
                return None
            labels = list(self._in_line(at, index, number))
            if labels:
                role = labels[0].role
                if role is None or any(self.names_of(at)) or not _says_little(below):
                    return None
                return Claim(role, below.table is not None and at == index + 1, index, in_row=False)
        return None


def _joined_fragments(rows: Sequence[Row]) -> Iterator[tuple[int, Label]]:
    """Yield the rows in whose first part words of a role stand below each other, with the role that they make."""
    for index, row in enumerate(rows):
        together = [row.parts[0].text]
        for below in rows[index + 1 : index + 4]:
            if not (row.is_listed and below.is_listed and all(map(is_fragment, (*together, below.parts[0].text)))):
                break
            if names_role(row.parts[0].text) and names_role(below.parts[0].text):
                # Two roles, one below the other.
                break
            together.append(below.parts[0].text)
            for label in list_labels(" ".join(together))[:1]:
                for at in range(index, index + len(together)):
                    yield at, Label(label.role, 0, len(rows[at].parts[0].text))


def _deputies_told(rows: Sequence[Row]) -> Iterator[tuple[tuple[int, int], Label]]:
    """Yield the parts that "Deputy" begins, by row and part, where the lead or a deputy is named not far before."""
    for index, row in enumerate(rows):
        for number, part in enumerate(row.parts if row.is_listed else ()):
            label = deputy_heading(part.text)
            if label is None:
                continue
            above = [each for each in rows[max(0, index - _DEPUTY_REACH) : index] if each.is_by(row)]
            before = (*(one for each in above for one in each.parts), *row.parts[:number])
            if any(one.role in LEADS for each in before for one in list_labels(each.text)):
                yield (index, number), label


def _says_little(row: Row) -> bool:
    return len(row.text) < 80 and not row.text.rstrip().endswith(".")
