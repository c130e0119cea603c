"""What is decided on one policy by a form of a few fields: its review moved or done, and who was told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from pipeline.decisions.declare import Case, DecisionSaid, DecisionWords, DeclaredDecision, Look
from pipeline.decisions.fields import Where, asked
from pipeline.decisions.rights import Action
from pipeline.model.policies import DueMove, PolicyStanding, ReviewState
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.drafts import show_version
from pipeline.policies.decisions.due_dates import latest_day, move_due, rule_warning
from pipeline.policies.decisions.ready import mark_ready, text_for_clerk, unmark_ready
from pipeline.policies.decisions.reaffirm import reaffirm
from pipeline.policies.groups import GroupAnswer, find_group, record_told
from pipeline.policies.meetings import say_meeting, say_missing_approval
from pipeline.policies.owners import directory_of_owners, resolve_default_owner, resolve_owner
from pipeline.reasons.reason import say
from pipeline.register.mail.groups import GroupTold, list_told
from pipeline.register.policies.copies import current_copies
from pipeline.register.policies.policies import get_policy
from pipeline.register.policies.ready_texts import list_ready
from pipeline.wording import say_day, say_distance, say_moment, say_partial

_NOT_YOURS = "Only whoever looks after this policy, or runs the program, moves the day on which its review is due."
_NO_CLERK = "No address of the clerk is known, so the papers do not go by themselves."
_NO_TEXT = "It has no text of the school’s own that could go to the clerk."
_WOULD_GO = "It goes as it is now; if the document is changed before, it does not go until you say so again."
_GOES = "It goes with the papers of the next meeting. Taken back, its paper does not go."
_HELD = "Nothing half-edited leaves the school: mend the document and upload it again first."


def page_of(one: PolicyStanding) -> tuple[str, str]:
    """Return a policy's title and the address of its page."""
    return one.title, f"/policies/{one.slug}"


def said_of_policy(decided: Decided, to: str = "") -> DecisionSaid:
    """Return what was decided on a policy, for its page and for the command; ``to`` is as ``DecisionSaid`` has it."""
    return DecisionSaid(decided.said, {"slug": decided.slug, "title": decided.title, "message": decided.message}, to)


def may_move_due(case: Case, one: PolicyStanding) -> bool:
    """Return whether the person who decides may move the day of a policy's review: who looks after it, or after all."""
    if one.address is not None or one.due_on is None or one.days is None:
        return False
    if case.who is None or case.may(Action.EDIT_POLICIES):
        return True
    directory = directory_of_owners(case.config, case.today)
    owners = resolve_owner(one.owner, directory, case.config) or resolve_default_owner(directory, case.config)
    return any(case.who.is_at(owner.address) for owner in owners)


@dataclass(frozen=True, kw_only=True)
class MoveDue(DeclaredDecision):
    """The day a review is due is moved, once."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "due",
        "Move the day a review is due, once, with a reason that governors see.",
        # For everybody who is signed in: a policy's owner may have any right, and none beside.
        Action.SEE_DESK,
        page="/policies/{slug}/due",
        button="Move the review",
        heading="Move the review of {name}",
        explains="A review may be moved once, by at most six months. The reason stands on the governors’ agenda sheet "
        "and on the policy’s page, and reminders follow the new day. The policy stays in force, and its text and its "
        "copies stay as they are.",
    )
    slug: str = asked(where=Where.ADDRESS)
    to: date = asked(
        "The day it is due instead", missing="Say on which day it is to be due", help="The day it is due instead."
    )
    reason: str = asked(
        "Why",
        hint="Governors read it, such as: waits for the new statutory guidance. Write nothing about anybody’s health.",
        missing="Say why; governors see it in their papers",
        help="Why; it stands on the governors' agenda sheet.",
        metavar="TEXT",
    )

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show when a policy's review is due, and how far it may be moved."""
        one = case.policy(slug)
        about = page_of(one)
        if one.due_move is not None:
            said = f"It was moved to {say_day(one.due_move.to)} before. A review is moved once: next it is done."
            return Look(about, nothing=said)
        if one.due_on is None or one.days is None:
            return Look(about, nothing=f"{one.title} has no review that could be moved.")
        if not may_move_due(case, one):
            return Look(about, nothing=_NOT_YOURS)
        latest = latest_day(one.due_on, case.today)
        rows = {
            "Review due": f"{say_day(one.due_on)}, {say_distance(one.days)}",
            "Meeting": say_meeting(one, case.config, case.today),
            "At the latest": say_day(latest),
        }
        warns = rule_warning(one.catalogue_slug, DueMove(one.due_on, latest, case.today, ""), case.today)
        return Look(about, rows=rows, warns=f"A rule asks for it. {warns}" if warns else "")

    def do(self, case: Case) -> DecisionSaid:
        """Move the day on which the review is due."""
        return said_of_policy(
            move_due(case.decision, self.slug, to=self.to, reason=self.reason, config=case.config, today=case.today)
        )

    @classmethod
    def offer(cls, case: Case, subject: PolicyStanding) -> str:
        """Return the words of the link to it."""
        return "Move the day its review is due" if may_move_due(case, subject) else ""


