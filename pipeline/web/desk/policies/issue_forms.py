"""What is decided on a policy's text: put in use, or approved."""

from pipeline.changes.kinds import is_lowered
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding, RevisionKind, VersionStatus
from pipeline.policies.approvals import is_own_approval
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.approve_together import make_consultation
from pipeline.policies.decisions.decide import Approval, texts_to_approve
from pipeline.policies.decisions.drafts import DraftView, say_kind, show_version, show_waiting
from pipeline.policies.decisions.typed import names_of
from pipeline.policies.meetings import bodies_to_approve
from pipeline.reasons.reason import Voice, say
from pipeline.register.actors import read_actor
from pipeline.register.policies.decisions import Consultation, list_approvals
from pipeline.register.policies.policies import get_policy
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.typed import FormError, day_fault, past_day, read_key, typed_day
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, View, not_here

_MOST_SHOWN = 15
"""Changed paragraphs that are unfolded."""
_REASON = "Say why; it is kept with the change"


def policy_crumbs(one: PolicyStanding) -> tuple[Crumb, ...]:
    """Return the pages above a form of one policy."""
    return (DESK, POLICIES, Crumb(one.title, f"/policies/{one.slug}"))


def nothing_to_do(view: View, title: str, said: str) -> Answer:
    """Return the page for a form that has nothing to decide, as where another person was first."""
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    crumbs = policy_crumbs(one) if one is not None else (DESK, POLICIES)
    return Answer("nothing_to_do.html", title, {"one": one, "words": said}, crumbs, at="/policies")


# --- put in use ------------------------------------------------------------------------------------------------------


def show_issue(view: View) -> Answer:
    """Show what waits under a short name and what differs, and ask whether to put it in use."""
    slug = str(view.request.path_params["slug"])
    one = view.picture.by_slug(slug)
    try:
        waiting = show_waiting(view.tx, view.school, slug, view.today)
    except UsageError:
        if one is None:
            return not_here("policy", (POLICIES,))
        return nothing_to_do(view, f"Put {one.title} in use", f"Nothing of {one.title} waits to be put in use.")
    crumbs = policy_crumbs(one) if one is not None else (DESK, POLICIES)
    fields = {
        "waiting": waiting,
        "kinds": _kinds(waiting),
        "told": say_kind(waiting.kind),
        "most": _MOST_SHOWN,
        "is_draft": one is not None and one.draft_version_id is not None,
    }
    return Answer("issue.html", f"Put {waiting.title} in use", fields, crumbs, at="/policies")


def _kinds(waiting: DraftView) -> dict[str, str]:
    kinds = dict.fromkeys((waiting.kind, RevisionKind.MAJOR, RevisionKind.MINOR))
    return {kind.value: say_kind(kind).capitalize() for kind in kinds}


def act_issue(doing: Doing) -> Done:
    """Put in use what waited as it was shown."""
    slug, sent = doing.part("slug"), doing.sent
    with doing.site.register.reading() as tx:
        waiting = show_waiting(tx, doing.site.register.school, slug, doing.today)
    chosen = sent.of("kind", waiting.kind.value)
    kind = None if chosen == waiting.kind.value else _kind(chosen)
    reason = sent.of("reason") or None
    if reason is None and waiting.holds:
        raise FormError({"reason": "It is held. Say why it is used as it is, or mend the document and upload it again"})
    if reason is None and is_lowered(waiting.kind, kind):
        raise FormError({"reason": f"It reads as {say_kind(waiting.kind)}. Say why it is less"})
    shown = read_key(sent.of("shown"))
    if not shown:
        raise UsageError("That form did not come whole. Look at the difference once more.")
    with doing.deciding() as decision:
        decided = decide.issue(decision, slug, kind=kind, reason=reason, today=doing.today, shown=shown)
    return Done(f"/policies/{decided.slug}", say(decided.said, Voice.DESK))


def _kind(chosen: str) -> RevisionKind:
    if chosen not in (RevisionKind.MAJOR, RevisionKind.MINOR):
        raise FormError({"kind": "Choose what the change means for its readers"})
    return RevisionKind(chosen)


ISSUE = Form(show_issue, act_issue, Action.EDIT_POLICIES)


# --- approved --------------------------------------------------------------------------------------------------------


