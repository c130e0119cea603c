"""Plan the numbers, addresses and link targets of a copy: each belongs to a person, and goes where that role goes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model.contacts import Directory, ReplacementKind
from pipeline.model.documents import Region
from pipeline.named.details.found import (
    FoundDetail,
    belongs_to,
    changed_target,
    clean_address,
    has_detail,
    is_role_mailbox,
)
from pipeline.named.details.introduced import OF_BODIES
from pipeline.named.details.subjects import Subject, rings, subject_of
from pipeline.named.holders import Standing, role_words
from pipeline.named.mentions import Mention
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.roles.other_posts import MAY_BE_ANOTHER_TASK
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.named.scene import Scene
from pipeline.places import Place
from pipeline.plan.details_found import Detail, list_details
from pipeline.plan.shared_numbers import is_one_of_several, people_listed
from pipeline.plan.values import DetailPlan, Left, Replacement
from pipeline.reasons.reason import Reason, ReasonField, because
from pipeline.text.telephones import PhoneNumber, parse_phones

_OFFICE = re.compile(
    r"\b(?:school office|main office|reception|switchboard|main (?:school )?(?:number|line)|general enquir\w+"
    r"|office hours|school (?:tel(?:ephone)?|phone|number))\b",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"[\s\u00a0,]*(?:for|to (?:reach|contact|speak (?:to|with))|(?:and )?ask(?:ing)? for)\s+(?:the\s+\w+,?\s+)?",
    re.IGNORECASE,
)
_STAYS = "stays"
_MISSING = "missing"
_VACANT = "vacant"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one owner's standing makes of a detail: new words, or ``_STAYS``, ``_MISSING`` or ``_VACANT``."""

    standing: Standing
    words: str


def plan_details(
    scene: Scene, standings: Sequence[Standing], mentions: Sequence[Mention], directory: Directory
) -> DetailPlan:
    """Plan every telephone number, e-mail address and link target that belongs to a person of the map.

    A number that two roles share goes by the one named before it; where that cannot be told it is left, and the
    copy is held unless it may rightly stay. A new holder without the number in question holds the copy.
    """
    plan = DetailPlan()
    judge = _Judge(scene, standings, mentions, directory, plan)
    for detail in list_details(scene, standings):
        judge.settle(detail)
    return plan


