"""What all tests share: skips with a reason for programs that are not there, and the folders of test material."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# A shared machine is slow now and then; how long an example takes is not what these tests are about.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
GO_MODULE = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
"""Where Debian's package puts Go's own reader of transparency logs."""
PROGRAMS = {
    "soffice": ("soffice", "LibreOffice"),
    "localc": ("localc", "LibreOffice Calc"),
    "chromium": ("chromium", "Chromium"),
    "postfix": ("postfix", "Postfix"),
    "dovecot": ("dovecot", "Dovecot"),
    "go": ("go", "Go"),
    "pdftoppm": ("pdftoppm", "poppler-utils"),
    "tesseract": ("tesseract", "Tesseract"),
}

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def _missing(program: str) -> str | None:
    """Return why a test that needs ``program`` cannot run here, None where it can."""
    if program == "shared":
        return None if SHARED.is_dir() else "the folder of shared documents is not beside this checkout"
    if program == "go" and not GO_MODULE.is_dir():
        return "Go's packages for transparency logs (golang-golang-x-mod-dev) are not installed"
    command, name = PROGRAMS[program]
    return None if shutil.which(command) else f"{name} is not installed"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here, with the reason; where services are required, let it fail instead."""
    required = os.environ.get("POLICY_REQUIRE_SERVICES") == "1"
    for item in items:
        for marker in item.iter_markers("needs"):
            reason = _missing(marker.args[0])
            if reason and required and marker.args[0] != "shared":
                item.add_marker(pytest.mark.usefixtures("required_program_is_missing"))
            elif reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def required_program_is_missing(request: pytest.FixtureRequest) -> None:
    """Fail a test whose program must be there (continuous integration) and is not."""
    reasons = [_missing(marker.args[0]) for marker in request.node.iter_markers("needs")]
    pytest.fail("; ".join(reason for reason in reasons if reason))


@pytest.fixture
def shared() -> Path:
    """The folder of real documents and facts beside the checkout; skips where it is absent."""
    reason = _missing("shared")
    if reason:
        pytest.skip(reason)
    return SHARED


@pytest.fixture
def repository() -> Path:
    """The root of this checkout, itself a workspace."""
    return ROOT
