"""The last look at a copy: does anybody stand near a safeguarding role who does not hold it, and nobody was told?

``regenerate`` asks it when a copy is made. It reads the finished words by rules of its own (``lines``,
``role_labels``, ``names``, ``claims``), so that a person whom planning did not see is seen here. It changes nothing:
each name, number or address of nobody's is listed, and holds the copy where it stands with a role of ``config.toml`` in
a heading, list or table; so does a person who has another role today and stands in the row of the lead's or a deputy's.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from pipeline.last_look.claims import DETAILS_REACH, LEADS, Claim, Claims, opens_entry
from pipeline.last_look.given_away import given_away
from pipeline.last_look.headed import rota_role
from pipeline.last_look.lines import Rows, as_seen, unbroken
from pipeline.last_look.names import NameFound, is_little, without
from pipeline.last_look.role_labels import is_at_a_trust, label_at, may_name_role
from pipeline.last_look.ticks import ticked_role
from pipeline.last_look.told import Told
from pipeline.model.contacts import Directory, Holder, ReplacementKind
from pipeline.model.documents import Document
from pipeline.named.details.found import FoundDetail, find_any_details, has_detail, is_public_address, is_role_mailbox
from pipeline.named.holders import role_words
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
_JOINED = re.compile(r"(?:\band|[&,;/])[ \u00a0]*(?:(?:Dr|M(?:is)?s|Mrs?|Rev)\.?[ \u00a0]+)?$")
_IN_DETAILS = re.compile(r"[\d@]")
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
    """The role that this person holds today, which is another; None for one who holds none."""
    is_sure: bool = False
    """The role stands right at the name, in its cell, row or column."""
    is_twice: bool = False
    """Named twice in the row, where two people were before."""


def with_last_check(
    document: Document, plan: ReplacementPlan, directory: Directory, *, may_hold: bool = True
) -> ReplacementPlan:
    """Return ``plan`` with each person whom a finished copy names near a role not theirs today and was not told.

    A number or an address that was exchanged behind the words of another body ("Police: 01632 …") holds the copy.

    ``document`` is the copy as it was made, read. ``may_hold`` False lists alone, as where a front sheet gives today's
    contacts before the pages.
    """
    if not may_name_role(as_seen(document.text)):
        return plan
    changed = [each for each in plan.replacements if each.kind is ReplacementKind.NAME]
    rows = Rows(document)
    check = _Check(rows, directory, changed)
    seen = [*check.sights()]
    seen += _told_over_breaks(document, directory, seen)
    sights = [each for each in seen if not _is_told(each, plan, check.places)]
    details = frozenset(each.where for each in plan.replacements if each.kind in _DETAILS)
    misplaced = list(given_away(rows, directory, details)) if may_hold else []
    if not sights and not misplaced:
        return plan
    told = [each for each in sights if each.purpose is None]
    holding = [each for each in told if may_hold and each.beside and (directory.of(each.role) or each.is_twice)]
    left = [Left(each.where, each.value, _reasons(each)[0]) for each in told]
    settled = tuple(Left(each.where, each.words, each.purpose) for each in sights if each.purpose is not None)
    holds = (*(_reasons(each)[1] for each in holding), *(hold for _, hold in misplaced))
    unknown = [Unknown(e.role, e.kind, e.value, e.where, e.words, e in holding) for e in told]
    return replace(
        plan,
        left=plan.left + tuple(dict.fromkeys((*left, *(left for left, _ in misplaced)))),
        left_on_purpose=plan.left_on_purpose + settled,
        holds=(*plan.holds, *dict.fromkeys(holds)),
        unknown=each_once((*plan.unknown, *unknown)),
    )


def _told_over_breaks(document: Document, directory: Directory, seen: Sequence[_Sight]) -> Iterator[_Sight]:
    """Yield each unknown person whom only the lines of a broken sentence together give a role, none of ``seen``."""
    if (whole := unbroken(document)) is None:
        return
    known = {(each.role, each.value) for each in seen}
    for each in _Check(Rows(whole), directory, ()).sights():
        if each.kind is ReplacementKind.NAME and each.holds is None and (each.role, each.value) not in known:
            yield each


def _reasons(sight: _Sight) -> tuple[Reason, Reason]:
    """Return why a person or a number is listed, and why it holds the copy."""
    words, where, role = sight.value, sight.where, role_words(sight.role)
    if sight.is_twice:
        return because("two-became-one"), because("two-became-one-at", words=words, where=where)
    named = sight.kind is ReplacementKind.NAME
    if sight.holds is None and named:
        return because("may-name", role=role), because("nobody", words=words, where=where, role=role)
    if sight.holds is None:
        hold = because("detail-with-role-at", words=words, where=where, role=role)
        return because("detail-with-role", role=role), hold
    own = role_words(sight.holds)
    if named:
        hold = because("has-another-role-at", words=words, where=where, role=role, own=own)
        return because("has-another-role", own=own, role=role), hold
    hold = because("detail-of-another-role-at", words=words, where=where, role=role, own=own)
    return because("detail-of-another-role", own=own, role=role), hold


def _is_told(sight: _Sight, plan: ReplacementPlan, places: Set[Place]) -> bool:
    """Whether the plan tells of a person or a number already: at that place, or as whom it is held for.

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
    """Whether a person is listed since the contacts have no entry for a role that is not ``role``."""
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

    def __init__(self, rows: Rows, directory: Directory, names: Sequence[Replacement]) -> None:
        """``names`` are those that were changed."""
        self._rows = rows
        self._names = names
        self._changed = frozenset(each.where for each in names)
        self._directory = directory
        self._claims = Claims(rows)
        self._told = Told(rows)
        self.places = frozenset(
            rows.where(index, number) for index in range(len(rows)) for number in range(len(rows.words(index)))
        )

    def sights(self) -> Iterator[_Sight]:
        """Yield who and what stands near a role, or in one, and is not its holder's today, in reading order."""
        for index in range(len(self._rows)):
            for number in range(len(self._rows.words(index))):
                yield from self._people_of(index, number)
                yield from self._details_of(index, number)
            yield from self._twice_in_row(index)

    def _people_of(self, index: int, number: int) -> Iterator[_Sight]:
        for each in self._rows.names(index)[number]:
            own = self._roles_of(each)
            if own:
                yield from self._in_anothers_role(index, number, each, own)
                continue
            text, opener = self._rows.words(index)[number], each
            claim, sure = self._claim_of(index, number, each)
            if (claim is None or not claim.in_row) and _JOINED.search(text, 0, each.start):
                # A heading announces everybody of a line: "Ann Lee (cook) and Bob Ray".
                opener = self._rows.names(index)[number][0]
                claim, _ = self._claim_of(index, number, opener)
                claim = replace(claim, beside=False) if claim is not None and not claim.in_row else None
            if claim is not None and (claim.in_row or _opens(text, opener)):
                if claim.beside and is_at_a_trust(text, each.start):
                    claim, sure = replace(claim, beside=False), False
                yield replace(self._sight_of(claim, index, number, each), is_sure=sure)
                continue
            guessed = self._told.role_of(index, number, each.start, each.end)
            if guessed is not None and (guessed in LEADS or self._directory.of(guessed)):
                yield self._sight_of(Claim(guessed, False, index), index, number, each)

    def _claim_of(self, index: int, number: int, name: NameFound) -> tuple[Claim | None, bool]:
        """Return the role that an unknown person stands with, and whether it stands right at the name."""
        claims, alone = self._claims, len(self._rows.names(index)[number]) == 1
        right_at = next((role for role in claims.by_place.get(index, ()) if role in LEADS), None)
        right_at = right_at or self._role_right_at(index, number, name)
        if right_at is not None:
            return Claim(right_at, True, index), True
        claim = claims.claim(index, number, name.start, name.end, alone=alone)
        claim = claim or claims.standing_in(index, self._rows.words(index)[number], name.start)
        if claim is None or not claim.in_row:
            rota = rota_role(self._rows, index, number)
            beside = claims.told_beside(index, number, name)
            claim = Claim(rota, True, index) if rota is not None else beside or claim
        if claim is None and (ticked := ticked_role(self._rows, index, number, alone=False)) is not None:
            claim = Claim(ticked, False, index)
        return claim, False

    def _role_right_at(self, index: int, number: int, name: NameFound) -> str | None:
        """Return the role that a name is hardly given for by mistake: by line, row, column, tick, or sentence."""
        claims = self._claims
        label = claims.label_of(index, number, name) if self._rows.is_listed(index) else None
        role = label.role if label is not None else None
        role = role or ticked_role(self._rows, index, number) or claims.asked_or_told_below(index, number, name)
        beside = claims.told_beside(index, number, name) if role is None else None
        return beside.role if beside is not None and beside.beside else role

    def _roles_of(self, name: NameFound) -> list[str]:
        return [one.role for one in self._directory.holders if same_person(name.name, one.name, SHORTENED)]

    def _in_anothers_role(self, index: int, number: int, name: NameFound, own: Sequence[str]) -> Iterator[_Sight]:
        """Yield a person who has other roles today where a lead's or deputy's that others hold stands right at them."""
        role, placed = self._role_right_at(index, number, name), self._claims.by_place.get(index, ())
        roles = {role} if role is not None else set()
        if not {*placed, *roles} & {None, *own}:
            roles.update([each for each in placed if each in LEADS][:1])
        if not roles and "dsl" not in own and self._leads(index, number, name, of_team=bool(LEADS & set(own))):
            yield self._sight_of(Claim("dsl", False, index), index, number, name, holds=own[0])
        for anothers in sorted(roles & LEADS - set(own)):
            if self._directory.of(anothers):
                yield self._sight_of(Claim(anothers, True, index), index, number, name, holds=own[0])

    def _leads(self, index: int, number: int, name: NameFound, *, of_team: bool) -> bool:
        """Whether a person of today is told to lead on safeguarding, no role named, and only the lead can be meant."""
        labelled = bool(self._claims.labels(index)[number]) or self._claims.label_of(index, number, name) is not None
        if labelled or not self._directory.of("dsl"):
            return False
        return self._told.leads(index, number, name, of_team=of_team)

    def _twice_in_row(self, index: int) -> Iterator[_Sight]:
        """Yield whom a row names twice though one of the two was another person before, and no post tells why.

        "June Holt deputises for Ann Lee, our lead", where June Holt leads today.
        """
        found = [(number, each) for number, names in enumerate(self._rows.names(index)) for each in names]
        holders = (*self._directory.of("dsl"), *self._directory.of("deputy-dsl")) if len(found) > 1 else ()
        for name in (one.name for one in holders):
            same = [(number, each) for number, each in found if same_person(each.name, name, SHORTENED)]
            bare = [each for each in same if self._claims.label_of(index, *each) is None] if len(same) > 1 else []
            others = sorted(LEADS.difference(self._roles_of(same[0][1]))) if bare else []
            where = {self._rows.where(index, number) for number, _ in same}
            became = sum(each.where in where and same_person(each.after, name, SHORTENED) for each in self._names)
            if others and 0 < became < self._count(name, where):
                yield replace(self._sight_of(Claim(others[0], True, index), index, *bare[0]), is_twice=True)

    def _count(self, name: str, where: Set[Place]) -> int:
        """Return how often a person is named in all parts at some places: a paragraph is cut into its sentences."""
        return sum(
            same_person(each.name, name, SHORTENED)
            for index in range(len(self._rows))
            for number, names in enumerate(self._rows.names(index))
            if self._rows.where(index, number) in where
            for each in names
        )

    def _offices(self) -> tuple[Holder, ...]:
        office = self._directory.office
        return (*self._directory.of("office"), *([office] if office is not None else []))

    def _details_of(self, index: int, number: int) -> Iterator[_Sight]:
        directory, text = self._directory, self._rows.words(index)[number]
        if _IN_DETAILS.search(text) is None:
            return
        calls = self._rows.is_listed(index) and any(map(_TELEPHONE.search, self._rows.words(index)[: number + 1]))
        details = find_any_details(text, bare=calls)
        alone = is_little(without(text, [(each.start, each.end) for each in details]))
        for found in details:
            if found.email and (is_role_mailbox(found.email) or is_public_address(found.email)):
                # A post's address, or everybody's, says nothing of a person.
                continue
            if has_detail(found, directory.with_office):
                if not self._are_all_in_order(index, details):
                    yield from self._given_as_anothers(index, number, found)
                continue
            claim = self._claims.claim(index, number, found.start, found.end, alone=False, reach=DETAILS_REACH)
            claim = claim or self._claims.told_before(index, text, found.start)
            told = self._told.role_of_number(index, number, found.start, found.end) if claim is None else None
            claim = Claim(told, False, index) if told is not None else claim
            if claim is not None and directory.of(claim.role) and (claim.in_row or alone):
                by_change = replace(claim, beside=claim.beside and self._is_changed(claim.first, index))
                yield self._sight_of(by_change, index, number, found)

    def _are_all_in_order(self, index: int, details: Sequence[FoundDetail]) -> bool:
        """Whether several numbers of a row without a name are those of whom the rows above name, each at its place."""
        rows, people = self._rows, self._directory.holders
        if rows[index].table is None or len(details) < 2 or any(rows.names(index)):
            return False
        over = (at for at in range(max(0, index - len(details)), index) if rows.are_near(at, index))
        named = [each for at in over for one in rows.names(at) for each in one]
        owners = [[one.name for one in people if has_detail(found, (one,))] for found in details]
        return len(named) == len(owners) and all(
            any(same_person(name.name, one, SHORTENED) for one in own) for name, own in zip(named, owners, strict=True)
        )

    def _given_as_anothers(self, index: int, number: int, found: FoundDetail) -> Iterator[_Sight]:
        """Yield a number or address of today's people that stands with a lead's or deputy's role that others hold.

        Right behind the role, or with one of them who has another. The office's may stand anywhere.
        """
        own, text = (
            [one for one in self._directory.holders if has_detail(found, (one,))],
            self._rows.words(index)[number],
        )
        told = self._claims.told_before(index, text, found.start)
        if has_detail(found, self._offices()):
            return
        before = [each for each in self._claims.labels(index)[number] if each.end <= found.start]
        label = label_at(before, text, found.start, found.end) if self._rows.is_listed(index) else None
        role = label.role if label is not None else told.role if told is not None else None
        role = role or self._role_of_person(index, number, found)
        theirs = {one.role for one in own}
        if (
            role is None
            and not LEADS & theirs
            and self._told.role_of_number(index, number, found.start, found.end) == "dsl"
        ):
            yield self._sight_of(Claim("dsl", False, index), index, number, found, holds=own[0].role)
        if role is not None and LEADS & {role, *theirs} and role not in theirs and self._directory.of(role):
            yield self._sight_of(Claim(role, True, index), index, number, found, holds=own[0].role)

    def _role_of_person(self, index: int, number: int, found: FoundDetail) -> str | None:
        """Return the role of a person who has another number or address than the one right behind their name.

        Also of the only person of a row, or of the row above in the same column. Of several names before several
        numbers nobody can tell.
        """
        rows, people = self._rows, self._directory.holders
        last = max(
            (each.end for each in find_any_details(rows.words(index)[number]) if each.end <= found.start), default=0
        )
        near = [each for each in rows.names(index)[number] if last <= each.start < found.start]
        if not near and len(rows.words(index)) > 1:
            near = [each for names in rows.names(index) for each in names]
        if not near and (over := self._claims.person_over(index, number)) is not None:
            near = [over]
        theirs = [one for one in people if len(near) == 1 and same_person(one.name, near[0].name, SHORTENED)]
        if any(has_detail(found, (one,)) for one in theirs) or not any(
            one.email if found.email else one.phone for one in theirs
        ):
            return None
        return theirs[0].role

    def _is_changed(self, first: int, last: int) -> bool:
        """Whether a name was changed in any of the rows: what stands by it was given with the one before."""
        rows = range(min(first, last), max(first, last) + 1)
        return any(self._rows.where(at, n) in self._changed for at in rows for n in range(len(self._rows.words(at))))

    def _sight_of(
        self, claim: Claim, index: int, number: int, found: NameFound | FoundDetail, *, holds: str | None = None
    ) -> _Sight:
        text, where = self._rows.words(index)[number], self._rows.where(index, number)
        if isinstance(found, NameFound):
            kind, value = ReplacementKind.NAME, found.name
        else:
            kind = ReplacementKind.EMAIL if found.email else ReplacementKind.PHONE
            value = text[found.start : found.end]
        words = words_around(text, found.start, found.end)
        purpose = settled_as(claim.role) if self._is_settled(claim.role, value) else None
        purpose = purpose or self._said_to_stay(text, value) or self._purpose(index, number, found.start)
        return _Sight(claim.role, kind, value, where, words, claim.beside, purpose, holds)

    def _said_to_stay(self, text: str, value: str) -> Reason | None:
        """Return that the owner said that a name stays in its line; None where nothing was said of it."""
        line = " ".join(text.split())
        stays = any(one.words == line and same_person(value, one.name, SHORTENED) for one in self._directory.staying)
        return because("said-to-stay") if stays else None

    def _is_settled(self, role: str, value: str) -> bool:
        """Whether the owner said that a person, or a number, rightly stands in a role."""
        details = find_any_details(value)
        return any(
            same_person(value, one.name, SHORTENED) or any(has_detail(each, (one,)) for each in details)
            for one in self._directory.settled
            if one.role == role
        )

    def _purpose(self, index: int, number: int, start: int) -> Reason | None:
        rows = self._rows
        above = range(max(0, index - _HISTORY_ROWS), index)
        texts = [rows.text(at) for at in above if rows.are_near(at, index)]
        if any(is_history_row(each) or opens_history(each) for each in texts):
            return HISTORY
        if opens_example(rows.text(index), alone=False) or any(
            opens_example(rows.text(at), alone=True) for at in above[-2:]
        ):
            return EXAMPLE
        before = "\t".join(rows.words(index)[:number])
        sentence = f"{before} {rows.words(index)[number]}"[: len(before) + 1 + start + _WINDOW]
        skipped = max(0, len(before) + 1 + start - _WINDOW)
        return purpose_of(sentence[skipped:], len(before) + 1 + start - skipped)


def _opens(text: str, name: NameFound) -> bool:
    """Whether a name opens a part, but for "Name:" and the like, and is no possessive."""
    return opens_entry(text, name.start) and name.name in text[: name.end][-len(name.name) :]
