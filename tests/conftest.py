"""What all tests share: skips with a reason for programs that are not there, and the folders of test material."""

import atexit
import contextlib
import gc
import importlib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

# A shared machine is slow now and then; how long an example takes is not what these tests are about.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
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

MEMORY = Path("/dev/shm")
"""Linux keeps what lies here in memory."""
_ENOUGH_BYTES = 4 * 2**30
"""What must be free in memory, and of the folder, before a run may begin there."""
_OURS = "policy-tests-"
"""How the name of a run's folder begins; the number of its process follows."""

# No test asks the keyring of whoever runs it. Where none is named, finding one starts a compiler a dozen times.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from pipeline.documents.sandbox import start as sandbox_start  # noqa: E402
from pipeline.register.store.computer_signs import STATE_FOLDER  # noqa: E402
from tests import postgresql as postgresql_server  # noqa: E402
from tests import registers  # noqa: E402
from tests.postgresql import Server  # noqa: E402
from tests.registers import KINDS  # noqa: E402


def _free_memory() -> int:
    """Return the bytes of memory that Linux would give now, 0 where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def _is_roomy_memory(folder: Path) -> bool:
    """Tell whether temporary files may go into ``folder``: writable, with room, and programs may be started from it."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    found = os.statvfs(folder)
    may_run = not found.f_flag & os.ST_NOEXEC
    return may_run and min(found.f_bavail * found.f_frsize, _free_memory()) >= _ENOUGH_BYTES


def _clear_abandoned(memory: Path) -> None:
    """Delete the folders of runs that were killed: what lies in memory until then is missing in it."""
    for folder in memory.glob(f"{_OURS}*-*"):
        number = folder.name.removeprefix(_OURS).partition("-")[0]
        if folder.stat().st_uid == os.getuid() and not Path("/proc", number).exists():
            shutil.rmtree(folder, ignore_errors=True)


# A register is synced to its drive at every commit: on a disk the tests wait for that as long as they work. No test
# cuts the power, and what a killed program has written stays in memory as on a disk. A chosen TMPDIR holds; the workers
# of xdist take over what was chosen. What the program itself leaves is gone at the end, what failed tests left is not.
if sys.platform == "linux" and "TMPDIR" not in os.environ:
    _clear_abandoned(MEMORY)
if sys.platform == "linux" and "TMPDIR" not in os.environ and _is_roomy_memory(MEMORY):
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)
    os.environ["TMPDIR"] = tempfile.mkdtemp(prefix=f"{_OURS}{os.getpid()}-", dir=MEMORY)
    # Mail servers, which are no users of this account, have their folders in it.
    Path(os.environ["TMPDIR"]).chmod(0o755)
    atexit.register(shutil.rmtree, os.environ["TMPDIR"], ignore_errors=True)
    tempfile.tempdir = None


