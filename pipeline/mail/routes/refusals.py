"""Whose failure a mail server's refusal is: this recipient's, this message's, or the whole route's.

The rules are data (``refusals.toml``): the first that fits counts. What no rule knows is the message's, until the same
refusal comes for three people in a row (``mail.settling``).
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.mail.routes.conversation import Stage

_RULES = Path(__file__).with_name("refusals.toml")
_STATUS = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
_SPAN = re.compile(r"([\dx])\.(\d+)\.(\d+|x)(?:-[\dx]\.\d+\.(\d+))?")
_CHANGING = re.compile(r"\S*[\d@]\S*")
"""Words with a number or an address in them differ from one answer to the next: ids, times, who was written to."""


class Whose(StrEnum):
    """What fails."""

    ROUTE = "route"
    """Sender, tenant, sign-in, quota, relay or the service itself: nobody's mail would go."""
    RECIPIENT = "recipient"
    """This mailbox, and no other."""
    MESSAGE = "message"
    """This mail, as far as one can tell."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail server's refusal."""

    code: int
    words: str
    """Behind the code, on one line, the enhanced code among them."""
    stage: Stage

    @property
    def status(self) -> str | None:
        """The enhanced code (RFC 3463), ``5.7.1``; None where there is none."""
        found = _STATUS.match(self.words)
        return found[1] if found else None

    @property
    def likeness(self) -> str:
        """What the same refusal of another person's mail has in common with this one."""
        status = self.status or ""
        words = " ".join(_CHANGING.sub(" ", self.words.lower()).split())
        return f"{self.stage} {self.code} {status} {words}"


@dataclass(frozen=True, slots=True)
class RefusalVerdict:
    """What a refusal means."""

    whose: Whose
    pauses: bool = False
    """All mail by the route rests for an hour."""
    lifted: str = ""
    """Who can lift it, a sentence; empty where nobody need."""
    rule: str = ""
    """The name of the rule that says so; empty where none knows it."""


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """One entry of ``refusals.toml``, which says what its parts mean."""

    verdict: RefusalVerdict
    codes: Sequence[str]
    stages: Sequence[str]
    status: Sequence[str]
    words: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    example: str
    counter_example: str

    def fits(self, reply: Reply) -> bool:
        """Return whether the rule is about such a refusal."""
        code = str(reply.code)
        if self.codes and not {code, f"{code[0]}xx"} & set(self.codes):
            return False
        if self.stages and reply.stage not in self.stages:
            return False
        if self.unless is not None and self.unless.search(reply.words):
            return False
        if not self.status and self.words is None:
            return True
        if self.words is not None and self.words.search(reply.words):
            return True
        return reply.status is not None and any(_is_in(reply.status, span) for span in self.status)


def judge(reply: Reply) -> RefusalVerdict:
    """Return whose failure a refusal is, and who can lift it."""
    for rule in load_rules():
        if rule.fits(reply):
            return rule.verdict
    return RefusalVerdict(Whose.MESSAGE)


@cache
def load_rules() -> tuple[RefusalRule, ...]:
    """Return the rules in their order."""
    with _RULES.open("rb") as file:
        return tuple(map(_rule, tomllib.load(file)["rule"]))


def _rule(entry: Mapping[str, Any]) -> RefusalRule:
    verdict = RefusalVerdict(Whose(entry["whose"]), entry.get("pauses", False), entry.get("lifted", ""), entry["name"])
    words, unless = (re.compile(entry[key], re.IGNORECASE) if key in entry else None for key in ("words", "unless"))
    codes, stages, status = (tuple(entry.get(key, ())) for key in ("codes", "stages", "status"))
    return RefusalRule(verdict, codes, stages, status, words, unless, entry["example"], entry["counter_example"])


def _is_in(status: str, span: str) -> bool:
    """Return whether an enhanced code is one of ``5.7.57``, ``x.7.57``, ``4.3.x`` or ``5.7.500-5.7.749``."""
    found = _SPAN.fullmatch(span)
    assert found is not None, span
    kind, subject, first, last = found.groups()
    its_kind, its_subject, detail = status.split(".")
    if kind not in (its_kind, "x") or subject != its_subject:
        return False
    return first == "x" or int(first) <= int(detail) <= int(last or first)
