"""Plan which words of a document change when another person holds a role, and which stay.

By role and whole tokens, never by substring. Every change comes from one map (``named.holders``), made at once:
deputies who swap end swapped. What a person must decide holds the copy; what is never rewritten is listed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from pipeline.model.contacts import Directory, ReplacementKind
from pipeline.model.facts import Contact
from pipeline.named.holders import Standing, pair_with_directory, role_words
from pipeline.named.mentions import Mention, find_mentions, gather_people, roles_seen
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.parts import PersonName
from pipeline.named.names.spellings import NameForm, written_like
from pipeline.named.scene import NO_DIGITS, Scene
from pipeline.places import called
from pipeline.plan.details import plan_details
from pipeline.plan.doubts import links, names, numbers, parts, said, strangers
from pipeline.plan.doubts.unknown import each_once, unknown_people
from pipeline.plan.doubts.values import Planned, Stay, settled_as
from pipeline.plan.initials import plan_initials
from pipeline.plan.pronouns import plan_pronouns
from pipeline.plan.values import DetailPlan, Left, Replacement, ReplacementPlan, Unknown, words_around
from pipeline.reasons.reason import Reason, because
from pipeline.text.passages import Passage, Stretch

_DIRECTORY = called("the school’s contacts")
QUESTIONS: tuple[Callable[[Planned], Iterator[Stay]], ...] = (
    # Numbers, addresses and links.
    numbers.unknown_details,
    numbers.details_of_a_role,
    numbers.numbers_of_an_owner,
    numbers.odd_numbers,
    numbers.odd_addresses,
    links.links_to_a_goer,
    links.odd_links,
    numbers.extensions,
    numbers.numbers_of_the_school,
    # Names.
    parts.names_in_odd_letters,
    names.in_ragged_rows,
    names.named_in_the_role,
    names.heads_alone,
    names.run_on_names,
    names.names_of_something_else,
    parts.broken_names,
    parts.initials_in_the_role,
    strangers.strangers_in_roles,
    parts.other_forms,
    # What is said of a person whose name changes.
    said.told_of_the_person,
    names.posts_beside,
    said.remarks,
)
"""What is asked of a copy when all that changes is planned: would something stay that the owner should look at?

One finding is told once, by the first question that meets it: those that name the cause best stand first.
"""


@dataclass(slots=True)
class Findings:
    """What planning has gathered so far."""

    replacements: list[Replacement] = field(default_factory=list)
    on_purpose: list[Left] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    holds: list[Reason] = field(default_factory=list)
    vacant: list[Reason] = field(default_factory=list)
    """Those of the holds that no front sheet mends: nobody is in the role."""
    unknown: list[Unknown] = field(default_factory=list)

    def add(self, found: Iterable[Replacement | Left], *, on_purpose: bool) -> None:
        """Keep replacements, and with what is left on purpose or is to be looked at the rest."""
        for each in found:
            if isinstance(each, Replacement):
                self.replacements.append(each)
            else:
                (self.on_purpose if on_purpose else self.left).append(each)

    def add_details(self, details: DetailPlan) -> None:
        """Keep what becomes of the numbers and addresses."""
        self.replacements += details.replacements
        self.on_purpose += details.on_purpose
        self.left += details.left
        for reason in (*details.holds, *details.vacant):
            self.hold(reason, vacant=reason in details.vacant)

    def look_at(self, stays: Iterable[Stay]) -> None:
        """Keep what would stay and the owner should look at."""
        for stay in stays:
            (self.on_purpose if stay.on_purpose else self.left).append(stay.left)
            if stay.hold is not None:
                self.hold(stay.hold)
            if stay.unknown is not None:
                self.unknown.append(stay.unknown)

    def hold(self, reason: Reason, *, vacant: bool = False) -> None:
        """Keep a reason the copy must wait for, once."""
        for reasons in (self.holds, self.vacant) if vacant else (self.holds,):
            if reason not in reasons:
                reasons.append(reason)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A planned copy with all that was found on the way."""

    planned: Planned
    stays: tuple[Stay, ...]
    findings: Findings