def _missing(program: str) -> str | None:
    """Return why a test that needs ``program`` cannot run here, None where it can."""
    if program == "shared":
        return None if SHARED.is_dir() else "the folder of shared documents is not beside this checkout"
    if program == "go" and not GO_MODULE.is_dir():
        return "Go's packages for transparency logs (golang-golang-x-mod-dev) are not installed"
    if program == "postgresql":
        return None if postgresql_server.find_programs() else "PostgreSQL's server is not installed"
    command, name = PROGRAMS[program]
    return None if shutil.which(command) else f"{name} is not installed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run on a second Python ask for each test, and not for each of its cases."""
    parser.addoption(
        "--cases",
        type=int,
        default=0,
        metavar="N",
        help="of a test with more than N cases run N, by their names from the first to the last (default: all)",
    )

    parser.addoption(
        "--register",
        choices=KINDS,
        default=KINDS[0],
        help="where every test keeps its registers that does not say so itself (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Add what a ``conftest.py`` is not asked for."""
    config.pluginmanager.register(SharedUnderNoAccount())


def _import_own_part(config: pytest.Config) -> None:
    """Import a worker's part of all modules first, so that each is compiled for the other workers too.

    In a new checkout each worker would compile all of them at the same time, which is two thirds of its collecting.
    """
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if count == 1 or [Path(argument).resolve() for argument in config.args] != [ROOT / "tests"]:
        return
    own = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    for path in islice(sorted((ROOT / "tests").rglob("test_*.py")), own, None, count):
        with contextlib.suppress(Exception):  # Collecting says what is wrong with it.
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Collect without looking for garbage, and never look at what was collected: it stays to the end.

    Through all of what tests have made Python looks less often: that took one to three hundredths of their time.
    """
    gc.disable()
    _import_own_part(session.config)
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(*gc.get_threshold()[:2], 10 * gc.get_threshold()[2])


_ASK_SECONDS = 20.0
_ASKED_AT = [0.0]


def pytest_runtest_logstart() -> None:
    """Let the process that forks readers stay from test to test.

    It ends after a minute without work, as it should in a program; loading the readers again takes longer than most
    tests that read something, and forty times in a run there was a minute between two of them.
    """
    running, now = sandbox_start._server._server, time.monotonic()
    if running is not None and running.started_by[0] == os.getpid() and now - _ASKED_AT[0] > _ASK_SECONDS:
        _ASKED_AT[0] = now
        with contextlib.suppress(OSError, EOFError):  # Whoever asks next starts another.
            running.ask_about("poll", 0)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what cannot run here, with the reason; where services are required, let it fail instead.

    Last, so that ``--cases`` chooses among what ``-m`` has left.
    """
    if most := config.getoption("cases"):
        kept = some_cases([item.nodeid for item in items], most)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
        items[:] = [item for item in items if item.nodeid in kept]
    items[:] = [item for item in items if not (_is_on_server(item) and item.get_closest_marker("in_a_file"))]
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = slow_first(items, slow, workers, path_of=lambda item: item.path)
    required = os.environ.get("POLICY_REQUIRE_SERVICES") == "1"
    for item in items:
        for marker in item.iter_markers("needs"):
            reason = _missing(marker.args[0])
            if reason and required and marker.args[0] != "shared":
                item.add_marker(pytest.mark.usefixtures("required_program_is_missing"))
            elif reason:
                item.add_marker(pytest.mark.skip(reason=reason))


def _is_on_server(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("register_kind") == "postgresql"


def some_cases(ids: Iterable[str], most: int) -> set[str]:
    """Return of each test at most so many cases, by their names from the first to the last."""
    cases: dict[str, list[str]] = {}
    for each in sorted(ids):
        cases.setdefault(each.partition("[")[0], []).append(each)
    kept: set[str] = set()
    for each_test in cases.values():
        steps = range(most) if len(each_test) > most else range(len(each_test))
        kept.update(each_test[number * (len(each_test) - 1) // max(len(steps) - 1, 1)] for number in steps)
    return kept


def slow_first(items: Sequence[T], slow: Mapping[K, int], workers: int, *, path_of: Callable[[T], K]) -> list[T]:
    """Return the tests so that of each worker's equal part the modules with slow tests come first.

    ``slow``: how many slow tests a module has. ``--dist worksteal`` gives each worker one part after the other; whoever
    is through takes over from the end of another's. Quick tests must lie there: of two slow ones at the very end the
    second waits for the first, while the other workers have gone. A module's tests stay together.
    """
    hands: list[list[T]] = [[] for _ in range(workers)]
    dealt = [0] * workers
    of_module: dict[K, list[T]] = {}
    for item in items:
        of_module.setdefault(path_of(item), []).append(item)
    for path in sorted((path for path in of_module if slow.get(path)), key=lambda path: -slow[path]):
        hand = dealt.index(min(dealt))
        dealt[hand] += slow[path]
        hands[hand] += of_module[path]
    quick = iter([item for path, found in of_module.items() if not slow.get(path) for item in found])
    for number, hand in enumerate(hands):
        part = len(items) // workers + (number >= workers - len(items) % workers)
        hand += islice(quick, max(0, part - len(hand)))
    hands[-1] += quick
    return [item for hand in hands for item in hand]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let what is marked ``both_registers`` run with registers of SQLite's and of PostgreSQL's."""
    if metafunc.definition.get_closest_marker("both_registers"):
        on_server = pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))
        metafunc.parametrize("register_kind", ["sqlite", on_server], indirect=True)


_ACCOUNTS = count()


@pytest.fixture(autouse=True)
def account_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what the program notes of a register outside of its workspace from the next test, which copies that."""
    os.environ[STATE_FOLDER] = str(tmp_path_factory.getbasetemp() / "accounts" / str(next(_ACCOUNTS)))


class SharedUnderNoAccount:
    """Let nothing be noted of what tests share: it is made before the first of them has its account, in the last one's.

    A plugin: of what the whole run shares, pytest asks no ``conftest.py`` below the root.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        """Take the account away for as long as something is made that outlives a test."""
        if fixturedef.scope == "function":
            return (yield)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(STATE_FOLDER, "none")
            return (yield)


@pytest.fixture(autouse=True)
def register_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the registers of this test are kept: by ``sqlite`` or by ``postgresql``."""
    kind: str = getattr(request, "param", request.config.getoption("--register"))
    if request.node.get_closest_marker("in_a_file"):
        kind = KINDS[0]
    on_server = kind == "postgresql"
    server: Server | None = None
    if on_server or "postgresql" in request.fixturenames:
        server = request.getfixturevalue("postgresql")
    registers.use(server if on_server else None)
    with server.none_left() if server is not None else contextlib.nullcontext():
        yield kind
        registers.use(None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server that runs for as long as the tests of this process do."""
    with postgresql_server.running() as server:
        registers.draw_template(server)
        yield server


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
