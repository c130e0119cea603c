"""Whom a number or address follows in its line, row or the lines before: a person named there, or a role."""

import re
from dataclasses import dataclass

from pipeline.named.holders import Standing
from pipeline.named.mentions import Mention
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.reasons.reason import Reason

_ITS_OWN = re.compile(r"s?[\s\u00a0]*[:(–—-]")
_RINGS = re.compile(
    r"\b(?:worried|concerned|unsure|should|must|will|can|may|has to|have to|who|rings?|calls?|tells?|reports?|writes?"
    r"|contacts?|speaks?|asks?|e-?mails?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a detail follows."""

    role: str | None
    mention: Mention | None

    @property
    def on_purpose(self) -> Reason | None:
        """Why the name it follows is not rewritten."""
        return self.mention.on_purpose if self.mention else None

    def is_of(self, standing: Standing) -> bool:
        """Whether this is the person or the role of ``standing``."""
        if self.role is not None:
            return self.role == standing.role and (
                self.mention is None or standing.name is None or self._names(standing)
            )
        return self._names(standing)

    def _names(self, standing: Standing) -> bool:
        return self.mention is not None and same_person(self.mention.person.name, standing.name, SHORTENED)


def rings(text: str, label_end: int, position: int) -> bool:
    """Whether a role before a number is who rings it, not whose it is: "if a class teacher is worried, ring …"."""
    return _ITS_OWN.match(text, label_end) is None and _RINGS.search(text, label_end, position) is not None


def subject_of(mention: Mention) -> Subject:
    """Return a person named as whom a detail follows, in the role that the mention has."""
    return Subject(mention.standing.role if mention.standing else None, mention)
