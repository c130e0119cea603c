"""How far the register has come, noted beside it and in ``.secrets``: so that an older one put in its place is noticed.

A mark is one line of JSON in ``register.sqlite3.mark`` and ``.secrets/register-mark``: which register, a counter that
each mail and each record of the ledger raises, and the newest signed head. It is written behind each commit that
raised the counter, so it is never ahead of its own register. Where it is, an older register was put back, or another.
It also says where the register lay. Where that is another place, and the same register is still there, a folder was
copied, and both would write to the same people. Where it is another computer, nobody can look whether it is.
"""

import json
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from pipeline.private_files import make_folder, write_file
from pipeline.register.store.computer_signs import are_elsewhere

PENDING = "register_mark"
"""Where a transaction keeps the mark that is to be written behind its commit."""
DOUBT = "register_doubt"
"""The execution option with which a connection says what its register is suspected of."""
_ACCOUNT_SECONDS = 60.0
"""Days are told apart by it; what came within a minute of a power cut, the marks of the workspace tell."""


class HoldReason(StrEnum):
    """Why all mail is held until its owner says that it may go."""

    OLDER = "older"
    """A mark is newer than the register: an older one was put in its place."""
    COPIED = "copied"
    """The register came here with its marks, and the one it was copied from is still in its place."""
    ELSEWHERE = "elsewhere"
    """The register came here with its marks from another computer, where the one it was copied from may still be."""
    OTHER = "other"
    """A mark is another register's: this one was put in its place, or made anew."""
    RESTORED = "restored"
    """A safety copy was put back by command."""
    UNREADABLE = "unreadable"
    """Neither mark can be read, so nothing says whether the register is the newest."""
    LOST = "lost"
    """The register began afresh beside the work of one that is gone."""
    LINK_KEY = "link-key"
    """The key that signs personal links is not the one that the links sent before were signed with."""
    LEDGER_KEY = "ledger-key"
    """The key that signs the ledger is not the one that signed it last."""


OF_KEYS = (HoldReason.LINK_KEY, HoldReason.LEDGER_KEY)
"""These end by themselves once the key is right; the others at their owner's word."""


@dataclass(frozen=True, slots=True)
class MarkedHead:
    """The newest signed head of the ledger, as ``ledger_heads.LedgerHead`` has it."""

    size: int
    root_hash: str
    signed_at: str
    public_key: str
    signature: str


@dataclass(frozen=True, slots=True)
class RegisterMark:
    """How far one register has come."""

    register_id: str
    counter: int
    head: MarkedHead | None = None
    """None where nothing was signed yet."""
    restored: bool = False
    """Written by the person who put a safety copy back: the register is to be taken for an older one."""
    place: str = ""
    """The whole path of the register's file; empty where an earlier edition wrote the mark."""
    signs: tuple[str, ...] = ()
    """What tells that place from others (``computer_signs.signs_of``); empty where an earlier edition wrote it."""
    keyed: bool = False
    """Rows that give rights had their codes already: one without is no row of before (``ledger.keyed_rows``)."""


def mark_paths(register: Path, root: Path) -> tuple[Path, Path]:
    """Return where the marks of a register lie; ``root`` is the workspace."""
    return register.with_name(f"{register.name}.mark"), root / ".secrets" / "register-mark"


def moved_note(register: Path) -> Path:
    """Return where it is noted that the register at this place was moved to another one."""
    return register.with_name(f"{register.name}.moved")


def read_mark(path: Path) -> RegisterMark | None:
    """Return the mark at ``path``, None where there is none. Raises ValueError where it cannot be read as one."""
    try:
        words = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ValueError("a mark cannot be read") from error
    try:
        found = json.loads(words)
        head = None if found["head"] is None else MarkedHead(**found["head"])
        place, signs = str(found.get("place", "")), tuple(map(str, found.get("signs", ())))
        so_far = str(found["register_id"]), int(found["counter"]), head, bool(found["restored"])
        mark = RegisterMark(*so_far, place, signs, bool(found.get("keyed", False)))
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("a mark is damaged") from error
    return mark


def write_marks(paths: Sequence[Path], mark: RegisterMark) -> None:
    """Write the mark to each of ``paths`` where it is not behind what stands there.

    What cannot be written is left: the other one tells as well, and the register itself is the truth.
    """
    content = (json.dumps(asdict(mark), sort_keys=True) + "\n").encode("ascii")
    for path in paths:
        with suppress(OSError):
            if not _is_behind(mark, path):
                make_folder(path.parent)
                write_file(path, content)


