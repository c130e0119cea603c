"""On Linux the readers are loaded once, in a process that meets no file, and every child is a fork of it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.documents.sandbox import server as sandbox_server
from pipeline.documents.sandbox import start as sandbox_start
from pipeline.documents.sandbox.pipe import receive, send
from pipeline.documents.sandbox.readers import contained_map

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children are forked on Linux alone")


def look_around(path: Path) -> str:
    """Tell what a child finds: its parent, its folder, a setting, and what is open in it."""
    found = [str(os.getppid()), str(Path.cwd()), os.environ.get("A_SETTING", "none")]
    opened = [str(Path(f"/proc/self/fd/{number}").readlink()) for number in range(64) if _is_open(number)]
    return "\n".join([*found, *(f"open {each}" for each in opened)])


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def was_prepared(path: Path) -> bool:
    return hasattr(sys, "prepared_for_reading")


def take_a_while(path: Path) -> str:
    time.sleep(0.4)
    return path.read_text(encoding="utf-8")


def prepare() -> None:
    sys.prepared_for_reading = True  # type: ignore[attr-defined]


def fail_to_prepare() -> None:
    raise RuntimeError("no matter")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("a", encoding="utf-8")
    return path


def look(file: Path) -> list[str]:
    [outcome] = contained_map(look_around, [file])
    assert outcome.value is not None, outcome.error
    return outcome.value.splitlines()


def test_children_are_forks_of_one_process_that_is_kept(file: Path) -> None:
    first, second = look(file), look(file)
    assert first[0] == second[0] != str(os.getpid())


def test_child_finds_folder_and_settings_as_they_are_now(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, _, setting, *_ = look(file)
    assert setting == "none"
    monkeypatch.setenv("A_SETTING", "set since")
    monkeypatch.chdir(file.parent)
    assert look(file)[:3] == [server, str(file.parent), "set since"]


def test_child_has_no_way_to_the_process_that_forked_it(file: Path) -> None:
    opened = [line for line in look(file) if line.startswith("open ")]
    assert not [line for line in opened if "socket" in line]
    assert sum("pipe" in line for line in opened) == 2  # Its questions and its answers.


def test_what_is_prepared_is_there_and_a_failure_is_left_to_the_reading(file: Path) -> None:
    sandbox_start._server.close()  # Another test's may have prepared already.
    [plain] = contained_map(was_prepared, [file], prepare=fail_to_prepare)
    [ready] = contained_map(was_prepared, [file], prepare=prepare)
    assert (plain.value, ready.value) == (False, True)
    assert not hasattr(sys, "prepared_for_reading")


def test_server_that_was_killed_is_started_again(file: Path) -> None:
    server = int(look(file)[0])
    os.kill(server, signal.SIGKILL)
    again = look(file)
    assert int(again[0]) not in {server, os.getpid()}


def test_file_is_read_again_where_the_server_was_killed_in_the_middle(file: Path) -> None:
    server = int(look(file)[0])
    kills = threading.Timer(0.1, os.kill, (server, signal.SIGKILL))
    [outcome] = contained_map(take_a_while, [file], on_start=lambda _: None if kills.ident else kills.start())
    assert outcome.value == "a", outcome.error


def test_files_are_read_where_no_server_can_be_had(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox_start._server.close()

    def fails() -> None:
        raise OSError(11, "no more processes")

    monkeypatch.setattr(sandbox_start, "_start_server", fails)
    assert look(file)[0] == str(os.getpid())
    monkeypatch.undo()
    monkeypatch.setattr(sandbox_server.os, "fork", fails)
    assert isinstance(_served(("fork", ([*sys.path], {}, "/", _PICKLED_NONE)), pipes=2), OSError)


def test_the_process_that_is_kept_ends_by_itself_once_the_program_is_done(file: Path) -> None:
    look(file)
    server = sandbox_start._server._server
    assert server is not None
    sandbox_start._server.close()
    assert server._process.returncode == 0


_PICKLED_NONE = b"\x80\x04N."


def _served(question: object, *, pipes: int) -> object:
    """Have a server of this process answer one question."""
    import pickle

    ours, theirs = socket.socketpair()
    answering = threading.Thread(target=sandbox_server.Server(theirs).serve)
    answering.start()
    handed = [os.open(os.devnull, os.O_RDONLY) for _ in range(pipes)]
    try:
        with ours.makefile("wb") as questions, ours.makefile("rb") as answers:
            socket.send_fds(ours, [b"?"], handed)
            send(questions, question)
            content = receive(answers)
    finally:
        ours.close()
        answering.join(10)
        theirs.close()
        for each in handed:
            os.close(each)
    assert content is not None
    return pickle.loads(content)


def test_server_goes_when_there_is_no_work_and_is_missed_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_server, "_IDLE_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        began = time.monotonic()
        sandbox_server.Server(theirs).serve()
        assert time.monotonic() - began < 5


def test_program_leaves_no_process_behind(file: Path) -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from pathlib import Path\n"
        "from pipeline.documents.sandbox.readers import contained_map\n"
        "from test_sandbox_start import look_around\n"
        "[outcome] = contained_map(look_around, [Path(sys.argv[3])])\n"
        "print(outcome.value.splitlines()[0])\n"
    )
    here = Path(__file__).parent
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(here), str(here.parents[1]), str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(ended.stdout), 0)
