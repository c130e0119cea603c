"""``policy trust worker`` that looks and says that it lives ten times as often (``-m tests.trust.quick_worker``).

What is killed, missing or over is seen in a second then, as it is in half a minute at a trust.
"""

import sys
from functools import partial

from pipeline.cli import run_command
from pipeline.trust import worker

LOOK_SECONDS, HEARTBEAT_SECONDS = 0.5, 0.5


def main() -> int:
    """Run the command and return its exit code."""
    hurried = partial(worker.WorkerOrder, look_seconds=LOOK_SECONDS, heartbeat_seconds=HEARTBEAT_SECONDS)
    worker.WorkerOrder = hurried  # type: ignore[assignment, misc]
    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
