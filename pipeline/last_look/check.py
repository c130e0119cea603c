"""The last look at a copy: does anybody stand near a safeguarding role who does not hold it, and nobody was told?

``regenerate`` asks it when a copy is made. It reads the finished words by rules of its own (``lines``,
``role_labels``, ``names``), so that whoever planning did not see is seen here. It changes nothing: each name,
number or address of nobody's is listed, and holds the copy where it stands with a role of ``config.toml`` in a
heading, list or table; so does whoever has another role today and stands in the row of the lead's or a deputy's.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from pipeline.last_look.given_away import given_away
from pipeline.last_look.lines import HEADS_APART, Part, Row, list_rows, words_below
from pipeline.last_look.names import NameFound, is_little, list_names, wrapped_name
from pipeline.last_look.role_labels import (
    Label,
    begins_role,
    deputy_heading,
    heads_area,
    is_fragment,
    label_at,
    list_labels,
    may_name_role,
    names_role,
    nearest_label,
    sends_concerns,
    short_role,
    tells_of_concerns,
    tells_role_only,
)
from pipeline.last_look.ticks import heads_of_ticks, ticked_role
from pipeline.model import Directory, Document, ReplacementKind
from pipeline.named.details.found import FoundDetail, find_any_details, has_detail, is_public_address, is_role_mailbox
from pipeline.named.holders import role_words
from pipeline.named.names.given_names import words_in_small
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.roles.other_posts import EXAMPLE, opens_example
from pipeline.named.roles.passages import HISTORY, is_history_row, opens_history, purpose_of
from pipeline.places import Place
from pipeline.plan.doubts.unknown import each_once
from pipeline.plan.doubts.values import settled_as
from pipeline.plan.values import Left, ReplacementPlan, Unknown, words_around
from pipeline.reasons.reason import Reason, because
from pipeline.text.lazily import compiled_lazily

_NEAR = 2
"""How many rows away a role may stand for a name."""
_DETAILS_REACH = 4
"""How many rows down a number may stand from the role it is given for, names and other numbers between them."""
_DEPUTY_REACH = 4
"""How many rows below the role that it deputises for "Deputy" may stand alone."""
_ENTRIES = 8
"""The longest list of people and their numbers under a heading."""
_HISTORY_ROWS = 12
_WINDOW = 400
"""How far around a name it is looked for why it is never rewritten."""
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
_THEIR_NUMBER = compiled_lazily(
    r"\s*(?:her|his|their|the)\b[^.:;@\d]{0,20}\b(?:numbers?|telephone|mobile|phone|e-?mail|extension|address)\b"
    r"[^.;@\d]{0,30}",
    re.IGNORECASE,
)
"""Before a number that is given of whoever the sentence before told of."""
_LEADS = frozenset(("dsl", "deputy-dsl"))
_DETAILS = frozenset((ReplacementKind.PHONE, ReplacementKind.EMAIL))


@dataclass(frozen=True, slots=True)
class _Sight:
    """A name, number or address near a role."""

    role: str
    kind: ReplacementKind
    value: str
    where: Place
    words: str
    """What stands around it."""
    beside: bool
    """It stands with the role in a heading, list or table, so that it can hardly be anything but the holder's."""
    purpose: Reason | None
    """Why such words are never rewritten; None where they may be."""
    holds: str | None = None
    """The role that this person holds today, which is another; None for whoever holds none."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """The role that something stands with."""

    role: str
    beside: bool
    first: int
    """The row that names the role, or the first one where that stands below."""
    in_row: bool = True
    """The role is named in the same row, or heads the column."""


def with_last_check(
    document: Document, plan: ReplacementPlan, directory: Directory, *, may_hold: bool = True
) -> ReplacementPlan:
    """Return ``plan`` with whoever a finished copy names near a role who is nobody's today and was not told.

    A number or an address that was exchanged behind the words of another body ("Police: 01632 …") holds the copy.

    ``document`` is the copy as it was made, read. ``may_hold`` False lists alone, as where a front sheet gives today's
    contacts before the pages.
    """
    text = document.text
    if not may_name_role(text):
        return plan
    changed = frozenset(each.where for each in plan.replacements if each.kind is ReplacementKind.NAME)
    rows = list_rows(document)
    check = _Check(rows, words_in_small(text), directory, changed)
    sights = [each for each in check.sights() if not _is_told(each, plan, check.places)]
    details = frozenset(each.where for each in plan.replacements if each.kind in _DETAILS)
    misplaced = list(given_away(rows, directory, details)) if may_hold else []
    if not sights and not misplaced:
        return plan
    told = [each for each in sights if each.purpose is None]
    holding = [each for each in told if may_hold and each.beside and directory.of(each.role)]
    return replace(
        plan,
        left=plan.left + tuple(dict.fromkeys((*map(_left, told), *(left for left, _ in misplaced)))),
        left_on_purpose=plan.left_on_purpose
        + tuple(Left(each.where, each.words, each.purpose) for each in sights if each.purpose is not None),
        holds=(*plan.holds, *dict.fromkeys((*map(_hold, holding), *(hold for _, hold in misplaced)))),
        unknown=each_once(
            (
                *plan.unknown,
                *(Unknown(e.role, e.kind, e.value, e.where, e.words, e in holding) for e in told),
            )
        ),
    )


def _left(sight: _Sight) -> Left:
    if sight.holds is not None:
        own, role = role_words(sight.holds), role_words(sight.role)
        code = "has-another-role" if sight.kind is ReplacementKind.NAME else "detail-of-another-role"
        return Left(sight.where, sight.value, because(code, own=own, role=role))
    if sight.kind is ReplacementKind.NAME:
        return Left(sight.where, sight.value, because("may-name", role=role_words(sight.role)))
    return Left(sight.where, sight.value, because("detail-with-role", role=role_words(sight.role)))


def _hold(sight: _Sight) -> Reason:
    words, where, role = sight.value, sight.where, role_words(sight.role)
    if sight.holds is not None:
        code = "has-another-role-at" if sight.kind is ReplacementKind.NAME else "detail-of-another-role-at"
        return because(code, words=words, where=where, role=role, own=role_words(sight.holds))
    if sight.kind is ReplacementKind.NAME:
        return because("nobody", words=words, where=where, role=role)
    return because("detail-with-role-at", words=words, where=where, role=role)


def _is_told(sight: _Sight, plan: ReplacementPlan, places: Set[Place]) -> bool:
    """Whether the plan tells of somebody or a number already: at that place, or as whom it is held for."""
    if any(_is_same(sight, each.value) for each in plan.unknown if each.role == sight.role):
        return True
    changes = [(each.where, each.before) for each in plan.replacements]
    left = [(each.where, each.text) for each in (*plan.left, *plan.left_on_purpose)]
    if any(where == sight.where and _holds(text, sight) for where, text in (*changes, *left)):
        return True
    return any(
        each.where not in places and _holds(each.text, sight) and not _is_of_another_role(each.reason, sight.role)
        for each in plan.left
    )


def _is_of_another_role(reason: Reason, role: str) -> bool:
    """Whether somebody is listed since the contacts have no entry for a role that is not ``role``."""
    return reason.code == "no-entry-for-role" and ("role", role_words(role)) not in reason.fields


def _holds(text: str, sight: _Sight) -> bool:
    one, other = " ".join(text.split()).casefold(), sight.value.casefold()
    return bool(one) and (other in one or one in other)


def _is_same(sight: _Sight, value: str) -> bool:
    if sight.kind is not ReplacementKind.NAME:
        return sight.value.casefold() == value.casefold()
    return same_person(sight.value, value, SHORTENED)


class _Check:
    """One finished document, looked through."""

    def __init__(self, rows: Sequence[Row], ordinary: Set[str], directory: Directory, changed: Set[Place]) -> None:
        self._rows = rows
        self._changed = changed
        """Where a name was changed."""
        self._ordinary = ordinary
        self._directory = directory
        self._labels_of: dict[int, list[tuple[Label, ...]]] = {}
        self._joined = dict(_joined_fragments(rows))
        self._deputies = dict(_deputies_told(rows))
        self._names: dict[int, list[tuple[NameFound, ...]]] = {}
        self._entries: dict[int, bool] = {}
        self.places = frozenset(part.where for row in rows for part in row.parts)

    def sights(self) -> Iterator[_Sight]:
        """Yield who and what stands near a role and is nobody's today, in reading order."""
        for index in self._near_roles():
            for number, part in enumerate(self._rows[index].parts):
                yield from self._people_of(index, number, part)
                yield from self._details_of(index, number, part)

    def _near_roles(self) -> list[int]:
        near = set(heads_of_ticks(self._rows))
        for index, row in enumerate(self._rows):
            heads = any(part.head and names_role(part.head) for part in row.parts)
            if heads or self._has_role(index):
                near.update(range(max(0, index - _NEAR), min(len(self._rows), index + _DETAILS_REACH + 1)))
            elif any(tells_of_concerns(part.text) for part in row.parts) or _is_of_area(row):
                near.add(index)
        return sorted(near)

    def _has_role(self, index: int) -> bool:
        return index in self._joined or any(names_role(part.text) for part in self._rows[index].parts)

    def _labels(self, index: int) -> list[tuple[Label, ...]]:
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
            self._labels_of[index] = labels
        return self._labels_of[index]

    def _told_deputy(self, index: int, number: int, labels: tuple[Label, ...]) -> tuple[Label, ...]:
        """Return a part's labels with "Deputy" that begins it."""
        label = self._deputies.get((index, number))
        return (label, *(each for each in labels if each.start >= label.end)) if label is not None else labels

    # --- who is named -------------------------------------------------------------------------------------------

    def _names_of(self, index: int) -> list[tuple[NameFound, ...]]:
        if index not in self._names:
            self._names[index] = [
                list_names(part.text, self._ordinary)
                or wrapped_name(part.text, words_below(self._rows, index, number), self._ordinary)
                for number, part in enumerate(self._rows[index].parts)
            ]
        return self._names[index]

    def _people_of(self, index: int, number: int, part: Part) -> Iterator[_Sight]:
        names = self._names_of(index)[number]
        for each in names:
            own = [one.role for one in self._directory.holders if same_person(each.name, one.name, SHORTENED)]
            if own:
                yield from self._in_anothers_role(index, number, each, own)
                continue
            claim = self._claim(index, number, each.start, each.end, alone=len(names) == 1)
            claim = claim or self._standing_in(index, part, each.start)
            if claim is None and sends_concerns(part.text, each.start):
                claim = _Claim("dsl", False, index)
            if claim is None and (ticked := ticked_role(self._rows, index, part)) is not None:
                claim = _Claim(*ticked, index)
            if claim is not None and (claim.in_row or _opens(part.text, each)):
                yield self._sight(claim, ReplacementKind.NAME, each.name, index, part, (each.start, each.end))

    def _in_anothers_role(self, index: int, number: int, name: NameFound, own: Sequence[str]) -> Iterator[_Sight]:
        """Yield somebody who has other roles today where a lead's or deputy's that others hold stands right at them."""
        row = self._rows[index]
        part = row.parts[number]
        role = self._role_at(index, number, name) if row.is_listed else None
        if role is None and (ticked := ticked_role(self._rows, index, part)) is not None:
            role = ticked[0]
        if role in _LEADS and role not in own and self._directory.of(role):
            span = name.start, name.end
            sight = self._sight(_Claim(role, True, index), ReplacementKind.NAME, name.name, index, part, span)
            yield replace(sight, holds=own[0])

    def _role_at(self, index: int, number: int, name: NameFound) -> str | None:
        """Return the role that a name is hardly given for by mistake: right at it, in its cell, its row, its column."""
        part, labels = self._rows[index].parts[number], self._labels(index)[number]
        if labels:
            label = label_at(labels, part.text, name.start, name.end)
        elif not is_little(f"{part.text[: name.start]} {part.text[name.end :]}"):
            return None
        else:
            label = self._in_cell(index, number) or self._right_beside(index, number) or self._over(index, number)
        return label.role if label is not None else None

    def _right_beside(self, index: int, number: int) -> Label | None:
        """Return the label of the row that no other name parts from a part: to the left, else to the right."""
        labels, names = self._labels(index), self._names_of(index)
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
        of_others = index > 1 and any(self._names_of(index - 2))
        return self._labels(index - 1)[0][0] if alone and not of_others else None

    def _details_of(self, index: int, number: int, part: Part) -> Iterator[_Sight]:
        directory = self._directory
        people = (*directory.holders, *([directory.office] if directory.office else []))
        details = find_any_details(part.text)
        alone = is_little(_without(part.text, [(each.start, each.end) for each in details]))
        for found in details:
            if found.email and _is_a_mailbox(found.email):
                continue
            if has_detail(found, people):
                yield from self._given_as_anothers(index, number, found)
                continue
            claim = self._claim(index, number, found.start, found.end, alone=False, reach=_DETAILS_REACH)
            claim = claim or self._told_before(index, part.text, found.start)
            if claim is not None and directory.of(claim.role) and (claim.in_row or alone):
                kind = ReplacementKind.EMAIL if found.email else ReplacementKind.PHONE
                value = part.text[found.start : found.end]
                given = replace(claim, beside=claim.beside and self._is_changed(claim.first, index))
                yield self._sight(given, kind, value, index, part, (found.start, found.end))

    def _told_before(self, index: int, text: str, start: int) -> _Claim | None:
        """Return the role that the sentence before names, where this one says "Her number is …"."""
        if _THEIR_NUMBER.fullmatch(text, 0, start) is None:
            return None
        for at in range(index - 1, max(-1, index - 1 - _NEAR), -1):
            told = [label for labels in self._labels(at) for label in labels]
            if told:
                return _Claim(told[-1].role, True, at) if told[-1].role is not None else None
        return None

    def _given_as_anothers(self, index: int, number: int, found: FoundDetail) -> Iterator[_Sight]:
        """Yield a number or address of today's people that stands with a lead's or deputy's role that others hold.

        Right behind the role, or in the table's row of one of them. The office's may stand anywhere.
        """
        row, own = self._rows[index], [one for one in self._directory.holders if has_detail(found, (one,))]
        part, office = row.parts[number], self._directory.office
        offices = (*self._directory.of("office"), *([office] if office is not None else []))
        if not row.is_listed or has_detail(found, offices):
            return
        before = [each for each in self._labels(index)[number] if each.end <= found.start]
        label = label_at(before, part.text, found.start, found.end)
        role = label.role if label is not None else self._role_of_row(index) if not before else None
        if role in _LEADS and role not in {one.role for one in own} and self._directory.of(role):
            kind = ReplacementKind.EMAIL if found.email else ReplacementKind.PHONE
            value = part.text[found.start : found.end]
            sight = self._sight(_Claim(role, True, index), kind, value, index, part, (found.start, found.end))
            yield replace(sight, holds=own[0].role)

    def _role_of_row(self, index: int) -> str | None:
        """Return the one role that a row of a table names, with one person, who holds it today."""
        row = self._rows[index]
        roles = {label.role for labels in self._labels(index) for label in labels}
        names = [each.name for found in self._names_of(index) for each in found]
        role = next(iter(roles)) if len(roles) == 1 and row.table is not None else None
        holders = self._directory.of(role) if role is not None else ()
        return role if len(names) == 1 and any(same_person(names[0], one.name, SHORTENED) for one in holders) else None

    def _is_changed(self, first: int, last: int) -> bool:
        """Whether a name was changed in any of the rows: what stands by it was given with the one before."""
        rows = self._rows[min(first, last) : max(first, last) + 1]
        return any(part.where in self._changed for row in rows for part in row.parts)

    def _sight(
        self, claim: _Claim, kind: ReplacementKind, value: str, index: int, part: Part, span: tuple[int, int]
    ) -> _Sight:
        words = words_around(part.text, *span)
        purpose = settled_as(claim.role) if self._is_settled(claim.role, value) else None
        purpose = purpose or self._purpose(index, part, span[0])
        return _Sight(claim.role, kind, value, part.where, words, claim.beside, purpose)

    def _is_settled(self, role: str, value: str) -> bool:
        """Whether the owner said that somebody, or a number, rightly stands in a role."""
        details = find_any_details(value)
        return any(
            same_person(value, one.name, SHORTENED) or any(has_detail(each, (one,)) for each in details)
            for one in self._directory.settled
            if one.role == role
        )

    def _purpose(self, index: int, part: Part, start: int) -> Reason | None:
        row = self._rows[index]
        above = self._rows[max(0, index - _HISTORY_ROWS) : index]
        if any(is_history_row(each.text) or opens_history(each.text) for each in above if each.is_by(row)):
            return HISTORY
        if opens_example(row.text, alone=False) or any(opens_example(each.text, alone=True) for each in above[-2:]):
            return EXAMPLE
        before = "\t".join(each.text for each in row.parts[: row.parts.index(part)])
        sentence = f"{before} {part.text}"[: len(before) + 1 + start + _WINDOW]
        skipped = max(0, len(before) + 1 + start - _WINDOW)
        return purpose_of(sentence[skipped:], len(before) + 1 + start - skipped)

    # --- for which role -----------------------------------------------------------------------------------------

    def _claim(
        self, index: int, number: int, start: int, end: int, *, alone: bool, reach: int = _NEAR
    ) -> _Claim | None:
        """Return the role that what stands at a place is given for; None for another post's, or for none."""
        row, labels = self._rows[index], self._labels(index)[number]
        label = nearest_label(labels, row.parts[number].text, start, end, alone=alone) if labels else None
        label = label or self._beside(index, number) or self._heading(index, number)
        if label is None or (label.role is None and label in labels and label.start >= end and not number):
            # A post behind a name ("Ann Lee, Head of Year") is told of the person whom a heading announces.
            announced = self._above(index, number, reach) if row.is_listed and not self._is_told_below(index) else None
            if announced is not None or label is not None:
                return announced
            return self._below(index, number) if row.is_listed and reach == _NEAR else None
        return _Claim(label.role, row.is_listed, index) if label.role is not None else None

    def _heading(self, index: int, number: int) -> Label | None:
        """Return the role that heads rows or a column, from what names nobody: a list may begin without a heading.

        None where the column names a role again on the way, as in a form that goes on with the next person.
        """
        row, headings = self._rows[index], self._rows[index].parts[number].head.split(HEADS_APART)
        if heads_area(row.parts[0].text) and (role := short_role(headings[-1])) is not None:
            return Label(role, 0, len(headings[-1]))
        unnamed = (each for each in headings if not list_names(each, self._ordinary))
        label = next((label for each in unnamed for label in list_labels(each)), None)
        between = self._in_line(index - 1, index, number) if label is not None and index else ()
        return label if label is not None and all(each.role in (None, label.role) for each in between) else None

    def _standing_in(self, index: int, part: Part, start: int) -> _Claim | None:
        """Return the deputy's role for whoever is said to act for the lead, where that is the role named last."""
        if _STANDS_IN.search(part.text, 0, start) is None:
            return None
        for at in range(index, max(-1, index - 1 - _NEAR), -1):
            named = [each for labels in self._labels(at) for each in labels if at < index or each.start < start]
            if named:
                return _Claim("deputy-dsl", False, at) if named[-1].role in _LEADS else None
        return None

    def _beside(self, index: int, number: int) -> Label | None:
        """Return the label nearest in the row: to the left, else to the right."""
        labels = self._labels(index)
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
        parts, labels = self._rows[index].parts, self._labels(index)
        mine = [at for at, part in enumerate(parts) if part.column == parts[number].column]
        if parts[number].column is None or len(mine) == 1:
            return None
        labels = [own if tells_role_only(part.text) else () for part, own in zip(parts, labels, strict=True)]
        above = next((labels[at][-1] for at in reversed(mine) if at < number and labels[at]), None)
        below = next((labels[at][0] for at in mine if at > number and labels[at]), None)
        return (below or above) if self._names_of(index)[mine[0]] else (above or below)

    def _above(self, index: int, number: int, reach: int) -> _Claim | None:
        """Return the role that waits for a holder in the rows above, nothing but names and numbers between."""
        for at in range(index - 1, max(-1, index - 1 - _ENTRIES), -1):
            above = self._rows[at]
            if not (above.is_by(self._rows[index]) and above.is_listed):
                return None
            labels = list(self._in_line(at, index, number))
            if self._is_entry(at) or not (labels or index - at >= reach):
                continue
            named = any(self._names_of(at))
            role = next((each.role for each in labels if each.role is not None), None)
            if role is None or (named and (reach == _NEAR or labels[-1].role is None)):
                return None
            several = at == index - 1 or _SEVERAL.search(above.text) is not None
            return _Claim(role, several or reach > _NEAR, at, in_row=False)
        return None

    def _is_told_below(self, index: int) -> bool:
        """Whether, in a list of names each over its post, a post stands alone below a name and below the one before."""
        rows, at = self._rows, (index - 2, index - 1, index, index + 1)
        if at[0] < 0 or at[-1] >= len(rows) or not all(rows[one].is_by(rows[index]) for one in at):
            return False
        posts = all(self._is_post_alone(one) for one in (at[1], at[3]))
        return posts and all(any(self._names_of(one)) for one in (at[0], at[2]))

    def _is_post_alone(self, index: int) -> bool:
        parts = self._rows[index].parts
        return len(parts) == 1 and any(self._labels(index)) and tells_role_only(parts[0].text)

    def _in_line(self, at: int, index: int, number: int) -> Iterator[Label]:
        """Yield the labels of another row that can be a part's: in a table those of its column, or of a form."""
        own, others = self._rows[index], self._rows[at]
        anywhere = own.table is None or len(others.parts) == 1 or is_little(own.parts[0].text)
        for part, labels in zip(others.parts, self._labels(at), strict=True):
            if anywhere or part.column == own.parts[number].column:
                yield from labels

    def _is_entry(self, index: int) -> bool:
        """Whether a row begins with a name, or holds but numbers and addresses, and names no role of its own."""
        if index not in self._entries:
            row, first = self._rows[index], self._names_of(index)[0]
            named = bool(first) and is_little(row.parts[0].text[: first[0].start])
            self._entries[index] = not self._has_role(index) and (named or is_little(row.text))
        return self._entries[index]

    def _below(self, index: int, number: int) -> _Claim | None:
        """Return the role that stands alone below a name, as in a form ("Name", "Post")."""
        for at in range(index + 1, min(len(self._rows), index + 1 + _NEAR)):
            below = self._rows[at]
            if not (below.is_by(self._rows[index]) and below.is_listed):
                return None
            labels = list(self._in_line(at, index, number))
            if labels:
                role = labels[0].role
                if role is None or any(self._names_of(at)) or not _says_little(below):
                    return None
                return _Claim(role, below.table is not None and at == index + 1, index, in_row=False)
        return None


