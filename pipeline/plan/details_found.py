"""Where a document gives a number or address of a person of the map, in its words or in the target of a link.

``details`` judges each.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.named.details.found import FoundDetail, find_details, target_detail
from pipeline.named.holders import Standing
from pipeline.named.scene import Scene
from pipeline.text.passages import Stretch


@dataclass(frozen=True, slots=True)
class Detail:
    """A detail in the visible text or in a link's target."""

    passage: int
    found: FoundDetail
    before: str
    link: int | None

    @property
    def limit(self) -> int:
        """Up to where its own passage says whose it is: before a number, and in the words of a link."""
        return self.found.start if self.link is None else self.found.end

    @property
    def place(self) -> Stretch:
        """Where it stands."""
        return Stretch(self.passage, self.found.start, self.found.end, self.link)


@lru_cache(maxsize=8)
def _numberish(digits: int) -> re.Pattern[str]:
    """As many digits close together as any of the numbers has, however it is written."""
    return re.compile(rf"[0-9](?:[^0-9]{{0,4}}[0-9]){{{digits - 1}}}")


def list_details(scene: Scene, standings: Sequence[Standing]) -> Iterator[Detail]:
    """Yield every number, address and link target that ``standings`` give a person, in reading order."""
    phones = sorted({phone.digits for each in standings for phone in each.all_phones}, key=len, reverse=True)
    addresses = sorted({email for each in standings for email in each.emails}, key=len, reverse=True)
    for index in _worth_a_search(scene, min([6, *map(len, phones)]) if phones else None):
        passage = scene.passages[index]
        for found in find_details(passage.text, phones, addresses):
            yield Detail(index, found, passage.text[found.start : found.end], None)
        for number, link in enumerate(passage.links):
            reached = target_detail(link.target)
            if reached is not None:
                at_words = FoundDetail(link.start, link.end, reached.phone, reached.email)
                yield Detail(index, at_words, link.target, number)


def _worth_a_search(scene: Scene, digits: int | None) -> list[int]:
    """The passages with links, with the sign of an address, and with ``digits`` digits close together, in order."""
    places = {*scene.linked, *scene.addressed}
    if digits is not None:
        numberish = _numberish(digits)
        places.update(
            index
            for index in scene.places_with_digits(digits)
            if index not in places and numberish.search(scene.passages[index].text)
        )
    return sorted(places)