@dataclass(frozen=True, kw_only=True)
class Reaffirm(DeclaredDecision):
    """A policy was read through at its review, and nothing in it has to change."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "reaffirm",
        "Checked, unchanged: the text stands, and the next review rolls.",
        Action.EDIT_POLICIES,
        page="/policies/{slug}/reaffirm",
        button="Record the review",
        heading="{name}: checked, unchanged",
        explains="The text was read through at its review and nothing in it has to change. Its next review moves on "
        "from its scheduled date, and nobody is asked to read it again. If governors decided on it, record an approval "
        "instead.",
    )
    slug: str = asked(where=Where.ADDRESS)
    on: date = asked(
        "The day it was read through",
        missing="Say on which day it was read through",
        is_today=True,
        help="The day it was read through.",
    )
    reason: str = asked(
        "Who read it, or what it was held against",
        hint="Kept with the review, such as: held against the new statutory guidance.",
        help="Who read it, or what it was held against; kept with it.",
        metavar="TEXT",
        default="",
    )
    read: bool = asked(
        "The whole text was read through and is right as it stands",
        missing="Tick that the whole text was read through",
        where=Where.PAGE,
        default=False,
    )

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show the text in use and its reviews."""
        one = case.policy(slug)
        copy = current_copies(case.decision.tx, case.decision.school).get(one.policy_id)
        rows = {
            "Version in use": one.version_label or "none",
            "Last review": say_partial(one.last_review) or "not given",
            "Next review": say_partial(one.next_review) or "no date",
        }
        return Look(
            page_of(one),
            rows=rows,
            links={"To read": ("the copy in use", f"/copies/{copy.code}")} if copy else {},
            shown=f"{one.version_id} {say_partial(one.next_review) or '-'}",
        )

    def do(self, case: Case) -> DecisionSaid:
        """Record that the text was read through and found right."""
        cycle = case.config.review.cycle_months
        return said_of_policy(
            reaffirm(
                case.decision,
                self.slug,
                on=self.on,
                reason=self.reason,
                default_cycle_months=cycle,
                today=case.today,
            )
        )

    @classmethod
    def offer(cls, case: Case, subject: PolicyStanding) -> str:
        """Return the words of the link to it."""
        has_text = subject.version_id and not subject.address and subject.draft_version_id is None
        return "Checked, unchanged" if has_text else ""


