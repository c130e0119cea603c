"""The name of a document's file as a weak witness of its title: it gives none, it only says which line is meant."""

import re
from dataclasses import dataclass

from pipeline.facts.titles.words import words_of

_WORD = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Witness:
    """The words that a file is called by."""

    words: frozenset[str]

    @classmethod
    def of(cls, file_name: str) -> "Witness":
        """Return the witness of a file's name without its ending; one that says nothing where that has no words."""
        return cls(frozenset(_content_words(file_name)))

    def names(self, title: str) -> bool:
        """Say whether every word of a title stands in the file's name."""
        words = _content_words(title)
        return bool(words) and all(word in self.words for word in words)


def _content_words(text: str) -> list[str]:
    return [word.removesuffix("s") for word in _WORD.findall(text.lower()) if word not in words_of("file-name")]
