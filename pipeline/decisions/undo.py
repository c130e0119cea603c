"""What was recorded in error ends, and stays on record: one decision for everything that can be.

The page shows what was recorded last, and nothing is taken back where another holds by the time the form comes.
"""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.acknowledgements.corrections import correct_leaving, correct_reading
from pipeline.acknowledgements.declarations.declaring import last_answer, name_asked, take_back
from pipeline.decisions.declare import Case, DecisionSaid, DecisionWords, DeclaredDecision, Look, page_of_person
from pipeline.decisions.fields import Where, asked
from pipeline.decisions.policies import last_told, page_of
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.decisions.contact_answers import TypedAnswer, key_of, list_settled, say_settled, settle_contact
from pipeline.policies.decisions.corrections import correct_approval
from pipeline.policies.decisions.due_dates import correct_due
from pipeline.policies.decisions.reaffirm import correct_review, reaffirmed_on
from pipeline.policies.groups import correct_telling, find_group
from pipeline.policies.version_labels import find_label
from pipeline.reasons.reason import Reason
from pipeline.register.policies.decisions import list_approvals, list_overrides
from pipeline.register.policies.policies import list_versions
from pipeline.register.policies.settlements import SettledAs, Settlement
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.wording import say_day, say_method, say_moment, say_role

_OWN = "That is your own reading, declaration or last day: somebody else says that it was recorded in error."


def _words(command: str, does: str, page: str = "") -> DecisionWords:
    return DecisionWords(
        f"correct {command}" if command else "",
        does,
        Action.UNDO,
        page=page,
        heading="Recorded in error?",
        button="Yes, it was recorded in error",
        is_stop=True,
        explains="It stays on record, marked as recorded in error.",
    )


@dataclass(frozen=True, kw_only=True)
class _RecordedInError(DeclaredDecision):
    """Something was recorded in error; ``take_back`` ends it."""

    reason: str = asked(
        "What was wrong",
        hint="Kept with the correction.",
        missing="Say what was wrong; it is kept with the correction",
        help="Why; kept with the correction.",
        metavar="TEXT",
    )

    def do(self, case: Case) -> DecisionSaid:
        """End what was recorded in error."""
        if not self.reason.strip():
            raise UsageError("Say why with --reason; it is kept with the correction.")
        what = self.words.command.removeprefix("correct ")
        said = replace(self, reason=self.reason.strip()).take_back(case)
        return DecisionSaid(said, {"corrected": what, "message": str(said)})

    @abstractmethod
    def take_back(self, case: Case) -> Reason | str:
        """End it, and return that in a sentence."""


@dataclass(frozen=True, kw_only=True)
class _LastInError(_RecordedInError):
    """The last of several was; said twice it ends one, unless the one before it is meant."""

    earlier: bool = asked(
        help="The last one was taken back before: the one before it as well.", default=False, where=Where.COMMAND
    )

    def is_earlier(self, case: Case) -> bool:
        """Return whether one before the last may be meant: a person who has looked at a page has seen which it is."""
        return self.earlier or case.who is not None


@dataclass(frozen=True, kw_only=True)
class ReadingInError(_LastInError):
    """A reader has not read a policy after all."""

    words: ClassVar[DecisionWords] = _words(
        "acknowledgement",
        "Somebody has not read a policy after all; they are asked again.",
        "/people/{person}/readings/{slug}/correct",
    )
    person: str = asked(where=Where.ADDRESS)
    slug: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, person: str, slug: str) -> Look:
        """Show a reader's last word on a policy."""

        row, one, tx, school = case.person(person), case.policy(slug), case.decision.tx, case.decision.school
        about = page_of_person(row)
        given = list_acknowledgements(tx, school, person=row.id, policy_id=one.policy_id)
        if not given:
            return Look(about, nothing=f"No reading of {one.title} by {row.person.name} is recorded.")
        last = given[-1]
        rows = {
            "Reading of": f"{one.title}, version {_label(case, one.policy_id, last.version_id)}",
            "By": row.person.name,
            "On": say_moment(last.acknowledged_at.astimezone(case.config.zone)),
            "How": say_method(last.method.value),
        }
        then = "They owe it again: the next run asks them, and their page shows it at once."
        return Look(about, rows=rows, said=(then,), shown=str(last.id))

    def take_back(self, case: Case) -> str:
        """End the last word of a reader on a policy."""

        row, reason = case.person(self.person, own=_OWN), self.reason
        earlier = self.is_earlier(case)
        return correct_reading(case.decision, row, self.slug, reason=reason, earlier=earlier)


