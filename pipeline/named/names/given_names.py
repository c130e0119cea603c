"""The given names of some eighty languages, so that a name is known for one where no title and no number shows it.

They are the lists of persons of the package Faker, read when a name is first asked about and once a process: that costs
a tenth of a second, and most commands never ask. ``names`` and ``name_words`` ask.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pipeline.named.names.letters import plain_letters
from pipeline.named.names.words import words_of

_ENGLISH = ("en", "en_GB", "en_IE", "en_NZ", "en_US")
"""The lists whose names of two letters count ("Jo", "Al"); those of other languages are English words too often."""


@cache
def given_names() -> frozenset[str]:
    """Return given names in small letters without marks, each a single word; words of English are left out.

    Some twenty thousand. The first call takes about a tenth of a second, later ones nothing.
    """
    return (_all_listed() - ordinary_words()) | words_of("given-name")


def is_given_name_too(word: str) -> bool:
    """Return whether a word of English, in small letters, is a given name as well: Mark, Bill, Hope."""
    return word in _all_listed()


@cache
def _all_listed() -> frozenset[str]:
    return frozenset(_listed())


def _listed() -> Iterator[str]:
    from faker.providers import person

    # Each once: languages share many, and most are met in several lists of one.
    short, long = set[str](), set[str]()
    for module in iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        for attribute, names in vars(provider).items():
            # Tuples, lists, and mappings of a name to how often it is met; some languages part them further.
            if attribute.startswith(("first_name", "first_romanized")) and isinstance(names, tuple | list | dict):
                (short if module.name in _ENGLISH else long).update(each for each in names if isinstance(each, str))
    yield from _single_words(short, shortest=2)
    yield from _single_words(long - short, shortest=3)


_BETWEEN_WORDS = re.compile(r"[\s-]+")


def _single_words(names: Iterable[str], *, shortest: int) -> Iterator[str]:
    for name in names:
        for part in _BETWEEN_WORDS.split(name):
            word = plain_letters(part).strip(".'’")
            if len(word) >= shortest and word.isascii() and word.isalpha():
                yield word


def words_in_small(text: str) -> frozenset[str]:
    """Return the words that a document itself writes in small letters: none of them shows a person."""
    words = set(text.split())
    plain = {word for word in words if word.islower() and word.isascii() and word.isalpha() and len(word) > 1}
    return frozenset(plain.union(_SMALL.findall(" ".join(words - plain))))


class WrittenSmall:
    """Tells of single words whether a document writes them in small letters, without listing all that it does."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, word: object) -> bool:
        """Say of a word what ``words_in_small`` would."""
        if not isinstance(word, str) or _IN_SMALL.fullmatch(word) is None:
            return False
        at = self._text.find(word)
        while at >= 0:
            match = _SMALL.match(self._text, at)
            if match is not None and match[0] == word:
                return True
            at = self._text.find(word, at + 1)
        return False


_IN_SMALL = re.compile(r"[a-z]{2,}")
_SMALL = re.compile(r"(?<![\w@.'’/-])[a-z]{2,}(?![\w@]|\.\w)")


@cache
def ordinary_words() -> frozenset[str]:
    """Return the commonest words of English, of occupations and of streets in small letters.

    No first name beside a role is one of them. Some fifteen hundred; the first call takes about a tenth of a second.
    """
    from faker.providers.address.en_GB import Provider as BritishAddresses
    from faker.providers.address.en_US import Provider as AmericanAddresses
    from faker.providers.job.en_US import Provider as Jobs
    from faker.providers.lorem.en_US import Provider as Words

    phrases = (
        *Words.word_list,
        *Jobs.jobs,
        *BritishAddresses.street_suffixes,
        *AmericanAddresses.street_suffixes,
        *BritishAddresses.city_prefixes,
    )
    words = {word for phrase in phrases for word in re.findall(r"[a-z]+", phrase.casefold())}
    return words_of("ordinary") | words