def plan_replacements(
    passages: Sequence[Passage] | Scene, stated: Sequence[Contact], directory: Directory
) -> ReplacementPlan:
    """Plan the replacements that bring a document's contacts to those of the directory.

    ``stated`` is whom the document names in roles, ``directory`` who holds them now. A role without an entry in the
    directory stays as it is and is reported in ``left``. A finished copy planned again has no replacements.
    ``held`` is set where a person stands in a role he or she does not hold and that could not be changed safely, or
    where the new holder's number or address is needed and not known.
    """
    findings = _judge(passages, stated, directory).findings
    ordered = sorted(
        findings.replacements, key=lambda each: (each.passage, each.link is not None, each.start, each.link or 0)
    )
    holds, vacant = tuple(findings.holds), tuple(findings.vacant)
    purpose, left = _once(findings.on_purpose), _once(findings.left)
    return ReplacementPlan(tuple(ordered), purpose, left, holds, vacant=vacant, unknown=each_once(findings.unknown))


def _judge(passages: Sequence[Passage] | Scene, stated: Sequence[Contact], directory: Directory) -> _Judged:
    standings = pair_with_directory(stated, directory)
    scene = passages if isinstance(passages, Scene) else Scene(passages)
    people = gather_people(standings, directory)
    mentions = find_mentions(scene, people, directory)
    seen = tuple(dict.fromkeys(roles_seen(mentions, directory)))
    if seen:
        standings = pair_with_directory((*stated, *seen), directory)
        people = gather_people(standings, directory)
        mentions = find_mentions(scene, people, directory)
    mentions = tuple(_left_where_said(scene, each, directory) for each in mentions)
    findings = Findings()
    _report_roles(standings, stated, findings)
    _report_unnamed(standings, directory, findings)
    _plan_names(scene, mentions, directory, findings)
    findings.add(plan_initials(scene, mentions), on_purpose=True)
    findings.add(plan_pronouns(scene, mentions, standings), on_purpose=False)
    details = plan_details(scene, standings, mentions, directory)
    findings.add_details(details)
    planned = Planned(scene, standings, people, mentions, directory, details, findings.replacements)
    stays = tuple(what_stays(planned))
    findings.look_at(stays)
    _hold_for_the_unchanged(planned, stays, findings)
    findings.unknown += unknown_people(planned, stays)
    return _Judged(planned, stays, findings)


def _left_where_said(scene: Scene, mention: Mention, directory: Directory) -> Mention:
    """Return a mention, one that is left on purpose where the owner said that the name stays in its line."""
    if not directory.staying or mention.on_purpose is not None:
        return mention
    line = " ".join(scene.passages[mention.passage].text.split())
    stays = any(
        one.words == line and same_person(one.name, mention.person.name, SHORTENED) for one in directory.staying
    )
    return replace(mention, on_purpose=because("said-to-stay")) if stays else mention


def places_of_former_contacts(
    passages: Sequence[Passage] | Scene, stated: Sequence[Contact], directory: Directory
) -> tuple[Stretch, ...]:
    """Return every place, links too, that gives a person of whom it is not known that they hold the role today.

    Who goes, each person nobody in the school's contacts is, and their numbers and addresses, in whatever capacity they
    stand there; in no order, and overlapping where two look at one place. Pronouns are nobody's.
    """
    judged = _judge(passages, stated, directory)
    planned = judged.planned
    people = [*directory.holders, *directory.settled]
    places = [
        each.place
        for each in planned.mentions
        if each.changes
        or each.unsure
        or (each.person.goes and not any(same_person(one.name, each.person.name, SHORTENED) for one in people))
    ]
    kinds = (ReplacementKind.NAME, ReplacementKind.PHONE, ReplacementKind.EMAIL, ReplacementKind.LINK)
    places += [Stretch(e.passage, e.start, e.end, e.link) for e in judged.findings.replacements if e.kind in kinds]
    places += [place for stay in judged.stays if not stay.on_purpose for place in stay.places]
    return (*places, *planned.details.told, *planned.details.places)


def stated_afterwards(stated: Sequence[Contact], directory: Directory) -> tuple[Contact, ...]:
    """Return whom a finished copy names in its roles: what ``plan_replacements`` made of ``stated``."""
    return tuple(
        Contact(standing.role, standing.holder.name, standing.holder.phone, standing.holder.email)
        for standing in pair_with_directory(stated, directory)
        if standing.stated and standing.holder is not None
    )