@dataclass(frozen=True, kw_only=True)
class DeclarationInError(_RecordedInError):
    """A person has not declared after all."""

    words: ClassVar[DecisionWords] = _words(
        "declaration",
        "Somebody has not declared after all; they are asked again.",
        "/people/{person}/declarations/{declaration}/correct",
    )
    person: str = asked(where=Where.ADDRESS)
    declaration: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, person: str, declaration: str) -> Look:
        """Show the last answer of a person to a declaration."""

        row, tx, school = case.person(person), case.decision.tx, case.decision.school
        name, found = name_asked(tx, school, case.config, row, declaration), last_answer(tx, school, row, declaration)
        if found is None:
            return Look(page_of_person(row), nothing=f"No declaration “{name}” by {row.person.name} is recorded.")
        said = ("The next run asks them again.",)
        on = say_moment(found[0].given_at.astimezone(case.config.zone))
        rows = {"Declaration": name, "By": row.person.name, "On": on}
        return Look(page_of_person(row), rows=rows, said=said, shown=str(found[0].id))

    def take_back(self, case: Case) -> str:
        """End a person's last answer to a declaration."""

        row = case.person(self.person, own=_OWN)
        return take_back(case.decision, case.config, row, self.declaration, reason=self.reason)


@dataclass(frozen=True, kw_only=True)
class ApprovalInError(_LastInError):
    """A policy was not approved after all."""

    words: ClassVar[DecisionWords] = _words(
        "approval",
        "A policy was not approved after all; it awaits its approval again.",
        "/policies/{slug}/correct-approval",
    )
    slug: str = asked(where=Where.ADDRESS)
    version: int | None = asked(
        help="Of which version; else the approval recorded last.", default=None, where=Where.COMMAND
    )

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show the approval of a policy that was recorded last."""

        one = case.policy(slug)
        given = list_approvals(case.decision.tx, case.decision.school, one.policy_id)
        if not given:
            return Look(page_of(one), nothing=f"No approval of {one.title} is recorded.")
        last = given[-1]
        rows = {
            "Approval of": f"{one.title}, version {_label(case, one.policy_id, last.version_id)}",
            "By": last.body,
            "On": say_day(last.approved_on),
            "Minute": last.minute or "",
            "Entered on": say_moment(last.recorded_at.astimezone(case.config.zone)),
        }
        then = "Its text awaits approval again unless another one holds, and its review is due when it was before."
        return Look(page_of(one), rows=rows, said=(then,), shown=str(last.id))

    def take_back(self, case: Case) -> Reason | str:
        """End the approval of a policy that was recorded last."""

        cycle, earlier = case.config.review.cycle_months, self.is_earlier(case)
        return correct_approval(
            case.decision,
            self.slug,
            reason=self.reason,
            number=self.version,
            default_cycle_months=cycle,
            earlier=earlier,
        ).said


@dataclass(frozen=True, kw_only=True)
class ReviewInError(_RecordedInError):
    """A policy was not checked after all."""

    words: ClassVar[DecisionWords] = _words(
        "review",
        "A policy was not checked after all; its review is due when it was before.",
        "/policies/{slug}/correct-review",
    )
    slug: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show when a policy was last recorded as checked and unchanged."""

        one = case.policy(slug)
        checked_on = reaffirmed_on(list_overrides(case.decision.tx, case.decision.school).get(one.policy_id, ()))
        if checked_on is None:
            return Look(page_of(one), nothing=f"No review of {one.title} without change is recorded.")
        rows = {"Checked, unchanged": one.title, "On": say_day(checked_on)}
        said = ("Its review is due when it was before.",)
        return Look(page_of(one), rows=rows, said=said, shown=checked_on.isoformat())

    def take_back(self, case: Case) -> Reason | str:
        """End the last review of a policy without change."""

        cycle = case.config.review.cycle_months
        return correct_review(case.decision, self.slug, reason=self.reason, default_cycle_months=cycle).said