@dataclass(frozen=True, kw_only=True)
class CallReady(DeclaredDecision):
    """A text may go to the clerk, or may not after all."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "ready",
        "Say that a policy's text may go to the clerk with the papers.",
        Action.EDIT_POLICIES,
        page="/policies/{slug}/ready",
        heading="{name}: ready for the clerk",
    )
    slug: str = asked(where=Where.ADDRESS)
    not_yet: bool = asked(help="Take it back: it is not ready after all.", where=Where.COMMAND, default=False)

    @classmethod
    def look(cls, case: Case, slug: str) -> Look:
        """Show what differs in the text that would go to the clerk, and whether it goes."""
        one, tx, school = case.policy(slug), case.decision.tx, case.decision.school
        policy, ready = get_policy(tx, school, slug), _ready_since(case, one)
        if (version := text_for_clerk(tx, school, policy)) is None:
            return Look(page_of(one), nothing=_NO_TEXT)
        text, is_draft = show_version(tx, school, policy, version), one.draft_version_id == version.id
        has_clerk = bool(case.config.governors.clerk_email)
        is_new, which = is_draft or one.unapproved_since, "changed, and waits" if is_draft else "in use"
        rows = {
            "Text": f"Version {text.label}, {which}: {text.said if is_new else 'unchanged'}",
            "Ready for the clerk": f"since {say_moment(ready.astimezone(case.config.zone))}" if ready else "",
            "Meeting": say_missing_approval(one, case.config, case.today) or say_meeting(one, case.config, case.today),
            "Held": " ".join(say(problem.why, case.voice) for problem in text.holds),
        }
        return Look(
            page_of(one),
            rows=rows,
            said=(_GOES if ready else _WOULD_GO,),
            warns="" if has_clerk else _NO_CLERK,
            links={} if has_clerk else {"Clerk": ("give the address under Governors", "/settings/governors")},
            changes=text.changes if is_new else (),
            nothing=_HELD if text.holds else "",
            shown=f"{text.number} {ready or 'not'}",
            button="It is not ready after all" if ready else "It may go to the clerk",
        )

    def do(self, case: Case) -> DecisionSaid:
        """Record that the text may go, or may not after all: on the page, the other of what it is."""
        if self.not_yet or (case.who is not None and _ready_since(case, case.policy(self.slug))):
            return said_of_policy(unmark_ready(case.decision, self.slug))
        return said_of_policy(mark_ready(case.decision, self.slug, zone=case.config.zone))

    @classmethod
    def offer(cls, case: Case, subject: PolicyStanding) -> str:
        """Return the words of the link to it."""
        if subject.address or subject.state is ReviewState.WITHDRAWN:
            return ""
        return "Not ready for the clerk after all" if _ready_since(case, subject) else "Ready for the clerk"


def _ready_since(case: Case, one: PolicyStanding) -> datetime | None:
    found = list_ready(case.decision.tx, case.decision.school).get(one.policy_id)
    return found.since if found is not None else None


@dataclass(frozen=True, kw_only=True)
class TellGroup(DeclaredDecision):
    """A group, such as parents, was told of a policy by the school's own means."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "told",
        "Record that parents, pupils or others were told of policies.",
        Action.EDIT_POLICIES,
        page="/policies/{slug}/groups/{group}",
        button="Record it",
        explains="Record it once they have been told by the school’s own means. Nobody is mailed from here.",
    )
    group: str = asked(where=Where.ADDRESS)
    slugs: tuple[str, ...] = asked(where=Where.ADDRESS, metavar="[SLUG]...", default=())
    on: date = asked(
        "On which day",
        missing="Say on which day they were told",
        to_come="That day is still to come; record it once they have been told",
        help="The day they were told.",
    )
    means: str = asked(
        "How",
        hint="Such as: a letter home.",
        missing="Say how they were told, such as a letter home",
        help="How, such as 'letter home'; else as config.toml has it.",
        option="--by-means",
        metavar="TEXT",
        default="",
    )

    @classmethod
    def meant(cls, case: Case, **address: str) -> Mapping[str, Any]:
        """Return the group, and the one policy of the page."""
        return {"group": address["group"], "slugs": (address["slug"],)}

    @classmethod
    def look(cls, case: Case, group: str, slugs: Sequence[str]) -> Look:
        """Ask when and how a group was told of a policy; of several, or of all that are theirs, at the command line."""
        key, named = find_group(case.config, group)
        if len(slugs) != 1:
            return Look(said=(f"{named.name} were told of {len(slugs) or 'all'} of their policies.",))
        one = case.policy(slugs[0])
        last = last_told(case, key, one)
        values = {"on": case.today.isoformat(), "means": named.by_means}
        heading = f"{named.name} were told of {one.title}"
        return Look(page_of(one), heading, values=values, shown=str(last.id) if last is not None else "never")

    def do(self, case: Case) -> DecisionSaid:
        """Record that the group was told of the version that was in use on a day."""
        said = record_told(
            case.decision, case.config, GroupAnswer(self.group, self.slugs, self.on, self.means), case.today
        )
        return DecisionSaid(said, {"group": self.group, "told_on": self.on.isoformat(), "message": said})


def last_told(case: Case, group: str, one: PolicyStanding) -> GroupTold | None:
    """Return when a group was told of a policy last, None where it never was."""
    told = list_told(case.decision.tx, case.decision.school)
    return next((each for each in reversed(told) if (each.group, each.policy_id) == (group, one.policy_id)), None)


DECISIONS = (CallReady, MoveDue, Reaffirm, TellGroup)
