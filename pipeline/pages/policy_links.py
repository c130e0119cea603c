"""Find the names of other policies in a text, so that they become links. Used by ``layout``; a run has one for all."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest

from pipeline.text.lazily import compiled_lazily

_POLICY = re.compile(r"\s+(?:policy|procedure|statement)\s*$", re.IGNORECASE)
_POLICY_BEHIND = r"(\s+[Pp]olicy)?(?![\w-])"
_NO_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"\w+")
_MOST_PARTED = 4096
"""Texts; few documents have as many."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that a text may hold, and where it leads."""

    key: str
    """Its words, single blanks between them."""
    pattern: re.Pattern[str]
    """Matches it where it begins."""
    addresses: tuple[tuple[str, str], ...]
    """The titles it stands for, each with its address, as they were given; the last one counts."""


class _PolicyNames:
    """All names of a run, by their first two words once they are needed."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.addresses = addresses

    @cached_property
    def by_words(self) -> Mapping[str, Mapping[str | None, Sequence[_Name]]]:
        return _by_words(self.addresses)


class PolicyNames(Mapping[str, str]):
    """The names of policies with the address of each; looked up by their first two words, so many cost no more.

    Names are matched as whole words, capitals as given, hyphens like spaces, with or without "Policy" behind. A name of
    one word (*Safeguarding*) is also an ordinary word: it counts only with "Policy" behind it, or alone in its line.
    Where several begin at one place the longest counts.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """Take addresses by title; one that is empty makes no link."""
        self._known, self._own = _PolicyNames(addresses), ""
        self._parted: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
        """What was found in the texts of a copy: they are asked about for its PDF and for its web page."""

    def __reduce__(self) -> tuple[Callable[..., "PolicyNames"], tuple[tuple[tuple[str, str], ...], str]]:
        """Go to another process as titles and addresses: the patterns are made there, once for all copies of a run."""
        return _names_again, (tuple(self._known.addresses.items()), self._own)

    def __getitem__(self, title: str) -> str:
        """Return the address of the policy ``title``."""
        if title == self._own:
            raise KeyError(title)
        return self._known.addresses[title]

    def __iter__(self) -> Iterator[str]:
        """Yield the titles."""
        return (title for title in self._known.addresses if title != self._own)

    def __len__(self) -> int:
        """Return how many titles there are."""
        return sum(1 for _ in self)

    def apart_from(self, title: str) -> "PolicyNames":
        """Return the names for the text of the policy ``title``, which does not lead to itself."""
        other = PolicyNames.__new__(PolicyNames)
        other._known, other._own, other._parted = self._known, title, {}
        return other

    def linked(self, text: str, link: str | None, *, whole: str) -> Sequence[tuple[str, str | None]]:
        """Return the parts of a text with the address of each; ``whole`` is the line the text stands in.

        A text that is a link already stays one part.
        """
        known = self._known.by_words
        if link is not None or not known:
            return [(text, link)]
        if (found := self._parted.get((text, whole))) is None:
            if len(self._parted) >= _MOST_PARTED:
                self._parted.clear()
            found = self._parted[text, whole] = self._part(text, whole)
        return found

    def _part(self, text: str, whole: str) -> list[tuple[str, str | None]]:
        if self._known.by_words.keys().isdisjoint(_WORD.findall(text)):
            return [(text, None)]
        parts: list[tuple[str, str | None]] = []
        position = 0
        for name, match, address in self._matches(text):
            if " " in name.key or match[1] or _key(_POLICY.sub("", whole)) == name.key:
                parts += [(text[position : match.start()], None), (match[0], address)]
                position = match.end()
        return [part for part in [*parts, (text[position:], None)] if part[0]]

    def _matches(self, text: str) -> Iterator[tuple[_Name, re.Match[str], str]]:
        end, words, known = 0, list(_WORD.finditer(text)), self._known.by_words
        for word, following in zip_longest(words, words[1:]):
            names, start = known.get(word[0]), word.start()
            if names is None or start < end or (start and text[start - 1] == "-"):
                continue
            for name in _going_on(names, following[0] if following is not None else None):
                address = next((found for title, found in reversed(name.addresses) if title != self._own), None)
                match = name.pattern.match(text, start) if address is not None else None
                if match is not None and address is not None:
                    yield name, match, address
                    end = match.end()
                    break


def _going_on(names: Mapping[str | None, Sequence[_Name]], following: str | None) -> Sequence[_Name]:
    """Return those of the names with one first word that go on with a second one, or with none; the longest first."""
    alone = names.get(None, ())
    return alone if following is None else (*names.get(following, ()), *alone)


def _by_words(addresses: Mapping[str, str]) -> Mapping[str, Mapping[str | None, Sequence[_Name]]]:
    """Return the names by their first word and their second, None for a name of one word; the longest first."""
    titles: dict[str, list[tuple[str, str]]] = {}
    for title, address in addresses.items():
        if (key := _key(_POLICY.sub("", title))) and address:
            titles.setdefault(key, []).append((title, address))
    found: dict[str, dict[str | None, list[_Name]]] = {}
    for key in sorted(titles, key=len, reverse=True):
        first, *others = words = key.split()
        form = r"[^\w\n]{1,4}".join(map(re.escape, words))
        name = _Name(key, compiled_lazily(form + _POLICY_BEHIND), tuple(titles[key]))
        found.setdefault(first, {}).setdefault(next(iter(others), None), []).append(name)
    return found


@lru_cache(maxsize=8)
def _names_known(addresses: tuple[tuple[str, str], ...]) -> PolicyNames:
    return PolicyNames(dict(addresses))


def _names_again(addresses: tuple[tuple[str, str], ...], own: str) -> PolicyNames:
    return _names_known(addresses).apart_from(own)


def names_of(links: Mapping[str, str]) -> PolicyNames:
    """Return the names, which a run made once for all of its copies, or which are those of one."""
    return links if isinstance(links, PolicyNames) else PolicyNames(links)


def _key(name: str) -> str:
    return " ".join(_NO_LETTERS.sub(" ", name).split())