@dataclass(frozen=True, kw_only=True)
class DueInError(_RecordedInError):
    """A review was not to be moved after all."""

    words: ClassVar[DecisionWords] = _words(
        "due",
        "A review was not to be moved after all; it is due on its scheduled day.",
        "/policies/{slug}/correct-due",
    )
    slug: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show to which day a review was moved, and why."""
        one = case.policy(slug)
        if (move := one.due_move) is None:
            return Look(page_of(one), nothing=f"The review of {one.title} is not moved.")
        rows = {
            "Review of": one.title,
            "Was due": say_day(move.before),
            "Moved to": say_day(move.to),
            "Said on": say_day(move.moved_on),
            "Why": move.reason,
        }
        then = f"Its review is due on {say_day(move.before)} again."
        return Look(page_of(one), rows=rows, said=(then,), shown=move.to.isoformat())

    def take_back(self, case: Case) -> Reason | str:
        """End the move of a review."""

        return correct_due(case.decision, self.slug, reason=self.reason, config=case.config).said


@dataclass(frozen=True, kw_only=True)
class LeavingInError(_RecordedInError):
    """A person has not left after all."""

    words: ClassVar[DecisionWords] = _words(
        "leaving", "Somebody has not left after all.", "/people/{person}/correct-leaving"
    )
    person: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Show the last day that is recorded of a person."""
        row = case.person(person)
        about = page_of_person(row)
        if row.person.leave_on is None:
            return Look(about, nothing=f"No last day of {row.person.name} is recorded.")
        rows = {"Last day of": row.person.name, "On": say_day(row.person.leave_on), "In": row.source}
        then = "They are here again in every list that it ended, with the last day they had before, if any."
        return Look(about, rows=rows, said=(then,), shown=row.person.leave_on.isoformat())

    def take_back(self, case: Case) -> str:
        """End a person's last day."""

        row = case.person(self.person, own=_OWN)
        return correct_leaving(case.decision, row, reason=self.reason, today=case.today)


@dataclass(frozen=True, kw_only=True)
class TellingInError(_LastInError):
    """A group was not told of a policy after all."""

    words: ClassVar[DecisionWords] = _words(
        "telling", "A group was not told of a policy after all.", "/policies/{slug}/groups/{group}/correct"
    )
    group: str = asked(where=Where.ADDRESS)
    slug: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, group: str, slug: str) -> Look:
        """Show when a group was last told of a policy."""

        one = case.policy(slug)
        key, named = find_group(case.config, group)
        if (last := last_told(case, key, one)) is None:
            return Look(page_of(one), nothing=f"Nothing is recorded of {named.name} and {one.title}.")
        rows = {"Told": named.name, "Of": one.title, "On": say_day(last.told_on), "How": last.by_means}
        return Look(
            page_of(one), rows=rows, said=(f"{named.name} count as told as they were before.",), shown=str(last.id)
        )

    def take_back(self, case: Case) -> Reason:
        """End the last telling of a group, of one policy."""

        earlier = self.is_earlier(case)
        return correct_telling(case.decision, case.config, self.group, self.slug, reason=self.reason, earlier=earlier)


@dataclass(frozen=True, kw_only=True)
class NameInError(_RecordedInError):
    """What was said of a name or number in a policy was an error."""

    words: ClassVar[DecisionWords] = _words(
        "", "What was said of a name or number in a policy was an error.", "/policies/{slug}/names/{named}/correct"
    )
    slug: str = asked(where=Where.ADDRESS)
    named: str = asked(where=Where.ADDRESS)

    @classmethod
    def look(cls, case: Case, slug: str, named: str) -> Look:
        """Show what was said of a name or number."""

        one, said = case.policy(slug), cls._said(case, slug, named)
        if said is None:
            return Look(page_of(one), nothing="Nothing is said of that name or number here.")
        rows = {
            "Said of": f"{said.value}, {say_role(said.role)}",
            "In": one.title if said.policy_id is not None else "every policy",
            "That": "it is right there" if said.answer is SettledAs.RIGHT else "it is a former holder’s",
            "By": said.decided_by,
            "Because": said.reason,
        }
        return Look(page_of(one), rows=rows, said=("The next run asks again whose it is.",), shown=said.answer.value)

    @staticmethod
    def _said(case: Case, slug: str, named: str) -> Settlement | None:

        settled = list_settled(case.decision.tx, case.decision.school, case.policy(slug).policy_id)
        return next((each for each in settled if key_of(each) == named), None)

    def take_back(self, case: Case) -> str:
        """End what was said of a name or number."""

        if (said := self._said(case, self.slug, self.named)) is None:
            raise UsageError("Nothing is said of that name or number here, so nothing was taken back.")
        everywhere = said.policy_id is None
        given = TypedAnswer(self.slug, said.value, SettledAs.TAKEN_BACK, self.reason, said.role, everywhere)
        back = settle_contact(case.decision, case.config, given, today=case.today)
        return say_settled(back, case.policy(self.slug).title)


def _label(case: Case, policy_id: int, version_id: int) -> str:

    tx, school = case.decision.tx, case.decision.school
    version = next(each for each in list_versions(tx, school, policy_id) if each.id == version_id)
    return find_label(tx, school, version)


DECISIONS = (
    ReadingInError,
    DeclarationInError,
    ApprovalInError,
    ReviewInError,
    DueInError,
    LeavingInError,
    TellingInError,
    NameInError,
)
