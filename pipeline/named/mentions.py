"""Who is named where: every place a person of the map stands in the text, and in which standing.

A place is *changed* (the role's new holder takes it), *kept* (the person named is right), *on purpose* (a signature, an
author, another capacity) or *unsure* (two could be meant).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from pipeline.model.contacts import Directory
from pipeline.model.facts import Contact
from pipeline.named.holders import Standing, role_words
from pipeline.named.layout.writers import names_the_writer
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.parts import PersonName, is_label_word, parse_name
from pipeline.named.names.people import drop_title, has_given_name
from pipeline.named.names.spellings import NameForm, find_forms
from pipeline.named.namesakes import Namesakes, find_namesakes, sex_of_title
from pipeline.named.other_bodies import body_beside, is_at_a_trust, is_of_a_trust
from pipeline.named.roles.other_posts import MAY_BE_ANOTHER_TASK, OTHER_TASK
from pipeline.named.roles.passages import CAPACITY, OWNER, PAST_EVENT, capacity_of, is_capacity, posts_told_with
from pipeline.named.roles.posts_beside import post_apposed
from pipeline.named.roles.rules import LEAD, OTHER
from pipeline.named.roles.things import begins_with_an_article, is_a_thing, is_asked_or_told, is_numbered
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.named.scene import Scene
from pipeline.named.schools import school_words
from pipeline.reasons.reason import Reason, because
from pipeline.text.addresses import address_stretches
from pipeline.text.passages import Stretch
from pipeline.text.phrases import one_of_words

_JOINED = re.compile(r"[\s\u00a0]*(?:,|and|or|&|/|, and|, or)[\s\u00a0]*")
_ASIDE = re.compile(r"[\s\u00a0]*\([^()]{0,60}\)|[\s\u00a0,:–-]*[+\d][\d\s\u00a0]{7,16}\d")
"""What may stand behind a name of a list: a site, a number."""
_OF_A_SITE = re.compile(r"\(((?:the[\s\u00a0])?[A-Z]?[a-z][^()]{1,40})\)[\s\u00a0:–-]*$")
"""What a role is said to be for, right before a name: "DSL (Infants): X"."""
_TWICE = because("named-twice")
_PERSONAL = because("personal")
_ONE_PERSONS = frozenset(("headteacher", "chair-of-governors", "safeguarding-governor", "senco", "deputy-dsl", "dsl"))
"""Roles whose holder is one person: who is named in two of them has two successors."""


@dataclass(frozen=True, slots=True)
class Person:
    """Everybody of one name: the roles the document gives them, and those they hold now."""

    name: PersonName
    standings: tuple[Standing, ...]
    """Empty where the directory knows the person and the document gives them no role."""

    @property
    def last_word(self) -> str:
        """The end of the surname in small letters: a text without it does not name the person."""
        return self.name.last_word

    @property
    def goes(self) -> bool:
        """Whether another person stands in at least one of the person's roles now, or that cannot be told."""
        return any(not standing.stays for standing in self.standings)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a person is named."""

    passage: int
    form: NameForm
    person: Person
    standing: Standing | None
    """In which role; None where the person is named in none of the map's."""
    on_purpose: Reason | None = None
    """Why the words are never rewritten."""
    unsure: Reason | None = None
    """Why it cannot be told who or what is meant."""
    given: tuple[str, ...] = ()
    """The roles that the text gives the person there in so many words ("DSL: X"), known or not."""

    @property
    def place(self) -> Stretch:
        """Where the name stands."""
        return Stretch(self.passage, self.form.start, self.form.end)

    @property
    def changes(self) -> bool:
        """Whether the new holder's name goes here."""
        standing = self.standing
        return (
            not (self.on_purpose or self.unsure)
            and standing is not None
            and standing.holder is not None
            and not standing.stays
        )


def gather_people(standings: Sequence[Standing], directory: Directory) -> tuple[Person, ...]:
    """Return the people of the map, then whom the directory names besides."""
    people: list[Person] = []
    named = [(each.name, each) for each in standings if each.name is not None]
    known = [(name, None) for holder in directory.holders if (name := parse_name(holder.name)) is not None]
    for name, standing in [*named, *known]:
        extra = (standing,) if standing is not None else ()
        for index, person in enumerate(people):
            if same_person(person.name, name, SHORTENED):
                better = name if name.knows_first and not person.name.knows_first else person.name
                people[index] = Person(better, person.standings + extra)
                break
        else:
            people.append(Person(name, extra))
    return tuple(people)