class AccountMark:
    """The mark that this account keeps outside of the workspace; written now and then, each mail would be one more."""

    def __init__(self, path: Path | None) -> None:
        self.paths: tuple[Path, ...] = (path,) if path is not None else ()
        """Where it lies; empty where the account keeps none."""
        self._unwritten: RegisterMark | None = None
        self._written_at = -math.inf

    def note(self, mark: RegisterMark) -> None:
        """Take how far the register has come; at most once a minute it is written."""
        self._unwritten = mark
        if time.monotonic() - self._written_at >= _ACCOUNT_SECONDS:
            self.keep()

    def keep(self) -> None:
        """Write what was taken last and is not written yet."""
        if self._unwritten is not None:
            write_marks(self.paths, self._unwritten)
            self._unwritten, self._written_at = None, time.monotonic()

    def hasten(self) -> None:
        """Let what is noted next be written at once: it says otherwise than what was known before."""
        self._written_at = -math.inf


def _is_behind(mark: RegisterMark, path: Path) -> bool:
    """Tell whether another process has committed, and marked, later work of the same register meanwhile."""
    try:
        there = read_mark(path)
    except ValueError:
        return False
    return there is not None and there.register_id == mark.register_id and there.counter > mark.counter


def read_marks(paths: Sequence[Path]) -> tuple[RegisterMark | None, ...]:
    """Return the marks that there are, None for one that cannot be read."""
    found: list[RegisterMark | None] = []
    for path in paths:
        try:
            mark = read_mark(path)
        except ValueError:
            found.append(None)
        else:
            found += [mark] if mark is not None else []
    return tuple(found)


def find_original(marks: Sequence[RegisterMark | None], mine: RegisterMark) -> Path | None:
    """Return the file that the register at ``mine`` was copied from with its marks, where it is still in use there.

    ``marks`` are those of the workspace, and what the account noted, which a copy that was put back by command has too.
    None where it was moved, is kept by no file, or where the old place is the same file by another path (a link,
    another name of a drive).
    """
    for place in {mark.place for mark in marks if mark is not None and mark.place not in ("", mine.place)}:
        there = Path(place)
        with suppress(OSError, ValueError):
            known = read_mark(there.with_name(f"{there.name}.mark"))
            is_mine = known is not None and known.register_id == mine.register_id
            if is_mine and not moved_note(there).exists() and not there.samefile(mine.place):
                return there
    return None


def find_doubt(
    marks: Sequence[RegisterMark | None],
    known: Sequence[RegisterMark],
    mine: RegisterMark,
    has_head: Callable[[MarkedHead], bool],
) -> HoldReason | None:
    """Return what the marks say against the register that stands at ``mine``; None where they agree with it.

    ``marks`` are those of the workspace, None for one that cannot be read; ``known`` are all that can be, what the
    account noted too. They are to be read before the register is: a process that writes to it meanwhile marks what is
    committed already. ``has_head`` tells whether the register still knows a signed head.
    """
    if any(mark.restored for mark in known):
        return HoldReason.RESTORED
    if any(mark.register_id != mine.register_id for mark in known):
        return HoldReason.OTHER
    if find_original((*marks, *known), mine) is not None:
        # Before it is called older: the one it was copied from has gone on meanwhile, and is there.
        return HoldReason.COPIED
    if any(mark.counter > mine.counter or (mark.head is not None and not has_head(mark.head)) for mark in known):
        return HoldReason.OLDER
    if are_elsewhere([mark.signs for mark in known], mine.signs):
        return HoldReason.ELSEWHERE
    return HoldReason.UNREADABLE if marks and not any(marks) else None


def note_restored(register: Path, root: Path) -> None:
    """Note that a safety copy was just put in the place of ``register``: all mail is held until its owner says so.

    For whatever puts one back. What the marks knew before is kept in them. Raises OSError where neither can be written.
    """
    paths = mark_paths(register, root)
    known = RegisterMark("", 0)
    for path in paths:
        with suppress(ValueError):
            there = read_mark(path)
            known = there if there is not None and there.counter >= known.counter else known
    content = (json.dumps(asdict(replace(known, restored=True)), sort_keys=True) + "\n").encode("ascii")
    for path in paths:
        make_folder(path.parent)
        write_file(path, content)
