"""Run one command and kill it at a line of what lets a school leave: ``python -m tests.trust.killed_at LINE …``.

Lines are counted as they are run, from 1, in the modules below; with 0 it goes through, and prints how many there were.
"""

import os
import signal
import sys
from types import FrameType
from typing import Any

from pipeline.cli import run_command

_WHERE = ("/trust/leaving/", "/register/store/moving.py", "/register/store/postgresql/receiving.py")


def main() -> int:
    """Run the command and return its exit code; a process that is killed returns none."""
    last, count = int(sys.argv[1]), 0

    mine: dict[str, bool] = {}

    def look(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        name = frame.f_code.co_filename
        if name not in mine:
            mine[name] = any(part in name for part in _WHERE)
        if not mine[name]:
            return None
        if event == "line":
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return look

    # Modules are read first, so that their own lines are none of what is counted.
    import pipeline.register.store.postgresql.receiving
    import pipeline.trust.leaving.leave  # noqa: F401

    sys.settrace(look)
    code = run_command(sys.argv[2:])
    sys.settrace(None)
    print(f"{count} lines")
    return code


if __name__ == "__main__":
    sys.exit(main())
