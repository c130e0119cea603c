"""What is overruled of what a policy says of itself: one of its facts, who looks after it, whether it is in use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline.decisions.declare import Case, DecisionSaid, DecisionWords, DeclaredDecision, Look
from pipeline.decisions.fields import Where, asked
from pipeline.decisions.policies import page_of, said_of_policy
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.decisions.decide import set_facts
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.handing_over import Owner, check_new_owner, find_owner, hand_over, list_owners
from pipeline.policies.decisions.typed import checked, names_of
from pipeline.policies.effective import WITHDRAWN
from pipeline.wording import say_count, say_list, say_partial

_WHY = "Say why; it is kept with the change"
_FACTS = {
    "title": "Title",
    "school": "School",
    "approved_by": "Approved by",
    "approved_on": "Approved on",
    "last_review": "Last review",
    "next_review": "Next review",
    "review_cycle_months": "Months between reviews",
    "version": "Version",
    "owner": "Who looks after it",
}


def _set(case: Case, slug: str, assignments: Sequence[str], reason: str) -> Decided:
    known = names_of(case.config)
    return set_facts(case.decision, slug, assignments, reason=reason, today=case.today, known=known)


@dataclass(frozen=True, kw_only=True)
class SetFacts(DeclaredDecision):
    """Facts of a policy are overruled; on the page one."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "set",
        "Overrule what a policy says of itself, with a reason.",
        Action.EDIT_POLICIES,
        page="/policies/{slug}/facts",
        button="Save correction",
        heading="Correct what {name} says of itself",
        explains="The document itself is not changed: your word stands before what it says, with the reason.",
    )
    slug: str = asked(where=Where.ADDRESS)
    assignments: tuple[str, ...] = asked(where=Where.ADDRESS, metavar="FIELD=VALUE...")
    fact: str = asked("What is to be corrected", missing="Choose what is to be corrected", where=Where.PAGE, default="")
    value: str = asked(
        "What is right",
        hint="A date like 2026-08-31, August 2026, autumn term 2026 or 2026-27. Write none where there is none.",
        missing="Type what is right; write none where there is none",
        where=Where.PAGE,
        default="",
    )
    reason: str = asked(
        "Why", hint="Kept with the change.", missing=_WHY, help="Why; kept with the change.", metavar="TEXT"
    )

    @classmethod
    def meant(cls, case: Case, **address: str) -> Mapping[str, Any]:
        """Return the policy of the page; what is corrected is chosen there."""
        return {**address, "assignments": ()}

    @classmethod
    def look(cls, case: Case, slug: str, assignments: Sequence[str]) -> Look:
        """Show what a policy says of itself now."""
        one = case.policy(slug)
        rows = {
            "Review due": say_partial(one.next_review) or "no date",
            "Last review": say_partial(one.last_review) or "not given",
            "Approved": say_partial(one.approved_on) or "not recorded",
            "Owner": one.owner or "nobody named",
        }
        shown = f"{one.version_id} {'; '.join(rows.values())}"
        return Look(page_of(one), rows=rows, said=assignments, shown=shown, choices={"fact": _FACTS})

    def faults(self, case: Case) -> Mapping[str, str]:
        """Return why what was typed is no value of the fact."""
        try:
            checked(f"{self.fact}={self.value}", case.today)
        except UsageError as error:
            return {"value": str(error)}
        return {}

    def do(self, case: Case) -> DecisionSaid:
        """Keep what is right."""
        assignments = self.assignments or (f"{self.fact}={self.value}",)
        return said_of_policy(_set(case, self.slug, assignments, self.reason))

    @classmethod
    def offer(cls, case: Case, subject: PolicyStanding) -> str:
        """Return the words of the link to it."""
        return "Correct what it says of itself" if subject.version_id and not subject.address else ""


@dataclass(frozen=True, kw_only=True)
class NameOwner(DeclaredDecision):
    """A person is named who looks after a policy."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "",
        "Name who looks after a policy; as `policy set SLUG owner=NAME`.",
        Action.EDIT_POLICIES,
        page="/policies/{slug}/owner",
        button="Name the owner",
        heading="Who looks after {name}",
        link="Name who looks after it",
        explains="Reminders of its reviews go to whoever looks after it.",
    )
    slug: str = asked(where=Where.ADDRESS)
    owner: str = asked(
        "Who is to look after it",
        hint="A role, such as Deputy Head, or a name.",
        missing="Say who is to look after it, by their role or their name",
    )
    reason: str = asked("Why", hint="Kept with the change.", missing=_WHY)

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show who looks after a policy now, and which owners there are."""
        one = case.policy(slug)
        owners = sorted({each.owner for each in case.find_policies() if each.owner}, key=str.casefold)
        hint = f"A role, such as Deputy Head, or a name. In use here: {', '.join(owners)}." if owners else ""
        return Look(
            page_of(one),
            said=(f"{one.owner} looks after it now." if one.owner else "Nobody is named for it now.",),
            values={"owner": one.owner or ""},
            hints={"owner": hint} if hint else {},
            shown=one.owner or "nobody",
        )

    def do(self, case: Case) -> DecisionSaid:
        """Keep who looks after the policy."""
        return said_of_policy(_set(case, self.slug, (f"owner={self.owner}",), self.reason))