class _Judge:
    """Settles one detail after the other."""

    def __init__(
        self,
        scene: Scene,
        standings: Sequence[Standing],
        mentions: Sequence[Mention],
        directory: Directory,
        plan: DetailPlan,
    ) -> None:
        self.scene, self.standings, self.directory, self.plan = scene, standings, directory, plan
        self.named: dict[int, list[Mention]] = {}
        for mention in mentions:
            self.named.setdefault(mention.passage, []).append(mention)

    def settle(self, detail: Detail) -> None:
        """Put one detail where it belongs in the plan."""
        outcomes = [self._outcome(each, detail.found) for each in self._owners(detail.found)]
        if outcomes and detail.link is None:
            self.plan.places.append(detail.place)
        listed = self._listed_before(detail) if outcomes and detail.link is None else ()
        if listed:
            outcomes = self._outcomes_of(listed, detail)
        if all(outcome.words == _STAYS for outcome in outcomes):
            return
        purpose = self._purpose(detail, outcomes, listed)
        doubt = self._doubt_beside(detail, outcomes) if purpose is None and not listed else None
        if purpose is not None:
            self._leave(self.plan.on_purpose, detail, purpose)
        elif doubt is not None:
            self._leave(self.plan.left, detail, because("beside-what-stays", why=doubt))
        else:
            self._change(detail, outcomes, listed)

    def _change(self, detail: Detail, outcomes: Sequence[_Outcome], listed: Sequence[Mention]) -> None:
        """Put a detail that is to change in the plan, or ask about it."""
        outcome = self._chosen(detail, outcomes, listed)
        words, where = detail.before, self._where(detail)
        if outcome is None and listed:
            people = " and ".join(dict.fromkeys(each.person.name.full for each in listed))
            hold = because("stands-behind-several", words=words, where=where, people=people)
            self._ask(detail, because("stands-behind", people=people), hold)
        elif outcome is None:
            may_stay = any(each.words == _STAYS for each in outcomes)
            hold = because("shared-by-roles", words=words, where=where)
            self._ask(detail, because("shared"), None if may_stay else hold)
        elif outcome.words == _MISSING:
            assert outcome.standing.holder is not None
            what = because("email-address") if detail.found.email is not None else because("telephone-number")
            name, role = outcome.standing.holder.name, role_words(outcome.standing.role)
            hold = because("no-detail-instead", what=what, role=role, name=name)
            self._ask(detail, because("no-detail", name=name, what=what), hold)
        elif outcome.words == _VACANT:
            self._vacate(detail, outcome.standing)
        elif outcome.words != _STAYS:
            self._replace(detail, outcome)

    def _listed_before(self, detail: Detail) -> tuple[Mention, ...]:
        """Return the people behind all of whom a detail stands; empty where it is one person's by its place."""
        office, found = [self.directory.office] if self.directory.office else [], detail.found
        schools = has_detail(found, office) or (found.email is not None and is_role_mailbox(found.email))
        return people_listed(self.scene, self.named, detail.place, of_the_school=schools)

    def _owners(self, found: FoundDetail) -> list[Standing]:
        if found.email is not None:
            owners = [each for each in self.standings if found.email in each.emails]
            return owners or [each for each in self.standings if self._is_of_a_goer(found.email, each)]
        assert found.phone is not None
        digits = found.phone.digits
        owners = [each for each in self.standings if any(phone.digits == digits for phone in each.all_phones)]
        exact = [each for each in owners if found.phone in each.all_phones]
        return exact or owners

    def _is_of_a_goer(self, address: str, standing: Standing) -> bool:
        """Whether an address the document gives nobody is made of the name of a person who goes."""
        name = standing.name
        if name is None or standing.stays or (standing.holder is None and not standing.vacant):
            return False
        current = {clean_address(each.holder.email) for each in self.standings if each.holder and each.holder.email}
        # At another domain it may be anybody's of that name: a clerk's, a governor's, a person's at the council.
        domains = {_domain_of(each) for each in (*standing.emails, *current)}
        near = not domains or _domain_of(address) in domains
        return near and address not in current and belongs_to(address, name.first, name.surname)

    def _outcome(self, standing: Standing, found: FoundDetail) -> _Outcome:
        holder = standing.holder
        if holder is None:
            return _Outcome(standing, _VACANT if standing.vacant else _STAYS)
        new = holder.email if found.email is not None else _new_phone(standing, found.phone)
        if new is None:
            return _Outcome(standing, _STAYS if standing.stays else _MISSING)
        same = (
            clean_address(new) == found.email
            if found.email is not None
            else found.phone in parse_phones(holder.phone or "")
        )
        return _Outcome(standing, _STAYS if same else new.strip())

    def _purpose(self, detail: Detail, outcomes: Sequence[_Outcome], listed: Sequence[Mention]) -> Reason | None:
        passage = self.scene.passages[detail.passage]
        subject = self._subject(detail)
        purpose = self.scene.purpose(detail.passage, detail.found.start)
        if purpose is not None:
            return purpose
        start = max(
            [0, *(each.form.end for each in self.named.get(detail.passage, ()) if each.form.end <= detail.found.start)]
        )
        if detail.found.phone is not None and _OFFICE.search(passage.text, start, detail.found.end + 25):
            return because("office-number")
        if not listed and self._is_given_for_another(detail, outcomes):
            return because("capacity-of-another")
        if subject is not None and subject.on_purpose and self._is_beside(detail, subject):
            return because("beside-what-stays", why=subject.on_purpose)
        if (stays := self._stays_in_row(detail)) is not None:
            return because("beside-what-stays", why=stays)
        letterhead = passage.region in (Region.PAGE_HEADER, Region.PAGE_FOOTER) and detail.found.phone is not None
        if (
            letterhead
            and subject is None
            and not re.search(r"safeguard|child|worr|concern", passage.text, re.IGNORECASE)
        ):
            return because("school-number")
        if (
            (listed or any(each.words == _MISSING for each in outcomes))
            and detail.found.email
            and is_role_mailbox(detail.found.email)
        ):
            return because("post-mailbox")
        return None

    def _is_beside(self, detail: Detail, subject: Subject) -> bool:
        """Whether the name stands in the same passage or row, or in the line right before."""
        at, scene = subject.mention.passage if subject.mention else -1, self.scene
        row = scene.cells[detail.passage]
        if at == detail.passage or (row is not None and scene.cells[at] is not None):
            return True
        return not any(scene.passages[index].text.strip() for index in range(at + 1, detail.passage))

    def _doubt_beside(self, detail: Detail, outcomes: Sequence[_Outcome]) -> Reason | None:
        """Return why the name that a detail stands with stays, where nobody can tell what it is named for.

        "Trips: X, 01632 …", where X led before: her number stays with her name, and both are listed.
        """
        subject = self._subject(detail)
        near = [subject] if subject is not None and self._is_beside(detail, subject) else []
        behind = [subject_of(each) for each in self.named.get(detail.passage, ())]
        for one in (*near, *(behind if len(behind) == 1 else ())):
            mention = one.mention
            doubted = mention is not None and mention.standing is None and mention.unsure == MAY_BE_ANOTHER_TASK
            if doubted and any(one.is_of(each.standing) for each in outcomes):
                return MAY_BE_ANOTHER_TASK
        alone = not near and not behind and not any(self._subjects_before(detail))
        told = alone and self.scene.other_tasks.told_at(detail.passage, detail.found.start, detail.found.end)
        return MAY_BE_ANOTHER_TASK if told else None

    def _is_given_for_another(self, detail: Detail, outcomes: Sequence[_Outcome]) -> bool:
        """Whether the line or row names people or roles before the detail, and none of them is an owner's."""
        subjects = list(self._subjects_before(detail))
        return bool(subjects) and not any(each.is_of(outcome.standing) for each in subjects for outcome in outcomes)

    def _stays_in_row(self, detail: Detail) -> Reason | None:
        """Return why every name in the cells to the left stays, another post between: "X", "First aid lead", "x@…"."""
        left = self._row_before(detail.passage) if self.scene.cells[detail.passage] is not None else []
        purposes = [each.on_purpose for at in left for each in self.named.get(at, ())]
        own = self.named.get(detail.passage) or self.scene.labels(detail.passage)
        leads = any(each.role in OF_LEADS for at in left for each in self.scene.labels(at))
        return purposes[0] if purposes and all(purposes) and not own and not leads else None

    def _subjects_before(self, detail: Detail) -> Iterator[Subject]:
        """Yield the people and roles that the line or row names before the detail."""
        for index in (*self._row_before(detail.passage), detail.passage):
            limit = detail.limit if index == detail.passage else len(self.scene.passages[index].text) + 1
            yield from (subject_of(each) for each in self.named.get(index, ()) if each.form.start < limit)
            labels = [each for each in self.scene.labels(index) if each.start < limit]
            text = self.scene.passages[index].text
            own = index == detail.passage
            yield from (Subject(e.role, None) for e in labels if not (own and rings(text, e.end, limit)))

    def _row_before(self, passage: int) -> list[int]:
        """Return the nearest filled cell to the left, and that before it where it holds the person's post alone.

        Where lines above in the same cell name a person or a role, it is those.
        """
        cells, before = self.scene.cells, list[int]()
        place = cells[passage]
        above = [at for at in cells.passages(place) if at < passage] if place is not None else []
        if any(self.named.get(at) or self.scene.labels(at) for at in above):
            return above
        for cell in cells.left_of(passage):
            before += cell
            labels = [label for index in cell for label in self.scene.labels(index)]
            words = any(self.scene.passages[index].text.strip() for index in cell)
            named = any(self.named.get(index) for index in cell)
            if words and (named or not labels or any(label.role in OF_LEADS | OF_BODIES for label in labels)):
                break
        return before

    def _outcomes_of(self, listed: Sequence[Mention], detail: Detail) -> list[_Outcome]:
        """Return what becomes of a detail behind several people: one outcome where the school's contacts tell whose.

        None where a person of today has it, who may be rung by it; but not where each of them has one of their own.
        """
        found = detail.found
        outcomes = [self._outcome(each.standing, found) for each in listed if each.standing is not None]
        office = [self.directory.office] if self.directory.office else []
        todays = [*office, *(each.standing.holder for each in outcomes if each.standing.holder is not None)]
        goes = any(each.changes for each in listed) and is_one_of_several(self.scene, detail.place)
        if not outcomes or (has_detail(found, todays) and (not goes or has_detail(found, office))):
            return []
        known = [each for each in outcomes if self._was_of(each.standing, found)]
        others = [_Outcome(outcomes[0].standing, _STAYS)] if len(outcomes) < len(listed) else []
        return known if len(known) == 1 else outcomes + others

    def _was_of(self, standing: Standing, found: FoundDetail) -> bool:
        """Whether the list of former holders, or an address by its own words, says that a detail was a person's."""
        name = standing.name
        if name is None:
            return False
        if found.email is not None and belongs_to(found.email, name.first, name.surname):
            return True
        mine = [one for one in self.directory.former if same_person(one.name, name, SHORTENED)]
        return has_detail(found, mine)

    def _chosen(self, detail: Detail, outcomes: Sequence[_Outcome], listed: Sequence[Mention] = ()) -> _Outcome | None:
        if len({outcome.words for outcome in outcomes}) == 1:
            return outcomes[0]
        subject = self._subject(detail) if not listed else None
        if subject is None:
            return None
        return next((each for each in outcomes if subject.is_of(each.standing)), None)

    def _subject(self, detail: Detail) -> Subject | None:
        """Who is spoken of where the detail stands: "… for X", the last name or role before it, the first after it."""
        after = [each for each in self.named.get(detail.passage, ()) if each.form.start >= detail.found.end]
        if after and detail.link is None and _FOR.fullmatch(self._text(detail), detail.found.end, after[0].form.start):
            return subject_of(after[0])
        for index in self.scene.places_of_owner(detail.passage):
            limit = detail.limit if index == detail.passage else len(self.scene.passages[index].text) + 1
            named = [each for each in self.named.get(index, ()) if each.form.start < limit]
            labels = [label for label in self.scene.labels(index) if label.start < limit]
            if named or labels:
                return subject_of(named[-1]) if named else Subject(labels[-1].role, None)
        return subject_of(after[0]) if after else None

    def _replace(self, detail: Detail, outcome: _Outcome) -> None:
        kind = ReplacementKind.EMAIL if detail.found.email is not None else ReplacementKind.PHONE
        after = outcome.words
        if detail.link is not None:
            kind, after = ReplacementKind.LINK, changed_target(detail.before, after)
        self.plan.replacements.append(
            Replacement(
                detail.passage,
                detail.found.start,
                detail.found.end,
                detail.before,
                after,
                outcome.standing.role,
                kind,
                self._where(detail),
                detail.link,
            )
        )

    def _vacate(self, detail: Detail, standing: Standing) -> None:
        reason = because("leads-to-nobody", who=_who(standing), role=role_words(standing.role))
        self._leave(self.plan.left, detail, reason)
        if standing.trouble is not None and standing.trouble not in self.plan.vacant:
            self.plan.vacant.append(standing.trouble)
        self.plan.told.append(detail.place)

    def _leave(self, pile: list[Left], detail: Detail, reason: Reason) -> None:
        pile.append(Left(self._where(detail), detail.before, reason))

    def _ask(self, detail: Detail, reason: Reason, hold: Reason | None) -> None:
        """List a detail, and hold the copy for it where a reason is given."""
        self._leave(self.plan.left, detail, reason)
        if hold is not None:
            self.plan.told.append(detail.place)
            if hold not in self.plan.holds:
                self.plan.holds.append(hold)

    def _text(self, detail: Detail) -> str:
        return self.scene.passages[detail.passage].text

    def _where(self, detail: Detail) -> Place:
        return self.scene.passages[detail.passage].where


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _who(standing: Standing) -> ReasonField:
    return standing.name.full if standing.name else because("of-the-role", role=role_words(standing.role))


def _new_phone(standing: Standing, phone: PhoneNumber | None) -> str | None:
    """Return the new holder's number in the place of an old one: first for first, second for second."""
    holder = standing.holder
    assert holder is not None
    numbers = parse_phones(holder.phone or "")
    if not numbers or phone is None:
        return None
    position = next((index for index, each in enumerate(standing.phones) if each.digits == phone.digits), 0)
    if len(numbers) == 1:
        return holder.phone if position == 0 or phone in numbers else None
    parts = [part for part in re.split(r"[/;,]|\bor\b|\band\b", holder.phone or "") if parse_phones(part)]
    return parts[position].strip() if position < len(parts) else None