def find_mentions(scene: Scene, people: Sequence[Person], directory: Directory) -> tuple[Mention, ...]:
    """Return every place where one of ``people`` is named, in reading order, each judged."""
    found: list[Mention] = []
    shared: dict[PersonName, Namesakes] = {}
    named_in: dict[int, list[Person]] = {}
    for person in people:
        places = scene.places_with(person.last_word)
        others = (each.name for each in people if each is not person)
        shared[person.name] = find_namesakes(scene.passages, person.name, others, places, directory)
        for index in places:
            named_in.setdefault(index, []).append(person)
    for index, named in sorted(named_in.items()):
        passage = scene.passages[index]
        masked = address_stretches(passage.text)
        for form, candidates in _forms_of(passage.text, named):
            if any(start < form.end and form.start < end for start, end in masked):
                continue
            if form.bare and is_label_word(passage.text[form.start : form.end]) and _is_in_label(scene, index, form):
                continue
            likely = _of_that_title(form, candidates, shared)
            judged = _judge(scene, index, form, likely, shared[likely[0].name])
            gives = judged.on_purpose is None or is_capacity(judged.on_purpose)
            given = scene.given_roles(index, form.start, form.end) if gives else ()
            if given:
                judged = replace(judged, given=given)
            judged = _as_of_a_body(_as_of_a_trust(judged, scene, directory), scene)
            found.append(_with_other_roles(judged, scene, directory))
    return tuple(_never_twice(scene, found))


def _is_in_label(scene: Scene, index: int, form: NameForm) -> bool:
    """Whether a word is part of a role, as in "Designated Person", where a person is called Person."""
    return any(label.start < form.end and form.start < label.end for label in scene.labels(index))


