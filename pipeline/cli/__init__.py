"""The owner's commands: parse arguments, call one function, print, exit code. No logic.

Each command's module is imported only when that command is called; the line ``--help`` shows for it therefore stands
in ``commands``, and a test holds it to the command's own.
"""

import signal
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import click

from pipeline import __version__, interrupts
from pipeline.cli.days import DayParameter
from pipeline.commands import COMMANDS, DECLARED

_LONGEST_NAME = 200


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the owner's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        if COMMANDS[cmd_name][0] == DECLARED:
            from pipeline.cli.declared import find_command

            return find_command(cmd_name)
        module = import_module(f"pipeline.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by their lines in ``commands``."""
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
@click.option("--today", type=DayParameter(), help="Take this day for today.")
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
    interrupts.heed(signal.SIGINT)
    try:
        code = run_command(arguments)
    except KeyboardInterrupt:  # pressed again while the first was told
        code = 130
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing goes on that could be ended
    sys.exit(code)


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
    if isinstance(error, KeyboardInterrupt | click.Abort) or interrupts.came():
        click.echo("Interrupted. What was finished is kept; run it again to go on.", err=True)
        return ExitCode.INTERRUPTED
    if isinstance(error, PolicyPipelineError):
        for line in str(error).splitlines():
            click.echo(line, err=True)
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        _leave_quietly()
        return ExitCode.DONE
    _tell_fault()
    return ExitCode.BUG


def _tell_fault() -> None:
    """Show a fault of ours whole, for the engineer, and say to the office what it means."""
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
