"""Find the names of other policies in a text, so that they become links. Used by ``layout``; a run has one for all."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

_POLICY = re.compile(r"\s+(?:policy|procedure|statement)\s*$", re.IGNORECASE)
_POLICY_BEHIND = r"(\s+[Pp]olicy)?(?![\w-])"
_NO_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that a text may hold, and where it leads."""

    key: str
    """Its words, single blanks between them."""
    pattern: re.Pattern[str]
    """Matches it where it begins."""
    addresses: tuple[tuple[str, str], ...]
    """The titles it stands for, each with its address, as they were given; the last one counts."""


class _Known:
    """All names of a run, by their first words once they are needed."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.addresses = addresses

    @cached_property
    def by_first_word(self) -> Mapping[str, tuple[_Name, ...]]:
        return _by_first_word(self.addresses)


class PolicyNames(Mapping[str, str]):
    """The names of policies with the address of each; looked up by the first word of each, so many cost no more.

    Names are matched as whole words, capitals as given, hyphens like spaces, with or without "Policy" behind. A name of
    one word (*Safeguarding*) is also an ordinary word: it counts only with "Policy" behind it, or alone in its line.
    Where several begin at one place the longest counts.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """Take addresses by title; one that is empty makes no link."""
        self._known, self._own = _Known(addresses), ""

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
        other._known, other._own = self._known, title
        return other

    def linked(self, text: str, link: str | None, *, whole: str) -> list[tuple[str, str | None]]:
        """Return the parts of a text with the address of each; ``whole`` is the line the text stands in.

        A text that is a link already stays one part.
        """
        known = self._known.by_first_word
        if link is not None or not known or known.keys().isdisjoint(_WORD.findall(text)):
            return [(text, link)]
        parts: list[tuple[str, str | None]] = []
        position = 0
        for name, match, address in self._matches(text):
            if " " in name.key or match[1] or _key(_POLICY.sub("", whole)) == name.key:
                parts += [(text[position : match.start()], None), (match[0], address)]
                position = match.end()
        return [part for part in [*parts, (text[position:], None)] if part[0]]

    def _matches(self, text: str) -> Iterator[tuple[_Name, re.Match[str], str]]:
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end or (start and text[start - 1] == "-"):
                continue
            for name in self._known.by_first_word.get(word[0], ()):
                address = next((found for title, found in reversed(name.addresses) if title != self._own), None)
                match = name.pattern.match(text, start) if address is not None else None
                if match is not None and address is not None:
                    yield name, match, address
                    end = match.end()
                    break


def _by_first_word(addresses: Mapping[str, str]) -> Mapping[str, tuple[_Name, ...]]:
    titles: dict[str, list[tuple[str, str]]] = {}
    for title, address in addresses.items():
        if (key := _key(_POLICY.sub("", title))) and address:
            titles.setdefault(key, []).append((title, address))
    found: dict[str, list[_Name]] = {}
    for key in sorted(titles, key=len, reverse=True):
        words = key.split()
        form = r"[^\w\n]{1,4}".join(map(re.escape, words))
        found.setdefault(words[0], []).append(_Name(key, re.compile(form + _POLICY_BEHIND), tuple(titles[key])))
    return {word: tuple(names) for word, names in found.items()}


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
