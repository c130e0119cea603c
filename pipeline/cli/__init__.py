"""The owner's commands: parse arguments, call one function, print, exit code. No logic.

Each command's module is imported only when that command is called, so that ``policy --help`` answers at once; the line
``--help`` shows for it therefore stands here, and a test holds it to the command's own.
"""

import re
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from pipeline import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("workspace", "Lay out an empty workspace in FOLDER."),
    "extract": ("policies.documents", "Read documents and print what they say of themselves."),
    "copy": ("policies.documents", "Regenerate copies of documents with the school's contacts."),
    "run": ("run", "Do the day's work: read, record, regenerate, publish, mail, remind."),
    "deliver": ("run", "Send what is due now."),
    "take-in": ("mail.inbox", "Read what came back: bounces, automatic replies and answers."),
    "status": ("run", "Show how every policy stands."),
    "issue": ("policies.decisions", "Put a changed policy in use, awaiting the governors."),
    "ready": ("policies.decisions", "Say that a policy's text may go to the clerk with the papers."),
    "approve": ("policies.approving", "Record an approval, or all of a meeting; the next review rolls."),
    "reaffirm": ("policies.decisions", "Checked, unchanged: the text stands, and the next review rolls."),
    "review": ("policies.review", "Settle what is unclear, one question at a time."),
    "set": ("policies.decisions", "Overrule what a policy says of itself, with a reason."),
    "owners": ("policies.owners", "Show who looks after what, or hand over everything of one owner."),
    "correct": ("policies.corrections", "Say that something, such as a reading or an approval, was recorded in error."),
    "due": ("policies.reviews", "Move the day a review is due, once, with a reason that governors see."),
    "calendar": ("policies.reviews", "Write reviews, meetings and days for papers as a calendar file (.ics)."),
    "summary": ("policies.reviews", "Show the governors' termly summary as it would be mailed today; send nothing."),
    "staff": ("people.people", "Who works here: take in a list, add, change, end or show one person."),
    "acknowledge": ("readings.acknowledge", "Who has read what: show, record on paper, import."),
    "form": ("readings.form", "The school's own form for 'I have read': how to make it."),
    "pack": ("readings.papers", "Print what staff without e-mail are to read, with a sheet to sign."),
    "card": ("readings.papers", "Print cards for supply staff, or list whose slips came back."),
    "told": ("policies.told", "Record that parents, pupils or others were told of policies."),
    "newsletter": (
        "policies.newsletter",
        "The words for the newsletter on new and changed policies; record that it went out.",
    ),
    "contacts": ("contacts.contacts", "Show the directory, and who is named in a role they do not hold."),
    "send": ("mail.mail", "Confirm, pause, resume, cancel or retry a mailing, or drop mail that came back."),
    "mail": ("mail.mail_route", "Prove that the mail route works; what IT and staff need before."),
    "ledger": ("evidence.ledger", "Check the ledger, or write it out."),
    "simulate": ("mail.simulate", "Show every mail that would go until a day; write and send nothing."),
    "evidence": ("evidence.evidence", "Make a pack of evidence: copies, figures, approvals, the ledger and proofs."),
    "person": ("people.person", "What is held on people, for them; holding and erasing it."),
    "register": ("register", "Carry the register into a PostgreSQL database, or back into a file."),
    "backup": ("safety_copies", "Make a safety copy: register, keys, settings, lists and documents, in one file."),
    "restore": ("safety_copies", "Put a safety copy back; what is here now is moved aside, and all mail is held."),
    "watch": ("policies.watch", "Judge each document that the school's website or VLE links to."),
    "website": (
        "policies.website",
        "List which files of the school's website to replace, and with what; record that it was.",
    ),
    "catalogue": ("policies.catalogue", "The rules that come with the program: which nobody has checked for a year."),
    "keys": ("evidence.keys", "Show whether the keys are the right ones, or make new ones."),
    "handover": (
        "people.handover",
        "Whoever runs the program leaves: hand it to somebody else, keys and accounts too.",
    ),
    "trust": (
        "trust.commands",
        "A trust of several schools: see how all stand, run every night, hand out policies.",
    ),
    "fleet": ("trust.fleet", "Several workspaces, for an IT provider: last run, mail route, safety copy, version."),
    "serve": ("serve", "Serve the dashboard and the personal pages, run daily, and send what is due."),
    "schedule": ("schedule", "Print the lines with which this computer's own scheduler calls the program."),
    "sign-in": ("sign_in", "Print a link that signs in once, or a code; list and end sessions."),
}
"""Every command in the order of ``--help``: the module of this package it lives in, and its one-line help."""


