"""Say behind each change of a copy by which words, where, and by which rule: ``policy copy --explain``.

Goes in: the copy's words and its plan. The words of a role that stand nearest to a change are told, which are those it
was made for wherever the document names a role once; the plan itself keeps no record of it. Comes out: an entry a
change, in the order of the plan's, which the command prints or hands on as JSON.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model.contacts import ReplacementKind
from pipeline.model.documents import Document
from pipeline.named.roles.vocabulary import RoleMention, find_roles
from pipeline.places import Place
from pipeline.plan.rewording import passages_of
from pipeline.plan.values import Replacement, ReplacementPlan
from pipeline.text.passages import Passage

_BY_KIND = {
    ReplacementKind.PRONOUN: "plan/pronouns.py: it stands for a name that changes",
    ReplacementKind.FIELD: "plan/fields.py: a field in double braces",
    ReplacementKind.HEADER: "plan/header.py: a date, an approval or a version of the document's own header",
}
_FORMER = "no words of the role: whoever goes is listed under [[contacts.former]], or named by the lay-out alone"


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """Why something is changed in a copy."""

    where: Place
    before: str
    after: str
    words: str | None
    """The role as the document has it: "Safeguarding Lead"; None where no role's words were gone by."""
    words_where: Place | None
    rule: str
    """File and phrase, or the module and what it does."""

    def as_json(self) -> dict[str, str | None]:
        """Return it as plain values, every key present: ``where before after words words_where rule``."""
        return {
            "where": str(self.where),
            "before": self.before,
            "after": self.after,
            "words": self.words,
            "words_where": str(self.words_where) if self.words_where else None,
            "rule": self.rule,
        }

    def sentence(self) -> str:
        """Return it as a line for people."""
        return f"by {self.rule}" if self.words is None else f"for “{self.words}”, {self.words_where}, by {self.rule}"


def explain_changes(document: Document, plan: ReplacementPlan) -> tuple[ChangeReason, ...]:
    """Return why each replacement of ``plan`` is made; ``document`` is the copy in its new words, or the old ones."""
    passages = passages_of(document)
    return tuple(_explained(each, passages) for each in plan.replacements)


def _explained(change: Replacement, passages: Sequence[Passage]) -> ChangeReason:
    rule = _BY_KIND.get(change.kind)
    found = next(_roles_near(change, passages), None) if rule is None else None
    if found is None:
        return ChangeReason(change.where, change.before, change.after, None, None, rule or _FORMER)
    passage, mention = found
    words = " ".join(mention.text.split())
    return ChangeReason(change.where, change.before, change.after, words, passage.where, mention.rule)


def _roles_near(change: Replacement, passages: Sequence[Passage]) -> Iterator[tuple[Passage, RoleMention]]:
    """Yield the words of the change's role: in its own passage first, then in the nearest, those before it first."""
    at = next((number for number, each in enumerate(passages) if each.where == change.where), None)
    if at is None:
        return
    for number in sorted(range(len(passages)), key=lambda each: (abs(each - at), each > at)):
        for mention in find_roles(passages[number].text):
            if change.role == (mention.planned or mention.role) and mention.rule:
                yield passages[number], mention