def _never_twice(scene: Scene, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Doubt a change that would name one person twice in a row: "X and Y meet" where Y takes X's place."""
    doubted: dict[int, Reason] = {}
    for number, (left, right) in enumerate(pairwise(mentions)):
        two = left.passage == right.passage and left.person != right.person
        same = two and _named_afterwards(left) == _named_afterwards(right)
        gap = scene.passages[left.passage].text[left.form.end : right.form.start] if same else "."
        if (left.changes or right.changes) and _JOINED.fullmatch(gap):
            doubted |= {number: _TWICE, number + 1: _TWICE}
        elif left.changes != right.changes and (
            _JOINED.fullmatch(_ASIDE.sub("", gap)) or _are_of_two_sites(scene, left, right)
        ):
            stays = right if left.changes else left
            doubted[number + (stays is left)] = because("no-successor", name=stays.person.name.full)
    for number, mention in enumerate(mentions):
        yield replace(mention, unsure=doubted[number]) if number in doubted and mention.changes else mention


def _are_of_two_sites(scene: Scene, left: Mention, right: Mention) -> bool:
    """Whether two who would be one are named for different parts of the school: "DSL (Infants): X"."""
    sites = [_OF_A_SITE.search(scene.passages[each.passage].text[: each.form.start]) for each in (left, right)]
    one, other = (each[1] if each is not None else None for each in sites)
    apart = one is not None and other is not None and one != other and left.person != right.person
    return apart and _named_afterwards(left) == _named_afterwards(right)


def _named_afterwards(mention: Mention) -> PersonName | None:
    return mention.standing.new_name if mention.changes and mention.standing else mention.person.name


def roles_seen(mentions: Sequence[Mention], directory: Directory) -> Iterator[Contact]:
    """Yield who is given a role of the directory and does not hold it, beyond those whom the reading found in it."""
    for mention in mentions:
        for role in mention.given:
            holders = [holder.name for holder in directory.of(role)]
            known = any(each.role == role and each.stated for each in mention.person.standings)
            if holders and not known and not any(same_person(one, mention.person.name, SHORTENED) for one in holders):
                yield Contact(role, mention.person.name.full)


def _of_that_title(form: NameForm, candidates: list[Person], shared: Mapping[PersonName, Namesakes]) -> list[Person]:
    """Of several people whom a name could mean, those whom its title ("Mr") fits, all where it settles nothing."""
    title = sex_of_title(form.title)
    if len(candidates) == 1 or title is None:
        return candidates
    return [each for each in candidates if shared[each.name].sex in (None, title)] or candidates


def _with_other_roles(mention: Mention, scene: Scene, directory: Directory) -> Mention:
    """Doubt a change where the name stands in a further role that the new holder is not known to hold."""
    standing = mention.standing
    if not mention.changes or standing is None or standing.new_name is None:
        return mention
    place = (mention.passage, mention.form.start, mention.form.end)
    if (doubt := _doubt_by_telling(scene, place, standing.role, standing.new_name)) is not None:
        return replace(mention, unsure=doubt)
    text = scene.passages[place[0]].text
    told = [each.role for each in posts_told_with(text, *place[1:], scene.posts(place[0]))]
    if OTHER not in told and post_apposed(text, *place[1:], scene.labels(place[0])):
        told.append(OTHER)
    bound, below = scene.bound_roles(*place), scene.roles_below(*place)
    beside = scene.posts_beside.told_with(*place, standing.role)
    if (OTHER in below and standing.role in below) or OTHER in beside:
        return replace(mention, unsure=because("with-another-post", name=standing.new_name.full))
    bound = tuple(dict.fromkeys((*bound, *below, *beside)))
    if {OTHER, standing.role} <= set(bound):
        # One label for both, "DSL and exams officer: X": ``remains`` asks about the other post.
        told = [role for role in told if role != OTHER]
    if (
        OTHER in told
        and standing.role not in bound
        and not any(e.role == standing.role for e in scene.labels(place[0]))
    ):
        return replace(mention, standing=None, on_purpose=CAPACITY)
    if OTHER in told or (OTHER in bound and standing.role not in bound):
        return replace(mention, unsure=because("with-another-post", name=standing.new_name.full))
    for role in (*bound, *told, *_labelled_with(scene, mention)):
        if role == standing.role or role not in _ONE_PERSONS:
            continue
        if role in bound and any(e.role == role and e.has_entry for e in mention.person.standings):
            continue
        if not any(same_person(each.name, standing.new_name, SHORTENED) for each in directory.of(role)):
            reason = because("not-that-too", role=role_words(role), name=standing.new_name.full)
            return replace(mention, unsure=reason)
    return replace(mention, given=(*mention.given, *told)) if told else mention


_IN_ABSENCE = re.compile(
    r"\b(?:absence|place)\s+of\s+(?:the|our)\s+(?:DSL|DSP|DSO|[^.;]{0,30}\b(?:lead|officer|person))\b[^.;]{0,30}"
    r"\b(?:ask|call|contact|inform|notify|ring|see|tell|(?:go|report|speak|talk|turn)\s+to)\s+(?:either\s+)?$",
    re.IGNORECASE,
)
"""Before a name in its sentence: "In the absence of the DSL, contact X"."""


def _doubt_by_telling(scene: Scene, place: tuple[int, int, int], role: str, new: PersonName) -> Reason | None:
    """Return why the way in which a name is told of lets nobody else take its place; None where nothing does."""
    if names_the_writer(scene.passages[place[0]].text, *place[1:]):
        return because("writes-it", name=new.full)
    if role == LEAD and _IN_ABSENCE.search(scene.around(*place)[0]):
        return because("told-in-absence")
    if scene.is_told_by_worries(*place):
        return because("worries-go-there", role=role_words(role))
    return because("with-another-post", name=new.full) if scene.is_told_with_a_post(*place) else None


_TO_THE_LABEL = re.compile(
    r"(?!.*\b(?:is|are|was|will|has|have|can|must|should|by|with|or|and|tells?)\b)"
    r"(?:[^:\t.;]{0,60}[:\t][\s\u00a0]*|[\s\u00a0]*(?:[–—-]|\b(?:for|of|at|in)\b)[^:\t.;\n]{0,40})"
)


def _labelled_with(scene: Scene, mention: Mention) -> Iterator[str]:
    """Yield the leads' roles under whose label a name stands, whatever the label adds: "DSL – main site: X (Head)"."""
    text, start = scene.passages[mention.passage].text, mention.form.start
    labels = [label for label in scene.labels(mention.passage) if label.end <= start]
    if labels and labels[-1].role in OF_LEADS and _TO_THE_LABEL.fullmatch(text, labels[-1].end, start):
        yield labels[-1].role
    yield from _headed_with(scene, mention.passage)


_ONLY_A_LABEL = re.compile(r"[\W\d_]*(?:\b(?:the|our|school['’]?s)\b[\W\d_]*)*", re.IGNORECASE)


def _headed_with(scene: Scene, index: int) -> Iterator[str]:
    """Yield the lead's role that the line above is and nothing else: "DSL:" over "Head Teacher: X"."""
    above = scene.passages[index - 1] if index and scene.cells[index] is None else None
    if above is None or not above.text.rstrip().endswith(":") or above.region is not scene.passages[index].region:
        return
    labels = scene.labels(index - 1)
    rest = above.text
    for label in reversed(labels):
        rest = rest[: label.start] + rest[label.end :]
    if labels and {each.role for each in labels} <= OF_LEADS and _ONLY_A_LABEL.fullmatch(rest):
        yield labels[-1].role


def _as_of_a_trust(mention: Mention, scene: Scene, directory: Directory) -> Mention:
    """Doubt a change where an unknown person is the trust's lead: the school's own may be another."""
    text, start = scene.passages[mention.passage].text, mention.form.start
    labels = scene.labels(mention.passage) if mention.changes else ()
    trusts = [each for each in labels if is_of_a_trust(text, each.start) or is_at_a_trust(text, each.end)]
    if not trusts:
        return mention
    roles = scene.bound_roles(mention.passage, start, mention.form.end) or tuple(each.role for each in trusts)
    former = [each.name for each in directory.former if each.role in roles]
    if not roles or any(same_person(one, mention.person.name, SHORTENED) for one in former):
        return mention
    return replace(mention, unsure=because("of-a-trust"))


def _as_of_a_body(mention: Mention, scene: Scene) -> Mention:
    """Doubt a change where another body is named beside the role: the one named there may be the body's."""
    standing = mention.standing
    if not mention.changes or standing is None or standing.role not in OF_LEADS:
        return mention
    text, start = scene.passages[mention.passage].text, mention.form.start
    first, last = scene.sentence(mention.passage, start)
    entry = text[first:last]
    for label in scene.labels(mention.passage):
        if not (first <= label.start and label.end <= last):
            continue
        body = body_beside(entry, label.start - first, label.end - first, partial(_is_nobodys, scene, mention))
        if body is not None:
            return replace(mention, unsure=because("of-a-body", body=body))
    return mention


def _is_nobodys(scene: Scene, mention: Mention, name: str) -> bool:
    """Whether a name beside a role is a person's or the school's own, which a document begins with or repeats.

    The document may begin with a longer form: "Larch View School" is short for "Larch View Primary School".
    """
    if drop_title(name) != name or has_given_name(name) or mention.person.last_word in name.casefold():
        return True
    opening = [each.text for number, each in enumerate(scene.passages[:_OPENING]) if number != mention.passage]
    often = sum(name in each.text for each in scene.passages) >= _OFTEN
    return often or any(map(_name_or_longer(name).search, opening))


def _name_or_longer(name: str) -> re.Pattern[str]:
    """Return a pattern of a school's name with words between its own that tell no schools apart."""
    between, words = school_words("tells-none-apart"), name.split()
    if {word.casefold() for word in words} <= between:
        return re.compile(re.escape(name))
    gap = rf"(?:\s+{one_of_words(between)})*\s+"
    return re.compile(rf"\b{gap.join(map(re.escape, words))}\b", re.IGNORECASE)


_OFTEN, _OPENING = 4, 3
"""A name in so many passages, or in so many of the first ones, is the school's own."""


def _forms_of(text: str, people: Sequence[Person]) -> Iterator[tuple[NameForm, list[Person]]]:
    """Each place once, with everybody whom the words there could mean."""
    forms: dict[int, tuple[NameForm, list[Person]]] = {}
    for person in people:
        for form in find_forms(text, person.name):
            known = forms.get(form.start)
            if known is None or form.end > known[0].end:
                forms[form.start] = (form, [person])
            elif form.end == known[0].end and person not in known[1]:
                known[1].append(person)
    end = 0
    for start in sorted(forms):
        form, candidates = forms[start]
        if form.start >= end:
            end = form.end
            yield form, candidates


def _judge(scene: Scene, index: int, form: NameForm, candidates: list[Person], others: Namesakes) -> Mention:
    person = next((each for each in candidates if each.goes), candidates[0])
    bound = scene.bound_roles(index, form.start, form.end)
    own = [each for each in person.standings if each.role in bound]
    purpose = scene.purpose(index, form.start, form.end)
    if purpose == PAST_EVENT and own and not scene.follows_directly(index, form.end):
        return Mention(index, form, person, own[0], unsure=because("also-past"))
    if purpose is not None and not (purpose == OWNER and own):
        return Mention(index, form, person, None, on_purpose=purpose)
    if form.bare and is_numbered(*scene.around(index, form.start, form.end)):
        return Mention(index, form, person, None, unsure=because("surname-alone"))
    if own:
        standing = next((each for each in own if not each.stays), own[0])
        personal = _PERSONAL if scene.tells_of_the_person(index, form.start, form.end) else None
        return Mention(index, form, person, standing, unsure=_two_roles(own) or personal)
    if bound:
        words = CAPACITY if bound[0] == OTHER else capacity_of(role_words(bound[0]))
        return Mention(index, form, person, None, on_purpose=words)
    return _judge_unbound(scene, index, form, candidates, others)


def _judge_unbound(
    scene: Scene, index: int, form: NameForm, candidates: Sequence[Person], others: Namesakes
) -> Mention:
    """Judge a name to which the words about it give no role."""
    person = next((each for each in candidates if each.goes), candidates[0])
    task = scene.other_task(index, form.start, form.end)
    if task == OTHER_TASK:
        return Mention(index, form, person, None, on_purpose=task)
    if (doubt := _doubt_by_words(scene, index, form, person)) is not None:
        if is_capacity(doubt):
            return Mention(index, form, person, None, on_purpose=doubt)
        return Mention(index, form, person, None, unsure=doubt)
    if others.is_anothers(form):
        return Mention(index, form, person, None, unsure=because("two-people"))
    if len(candidates) > 1 or others.may_be_meant(form):
        return Mention(index, form, person, _any_role(scene, index, person), unsure=because("two-people"))
    if form.bare and not _is_sure(scene, index, form, person):
        return Mention(index, form, person, None, unsure=because("surname-alone"))
    if task is not None:
        return Mention(index, form, person, None, unsure=task)
    judged = _judge_unlabelled(scene, index, form, person)
    if judged.changes and scene.tells_of_the_person(index, form.start, form.end):
        return replace(judged, unsure=_PERSONAL)
    return judged


def _doubt_by_words(scene: Scene, index: int, form: NameForm, person: Person) -> Reason | None:
    """Return why the words about a name do not show the person; None where they do."""
    before, after = scene.around(index, form.start, form.end)
    if is_a_thing(before, after, form, person.name.surname):
        return because("name-of-a-thing")
    if begins_with_an_article(before, after, form):
        return because("surname-alone")
    if scene.is_of_training(index):
        return _PERSONAL
    if not scene.is_labelled_otherwise(index, form.start, form.end, {each.role for each in person.standings}):
        return None
    told = posts_told_with(scene.passages[index].text, form.start, form.end, scene.posts(index))
    return CAPACITY if any(each.role == OTHER for each in told) else MAY_BE_ANOTHER_TASK


def _two_roles(own: Sequence[Standing]) -> Reason | None:
    """A name standing in two of its roles at once can go to one successor only."""
    holders = {each.holder.name if each.holder else None for each in own}
    return because("roles-parted") if len(holders) > 1 else None


def _judge_unlabelled(scene: Scene, index: int, form: NameForm, person: Person) -> Mention:
    standings = [each for each in person.standings if each.stated] or list(person.standings)
    outcomes = {each.holder.name if each.holder and not each.stays else None for each in standings}
    if len(outcomes) <= 1:
        return Mention(index, form, person, standings[0] if standings else None)
    near = _any_role(scene, index, person)
    if near is not None:
        return Mention(index, form, person, near)
    return Mention(index, form, person, None, unsure=because("several-roles"))


def _any_role(scene: Scene, index: int, person: Person) -> Standing | None:
    """The person's role that is named anywhere in the passage, if it is one only."""
    roles = {label.role for label in scene.labels(index)}
    named = [each for each in person.standings if each.role in roles]
    return named[0] if len(named) == 1 else None


def _is_sure(scene: Scene, index: int, form: NameForm, person: Person) -> bool:
    """Whether a surname alone is the person's: all a cell says, or told something where the person is named in full."""
    text = scene.passages[index].text
    before, after = scene.around(index, form.start, form.end)
    word = text[form.start : form.end]
    if not re.sub(r"[\W_]", "", text[: form.start] + text[form.end :]):
        return scene.cells[index] is not None and not is_label_word(word)
    if not is_asked_or_told(before, after, word):
        return False
    return any(not each.bare for each in find_forms(text, person.name)) or bool(
        {label.role for label in scene.labels(index)} & {each.role for each in person.standings}
    )
