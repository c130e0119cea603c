"""Untrusted files are read in children: faults stay with the file, the others go on."""

import contextlib
import io
import os
import pickle
import re
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.documents import read_document
from pipeline.documents.sandbox.child import ChildLimits, Guard, serve
from pipeline.documents.sandbox.pipe import receive, send
from pipeline.documents.sandbox.readers import ChildReply, ChildTask, FileOutcome, contained_map
from pipeline.documents.source import refusal
from pipeline.errors import UnreadableCode
from pipeline.model.documents import Document
from tests.benchmarks.policies import write_policies
from tests.benchmarks.readers import peak_memory
from tests.builders import lines_down, paragraph, pdf_file, word_file

POSIX = pytest.mark.skipif(os.name != "posix", reason="limits and signals of this kind are POSIX only")


@dataclass(frozen=True)
class Found:
    """What the functions below hand back."""

    words: str
    process: int


def spin() -> None:
    while True:
        pass


def write_out(path: Path) -> None:
    path.with_suffix(".out").write_text("x", encoding="utf-8")


def write_quietly(path: Path) -> None:
    with contextlib.suppress(OSError):
        write_out(path)


def raise_error(error: Exception) -> None:
    raise error


BEHAVIOURS: dict[str, Callable[[Path], object]] = {
    "crash": lambda path: os._exit(3),
    "abort": lambda path: os.abort(),
    "hang": lambda path: time.sleep(60),
    "spin": lambda path: spin(),
    "memory": lambda path: "x" * (2 << 30),
    "out": lambda path: raise_error(MemoryError()),
    "refuse": lambda path: raise_error(refusal(UnreadableCode.NO_TEXT, str(path), "is empty.")),
    "recursion": lambda path: raise_error(RecursionError()),
    "bug": lambda path: raise_error(ZeroDivisionError("oops")),
    "print": lambda path: print("noise", flush=True),
    "connect": lambda path: socket.create_connection(("127.0.0.1", 9)),
    "start": lambda path: subprocess.run([sys.executable, "-c", ""], check=False),
    "write": write_out,
    "remove": lambda path: path.unlink(),
    "quietly": write_quietly,
}


def behave(path: Path) -> Found:
    """Do what the file says."""
    order = path.read_text(encoding="utf-8")
    BEHAVIOURS.get(order, str)(path)
    words: object = order
    for _ in range(100_000 if order == "deep" else 0):
        words = (words,)
    return Found(words, os.getpid())  # type: ignore[arg-type]


def trick(path: Path) -> object:
    """Hand back something that would run a program when unpickled."""

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.system, ("true",))

    return Evil() if path.read_text(encoding="utf-8") == "evil" else getattr(os, "getcwd")  # noqa: B009


def prefixed(prefix: str, path: Path) -> str:
    """Stand for a function that takes settings."""
    return prefix + path.read_text(encoding="utf-8")


def orders(folder: Path, *words: str) -> list[Path]:
    paths = []
    for number, word in enumerate(words):
        path = folder / f"{number:02}-{word}.txt"
        path.write_text(word, encoding="utf-8")
        paths.append(path)
    return paths


def codes(outcomes: list[FileOutcome[Found]]) -> list[str]:
    return [
        outcome.error.code if outcome.error else outcome.value.words if outcome.value else "?" for outcome in outcomes
    ]


def test_outcomes_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    paths = orders(tmp_path, *[f"w{number}" for number in range(20)])
    outcomes = list(contained_map(behave, paths))
    assert [outcome.path for outcome in outcomes] == paths
    assert codes(outcomes) == [f"w{number}" for number in range(20)]


def test_nothing_to_read_starts_nothing() -> None:
    assert list(contained_map(behave, [])) == []


def test_children_are_reused_and_never_the_parent(tmp_path: Path) -> None:
    outcomes = list(contained_map(behave, orders(tmp_path, *"abcdefgh"), workers=1))
    assert len({outcome.value.process for outcome in outcomes if outcome.value}) == 1
    assert os.getpid() not in {outcome.value.process for outcome in outcomes if outcome.value}


def test_few_files_take_one_child(tmp_path: Path) -> None:
    outcomes = list(contained_map(behave, orders(tmp_path, "a", "b"), workers=4))
    assert len({outcome.value.process for outcome in outcomes if outcome.value}) == 1


@POSIX
def test_crash_hang_and_bug_stay_with_their_file(tmp_path: Path) -> None:
    words = ("a", "crash", "b", "abort", "hang", "c", "refuse", "bug", "print", "d")
    outcomes = list(contained_map(behave, orders(tmp_path, *words), timeout_seconds=4))
    assert codes(outcomes) == ["a", "hostile", "b", "hostile", "hostile", "c", "no-text", "damaged", "print", "d"]
    assert "given up after 4 seconds" in str(outcomes[4].error)
    assert "brought the reader down" in str(outcomes[1].error)
    assert "04-hang.txt" in str(outcomes[4].error)


