"""West Park School's workspace in a temporary folder, and the command line run on it."""

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import run_command
from tests.conftest import ROOT
from tests.made_once import made_once

TODAY = "2026-11-24"
ON_EVERY_PYTHON = "test_the_days_work.py"
"""Runs on the oldest Python too; the other modules start whole programs, or live through many days, and are slow."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here as slow, but the days of one school."""
    here = {path for path in Path(__file__).parent.glob("test_*.py") if path.name != ON_EVERY_PYTHON}
    for item in items:
        if item.path in here:
            item.add_marker(pytest.mark.slow)


@dataclass
class Answer:
    """What one command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The JSON on stdout, one value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class School:
    """A workspace on disk and the command line in it."""

    root: Path
    call: Callable[..., Answer]

    def policy(self, *arguments: str, today: str = TODAY) -> Answer:
        """Run one command in the workspace on a day."""
        return self.call("--workspace", str(self.root), "--today", today, *arguments)

    def status(self, today: str = TODAY) -> dict[str, Any]:
        """Return the register by slug."""
        listed = self.policy("status", "--json", today=today).json["policies"]
        return {entry["slug"]: entry for entry in listed}

    def mails(self) -> list[EmailMessage]:
        """Return the mails in the outbox folder, by name."""
        folder = self.root / "distribution" / "outbox"
        paths = sorted(folder.glob("*.eml")) if folder.is_dir() else []
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]  # type: ignore[misc]

    def configure(self, old: str, new: str) -> None:
        """Change a line of config.toml."""
        path = self.root / "config.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def send_by(self, port: int) -> None:
        """Let its mail go by a server on this computer instead of into a folder."""
        self.configure('route = "folder"', 'route = "smtp"')
        self.configure('host = ""', 'host = "127.0.0.1"')
        self.configure("port = 587", f"port = {port}")
        self.configure('security = "starttls"', 'security = "none"')


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run a command in this process and return what it printed."""

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        code = run_command(list(arguments))
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run


def lay_out_west_park(root: Path) -> Path:
    """Copy the repository's own workspace to ``root``, and return it."""
    root.mkdir()
    for name in ("config.toml", "staff.csv"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "policies", root / "policies")
    return root


@pytest.fixture
def west_park(tmp_path: Path, call: Callable[..., Answer]) -> School:
    """The repository's own workspace, copied."""
    return School(lay_out_west_park(tmp_path / "west park"), call)


def run_once(root: Path, today: str = TODAY) -> str:
    """Run a workspace that tests copy, on a day; return what was printed."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert run_command(["--workspace", str(root), "--today", today, "run"]) == 0
    return printed.getvalue()


def stock(root: Path, **settings: str) -> Path:
    """Lay out West Park School, have a run make its copies before anybody is in its staff list; return it.

    ``settings``: lines of ``config.toml`` that are empty there, by key.
    """
    school = School(lay_out_west_park(root), Answer)
    for key, value in settings.items():
        school.configure(f'{key} = ""', f'{key} = "{value}"')
    staff = root / "staff.csv"
    people = staff.read_text(encoding="utf-8")
    staff.write_text(people.splitlines()[0] + "\n", encoding="utf-8")
    run_once(root)
    staff.write_text(people, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def after_first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """West Park School's workspace after its first run."""
    made = made_once(tmp_path_factory, "first-run", lambda folder: run_once(lay_out_west_park(folder / "west park")))
    return made / "west park"


@pytest.fixture(scope="session")
def with_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """West Park School's workspace with its copies made and nobody asked to read yet."""
    return made_once(tmp_path_factory, "stocked", lambda folder: stock(folder / "west park")) / "west park"


def stocked_with_pages(factory: pytest.TempPathFactory) -> Path:
    """The same with links to pages in what it mails, for ``with_copies`` of a module of its own."""
    pages = "https://policies.example.org"
    made = made_once(factory, "stocked-with-pages", lambda folder: stock(folder / "west park", base_url=pages))
    return made / "west park"


@pytest.fixture
def ran(after_first_run: Path, tmp_path: Path, call: Callable[..., Answer]) -> School:
    """West Park School after its first run, on the day ``TODAY``."""
    return School(shutil.copytree(after_first_run, tmp_path / "west park"), call)


@pytest.fixture
def stocked(with_copies: Path, tmp_path: Path, call: Callable[..., Answer]) -> School:
    """West Park School before its first mailing: the copies are there, so that a run takes a tenth of a first one."""
    return School(shutil.copytree(with_copies, tmp_path / "west park"), call)


@pytest.fixture
def empty_school(tmp_path: Path, call: Callable[..., Answer]) -> School:
    """A workspace as ``policy init`` lays it out."""
    root = tmp_path / "school"
    assert call("init", str(root), "--school", "Westhaven School").code == 0
    return School(root, call)
