"""``policy take-in``."""

from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.errors import ExitCode
from pipeline.wording import say_count

if TYPE_CHECKING:
    from pipeline.letters.contributors.returned import InboxReport

_COUNTS = (
    "seen", "bounced", "delayed", "away", "read", "replies", "answered", "machines", "unreadable", "strange",
)  # fmt: skip


@click.command("take-in", help="Read what came back: bounces, automatic replies and answers.")
@pass_json_session
def take_in_command(session: Session) -> int:
    """Read what came back: bounces, automatic replies and answers. Works beside a run and beside ``serve``."""
    from pipeline.acknowledgements.keys import find_keys
    from pipeline.letters.contributors.returned import take_in_due

    with session.open_register(create=False) as register:
        register.refuse_damage()
        keys = find_keys(register, session.config, session.environ, make=False)
        report = take_in_due(register, session.config, keys, session.today, session.now, session.environ)
    if session.as_json:
        print_json(inbox_as_json(report))
        return ExitCode.DONE
    if report.taken is None and not report.problems:
        say("No mailbox is read: [inbox] route in config.toml is not set.")
    if report.taken is not None:
        say(f"{say_count(report.taken.seen, 'new mail')} in the mailbox: {inbox_line(report)}.")
    for problem in report.problems:
        say(problem.message)
    return ExitCode.DONE


def inbox_line(report: "InboxReport") -> str:
    """Return what came back in one line: ``2 read, 1 refused, 1 for you to look at``."""
    taken = report.taken
    if taken is None:
        return "not read" if report.problems else "no mailbox is read"
    counts = [
        (taken.read, "recorded as read"),
        (taken.bounced, "came back undelivered"),
        (taken.away, "away"),
        (taken.replies, "for somebody to look at"),
        (taken.unreadable, "unreadable"),
        (taken.delayed, "delayed"),
        (taken.machines, "from machines"),
        (taken.strange, "of no concern"),
    ]
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing came back"


def inbox_as_json(report: "InboxReport") -> dict[str, object]:
    """Return what came back, for other programs: counts of mails, nought where no mailbox was read."""
    counts = {name: getattr(report.taken, name) if report.taken is not None else 0 for name in _COUNTS}
    problems = [{"code": problem.code, "message": problem.message} for problem in report.problems]
    looked = report.taken is not None
    whole = report.taken is None or report.taken.is_whole
    return {"looked": looked, **counts, "told": report.told, "whole": whole, "problems": problems}