def test_mistake_of_this_program_is_not_blamed_on_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bug, refused, good = contained_map(behave, orders(tmp_path, "bug", "refuse", "a"))
    assert bug.error is not None
    assert str(bug.error).startswith(
        "“00-bug.txt” could not be read because of a fault in this program (ZeroDivisionError); the others went on."
    )
    assert bug.error.code is UnreadableCode.DAMAGED
    assert bug.fault is not None
    assert "ZeroDivisionError: oops" in bug.fault
    assert (refused.fault, good.fault) == (None, None)
    (logged,) = caplog.messages
    assert re.fullmatch(r"file 1 of 3: a fault of the program, ZeroDivisionError at test_sandbox.py, line \d+", logged)
    assert "oops" not in logged
    assert "bug.txt" not in logged


def test_answer_nested_too_deep_is_hostile_and_the_child_goes_on(tmp_path: Path) -> None:
    outcomes = list(contained_map(behave, orders(tmp_path, "deep", "recursion", "a"), workers=1))
    assert codes(outcomes) == ["hostile", "hostile", "a"]
    assert "nested deeper" in str(outcomes[0].error)
    assert "nested deeper" in str(outcomes[1].error)


@POSIX
def test_endless_loop_is_ended(tmp_path: Path) -> None:
    assert codes(list(contained_map(behave, orders(tmp_path, "spin", "a"), timeout_seconds=4))) == ["hostile", "a"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps a limit on memory")
def test_file_that_takes_too_much_memory_is_too_large(tmp_path: Path) -> None:
    outcomes = list(contained_map(behave, orders(tmp_path, "memory", "a")))
    assert codes(outcomes) == ["too-large", "a"]
    assert "512 MB" in str(outcomes[0].error)


@pytest.mark.parametrize("word", ["connect", "start", "write", "remove", "quietly"])
def test_network_programs_and_writing_are_refused(tmp_path: Path, word: str) -> None:
    outcomes = list(contained_map(behave, orders(tmp_path, word, "a")))
    assert codes(outcomes) == ["hostile", "a"]
    assert "was stopped" in str(outcomes[0].error)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"00-{word}.txt", "01-a.txt"]


def test_answer_that_is_no_plain_value_is_not_taken(tmp_path: Path) -> None:
    outcomes = list(contained_map(trick, orders(tmp_path, "evil", "function")))
    assert [outcome.error.code if outcome.error else None for outcome in outcomes] == ["hostile", "hostile"]


def test_function_may_carry_settings(tmp_path: Path) -> None:
    [outcome] = contained_map(partial(prefixed, ">"), orders(tmp_path, "a"))
    assert outcome.value == ">a"


@POSIX
def test_leaving_early_ends_the_children(tmp_path: Path) -> None:
    outcomes = contained_map(behave, orders(tmp_path, "a", "hang", "hang", "hang", "hang"))
    first = next(outcomes)
    assert first.value is not None
    began = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(first.value.process, 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends children with their parent")
def test_killed_parent_takes_its_children_along(tmp_path: Path) -> None:
    paths = orders(tmp_path, "a", "hang")
    program = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from pathlib import Path\n"
        "from pipeline.documents.sandbox.readers import contained_map\n"
        "from test_sandbox import behave\n"
        f"for outcome in contained_map(behave, [Path(p) for p in {[str(path) for path in paths]!r}], workers=1):\n"
        "    print(outcome.value.process, flush=True)\n"
    )
    here = Path(__file__).parent
    with subprocess.Popen(
        [sys.executable, "-c", program, str(here), str(here.parents[1])], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.terminate()
        parent.wait(10)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _runs(child):
        time.sleep(0.05)
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_documents_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "p.docx"
    path.write_bytes(word_file(paragraph("Words.")))
    [outcome] = contained_map(read_document, [path])
    assert outcome.value == read_document(path)
    assert isinstance(outcome.value, Document)


def test_reader_that_cannot_start_is_not_blamed_on_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for broken in ("/bin/false" if os.name == "posix" else "where", str(tmp_path / "none")):
        monkeypatch.setattr(sys, "executable", broken)
        [outcome] = contained_map(behave, orders(tmp_path, "a"))
        assert outcome.error is not None
        assert outcome.error.code is UnreadableCode.UNSUPPORTED
        assert "could not be started" in str(outcome.error)


def bomb_in_a_page() -> bytes:
    """Return a PDF whose page unpacks to a gigabyte of drawing."""
    packer = zlib.compressobj(9)
    block = b"0 0 m 9 9 l S\n" * 75_000
    packed = b"".join(packer.compress(block) for _ in range(1000)) + packer.flush()
    plain = pdf_file([])
    empty = b"<< /Length 0 >>\nstream\nendstream"
    assert empty in plain
    held = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
    return plain.replace(empty, held + packed + b"\nendstream")


def test_hostile_pdfs_end_in_an_error_and_in_time(tmp_path: Path) -> None:
    loop = pdf_file(lines_down("Words.")).replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]")
    outline = pdf_file(lines_down("Words."), catalog="/Outlines 1 0 R /First 1 0 R /Next 1 0 R")
    deep = pdf_file(lines_down("Words."), catalog="/OpenAction " + "[" * 40_000 + "]" * 40_000)
    cross = pdf_file(lines_down("Words.")).replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9")
    paths = []
    for name, content in {
        "1-loop": loop,
        "2-outline": outline,
        "3-deep": deep,
        "4-cross": cross,
        "5-bomb": bomb_in_a_page(),
        "6-good": pdf_file(lines_down("Words.")),
    }.items():
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(content)
    began = time.monotonic()
    outcomes = list(contained_map(read_document, paths, timeout_seconds=5))
    assert time.monotonic() - began < 30
    assert [(outcome.value is None) != (outcome.error is None) for outcome in outcomes] == [True] * 6
    assert outcomes[0].error is not None
    assert outcomes[4].error is not None
    assert outcomes[5].value is not None


