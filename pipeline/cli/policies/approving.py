"""What governors approved: ``policy approve``, of one policy or of all that a meeting decided."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.errors import UsageError
from pipeline.policies.decisions.approve_together import (
    AgendaItem,
    WantedApproval,
    approve_together,
    check_together,
    find_meeting,
    list_agenda_of,
    make_consultation,
    say_consultation,
    say_planned,
    say_refused,
    show_changed_since,
    titles_changed_since,
    want,
)
from pipeline.policies.decisions.decide import Approval
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.standing import list_standings
from pipeline.wording import say_count, say_day, say_list


@dataclass(frozen=True, slots=True)
class _ApprovalOptions:
    """What is to be recorded."""

    wanted: tuple[WantedApproval, ...]
    approval: Approval
    items: tuple[AgendaItem, ...] = ()
    """What was on the meeting's agenda, where a meeting was named."""


@click.command("approve", help="Record an approval, or all of a meeting; the next review rolls.")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--on", "approved_on", type=DayParameter(), help="The day it was approved; else that of the meeting.")
@click.option("--by", "body", metavar="BODY", help="Who approved it, such as 'Full Governing Body'.")
@click.option("--minute", metavar="TEXT", help="The minute's number.")
@click.option("--version", "number", type=int, help="Which version, where two could be meant; of one policy.")
@click.option("--meeting", type=DayParameter(), help="The meeting's day: without SLUG all that was on its agenda.")
@click.option("--consulted", metavar="GROUPS", help="Who was asked before, such as 'parents and staff'.")
@click.option("--consulted-from", "first", type=DayParameter(), help="The first day on which they were asked.")
@click.option("--consulted-until", "last", type=DayParameter(), help="The last.")
@click.option("--came-of-it", "outcome", metavar="TEXT", help="What came of it.")
@click.option("--preview", is_flag=True, help="Show what would be recorded, and record nothing.")
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal nothing is ever asked.")
@pass_json_session
def approve_command(session: Session, /, slugs: Sequence[str], *, preview: bool, yes: bool, **typed: Any) -> None:
    """Record an approval, or all of a meeting; the next review rolls."""

    number, meeting = typed["number"], typed["meeting"]
    if number is not None and len(slugs) != 1:
        raise click.UsageError("--version is of one policy: record that one by itself.")
    order = _read(session, slugs, typed)
    asks = (meeting is not None or len(slugs) > 1) and not yes and not session.as_json and sys.stdin.isatty()
    if preview or asks:
        order = _preview(session, order)
        if preview:
            return
        if not click.confirm("\nRecord these approvals?"):
            say("Nothing was recorded.")
            return
    elif not yes:
        _refuse_changed(order)
    with session.writing() as decision:
        decided = approve_together(decision, order.wanted, order.approval, session.config, session.today)
    _show(session, decided, is_one=len(slugs) == 1)


def _read(session: Session, slugs: Sequence[str], typed: dict[str, Any]) -> _ApprovalOptions:
    """Return what is to be recorded, of a meeting by its agenda."""

    approved_on, body = typed["approved_on"], typed["body"]
    consulted = make_consultation(typed["consulted"], typed["first"], typed["last"], typed["outcome"], session.today)
    if typed["meeting"] is None:
        if not slugs:
            raise click.UsageError("Name the policies, or give the day of a meeting with --meeting.")
        if approved_on is None or body is None:
            raise click.UsageError("Say when with --on and who with --by, or give the day of a meeting with --meeting.")
        wanted = tuple(WantedApproval(slug, typed["number"]) for slug in slugs)
        return _ApprovalOptions(wanted, Approval(approved_on, body, typed["minute"], consultation=consulted))
    meeting = find_meeting(session.config, typed["meeting"], body, session.today)
    if approved_on not in (None, meeting.on):
        raise click.UsageError("--on is another day than --meeting: give one of them.")
    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, session.config, session.today)
        items = list_agenda_of(tx, register.school, session.config, standings, meeting)
    approval = Approval(meeting.on, meeting.body, typed["minute"], consultation=consulted)
    return _ApprovalOptions(want(items, meeting, slugs), approval, items)


def _refuse_changed(order: _ApprovalOptions) -> None:
    """Refuse to record, without anybody having looked, texts that were changed after their papers went."""

    if titles := titles_changed_since(order.items, order.wanted):
        raise UsageError(
            f"Changed after the paper went to the clerk: {say_list(titles)}. Nothing was recorded. Look at what "
            "changed with --preview; if governors approved it as it is now, record it with --yes."
        )


def _preview(session: Session, order: _ApprovalOptions) -> _ApprovalOptions:
    """Say what would be recorded, with the words changed since papers went; return it of the texts that were shown.

    Raises:
        UsageError: one of several cannot be recorded, so that none would be.
    """

    approval, of = order.approval, {item.standing.slug: item for item in order.items}
    lines: list[dict[str, Any]] = []
    with session.open_register(create=False) as register, register.reading() as tx:
        checked = check_together(tx, register.school, order.wanted, approval, session.config, session.today)
        for one in checked.planned:
            item = of.get(one.policy.slug)
            changed = show_changed_since(tx, register.school, item) if item is not None else None
            said = say_planned(tx, register.school, one)
            words = [change.as_text for change in changed.changes] if changed is not None else []
            lines.append({"slug": one.policy.slug, "message": said, "changed_since_papers": words})
    if session.as_json:
        refused = [{"slug": slug, "message": reason} for slug, reason in checked.refused]
        print_json({"preview": lines, "refused": refused, "on": approval.approved_on, "by": approval.body})
    elif not checked.refused:
        _say_preview(order, lines)
    if checked.refused:
        raise UsageError(say_refused(checked))
    return replace(order, wanted=tuple(WantedApproval(one.policy.slug, one.version.number) for one in checked.planned))


def _say_preview(order: _ApprovalOptions, lines: Sequence[dict[str, Any]]) -> None:

    approval = order.approval
    minute = f", minute {approval.minute}" if approval.minute else ""
    count = say_count(len(lines), "policy", "policies")
    say(f"{count}, by {approval.body} on {say_day(approval.approved_on)}{minute}. Nothing is recorded yet.")
    if approval.consultation is not None:
        say(say_consultation(approval.consultation))
    for line in lines:
        say(f"\n{line['message']}")
        if line["changed_since_papers"]:
            say("  Changed since its paper went to the clerk:")
            for words in line["changed_since_papers"]:
                say(f"    {words}")


def _show(session: Session, decided: Sequence[Decided], *, is_one: bool) -> None:
    found = [{"slug": one.slug, "title": one.title, "message": one.message} for one in decided]
    session.answer(found[0] if is_one else {"approved": found}, *(one.message for one in decided))
