"""What every command starts from: the workspace, the day, the way to print. Read once, at the edge."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.register.decision import Decision
    from pipeline.register.store.database import Register


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its own ``--json``, which means the same as the one before the command."""

    def remember(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.find_object(Session).as_json = True  # type: ignore[union-attr]

    option = click.option(
        "--json", is_flag=True, expose_value=False, callback=remember, help="Print JSON for other programs."
    )
    return option(command)


@dataclass
class Session:
    """One call of the command line."""

    workspace: Path | None
    today_given: date | None
    as_json: bool
    named: str | None = None
    """Who decides, as ``--as`` before the command named them."""

    @cached_property
    def root(self) -> Path:
        """The workspace: as given, else the nearest folder upwards with a ``config.toml``."""
        from pipeline.workspace import find_workspace

        return self.workspace.resolve() if self.workspace is not None else find_workspace(Path.cwd())

    @cached_property
    def config(self) -> "Config":
        """The workspace's configuration."""
        from pipeline.config import load_config

        return load_config(self.root / "config.toml")

    def take(self, config: "Config") -> None:
        """Go on with settings that this command has just changed."""
        self.__dict__["config"] = config

    def clock(self) -> datetime:
        """Return the present moment; with ``--today`` that day at the present time of day."""
        here = datetime.now(self.config.zone)
        if self.today_given is not None:
            here = datetime.combine(self.today_given, here.time(), tzinfo=self.config.zone)
        return here.astimezone(UTC)

    @cached_property
    def now(self) -> datetime:
        """The moment this command takes for the present, from its beginning to its end."""
        return self.clock()

    @property
    def today(self) -> date:
        """The school's day."""
        return self.now.astimezone(self.config.zone).date()

    def ask_day(self) -> None:
        """Have a day still to come typed on a terminal before mail goes as if it were that day.

        A user who wants to look ahead means ``simulate``: everybody would be reminded of what is not due yet.

        Raises:
            UsageError: it was another day, or nothing was typed.
        """
        day = self.today_given
        if day is None or day <= datetime.now(self.config.zone).date() or self.config.mail.route == "folder":
            return
        if self.as_json or not sys.stdin.isatty():
            return
        from pipeline.errors import UsageError
        from pipeline.wording import say_day

        say(f"Mail really goes out, as if today were {say_day(day)}. To look ahead: policy simulate --until {day}")
        try:
            typed = read_line(f"To send it all the same, type {day}: ")
        except EOFError:
            typed = ""
        if typed != str(day):
            raise UsageError("Nothing was sent.")

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment, read here and nowhere below."""
        return os.environ

    @property
    def actor(self) -> str:
        """Who decides: as ``--as`` named them, else the account that runs the command."""
        import getpass

        if self.named is not None:
            return self.named
        try:
            return getpass.getuser()
        except (KeyError, OSError, ImportError):
            return "the command line"

    def actor_or(self, by: str | None) -> str:
        """Return who decides where a command has a ``--by`` of its own.

        Raises:
            UsageError: when it is blank, or ``--as`` and ``--by`` name two people.
        """
        from pipeline.errors import UsageError

        if by is None:
            return self.actor
        if not by.strip():
            raise UsageError("--by needs a name: that of whoever decides this.")
        if self.named is not None and self.named != by.strip():
            raise UsageError(f"--as names {self.named} and --by names {by.strip()}; give one of them.")
        return by.strip()

    def open_register(self, *, create: bool = True) -> "Register":
        """Open the workspace's register."""
        from pipeline.register.store.for_run import open_workspace_register

        return open_workspace_register(self.config, create=create, environ=self.environ)

    def open_to_look(self) -> "Register":
        """Open the register only to look into it: also on a drive that cannot be written."""
        from pipeline.register.store.database import open_unwritable

        opened = open_unwritable(self.config.register_.url, root=self.config.root)
        return opened if opened is not None else self.open_register(create=False)

    @contextmanager
    def writing(self, *, by: str | None = None, create: bool = False, alone: bool = False) -> "Iterator[Decision]":
        """Open the register for one decision of ``actor``, or of ``by``, who was checked by ``actor_or``.

        ``alone``: no run may be at work meanwhile, nor begin.

        Raises:
            RegisterError: when the register is damaged or cannot be written.
        """
        from pipeline.register.deciding import deciding
        from pipeline.register.states import keep_everything

        with self.open_register(create=create) as register:
            register.refuse_damage()
            with (
                register.lock() if alone else nullcontext(),
                deciding(register, self.config.root, by or self.actor, self.now) as decision,
            ):
                yield decision
                keep_everything(decision.tx, decision.school, self.config, actor=decision.actor, now=decision.now)

    @contextmanager
    def looking(self) -> "Iterator[Decision]":
        """Open the register to look what a decision would come to, in memory where there is none yet: nothing is kept.

        Writing in here is a mistake of the program.
        """
        from pipeline.register.decision import Decision
        from pipeline.register.store.database import has_register, open_memory_register

        school = self.config.school
        url, root = self.config.register_.url, self.config.root
        there = has_register(url, root=root, school_name=school.name, school_key=school.key)
        register = (
            self.open_register(create=False)
            if there
            else open_memory_register(school_name=school.name, time_zone=school.time_zone)
        )
        with register, register.reading() as tx:
            yield Decision(tx, register.school, self.actor, self.now)

    def answer(self, value: object, *lines: str) -> None:
        """Print what came of a command: ``value`` where JSON is asked for, else ``lines`` for a person."""
        if self.as_json:
            print_json(value)
            return
        for line in lines:
            say(line)


pass_session = click.make_pass_decorator(Session)


def pass_json_session(command: Callable[..., Any]) -> Callable[..., Any]:
    """Pass a command its session, and give it its own ``--json``."""
    return json_option(pass_session(command))


def print_json(value: object) -> None:
    """Print one JSON value on a line of its own."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def say(text: str) -> None:
    """Print a line for a person; control characters from documents and lists never reach the terminal."""
    click.echo("".join(c if c.isprintable() or c in "\n\t" else "�" for c in text))


def check_out(session: Session, file: Path, *endings: str) -> None:
    """Refuse a file to write that is of another kind than these, or one of the school's own folder.

    Raises:
        UsageError: saying what to name instead.
    """
    from pipeline.errors import UsageError

    if file.suffix.lower() not in endings:
        raise UsageError(f"{file} must end in {' or '.join(endings)}.")
    config, place = session.config, file.resolve()
    own = (config.policies, config.templates, config.distribution, config.root / ".secrets")
    if any(place.is_relative_to(each.resolve()) for each in own):
        raise UsageError(
            f"{file} lies in a folder of the program's own, and nothing was written. Choose another place."
        )


def write_out(file: Path, content: bytes) -> None:
    """Write a file that was asked for, readable by this account alone.

    Raises:
        UsageError: it cannot be written.
    """
    from pipeline.errors import UsageError, say_system_error
    from pipeline.private_files import write_file

    try:
        if file.exists() and not file.is_file():
            # A pipe or a device is written to as it is, and keeps its rights.
            file.write_bytes(content)
        else:
            write_file(file, content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({say_system_error(error)}). Choose another place.") from error


def read_line(prompt: str) -> str:
    """Return what is typed; EOFError where there is no more, or the owner wants to stop."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not line or line.strip().casefold() in ("s", "stop", "q", "quit"):
        raise EOFError
    return line.strip()


def progress_bar(enabled: bool) -> Callable[[str, int, int], None]:
    """Return a progress callback that draws a bar on stderr when that is a terminal, else does nothing."""
    if not enabled or not sys.stderr.isatty():
        from pipeline.model.progress import no_progress

        return no_progress
    from pipeline.cli.progress import ProgressBar

    return ProgressBar()
