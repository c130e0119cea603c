"""Which policy of the catalogue does a title name, and what is a policy called in addresses and files?

A title matches when it says the same as a name or an alias, a slip of the pen allowed; a title that says more
("Behaviour and Anti-Bullying") or other ("Staff Behaviour") is no match for a policy that says less.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from pipeline.catalogue.policies import CatalogueEntry, load_catalogue, singular
from pipeline.dates.written import find_dates
from pipeline.named.schools import without_school
from pipeline.text.rules import words_beside

_LONGEST_SLUG = 60
_MOST_NAMES = 8192
_words_of = words_beside(str(Path(__file__).with_name("words.toml")))
"""Returns what a title may have more or fewer of and still be the same policy, of the kind "dropped"."""


def match_policy(title: str) -> CatalogueEntry | None:
    """Return the catalogue's policy of that title, None where it is a policy of the school's own.

    Case, punctuation, order of words, singular and plural, years, the school's name and words like "policy" do not
    count; a slip of a letter or two in a long word is forgiven.
    """
    shorter = without_school(title)
    wordings = dict.fromkeys((title, shorter, re.sub(r"\([^)]*\)", " ", shorter)))
    for words in dict.fromkeys(map(_key, wordings)):
        entry = _exact().get(words)
        if entry is not None:
            return entry
        if words:
            near = _match_with_slips(words)
            if near is not None:
                return near
    return None


@lru_cache(maxsize=_MOST_NAMES)
def is_policy_name(title: str) -> bool:
    """Say whether ``title`` is, slips apart, the name or an alias of a policy in the catalogue."""
    shorter = without_school(title)
    wordings = dict.fromkeys((title, shorter, re.sub(r"\([^)]*\)", " ", shorter)))
    return any(_is_exact(_without_dates(wording)) for wording in wordings)


def _is_exact(text: str) -> bool:
    """Say whether words are all those of a known name; at the first that no name has the rest is not looked at."""
    known = _words_of_names()
    if any(singular(word) not in known and _counts(word) for word in _plain_words(text)):
        return False
    return _words(text) in _exact()


def slug_for(title: str) -> str:
    """Return the slug of a policy: the catalogue's where it knows the title, else the title in plain letters.

    Lower-case ASCII letters, figures and single hyphens, 1 to 60 characters, never empty, safe as a file name.
    """
    entry = match_policy(title)
    if entry is not None:
        return entry.slug
    text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace("&", " and ")
    words = re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", text))
    while len(words) > 1 and words[-1] in {"policy", "policies"}:
        words.pop()
    slug = "-".join(words)
    if len(slug) > _LONGEST_SLUG:
        slug = slug[:_LONGEST_SLUG].rsplit("-", 1)[0] if "-" in slug[:_LONGEST_SLUG] else slug[:_LONGEST_SLUG]
    return f"policy-{slug}" if slug in _RESERVED else slug or "policy"


_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
"""Names that Windows does not allow for files."""


@cache
def _exact() -> dict[tuple[str, ...], CatalogueEntry]:
    """Names before aliases, so that an alias never hides a policy of that name."""
    known: dict[tuple[str, ...], CatalogueEntry] = {}
    for entry in load_catalogue():
        known.setdefault(_words(entry.name), entry)
    for entry in load_catalogue():
        for alias in entry.aliases:
            known.setdefault(_words(alias), entry)
    known.pop((), None)
    return known


@cache
def _words_of_names() -> frozenset[str]:
    return frozenset(word for words in _exact() for word in words)


def _key(title: str) -> tuple[str, ...]:
    """Return the words of a title that count."""
    return _words(_without_dates(title))


def _without_dates(title: str) -> str:
    for found in reversed(find_dates(title)):
        # "First Aid Policy Sept 24": with two digits a year only where nothing follows.
        if not found.short_year or not title[found.end :].strip(" ).,"):
            title = title[: found.start] + " " + title[found.end :]
    return title


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted({singular(word) for word in _plain_words(text) if _counts(word)}))


def _plain_words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKD", text).lower().replace("&", " and ")
    return re.findall(r"[a-z]+", re.sub(r"['’‘]s?\b", "", text))


def _counts(word: str) -> bool:
    """Say whether a word tells one policy from another."""
    return word not in _words_of("dropped") and not _is_kind(word)


_KINDS = ("policy", "policies", "procedure", "procedures", "statement")


_WORDS_OF_THEIR_OWN = frozenset({"police", "polite", "polity", "procure"})


def _is_kind(word: str) -> bool:
    """Say whether a word is a slip of one that only says what kind of document it is ("polcy", "proceedure")."""
    if word[0] not in "ps" or len(word) < 5 or word in _WORDS_OF_THEIR_OWN:
        return False
    return any(_is_slip(word, kind) for kind in _KINDS)


def _match_with_slips(words: tuple[str, ...]) -> CatalogueEntry | None:
    alike = _by_first_letters().get(_first_letters(words), ())
    matches = {entry.slug: entry for known, entry in alike if _pairs_off(words, known)}
    return next(iter(matches.values())) if len(matches) == 1 else None


@cache
def _by_first_letters() -> dict[tuple[str, ...], list[tuple[tuple[str, ...], CatalogueEntry]]]:
    """The known names by the first letter of each word, which no slip changes."""
    found: dict[tuple[str, ...], list[tuple[tuple[str, ...], CatalogueEntry]]] = {}
    for known, entry in _exact().items():
        found.setdefault(_first_letters(known), []).append((known, entry))
    return found


def _first_letters(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(word[0] for word in words))


def _pairs_off(words: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Say whether every word has its partner, long ones with at most one slip in six letters."""
    left = [word for word in words if word not in known]
    right = [word for word in known if word not in words]
    for word in left:
        partner = next((other for other in right if _is_slip(word, other)), None)
        if partner is None:
            return False
        right.remove(partner)
    return True


def _is_slip(word: str, other: str) -> bool:
    shorter = min(len(word), len(other))
    allowed = 0 if shorter < 5 else 1 if shorter < 10 else 2
    # A slip puts one letter for another at most: so far the letters of both must be the same before they are compared.
    if not allowed or word[0] != other[0] or len({*word} ^ {*other}) > 2 * allowed:
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(word, other, score_cutoff=allowed) <= allowed
