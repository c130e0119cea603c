"""The person who decides, as the register and the ledger name them: a name, an address they signed in with, or both.

Both keep the words; ``read_actor`` is the one way back to the parts.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who decides."""

    name: str
    """As they named themself, or as a list of people has it; the address where nobody's name is known."""
    account: str = ""
    """The address in small letters by which they signed in; empty where they are named by none.

    The name in front of it follows the staff list, and so may become another.
    """

    def __str__(self) -> str:
        """Return the words that records keep: ``Ann Lee (a.lee@example.org)``."""
        return f"{self.name} ({self.account})" if self.account not in ("", self.name) else self.name


def read_actor(words: str) -> Actor:
    """Return whom words of a record mean; whatever a person put into brackets behind their name is not of the name."""
    last = words.rpartition(" (")[2].removesuffix(")")
    return Actor(" ".join(words.partition(" (")[0].split()), last.casefold() if "@" in last else "")