def may_name_former(
    passages: Sequence[Passage] | Scene,
    stated: Sequence[Contact],
    directory: Directory,
    *,
    apart_from: Set[int] = frozenset(),
) -> bool:
    """Whether any word, number or address of a person who goes stands anywhere at all: a look, not a plan.

    Where this is False, nobody can stand in a role he or she does not hold. Passages of ``apart_from`` are passed over.
    """
    scene = passages if isinstance(passages, Scene) else Scene(passages)
    return stands_anywhere(scene, former_details(stated, directory), apart_from=apart_from)


FormerDetails = tuple[frozenset[str], frozenset[bytes], frozenset[str]]
"""Last words of surnames in small letters, the last six digits of numbers, and addresses, of everybody who goes."""


def former_details(stated: Sequence[Contact], directory: Directory) -> FormerDetails:
    """Return what is looked for by ``may_name_former``."""
    goes = [each for each in pair_with_directory(stated, directory) if not each.stays or each.earlier_phones]
    return (
        frozenset(each.name.last_word for each in goes if each.name is not None),
        frozenset(phone.digits[-6:].encode() for each in goes for phone in each.all_phones),
        frozenset(email for each in goes for email in each.emails),
    )


def stands_anywhere(scene: Scene, former: FormerDetails, *, apart_from: Set[int] = frozenset()) -> bool:
    """Whether any of ``former`` stands anywhere in the passages but those of ``apart_from``."""
    names, phones, emails = former
    if any(index not in apart_from for name in names for index in scene.places_with(name)):
        return True
    for phone in phones:
        places = [index for index, digits in enumerate(scene.digits) if phone in digits]
        if any(index not in apart_from for index in places):
            return True
    texts = [scene.folded[index] for index in scene.addressed if index not in apart_from]
    texts += [
        link.target.casefold()
        for index in scene.linked
        if index not in apart_from
        for link in scene.passages[index].links
    ]
    return any(_reaches(text, phones, emails) for text in texts)


def _reaches(text: str, phones: Set[bytes], emails: Set[str]) -> bool:
    digits = text.encode("ascii", "replace").translate(None, NO_DIGITS)
    closed_up = text.replace(" ", "").replace("\u00a0", "").replace("\t", "")
    return any(phone in digits for phone in phones) or any(email in closed_up for email in emails)


def _once(left: Iterable[Left]) -> tuple[Left, ...]:
    return tuple(dict.fromkeys(left))


def _report_roles(standings: Sequence[Standing], stated: Sequence[Contact], findings: Findings) -> None:
    for standing in standings:
        words = role_words(standing.role)
        who = (
            standing.name.full
            if standing.name
            else next((each.phone or each.email or "" for each in stated if each.role == standing.role), "")
        )
        if not standing.has_entry:
            findings.left.append(Left(_DIRECTORY, who, because("no-entry-for-role", role=words)))
        elif standing.trouble is not None and standing.stated:
            findings.left.append(Left(_DIRECTORY, who, standing.trouble))
            findings.hold(standing.trouble, vacant=standing.vacant)


def _report_unnamed(standings: Sequence[Standing], directory: Directory, findings: Findings) -> None:
    """List who holds a role together with others whom the document names, and is not named there."""
    named = {standing.role for standing in standings if standing.stated and standing.name is not None}
    if any(standing.trouble for standing in standings):
        return
    for holder in directory.holders:
        mine = [each for each in standings if each.role == holder.role and each.stated]
        if holder.role in named and len(directory.of(holder.role)) > 1 and not any(e.holder == holder for e in mine):
            reason = because("no-place-for-the-name", role=role_words(holder.role))
            findings.left.append(Left(_DIRECTORY, holder.name, reason))


