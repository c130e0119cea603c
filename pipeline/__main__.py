"""``policy``, and ``python -m pipeline``: the list of commands at once, everything else by ``cli``."""

import gc
import os
import sys

_MADE_BEFORE_CYCLES_ARE_SOUGHT = 150_000
"""Objects, more than a command makes that only shows something. At 20,000 the search takes a twentieth of its time."""


def main() -> None:
    """Run the command line of this process and exit with its code."""
    if sys.argv[1:] in (["--help"], ["-h"]) and _show_help():
        return
    gc.set_threshold(_MADE_BEFORE_CYCLES_ARE_SOUGHT)
    # The settings' library looks through every installed package for additions to itself, of which there are none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from pipeline.cli import main as run

    run()


def _show_help() -> bool:
    """Show the list of commands; return False where that cannot be written, of which ``cli`` makes something."""
    from pipeline.commands import help_page

    try:
        sys.stdout.write(help_page())
        sys.stdout.flush()
    except (OSError, AttributeError):
        return False
    return True


if __name__ == "__main__":
    main()
