"""Recognise whose document it is where no school is named: a club, an agency, a tuition company, a theatre group.

Asked by ``schools``. Such a name has no word for a school and often none for an organisation, so it is known by where
it stands: signs of different kinds are counted for every name ("… is committed to", "staff of …", a line of its own
beside the title, the foot of the page). One kind alone is a question, two are a value; what looks like a person, a
post, a law or a public body is no name at all, whatever signs it has.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.named.names.given_names import WrittenSmall
from pipeline.named.organisation_names import is_institution, is_plain_word, is_written_small
from pipeline.named.organisation_signs import TWICE, Sign, signs_in_text, signs_of_lines
from pipeline.places import Place
from pipeline.text.lines import Line

_READ_LINES = 400
_SURE = {1: 0.7, 2: 0.86, 3: 0.9}
_SUREST = 0.93
_HEADS_IT = 0.96
"""Of what has a word for an organisation, stands on a line of its own beside the title, and has two signs more."""
_ONE_STRONG_SIGN = 0.82
_BY_PLACE = frozenset({Sign.LINE, Sign.MARGIN})
_IN_TITLES = frozenset({Sign.LINE, Sign.MARGIN, Sign.PAPER})
"""Signs that the title of a policy has as well: together they count for one."""
_OF_OTHERS_TOO = frozenset({Sign.OF_IT, Sign.HAS, Sign.ACTS})
"""Signs that a body has as well of whom a document only speaks: a partner, a helpline, a programme."""
_OFTEN = 8
"""How many signs and mentions tell even so whose document it is."""
_NOT_OF_A_WORD = _IN_TITLES | {Sign.ACTS}
"""Signs that any word at the head of a line may have."""
_ASIDE = frozenset({Sign.WORD})
"""A sign that the writer of a model text has too: it makes no name alone."""
_SHOWS_WHOLE = frozenset({Sign.LINE, Sign.MARGIN, Sign.LABEL, Sign.DEFINED, Sign.INITIALS})
_MAY_SHOW_WHOLE = frozenset({Sign.COMMITS, Sign.WORD})
"""Signs that stand with a name in full, so that a longer one is not the shorter with a word of the sentence."""


@dataclass(slots=True)
class Signs:
    """What a document shows of one name."""

    name: str
    where: Place
    number: int
    """Of the line where it stands first."""
    kinds: set[Sign] = field(default_factory=set)
    times: int = 0
    written: Counter[str] = field(default_factory=Counter)

    def count(self) -> int:
        """Return how many signs stand for the name; 0 where those there are could be anybody's."""
        own = self.kinds - _ASIDE
        count = len(self.kinds) + len(self.kinds & TWICE) - max(0, len(self.kinds & _IN_TITLES) - 1)
        if is_plain_word(self.name) and len(self.kinds - _NOT_OF_A_WORD) + len(self.kinds & TWICE) < 2:
            return 0
        if own <= {Sign.ACTS} or self.kinds <= _IN_TITLES:
            return count if own and self.times > 2 else 0
        if self.times < 2 and len(self.kinds - {Sign.WORD}) == 1 and not own & _SHOWS_WHOLE:
            return 2 * len(own & TWICE)
        return min(count, 1) if own <= _OF_OTHERS_TOO and self.times < _OFTEN else count

    def shows_whole(self) -> int:
        """Return how surely the name is written in full, 0 to 2."""
        return 2 if self.kinds & _SHOWS_WHOLE else 1 if self.kinds & _MAY_SHOW_WHOLE else 0

    def confidence(self) -> float:
        """Return how sure it is that the document is theirs, 0 to 1."""
        count = self.count()
        if count == 2 and len(self.kinds) == 1:
            return _ONE_STRONG_SIGN
        if count > max(_SURE) and {Sign.LINE, Sign.WORD} <= self.kinds:
            return _HEADS_IT
        return _SURE.get(count, _SUREST)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose document it is, with how many signs tell so."""

    name: str
    where: Place
    confidence: float
    signs: int


class Named:
    """The names of a document with their signs."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Read the signs of the first few hundred lines."""
        self._found: dict[str, Signs] = {}
        read = lines[:_READ_LINES]
        for name, sign, line in (*signs_of_lines(read), *signs_in_text(read)):
            self._note(name, sign, line)
        small = WrittenSmall("\n".join(line.text for line in lines))
        self._found = {
            key: signs
            for key, signs in self._found.items()
            if Sign.TEMPLATE not in signs.kinds and not is_written_small(signs.name, small)
        }
        for signs in self._found.values():
            if is_institution(signs.name, on_a_line=bool(signs.kinds & _BY_PLACE)):
                signs.kinds.add(Sign.WORD)
        self._join()

    def _note(self, name: str, sign: Sign | None, line: Line) -> None:
        signs = self._found.setdefault(_key(name), Signs(name, line.where, line.number))
        signs.written[name] += 1
        signs.times += sign is not Sign.LINE
        if sign is not None:
            signs.kinds.add(sign)

    def _join(self) -> None:
        """Give a name the signs of its shorter form, or the shorter form those of what is only it with more words."""
        for short in sorted(self._found, key=len):
            longer = [key for key in self._found if key.startswith(f"{short} ")]
            for key in longer:
                one, other = self._found[short], self._found[key]
                oftener = one.written.total() == 1 < other.written.total() and is_institution(other.name)
                in_full = oftener or other.shows_whole() >= max(1, one.shows_whole())
                whole, part = (other, one) if in_full else (one, other)
                whole.kinds |= part.kinds
                whole.times += part.times
                if whole is other:
                    break

    def signs_of(self, name: str) -> int:
        """Return how many signs stand for a name that was read otherwise, the word for a school in it among them."""
        signs = self._found.get(_key(name))
        return len(signs.kinds) + 1 if signs else 1

    def best(self) -> Organisation | None:
        """Return whose document it is by the most signs, None where nobody has any."""
        ranked = sorted(self._found.values(), key=lambda each: (-each.count(), -each.times, each.number))
        if not ranked or not ranked[0].count():
            return None
        first = ranked[0]
        sure = first.confidence()
        if any(each.count() == first.count() and each.times >= first.times for each in ranked[1:]):
            sure = _SURE[1]
        return Organisation(_as_written(first), first.where, sure, first.count())


def _key(name: str) -> str:
    return " ".join(name.replace("’", "'").casefold().removeprefix("the ").split())


def _as_written(signs: Signs) -> str:
    """Return the name as the document writes it most, in small letters and with its article where it has them."""
    best = max(signs.written, key=lambda name: (not name.isupper(), signs.written[name], name.startswith("The ")))
    article = next((name for name in signs.written if name == f"The {best}"), None)
    return article or best
