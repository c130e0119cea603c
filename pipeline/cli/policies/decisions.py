"""``policy issue``: a changed text is put in use, its difference in view."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from pipeline.changes.differences import part_heading
from pipeline.cli.session import Session, pass_json_session, say
from pipeline.model.policies import RevisionKind
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.drafts import DraftView, show_waiting


@click.command("issue", help="Put a changed policy in use, awaiting the governors.")
@click.argument("slug")
@click.option(
    "--kind", type=click.Choice(["major", "minor"]), help="Ask readers again (major), or only tell them (minor)."
)
@click.option("--reason", metavar="TEXT", help="Why: needed to lower the kind, or to issue what is held.")
@click.option("--held", is_flag=True, help="With --kind minor: issue it although it is held.")
@click.option("--show", "only_show", is_flag=True, help="Show kind and difference, and issue nothing.")
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal nothing is ever asked.")
@pass_json_session
def issue_command(
    session: Session, slug: str, kind: str | None, reason: str | None, held: bool, only_show: bool, yes: bool
) -> None:
    """Put a changed policy in use, awaiting the governors; on a terminal its owner sees the difference first."""
    shown = None
    if only_show or (not yes and not session.as_json and sys.stdin.isatty()):
        draft = _look_at(session, slug)
        session.answer(_as_json(draft), *_say_draft(draft))
        if only_show:
            return
        may_go = reason is not None or not draft.holds
        if may_go and not click.confirm("\nIssue it?"):
            say("Nothing was issued.")
            return
        shown = draft.number
    wanted = RevisionKind(kind) if kind else None
    with session.writing() as decision:
        today = session.today
        decided = decide.issue(decision, slug, kind=wanted, reason=reason, today=today, shown=shown, held=held)
    session.answer({"slug": decided.slug, "title": decided.title, "message": decided.message}, decided.message)


def _look_at(session: Session, slug: str) -> DraftView:
    with session.open_register(create=False) as register, register.reading() as tx:
        return show_waiting(tx, register.school, slug, session.today)


def _say_draft(draft: DraftView) -> Iterator[str]:
    yield draft.headline
    for index, change in enumerate(draft.changes):
        if heading := part_heading(draft.changes, index):
            yield f"\n{heading}:"
        yield f"\n  {change.as_text}"
    yield from (f"\nHeld: {problem.message}" for problem in draft.holds)


def _as_json(draft: DraftView) -> dict[str, Any]:
    return {
        "slug": draft.slug,
        "title": draft.title,
        "version": draft.number,
        "version_label": draft.label,
        "kind": draft.kind.value,
        "difference": draft.said,
        "changes": [
            {"mark": change.mark.value, "text": change.as_text, "part": change.part and change.part.value}
            for change in draft.changes
        ],
        "held": [{"code": problem.code, "message": problem.message} for problem in draft.holds],
    }