def test_guard_lets_reading_pass_and_stops_the_rest() -> None:
    guard = Guard()
    guard("open", ("policy.docx", "rb", 0))
    guard("open", (os.devnull, "w", 0))
    guard("import", ("x",))
    for event, arguments in (("open", ("a", "w", 0)), ("open", ("a", None, os.O_CREAT)), ("os.system", ("x",))):
        with pytest.raises(PermissionError):
            guard(event, arguments)
    assert len(guard.refused) == 3
    guard.office = True
    guard("open", ("a", "w", 0))
    guard("subprocess.Popen", ("soffice",))
    with pytest.raises(PermissionError):
        guard("socket.connect", ("x",))


class RecordingSystem:
    """Stands for the module ``resource``: keeps what was set."""

    RLIM_INFINITY = -1
    RUSAGE_SELF = 0
    RLIMIT_CPU, RLIMIT_AS, RLIMIT_FSIZE, RLIMIT_CORE = "cpu", "memory", "size", "core"

    def __init__(self, hard: int = -1) -> None:
        self.hard = hard
        self.soft: dict[str, int] = {}

    def getrusage(self, who: int) -> SimpleNamespace:
        return SimpleNamespace(ru_utime=3.5, ru_stime=1.0)

    def getrlimit(self, kind: str) -> tuple[int, int]:
        return (self.hard, self.hard)

    def setrlimit(self, kind: str, limits: tuple[int, int]) -> None:
        if kind == "core":
            raise ValueError("no such limit here")
        self.soft[kind] = limits[0]


@POSIX
@pytest.mark.parametrize(
    ("office", "hard", "expected"),
    [
        (False, -1, {"cpu": 4 + 12, "memory": 1000, "size": 0}),
        (True, -1, {"cpu": 4 + 12, "memory": 4 << 30, "size": 400 << 20}),
        (True, 900, {"cpu": 4 + 12, "memory": 900, "size": 900}),
    ],
)
def test_limits_are_set_for_each_file_and_widened_for_libreoffice(
    office: bool, hard: int, expected: dict[str, int]
) -> None:
    system = RecordingSystem(hard)
    limits = ChildLimits(system)
    limits.begin(ChildTask(behave, Path("x"), 10, 1000), office=office)
    limits.end()
    assert system.soft == expected


def served(paths: list[Path], guard: Guard) -> list[ChildReply]:
    questions, answers = io.BytesIO(), io.BytesIO()
    for path in paths:
        send(questions, ChildTask(behave, path, 5, 1 << 30))
    questions.seek(0)
    serve(questions, answers, guard, ChildLimits(None))
    answers.seek(0)
    found = []
    while (content := receive(answers)) is not None:
        found.append(pickle.loads(content))
    return found


def test_child_answers_each_question_until_its_memory_is_used_up(tmp_path: Path) -> None:
    answers = served([*orders(tmp_path, "a", "refuse", "bug", "out", "b"), tmp_path / "none"], Guard())
    assert [answer.error.code if answer.error else answer.value.words for answer in answers] == [
        "a",
        "no-text",
        "damaged",
        "too-large",
    ]
    assert [answer.retires for answer in answers] == [False, False, False, True]


def test_child_reports_what_a_file_made_it_try_even_where_nobody_noticed(tmp_path: Path) -> None:
    class TriedOnce(Guard):
        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, ["to write a file"] if name == "refused" else value)

    for word in ("a", "refuse"):
        [answer] = served(orders(tmp_path, word), TriedOnce())
        assert answer.error is not None
        assert "try to write a file" in str(answer.error)


def test_message_longer_than_any_honest_one_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes"):
        receive(io.BytesIO(b"\xff" * 8))
    assert receive(io.BytesIO(b"\0\0")) is None
    assert receive(io.BytesIO(b"\0" * 7 + b"\x05ab")) is None


def test_the_benchmark_of_readers_is_told_what_memory_a_child_took(tmp_path: Path) -> None:
    write_policies(tmp_path, 1)
    (told,) = contained_map(peak_memory, sorted(tmp_path.glob("*.docx"))[:1], workers=1)
    assert told.error is None
    assert told.value is not None
    assert told.value.megabytes > 1