_LONGEST_NAME = 200
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the owner's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"pipeline.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command named; for one that is not there, name the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " 'policy --help' lists them."
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


class Day(click.ParamType[date]):
    """A day, best written ``YYYY-MM-DD``; one written otherwise is read day first, and said back in words."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or say how it is written."""
        if isinstance(value, date):
            return value
        if _ISO_DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.fail(f"{value!r} is not a day of the calendar; write it like 2026-11-24.", param, ctx)
        return self._read_words(value, param, ctx)

    def _read_words(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from pipeline.dates.written import parse_date
        from pipeline.model import Precision
        from pipeline.wording import say_day

        read = parse_date(value)
        if read is None or read.precision is not Precision.DAY:
            self.fail(
                f"{value!r} is not a whole day with its year; write it like 24 November 2026 or 2026-11-24.", param, ctx
            )
        day = date.fromisoformat(read.value)
        click.echo(f"{value!r} is taken for {say_day(day)}.", err=True)
        return day


def _checked_name(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the name without the spaces around it; nothing that cannot be one is ever recorded as a decision's."""
    if value is None:
        return None
    name = " ".join(value.split())
    if not any(map(str.isalpha, name)) or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise click.BadParameter("give the name of whoever decides, such as 'Jo Marsh'.", ctx, param)
    return name


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--workspace", type=click.Path(path_type=Path), help="The school's folder; else the nearest upwards.")
@click.option("--today", type=Day(), help="Take this day for today.")
@click.option("--as", "named", metavar="NAME", callback=_checked_name, help="Who decides; else the account you use.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.version_option(__version__, prog_name="policy")
@click.pass_context
def policy(ctx: click.Context, workspace: Path | None, today: date | None, named: str | None, as_json: bool) -> None:
    """Keep a school's policies in date, their copies right and its staff informed."""
    from pipeline.cli.session import Session

    ctx.obj = Session(workspace, today, as_json, named)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code DESIGN lists: the one place where errors become codes."""
    sys.exit(run_command(arguments))


def run_command(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; errors are told on stderr, a line each."""
    try:
        code = policy.main(arguments, prog_name="policy", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, Exception) as error:
        return _told(error)
    return code if isinstance(code, int) else 0


def _told(error: BaseException) -> int:
    """Tell what went wrong, and return the exit code it leads to; runs while the error is handled."""
    from pipeline.errors import ExitCode, PolicyPipelineError

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return ExitCode.USAGE
    if isinstance(error, click.ClickException):
        click.echo(_usage_line(error), err=True)
        return ExitCode.USAGE
    if isinstance(error, PolicyPipelineError):
        for line in str(error).splitlines():
            click.echo(line, err=True)
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | click.Abort):
        click.echo("Interrupted. What was finished is kept; run it again to go on.", err=True)
        return ExitCode.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        _leave_quietly()
        return ExitCode.DONE
    _tell_fault()
    return ExitCode.BUG


def _tell_fault() -> None:
    """Show a fault of ours whole, for whoever mends it, and say to the office what it means."""
    import traceback

    traceback.print_exc()
    click.echo(
        "This is a fault in the program, not a mistake of yours. What was finished is kept. ", err=True, nl=False
    )
    click.echo("Please pass the lines above on to whoever looks after the program.", err=True)


def _usage_line(error: click.ClickException) -> str:
    """Return a mistake in calling a command as one line that says where to look."""
    message = " ".join(error.format_message().split())
    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.NoSuchOption) and error.option_name in ("--today", "--workspace", "--as"):
        return f"{error.option_name} stands before the command, as in: policy {error.option_name} … run"
    return f"{message} See: {context.command_path} --help" if context is not None else message


def _leave_quietly() -> None:
    """Give the reader that went away (``| head``) no traceback at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
