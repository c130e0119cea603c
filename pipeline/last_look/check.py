"""The last look at a copy: does anybody stand near a safeguarding role who does not hold it, and nobody was told?

``regenerate`` asks it when a copy is made. It reads the finished words by rules of its own (``lines``,
``role_labels``, ``names``, ``claims``), so that whoever planning did not see is seen here. It changes nothing: each
name, number or address of nobody's is listed, and holds the copy where it stands with a role of ``config.toml`` in a
heading, list or table; so does whoever has another role today and stands in the row of the lead's or a deputy's.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from pipeline.last_look.area_numbers import is_given_for_area, is_given_for_head
from pipeline.last_look.claims import DETAILS_REACH, LEADS, Claim, Claims
from pipeline.last_look.given_away import given_away
from pipeline.last_look.lines import Part, Row, as_seen, list_rows
from pipeline.last_look.names import NameFound, is_little
from pipeline.last_look.role_labels import (
    is_at_a_trust,
    label_at,
    may_name_role,
)
from pipeline.last_look.ticks import ticked_role
from pipeline.model import Directory, Document, Holder, ReplacementKind
from pipeline.named.details.found import FoundDetail, find_any_details, has_detail, is_public_address, is_role_mailbox
from pipeline.named.holders import role_words
from pipeline.named.names.given_names import words_in_small
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.roles.other_posts import EXAMPLE, opens_example
from pipeline.named.roles.passages import HISTORY, is_history_row, opens_history, purpose_of
from pipeline.places import Place
from pipeline.plan.doubts.unknown import each_once
from pipeline.plan.doubts.values import settled_as
from pipeline.plan.values import Left, Replacement, ReplacementPlan, Unknown, words_around
from pipeline.reasons.reason import Reason, because

_HISTORY_ROWS = 12
_WINDOW = 400
"""How far around a name it is looked for why it is never rewritten."""
_TELEPHONE = re.compile(r"\b(?:tel|(?:tele)?phones?|mobiles?|contact\W+n(?:o|umbers?))\b", re.IGNORECASE)
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
    is_sure: bool = False
    """The role stands right at the name, in its cell, row or column."""
    is_twice: bool = False
    """Named twice in the row, where two people were before."""


def with_last_check(
    document: Document, plan: ReplacementPlan, directory: Directory, *, may_hold: bool = True
) -> ReplacementPlan:
    """Return ``plan`` with whoever a finished copy names near a role who does not hold it today and was not told.

    A number or an address that was exchanged behind the words of another body ("Police: 01632 …") holds the copy.

    ``document`` is the copy as it was made, read. ``may_hold`` False lists alone, as where a front sheet gives today's
    contacts before the pages.
    """
    text = as_seen(document.text)
    if not may_name_role(text):
        return plan
    changed = [each for each in plan.replacements if each.kind is ReplacementKind.NAME]
    rows = list_rows(document)
    check = _Check(rows, words_in_small(text), directory, changed)
    sights = [each for each in check.sights() if not _is_told(each, plan, check.places)]
    details = frozenset(each.where for each in plan.replacements if each.kind in _DETAILS)
    misplaced = list(given_away(rows, directory, details)) if may_hold else []
    if not sights and not misplaced:
        return plan
    told = [each for each in sights if each.purpose is None]
    holding = [each for each in told if may_hold and each.beside and (directory.of(each.role) or each.is_twice)]
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
    if sight.is_twice:
        return Left(sight.where, sight.value, because("two-became-one"))
    if sight.holds is not None:
        own, role = role_words(sight.holds), role_words(sight.role)
        if sight.kind is ReplacementKind.NAME:
            return Left(sight.where, sight.value, because("has-another-role", own=own, role=role))
        return Left(sight.where, sight.value, because("detail-of-another-role", own=own, role=role))
    if sight.kind is ReplacementKind.NAME:
        return Left(sight.where, sight.value, because("may-name", role=role_words(sight.role)))
    return Left(sight.where, sight.value, because("detail-with-role", role=role_words(sight.role)))


def _hold(sight: _Sight) -> Reason:
    words, where, role = sight.value, sight.where, role_words(sight.role)
    if sight.is_twice:
        return because("two-became-one-at", words=words, where=where)
    if sight.holds is not None:
        own = role_words(sight.holds)
        if sight.kind is ReplacementKind.NAME:
            return because("has-another-role-at", words=words, where=where, role=role, own=own)
        return because("detail-of-another-role-at", words=words, where=where, role=role, own=own)
    if sight.kind is ReplacementKind.NAME:
        return because("nobody", words=words, where=where, role=role)
    return because("detail-with-role-at", words=words, where=where, role=role)


def _is_told(sight: _Sight, plan: ReplacementPlan, places: Set[Place]) -> bool:
    """Whether the plan tells of somebody or a number already: at that place, or as whom it is held for.

    A name that it only lists, since words let no more than presume a role, is held where the role stands right at it.
    """
    known = [each for each in plan.unknown if each.role == sight.role and _is_same(sight, each.value)]
    if known and (not sight.is_sure or any(each.holds for each in known)):
        return True
    changes = [(each.where, each.before) for each in plan.replacements]
    presumed = [each for each in plan.left if sight.is_sure and each.reason.code == "may-name"]
    left = [(each.where, each.text) for each in (*plan.left, *plan.left_on_purpose) if each not in presumed]
    if any(where == sight.where and _holds(text, sight) for where, text in (*changes, *left)):
        return True
    return any(
        each.where not in places
        and each not in presumed
        and _holds(each.text, sight)
        and not _is_of_another_role(each.reason, sight.role)
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

    def __init__(
        self, rows: Sequence[Row], ordinary: Set[str], directory: Directory, names: Sequence[Replacement]
    ) -> None:
        """``names`` are those that were changed."""
        self._rows = rows
        self._names = names
        self._changed = frozenset(each.where for each in names)
        self._directory = directory
        self._claims = Claims(rows, ordinary)
        self.places = frozenset(part.where for row in rows for part in row.parts)

    def sights(self) -> Iterator[_Sight]:
        """Yield who and what stands near a role, or in one, and is not its holder's today, in reading order."""
        near = frozenset(self._claims.near_roles())
        for index in sorted({*near, *self._claims.without_roles.rows()}):
            if index not in near:
                yield from self._told_without_roles(index)
                continue
            for number, part in enumerate(self._rows[index].parts):
                yield from self._people_of(index, number, part)
                yield from self._details_of(index, number, part)
            yield from self._twice_in_row(index)
        for index, row in enumerate(self._rows):
            if any(part.where in self._changed for part in row.parts):
                yield from self._behind_names(index)

    def _people_of(self, index: int, number: int, part: Part) -> Iterator[_Sight]:
        names = self._claims.names_of(index)[number]
        for each in names:
            own = self._roles_of(each)
            if own:
                yield from self._in_anothers_role(index, number, each, own)
                continue
            claim = self._claims.claim(index, number, each.start, each.end, alone=len(names) == 1)
            claim = claim or self._claims.standing_in(index, part, each.start)
            if claim is None and (ticked := ticked_role(self._rows, index, part)) is not None:
                claim = Claim(*ticked, index)
            told = self._claims.asked_or_told_below(index, number, each) if claim is None or not claim.in_row else None
            claim = Claim(told, True, index) if told is not None else claim
            if claim is None or not claim.in_row:
                claim = self._claims.on_rota(index, number) or claim
            beside = self._claims.told_beside(index, number, each)
            claim = beside if beside is not None and (beside.beside or claim is None or not claim.in_row) else claim
            placed = next((role for role in self._claims.by_place.get(index, ()) if role in LEADS), None)
            claim = Claim(placed, True, index) if placed is not None else claim
            if claim is None or not (claim.in_row or _opens(part.text, each)):
                yield from self._guessed(index, number, each)
                continue
            if claim.beside and is_at_a_trust(part.text, each.start):
                claim = replace(claim, beside=False)
            sight = self._sight_of(claim, index, number, each)
            sure = claim.beside and (
                placed is not None or claim is beside or self._claims.role_at(index, number, each) == claim.role
            )
            yield replace(sight, is_sure=sure)

    def _told_without_roles(self, index: int) -> Iterator[_Sight]:
        """Yield who and what a row far from any role gives what roles there are for."""
        for number, part in enumerate(self._rows[index].parts):
            for each in self._claims.names_of(index)[number]:
                own = self._roles_of(each)
                if not own:
                    yield from self._guessed(index, number, each)
                elif "dsl" not in own:
                    yield from self._guessed_of_another(index, number, each, own)
            yield from self._details_of(index, number, part)

    def _guessed(self, index: int, number: int, name: NameFound) -> Iterator[_Sight]:
        """Yield somebody unknown to whom no role stands, and whose words let a role be guessed; the copy is made."""
        guessed = self._claims.without_roles.role_of(index, number, name)
        if guessed is not None and (guessed in LEADS or self._directory.of(guessed)):
            yield self._sight_of(Claim(guessed, False, index), index, number, name)

    def _roles_of(self, name: NameFound) -> list[str]:
        return [one.role for one in self._directory.holders if same_person(name.name, one.name, SHORTENED)]

    def _in_anothers_role(self, index: int, number: int, name: NameFound, own: Sequence[str]) -> Iterator[_Sight]:
        """Yield somebody who has other roles today where a lead's or deputy's that others hold stands right at them."""
        row = self._rows[index]
        part = row.parts[number]
        role = self._claims.role_at(index, number, name) if row.is_listed else None
        if role is None and (ticked := ticked_role(self._rows, index, part)) is not None:
            role = ticked[0]
        role = role or self._claims.asked_or_told_below(index, number, name)
        beside = self._claims.told_beside(index, number, name) if role is None else None
        role = beside.role if beside is not None and beside.beside else role
        roles = {*([role] if role is not None else []), *self._claims.roles_of_cell(index, number)}
        placed = self._claims.by_place.get(index, ())
        if not {*placed, *roles} & {None, *own}:
            roles.update([role for role in placed if role in LEADS][:1])
        if not roles and "dsl" not in own:
            yield from self._guessed_of_another(index, number, name, own)
        for anothers in sorted(roles & LEADS - set(own)):
            if self._directory.of(anothers):
                yield self._sight_of(Claim(anothers, True, index), index, number, name, holds=own[0])

    def _guessed_of_another(self, index: int, number: int, name: NameFound, own: Sequence[str]) -> Iterator[_Sight]:
        """Yield somebody of today who is told to lead on safeguarding, no role named, and is not the lead."""
        labelled = bool(self._claims.labels(index)[number]) or self._claims.is_labelled(index, number, name)
        if (
            not labelled
            and self._directory.of("dsl")
            and self._claims.without_roles.leads(index, number, name, of_team=bool(LEADS & set(own)))
        ):
            yield self._sight_of(Claim("dsl", False, index), index, number, name, holds=own[0])

    def _twice_in_row(self, index: int) -> Iterator[_Sight]:
        """Yield whom a row names twice though one of the two was another person before, and no post tells why.

        "June Holt deputises for Ann Lee, our lead", where June Holt leads today.
        """
        row = self._rows[index]
        found = [(number, each) for number, names in enumerate(self._claims.names_of(index)) for each in names]
        for holder in self._directory.holders if len(found) > 1 else ():
            own = {one.role for one in self._directory.holders if same_person(one.name, holder.name, SHORTENED)}
            others = sorted(LEADS - own)
            if holder.role not in LEADS or not others:
                continue
            same = [(number, each) for number, each in found if same_person(each.name, holder.name, SHORTENED)]
            where = {row.parts[number].where for number, _ in same}
            changed = [each.after for each in self._names if each.where in where]
            became = [after for after in changed if same_person(after, holder.name, SHORTENED)]
            bare = [each for each in same if not self._claims.is_labelled(index, *each)] if len(same) > 1 else []
            if bare and 0 < len(became) < self._count(holder.name, where):
                number, name = bare[0]
                yield replace(self._sight_of(Claim(others[0], True, index), index, number, name), is_twice=True)

    def _count(self, name: str, where: Set[Place]) -> int:
        """Return how often somebody is named in all parts at some places: a paragraph is cut into its sentences."""
        return sum(
            same_person(each.name, name, SHORTENED)
            for index, row in enumerate(self._rows)
            for number, part in enumerate(row.parts)
            if part.where in where
            for each in self._claims.names_of(index)[number]
        )

    def _behind_names(self, index: int) -> Iterator[_Sight]:
        """Yield a number or address of today's people right behind the name of another, where names were changed.

        "Ben Lowe 01632 …" where that is June Holt's, whose name stood there. Of several names before several numbers
        nobody can tell.
        """
        row, people = self._rows[index], self._directory.holders
        named = [each for names in self._claims.names_of(index) for each in names]
        for number, part in enumerate(row.parts):
            last = 0
            for found in find_any_details(part.text):
                before = [each for each in self._claims.names_of(index)[number] if last <= each.start < found.start]
                near = before or (named if len(named) == 1 and len(row.parts) > 1 else [])
                last = found.end
                own = [one for one in people if has_detail(found, (one,))]
                if len(near) != 1 or not own or has_detail(found, self._offices()):
                    continue
                theirs = [one for one in people if same_person(one.name, near[0].name, SHORTENED)]
                has_own = any(one.email if found.email else one.phone for one in theirs)
                if has_own and not any(has_detail(found, (one,)) for one in theirs):
                    yield self._sight_of(Claim(theirs[0].role, True, index), index, number, found, holds=own[0].role)

    def _offices(self) -> tuple[Holder, ...]:
        office = self._directory.office
        return (*self._directory.of("office"), *([office] if office is not None else []))

    def _details_of(self, index: int, number: int, part: Part) -> Iterator[_Sight]:
        directory = self._directory
        people = directory.with_office
        details = find_any_details(part.text, bare=_is_for_numbers(self._rows[index], number))
        alone = is_little(_without(part.text, [(each.start, each.end) for each in details]))
        for found in details:
            if found.email and _is_a_mailbox(found.email):
                continue
            if has_detail(found, people):
                if not self._are_all_in_order(index, number, details):
                    yield from self._given_as_anothers(index, number, found)
                continue
            claim = self._claims.claim(index, number, found.start, found.end, alone=False, reach=DETAILS_REACH)
            claim = claim or self._claims.told_before(index, part.text, found.start)
            if claim is None and is_given_for_area(self._rows, index, number, found):
                claim = Claim("dsl", False, index)
            if claim is None and is_given_for_head(self._rows[index], number, found):
                claim = Claim("headteacher", False, index)
            if claim is not None and directory.of(claim.role) and (claim.in_row or alone):
                given = replace(claim, beside=claim.beside and self._is_changed(claim.first, index))
                yield self._sight_of(given, index, number, found)

    def _are_all_in_order(self, index: int, number: int, details: Sequence[FoundDetail]) -> bool:
        """Whether several numbers of a row without a name are those of whom the rows above name, each at its place."""
        row, people = self._rows[index], self._directory.holders
        if row.table is None or len(details) < 2 or any(self._claims.names_of(index)):
            return False
        over = range(max(0, index - len(details)), index)
        named = [each for at in over if self._rows[at].is_by(row) for one in self._claims.names_of(at) for each in one]
        owners = [[one.name for one in people if has_detail(found, (one,))] for found in details]
        return len(named) == len(owners) and all(
            any(same_person(name.name, one, SHORTENED) for one in own) for name, own in zip(named, owners, strict=True)
        )

    def _given_as_anothers(self, index: int, number: int, found: FoundDetail) -> Iterator[_Sight]:
        """Yield a number or address of today's people that stands with a lead's or deputy's role that others hold.

        Right behind the role, or in the table's row of one of them. The office's may stand anywhere.
        """
        row, own = self._rows[index], [one for one in self._directory.holders if has_detail(found, (one,))]
        part = row.parts[number]
        told = self._claims.told_before(index, part.text, found.start)
        if not (row.is_listed or told is not None) or has_detail(found, self._offices()):
            return
        before = [each for each in self._claims.labels(index)[number] if each.end <= found.start]
        label = label_at(before, part.text, found.start, found.end)
        role = label.role if label is not None else self._role_of_row(index) if not before else None
        role = role or (told.role if told is not None else self._role_over(index, number))
        if (
            role is None
            and not LEADS & {one.role for one in own}
            and is_given_for_area(self._rows, index, number, found)
        ):
            yield self._sight_of(Claim("dsl", False, index), index, number, found, holds=own[0].role)
            return
        if role in LEADS and role not in {one.role for one in own} and self._directory.of(role):
            yield self._sight_of(Claim(role, True, index), index, number, found, holds=own[0].role)

    def _role_over(self, index: int, number: int) -> str | None:
        """Return the lead's or deputy's role of whom the row above names in the same column; None for another's."""
        over = self._claims.person_over(index, number)
        holders = self._directory.holders if over is not None else ()
        roles = [one.role for one in holders if over is not None and same_person(over.name, one.name, SHORTENED)]
        return next((role for role in roles if role in LEADS), None)

    def _role_of_row(self, index: int) -> str | None:
        """Return the one role that a row of a table names, with one person, who holds it today."""
        row = self._rows[index]
        roles = {label.role for labels in self._claims.labels(index) for label in labels}
        names = [each.name for found in self._claims.names_of(index) for each in found]
        role = next(iter(roles)) if len(roles) == 1 and row.table is not None else None
        holders = self._directory.of(role) if role is not None else ()
        return role if len(names) == 1 and any(same_person(names[0], one.name, SHORTENED) for one in holders) else None

    def _is_changed(self, first: int, last: int) -> bool:
        """Whether a name was changed in any of the rows: what stands by it was given with the one before."""
        rows = self._rows[min(first, last) : max(first, last) + 1]
        return any(part.where in self._changed for row in rows for part in row.parts)

    def _sight_of(
        self, claim: Claim, index: int, number: int, found: NameFound | FoundDetail, *, holds: str | None = None
    ) -> _Sight:
        part = self._rows[index].parts[number]
        if isinstance(found, NameFound):
            kind, value = ReplacementKind.NAME, found.name
        else:
            kind = ReplacementKind.EMAIL if found.email else ReplacementKind.PHONE
            value = part.text[found.start : found.end]
        words = words_around(part.text, found.start, found.end)
        purpose = settled_as(claim.role) if self._is_settled(claim.role, value) else None
        purpose = purpose or self._said_to_stay(part, value) or self._purpose(index, part, found.start)
        return _Sight(claim.role, kind, value, part.where, words, claim.beside, purpose, holds)

    def _said_to_stay(self, part: Part, value: str) -> Reason | None:
        """Return that the owner said that a name stays in its line; None where nothing was said of it."""
        line = " ".join(part.text.split())
        stays = any(one.words == line and same_person(value, one.name, SHORTENED) for one in self._directory.staying)
        return because("said-to-stay") if stays else None

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


def _is_for_numbers(row: Row, number: int) -> bool:
    """Whether a part or those before it call for a telephone number, so that figures without an area code are one."""
    return row.is_listed and any(_TELEPHONE.search(each.text) for each in row.parts[: number + 1])


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