def _joined_fragments(rows: Sequence[Row]) -> Iterator[tuple[int, Label]]:
    """Yield the rows in whose first part words of a role stand below each other, with the role that they make."""
    for index, row in enumerate(rows):
        together = [row.parts[0].text]
        for below in rows[index + 1 : index + 3]:
            if not (row.is_listed and below.is_listed and all(map(is_fragment, (*together, below.parts[0].text)))):
                break
            if names_role(row.parts[0].text) and begins_role(below.parts[0].text):
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
            if any(one.role in _LEADS for each in before for one in list_labels(each.text)):
                yield (index, number), label


def _is_of_area(row: Row) -> bool:
    """Whether a row of a table is about safeguarding by its first cell, or holds "Lead" under a heading that is."""
    under = any(short_role(part.text) is not None and heads_area(part.head) for part in row.parts)
    return row.table is not None and (under or heads_area(row.parts[0].text))


def _opens(text: str, name: NameFound) -> bool:
    """Whether a name opens a part, but for "Name:" and the like, and is no possessive."""
    return is_little(text[: name.start]) and name.name in text[: name.end][-len(name.name) :]


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text


def _is_a_mailbox(address: str) -> bool:
    """Whether an address is a post's, or everybody's: it says nothing of a person."""
    return is_role_mailbox(address) or is_public_address(address)


def _says_little(row: Row) -> bool:
    return len(row.text) < 80 and not row.text.rstrip().endswith(".")