_OWNERS = ("Who looks after what", "/owners")


@dataclass(frozen=True, kw_only=True)
class HandOver(DeclaredDecision):
    """Everything that one owner looks after goes to another."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "",
        "Hand over everything of one owner; as `policy owners OWNER --to NAME`.",
        Action.HAND_OVER,
        page="/owners/hand-over",
        above="/policies",
        heading="Hand over everything of one owner",
        button="Go on",
        explains="Nothing is changed yet: the next page shows which policies they are. The documents themselves are "
        "not changed; reminders of their reviews go to the new owner from then on.",
    )
    owner: str = asked("Whose policies", missing="Choose whose policies are handed over", is_linked=True)
    to: str = asked(
        "Who is to look after all of it",
        hint="A role, such as Deputy Head, or a name as in the staff list.",
        missing="Say who is to look after it all, by their role or their name",
    )
    reason: str = asked("Why", hint="Kept with the change, such as: Pat Marsh retires in July.", missing=_WHY)

    @classmethod
    def look(cls, case: Case) -> Look:
        """Ask whose policies go to whom."""
        owners = list_owners(case.decision.tx, case.decision.school, case.config, case.today)
        names = {one.name: one.name for one in owners if one.name}
        shown = "; ".join(f"{one.name}: {' '.join(each.slug for each in one.policies)}" for one in owners)
        nothing = "" if names else "Nobody looks after any policy yet."
        return Look(_OWNERS, nothing=nothing, shown=shown, choices={"owner": names})

    def faults(self, case: Case) -> Mapping[str, str]:
        """Return why it cannot go to them."""
        tx, school, owner = case.decision.tx, case.decision.school, self._owner(case)
        try:
            check_new_owner(tx, school, case.config, owner, self.to, case.today)
        except UsageError as error:
            return {"to": str(error)}
        return {}

    def _owner(self, case: Case) -> Owner:
        return find_owner(case.decision.tx, case.decision.school, case.config, self.owner, case.today)

    def check(self, case: Case) -> Look:
        """Show which policies they are."""
        titles = [one.title for one in self._owner(case).policies]
        rows = {"Looked after by": self.owner, "Goes to": self.to, "Why": self.reason, "Policies": say_list(titles)}
        return Look(_OWNERS, rows=rows, button=f"Hand over {say_count(len(titles), 'policy', 'policies')}")

    def do(self, case: Case) -> DecisionSaid:
        """Give all of it to the other."""
        said = hand_over(case.decision, case.config, self.owner, self.to, reason=self.reason, today=case.today)
        return DecisionSaid(said, {"owner": self.owner, "to": self.to, "message": said})


@dataclass(frozen=True, kw_only=True)
class Withdraw(DeclaredDecision):
    """A policy is taken out of use, or put back in."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "",
        "Take a policy out of use, or put it back in; as `policy set SLUG withdrawn=yes`.",
        Action.EDIT_POLICIES,
        page="/policies/{slug}/withdraw",
    )
    slug: str = asked(where=Where.ADDRESS)
    reason: str = asked("Why", hint="Kept with the change.", missing=_WHY)

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show whether a policy is in use, and what follows from the other."""
        one = case.policy(slug)
        if one.state is ReviewState.WITHDRAWN:
            then = "It counts again: its copy is made, it is published and asked for, and its reviews are due."
            return Look(
                page_of(one), f"Put {one.title} back in use", said=(then,), shown="out", button="Put it back in use"
            )
        then = (
            "Nobody is asked to read it any more, it is no longer published, and no review of it is due. Its versions "
            "and who has read them stay on record, and its file stays where it is. You can put it back in use."
        )
        button = "Take it out of use"
        return Look(page_of(one), f"Take {one.title} out of use", said=(then,), shown="in", button=button, is_stop=True)

    def do(self, case: Case) -> DecisionSaid:
        """Take the policy out of use, or put it back in: the other of what it is."""
        one = case.policy(self.slug)
        if one.state is ReviewState.WITHDRAWN:
            return said_of_policy(_set(case, self.slug, (f"{WITHDRAWN}=no",), self.reason)).saying(
                f"{one.title} is in use again."
            )
        done = said_of_policy(_set(case, self.slug, (f"{WITHDRAWN}=yes",), self.reason), "/policies?state=withdrawn")
        return done.saying(f"{one.title} is out of use; nobody is asked to read it any more.")

    @classmethod
    def offer(cls, case: Case, subject: PolicyStanding) -> str:
        """Return the words of the link to it."""
        return "Put it back in use" if subject.state is ReviewState.WITHDRAWN else "Take it out of use"


DECISIONS = (SetFacts, NameOwner, HandOver, Withdraw)