def show_approve(view: View) -> Answer:
    """Show the texts of a policy that could be approved, and ask who approved which, and when."""
    one = view.policy
    policy = get_policy(view.tx, view.school, one.slug)
    texts = texts_to_approve(view.tx, view.school, one.slug)
    title = f"Record an approval of {one.title}"
    if not texts:
        return nothing_to_do(
            view, title, f"{one.title} has no text that could be approved: none is in use, or it is held."
        )
    shown = [show_version(view.tx, view.school, policy, text) for text in texts]
    is_draft = {text.number: one.version_id != text.id for text in texts}
    given = list_approvals(view.tx, view.school, policy.id)
    bodies = list(dict.fromkeys(each.body for each in reversed(given)))
    stated = [text.facts.approved_by for text in texts if text.facts.approved_by]
    fields = {
        "one": one,
        "texts": shown,
        "is_draft": is_draft,
        "labels": {str(each.number): _label(each, is_draft[each.number]) for each in shown},
        "meant": str(texts[0].number) if texts[-1].status is not VersionStatus.PENDING_APPROVAL else "",
        "body": (bodies or stated or [""])[0],
        "most": _MOST_SHOWN,
    }
    return Answer("approve.html", title, fields, policy_crumbs(one), at="/policies")


def _label(text: DraftView, is_draft: bool) -> str:
    if not is_draft:
        return f"Version {text.label}: the text in use"
    return f"Version {text.label}: the changed text that waits; it is put in use ({say_kind(text.kind)})"


def act_approve(doing: Doing) -> Done:
    """Record who approved a text and when; nobody records what they approved themself."""
    slug, sent = doing.part("slug"), doing.sent
    body, on = sent.of("body"), typed_day(sent, "on")
    faults = approval_faults(doing)
    consultation = typed_consultation(doing, faults)
    with doing.site.register.reading() as tx:
        numbers = {str(text.number) for text in texts_to_approve(tx, doing.site.register.school, slug)}
    if sent.of("version") not in numbers:
        faults["version"] = "Choose the text that was approved: they changed since this page was opened"
    if faults or on is None:
        raise FormError(faults)
    minute, number = sent.of("minute") or None, int(sent.of("version"))
    known = names_of(doing.config)
    approval = Approval(on, body, minute, number, once=True, consultation=consultation, scheme=known)
    cycle = doing.config.review.cycle_months
    with doing.deciding() as decision:
        bodies = bodies_to_approve(get_policy(decision.tx, decision.school, slug), doing.config)
        decided = decide.approve_version(
            decision, slug, approval, default_cycle_months=cycle, today=doing.today, bodies=bodies
        )
    return Done(f"/policies/{slug}", say(decided.said, Voice.DESK))


def approval_faults(doing: Doing) -> dict[str, str]:
    """Return what is wrong with who approved and when, as it was typed, by field; nobody records their own."""
    sent = doing.sent
    body, to_come = sent.of("body"), "That day is still to come; an approval is recorded once it has been given"
    _, fault = past_day(sent, "on", "Say on which day it was approved", to_come, doing.today)
    faults = {"on": fault} if fault else {}
    if not body:
        faults["body"] = "Say who approved it, such as Full Governing Body"
    elif is_own_approval(body, doing.config, doing.today, name=_name(doing), address=doing.who.account):
        faults["body"] = (
            "That is you, or could be. What you approved yourself is recorded by somebody else; for another person of "
            "your name, write the first name too"
        )
    return faults


def typed_consultation(doing: Doing, faults: dict[str, str]) -> Consultation | None:
    """Return who was asked before an approval, as it was typed; what cannot be used is added to ``faults``."""
    sent = doing.sent
    for name in ("consulted-from", "consulted-until"):
        if sent.of(name) and (fault := day_fault(sent, name, "")):
            faults[name] = fault
    days = typed_day(sent, "consulted-from"), typed_day(sent, "consulted-until")
    try:
        return make_consultation(sent.of("consulted"), *days, sent.of("came-of-it"), doing.today)
    except UsageError as error:
        faults.setdefault("consulted", str(error).rstrip("."))
    return None


def _name(doing: Doing) -> str:
    """Return who decides, without the address behind their name."""
    return read_actor(doing.who.name).name


APPROVE = Form(show_approve, act_approve, Action.APPROVE)
