"""What every command starts from: the workspace, the day, the way to print. Read once, at the edge."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.register.database import Register, Transaction


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

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment, read here and nowhere below."""
        return os.environ

    @property
    def user(self) -> str:
        """The name whoever calls the command is signed in with on this machine."""
        import getpass

        try:
            return getpass.getuser()
        except (KeyError, OSError, ImportError):
            return "the command line"

    def open_register(self, *, create: bool = True) -> "Register":
        """Open the workspace's register."""
        from pipeline.register.database import open_register

        school = self.config.school
        return open_register(
            self.config.register_.url,
            root=self.config.root,
            school_name=school.name,
            time_zone=school.time_zone,
            create=create,
        )

    @contextmanager
    def writing(self, *, create: bool = False) -> "Iterator[tuple[Register, Transaction]]":
        """Open the register for one decision: locked against a run, in one transaction, the ledger signed at its end.

        Raises:
            RegisterInUseError: when a run is going on.
        """
        from pipeline.register.ledger import sign
        from pipeline.register.ledger_key import ledger_key_path

        register = self.open_register(create=create)
        try:
            register.refuse_damage()
            with register.lock(), register.transaction() as tx:
                yield register, tx
                sign(tx, register.school, ledger_key_path(self.config.root), self.now)
        finally:
            register.close()

    @contextmanager
    def looking(self) -> "Iterator[tuple[Register, Transaction]]":
        """Open the register to look at it, one in memory where there is none yet: nothing that is done is kept."""
        from pipeline.register.database import open_memory_register
        from pipeline.register.location import register_path

        school = self.config.school
        there = register_path(self.config.register_.url, root=self.config.root).exists()
        register = (
            self.open_register(create=False)
            if there
            else open_memory_register(school_name=school.name, time_zone=school.time_zone)
        )
        try:
            with register.reading() as tx:
                yield register, tx
        finally:
            register.close()


pass_session = click.make_pass_decorator(Session)


def print_json(value: object) -> None:
    """Print one JSON value on a line of its own."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def say(text: str) -> None:
    """Print a line for a person; control characters from documents and lists never reach the terminal."""
    click.echo("".join(c if c.isprintable() or c in "\n\t" else "�" for c in text))


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
        from pipeline.model import no_progress

        return no_progress
    from pipeline.cli.progress import Bar

    return Bar()