def _plan_names(scene: Scene, mentions: Sequence[Mention], directory: Directory, findings: Findings) -> None:
    for mention in mentions:
        passage = scene.passages[mention.passage]
        words = passage.text[mention.form.start : mention.form.end]
        if mention.on_purpose and mention.person.goes:
            findings.on_purpose.append(Left(passage.where, _around(passage.text, mention), mention.on_purpose))
        elif mention.unsure and mention.person.goes:
            findings.left.append(Left(passage.where, _around(passage.text, mention), mention.unsure))
            if mention.standing is not None:
                findings.hold(because("unsafe", words=words, where=passage.where, why=mention.unsure))
        elif mention.changes:
            findings.replacements.append(_name_replacement(scene, mention))
        elif (role := _settled_role(mention, directory)) is not None:
            findings.on_purpose.append(Left(passage.where, _around(passage.text, mention), settled_as(role)))
        elif mention.standing is not None and mention.standing.trouble is not None and not mention.standing.stated:
            trouble, vacant = mention.standing.trouble, mention.standing.vacant
            findings.left.append(Left(passage.where, _around(passage.text, mention), trouble))
            named = because("named-there", name=mention.person.name.full, where=passage.where, why=trouble)
            findings.hold(trouble if vacant else named, vacant=vacant)


def _settled_role(mention: Mention, directory: Directory) -> str | None:
    """Return the role in which the owner said that a name stands rightly, None where nothing was said of it."""
    standing = mention.standing
    settled = [one for one in directory.settled if standing is not None and one.role == standing.role]
    known = any(same_person(one.name, mention.person.name, SHORTENED) for one in settled)
    return standing.role if standing is not None and known else None


def _around(text: str, mention: Mention) -> str:
    return words_around(text, mention.form.start, mention.form.end)


def _name_replacement(scene: Scene, mention: Mention) -> Replacement:
    standing, form = mention.standing, mention.form
    assert standing is not None
    assert standing.holder is not None
    assert standing.new_name is not None
    passage = scene.passages[mention.passage]
    made = renamed(mention.passage, passage, form, standing.role, standing.new_name, standing.holder.title)
    told = (*mention.given, *scene.bound_roles(mention.passage, form.start, form.end))
    return replace(made, told=standing.role in told)


def renamed(index: int, passage: Passage, form: NameForm, role: str, name: PersonName, title: str) -> Replacement:
    """Return the exchange of a name in one form for ``name`` in the same, a bare possessive made whole."""
    text, end = passage.text, form.end
    after = written_like(form, name, title)
    bare_possessive = re.match(r"(['’])(?![^\W_])", text[end:])
    if bare_possessive and text[end - 1].casefold() == "s" and after[-1].casefold() != "s":
        end += 1
        after += bare_possessive[1] + ("S" if form.capitals else "s")
    before = text[form.start : end]
    return Replacement(index, form.start, end, before, after, role, ReplacementKind.NAME, passage.where)


def _hold_for_the_unchanged(planned: Planned, stays: Sequence[Stay], findings: Findings) -> None:
    """Hold the copy where the document names a holder who goes, no place of that name changes and none is told."""
    told = [place for stay in stays if stay.hold is not None for place in stay.places]
    for standing in planned.standings:
        if not standing.stated or standing.name is None or standing.stays or standing.holder is None:
            continue
        mine = [each for each in planned.mentions if same_person(each.person.name, standing.name, SHORTENED)]
        changes = any(
            each.changes and each.standing and standing.role in (each.standing.role, *each.given) for each in mine
        )
        if not changes and not any(_is_held(each, standing.role, told) for each in mine):
            who, role, now = standing.name.full, role_words(standing.role), standing.holder.name
            findings.hold(because("name-not-changed", who=who, role=role, name=now))


def _is_held(mention: Mention, role: str, told: Sequence[Stretch]) -> bool:
    """Whether the copy is held for a place of a name already."""
    unsure = mention.unsure is not None and mention.standing is not None and mention.standing.role == role
    return (unsure and mention.on_purpose is None) or any(mention.place.meets(one) for one in told)


def what_stays(planned: Planned) -> Iterator[Stay]:
    """Yield the answer of every question but those at a place that an earlier one told of.

    What holds the copy is left out only where the copy is held for that place already.
    """
    # A link that is told for whom it leads to may name another besides.
    holding = [place for place in planned.details.told if place.link is None]
    listing: list[Stretch] = []
    for question in QUESTIONS:
        stays = [stay for stay in question(planned) if not _is_told(stay, holding, listing)]
        for stay in stays:
            (listing if stay.hold is None else holding).extend(stay.places)
        yield from stays


def _is_told(stay: Stay, holding: Sequence[Stretch], listing: Sequence[Stretch]) -> bool:
    known = holding if stay.hold is not None else (*holding, *listing)
    return any(place.meets(one) for place in stay.places for one in known)
