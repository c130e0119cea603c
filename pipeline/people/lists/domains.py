"""The school's own domains of addresses, and whether an address is at one of them. Pure.

``[people] domains`` names them; else they are learned from the addresses of the staff. Used by ``comparison``: an
address elsewhere is expected of supply, volunteers, governors, contractors and visiting professionals, and asked about
for staff, since a slip of the pen or a private address would send a person's page to a stranger.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.model.people import EngagementKind, Person
from pipeline.people.lists.columns import list_words
from pipeline.people.lists.identity import Asks, PersonQuestion
from pipeline.people.lists.statements import Said
from pipeline.register.people.persons import PersonRow

_FEWEST = 3
"""Of so few addresses nothing is learned."""
_ONE_IN = 10
"""A domain that one in so many of the staff have, and ``_FEWEST`` at least, is the school's besides the main one."""
_MOST_SLIPS = 2
_MOST_AT_ONCE = 5
"""Of more than one in so many addresses elsewhere all wait."""


def learn_domains(given: Sequence[str], known: Iterable[Person], listed: Iterable[Person]) -> frozenset[str]:
    """Return the school's domains in small letters; empty where nothing tells them.

    ``given`` is ``[people] domains``. Else they are those of the staff who are ``known``, or of a first list those of
    its staff: the one that most have, and any other that a tenth have. Domains of private addresses are nobody's.
    """
    if given:
        return frozenset(one.casefold().removeprefix("@") for one in given)
    for people in (known, listed):
        domains = Counter(
            domain_of(one.work_email) for one in people if one.work_email and one.kind is EngagementKind.STAFF
        )
        if (total := domains.total()) >= _FEWEST:
            private = list_words("private.domains")
            usual = {domain for domain, count in domains.items() if count >= max(_FEWEST, total / _ONE_IN)}
            main = {domain for domain, count in domains.items() if 2 * count > total}
            return frozenset((usual | main) - private) if main - private else frozenset()
    return frozenset()


def is_outside(address: str | None, domains: frozenset[str], *, is_given: bool = False) -> bool:
    """Return whether an address is at none of ``domains`` and of what is below them, or is a private one.

    ``is_given``: the school named its domains, and a private one may be among them.
    """
    domain = domain_of(address)
    if not domain or domain in domains:
        return False
    if not is_given and domain in list_words("private.domains"):
        return True
    return bool(domains) and not any(domain.endswith(f".{one}") for one in domains)


def find_slip(address: str | None, domains: frozenset[str]) -> str:
    """Return which of ``domains`` was meant, where an address differs from it by a letter or two; else empty."""
    from rapidfuzz.distance import OSA

    domain = domain_of(address)
    return next((one for one in sorted(domains) if 0 < OSA.distance(domain, one) <= _MOST_SLIPS), "")


def domain_of(address: str | None) -> str:
    """Return what stands behind the @, in small letters; empty where there is no address."""
    return (address or "").casefold().rpartition("@")[2]


@dataclass(slots=True)
class AddressCheck:
    """Which addresses of one list are taken, and which are asked about."""

    domains: frozenset[str]
    is_given: bool
    moved_many: bool = False
    """So many who were at a domain of the school's are elsewhere now that whatever they are is asked about."""
    asked: list[PersonQuestion] = field(default_factory=list)

    def expect_moves(self, moves: Sequence[tuple[Person, Person]], of: int) -> None:
        """Look how many of ``of`` people have left the school's domains, each as the list has them and as known."""
        left = [1 for one, before in moves if self._is_asked_of(one, before) and not self._is_outside(before)]
        self.moved_many = are_many_addresses(len(left), of)

    def held(self, stated: Person, before: PersonRow | None, last: Said) -> bool:
        """Return whether the address a person would get waits for an answer, and note the question.

        ``last`` is what the list said of them before. An address that is known, or was heard before and answered with
        another one, is asked about no more.
        """
        known = before.person if before else None
        if not self._is_asked_of(stated, known):
            return False
        if stated.kind is not EngagementKind.STAFF and not (self.moved_many and known and not self._is_outside(known)):
            return False
        if known and known.work_email and last.get("work_email") == stated.work_email:
            return False
        slip = find_slip(stated.work_email, self.domains)
        self.asked.append(PersonQuestion(Asks.ADDRESS, stated, before, slip))
        return True

    def _is_asked_of(self, stated: Person, known: Person | None) -> bool:
        mine, theirs = stated.work_email, known.work_email if known else None
        return self._is_outside(stated) and (mine or "").casefold() != (theirs or "").casefold()

    def _is_outside(self, person: Person) -> bool:
        return is_outside(person.work_email, self.domains, is_given=self.is_given)

    def questions(self) -> tuple[PersonQuestion, ...]:
        """Return what is asked, the likely slips first."""
        return tuple(sorted(self.asked, key=lambda one: not one.slip))


def are_many_addresses(count: int, of: int) -> bool:
    """Return whether so many addresses elsewhere at once are a wrong column, or a new domain, and no slip."""
    return count >= _FEWEST and count * _MOST_AT_ONCE > of
