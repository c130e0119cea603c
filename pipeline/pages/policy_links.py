"""Find the names of other policies in a text, so that they become links. Used by ``layout`` alone."""

import re
from collections.abc import Mapping
from functools import cached_property

_POLICY = re.compile(r"\s+(?:policy|procedure|statement)\s*$", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]+")


class PolicyNames:
    """The names of other policies with the address of each.

    Names are matched as whole words, capitals as given, hyphens like spaces, with or without "Policy" behind. A name of
    one word (*Safeguarding*) is also an ordinary word: it counts only with "Policy" behind it, or alone in its line.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = {
            key: address for name, address in addresses.items() if (key := _key(_POLICY.sub("", name))) and address
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = sorted(self._addresses, key=len, reverse=True)
        forms = [r"[^\w\n]{1,4}".join(re.escape(word) for word in name.split()) for name in names]
        return re.compile(rf"(?<![\w-])({'|'.join(forms)})(\s+[Pp]olicy)?(?![\w-])")

    def linked(self, text: str, link: str | None, *, whole: str) -> list[tuple[str, str | None]]:
        """Return the parts of a text with the address of each; ``whole`` is the line the text stands in.

        A text that is a link already stays one part.
        """
        if link is not None or not self._addresses:
            return [(text, link)]
        parts: list[tuple[str, str | None]] = []
        position = 0
        for match in self._pattern.finditer(text):
            key = _key(match[1])
            if len(key.split()) > 1 or match[2] or _key(_POLICY.sub("", whole)) == key:
                parts += [(text[position : match.start()], None), (match[0], self._addresses[key])]
                position = match.end()
        return [part for part in [*parts, (text[position:], None)] if part[0]]


def _key(name: str) -> str:
    return " ".join(_NO_LETTERS.sub(" ", name).split())
