"""What of a document a planned copy would keep and somebody should look at: the values of those questions.

``questions`` asks them in order; ``details_beside``, ``partial_names``, ``run_on_names``, ``strangers`` and
``remaining`` answer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.model import Directory, ReplacementKind
from pipeline.named.holders import Standing, role_words
from pipeline.named.mentions import Mention, Person
from pipeline.named.scene import Scene
from pipeline.plan.details import DetailPlan
from pipeline.plan.values import Left, Replacement, Unknown, words_around
from pipeline.reasons.reason import Reason, because
from pipeline.text.passages import Stretch


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
