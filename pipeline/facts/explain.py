"""Say behind each fact which rule read it and where its words stand: ``policy extract --explain``.

Goes in: the facts of a document as they were just read; the register does not keep the rules. Comes out: an entry a
fact, which the command prints or hands on as JSON.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.facts import FACT_FIELDS, Facts, FactStatus
from pipeline.model.pick import pick

_LONGEST_RULE = 110
"""Letters of a rule's name in a line for people; JSON has all of it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document is said to say something."""

    fact: str
    """One of ``FACT_FIELDS``, ``promise`` or ``guidance``."""
    status: FactStatus
    text: str | None
    """The words it was read in."""
    where: str | None
    rule: str | None
    """File and phrase, or the module and its pattern; None where nothing was found."""

    def as_json(self) -> dict[str, str | None]:
        """Return it as plain values, every key present: ``fact status text where rule``."""
        return pick(self, "fact", "status", "text", "where", "rule")

    def sentence(self) -> str:
        """Return it as a line for people."""
        if self.rule is None:
            return "no rule found it"
        rule = self.rule if len(self.rule) <= _LONGEST_RULE else f"{self.rule[: _LONGEST_RULE - 1]}…"
        return f"“{self.text}”, {self.where}, by {rule}"


def explain_facts(facts: Facts) -> tuple[Explanation, ...]:
    """Return an explanation of each of ``FACT_FIELDS`` in their order, then of each promise and each guidance cited."""
    return tuple(_explained(facts))


def _explained(facts: Facts) -> Iterator[Explanation]:
    for name in FACT_FIELDS:
        evidence = facts.evidence.get(name)
        if evidence is not None:
            rule = evidence.rule if evidence.status is not FactStatus.MISSING else None
            yield Explanation(name, evidence.status, evidence.text, evidence.places, rule)
    for promise in facts.promises:
        rule = f"findings/promises.toml: {promise.kind.value}"
        yield Explanation("promise", FactStatus.FOUND, promise.text, str(promise.where), rule)
    for cited in facts.guidance:
        rule = f"catalogue/guidance.toml: {cited.guidance}"
        yield Explanation("guidance", FactStatus.FOUND, cited.text, str(cited.where), rule)
