"""What of a document a planned copy would keep and the owner should look at: the values of those questions.

``plan.contacts`` asks them in order; ``names``, ``parts``, ``numbers``, ``links``, ``strangers`` and ``said`` answer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.model.contacts import Directory, Holder, ReplacementKind
from pipeline.named.holders import Standing, role_words
from pipeline.named.mentions import Mention, Person
from pipeline.named.scene import Scene
from pipeline.plan.values import DetailPlan, Left, Replacement, Unknown, words_around
from pipeline.reasons.reason import Reason, because
from pipeline.text.passages import Stretch
from pipeline.text.telephones import parse_phones


@dataclass(frozen=True)
class Planned:
    """A copy as far as it is planned: all that is to change is known."""

    scene: Scene
    standings: Sequence[Standing]
    people: Sequence[Person]
    mentions: Sequence[Mention]
    directory: Directory
    details: DetailPlan
    replacements: Sequence[Replacement]

    @cached_property
    def _taken(self) -> Mapping[int, list[Stretch]]:
        """The names that were read, and the words that change, by passage."""
        taken: defaultdict[int, list[Stretch]] = defaultdict(list)
        for mention in self.mentions:
            taken[mention.passage].append(mention.place)
        for each in self.replacements:
            taken[each.passage].append(Stretch(each.passage, each.start, each.end))
        return taken

    def is_taken(self, place: Stretch) -> bool:
        """Whether a name that was read, or words that change, stand at a place."""
        return any(each.meets(place) for each in self._taken.get(place.passage, ()))

    @cached_property
    def _named(self) -> Mapping[int, list[Mention]]:
        named: defaultdict[int, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            named[mention.passage].append(mention)
        return named

    def names_in(self, index: int) -> Sequence[Mention]:
        """Return the names that were read in a passage, in order."""
        return self._named.get(index, ())

    def is_named(self, place: Stretch) -> bool:
        """Whether a name that was read stands at a place."""
        return any(each.place.meets(place) for each in self.names_in(place.passage))

    def is_detail(self, place: Stretch) -> bool:
        """Whether a number or address of a person of the map stands at a place."""
        return any(each.meets(place) for each in self.details.places)

    @cached_property
    def changed(self) -> tuple[Mention, ...]:
        """The names in whose place others come."""
        return tuple(each for each in self.mentions if each.changes)

    @cached_property
    def goers(self) -> tuple[Person, ...]:
        """The people in at least one of whose roles another stands."""
        return tuple(each for each in self.people if each.goes)

    @cached_property
    def replaced(self) -> tuple[Standing, ...]:
        """The standings in which another stands now."""
        return tuple(each for each in self.standings if not each.stays and each.holder is not None)

    @cached_property
    def phones_left(self) -> tuple[str, ...]:
        """Whole numbers, in the national form, of a person who goes and of nobody in the directory."""
        todays = {phone.digits for one in self.directory.with_office for phone in parse_phones(one.phone or "")}
        theirs = dict.fromkeys(phone.digits for each in self.replaced for phone in each.all_phones)
        return tuple(one for one in theirs if len(one) >= 10 and one.startswith("0") and one not in todays)

    def holder_of(self, mention: Mention) -> Holder:
        """Return who comes in the place of a changed name."""
        assert mention.standing is not None
        assert mention.standing.holder is not None
        return mention.standing.holder

    def next_name(self, index: int, position: int) -> int:
        """Return where the next name in a passage begins at or behind ``position``, its end where there is none."""
        starts = (each.form.start for each in self.names_in(index) if each.form.start >= position)
        return min(starts, default=len(self.text(index)))

    def text(self, index: int) -> str:
        """Return the words of a passage."""
        return self.scene.passages[index].text

    def words_at(self, place: Stretch) -> str:
        """Return the words of a place."""
        return self.text(place.passage)[place.start : place.end]


def roles_left(person: Person) -> dict[str, Standing]:
    """Return the roles that another holds in a person's place now."""
    return {each.role: each for each in person.standings if not each.stays and each.holder is not None}


def head_over(scene: Scene, index: int) -> str:
    """Return the words of the first row over a cell."""
    return " ".join(scene.passages[at].text for at in scene.cells.head(index))


@dataclass(frozen=True, slots=True)
class Stay:
    """Words that would stay."""

    left: Left
    hold: Reason | None
    """Why the copy must wait for it; None where it is only listed."""
    places: tuple[Stretch, ...]
    """Where the words stand; no other question tells of them again."""
    unknown: Unknown | None = None
    """Set where nobody in ``config.toml`` has the name or number: the owner can settle whose it is."""
    on_purpose: bool = False
    """The words stay by the owner's own word."""


def listed(scene: Scene, place: Stretch, reason: Reason, *, words: str | None = None) -> Stay:
    """Return what is only listed; ``words`` where they are not those of the place."""
    passage = scene.passages[place.passage]
    return Stay(Left(passage.where, words or passage.text[place.start : place.end], reason), None, (place,))


def settled(scene: Scene, place: Stretch, role: str) -> Stay:
    """Return what stays since the owner said that it stands there rightly."""
    return replace(listed(scene, place, settled_as(role)), on_purpose=True)


def settled_as(role: str) -> Reason:
    """Return why words stay that the owner settled."""
    return because("settled", role=role_words(role))


def unsafe(scene: Scene, places: Sequence[Stretch], reason: Reason, *, words: str | None = None) -> Stay:
    """Return what holds the copy because no program can tell what to do with the words of the first of ``places``."""
    passage = scene.passages[places[0].passage]
    words = words or passage.text[places[0].start : places[0].end]
    hold = because("unsafe", words=words, where=passage.where, why=reason)
    return Stay(Left(passage.where, words, reason), hold, tuple(places))


def unknown_at(
    scene: Scene, place: Stretch, role: str, *, holds: bool, kind: ReplacementKind = ReplacementKind.NAME
) -> Unknown:
    """Return the value for the words at ``place``, given in ``role`` and nobody's in the school's contacts."""
    passage = scene.passages[place.passage]
    value, words = passage.text[place.start : place.end], words_around(passage.text, place.start, place.end)
    return Unknown(role, kind, " ".join(value.split()), passage.where, words, holds)
