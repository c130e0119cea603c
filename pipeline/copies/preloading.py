"""Have what opens documents for copies ready by the time the run has recorded what it read.

Loading it takes a third of a second of a process that would only wait otherwise; ``filling`` asks for it in any case.
"""

from pipeline.documents.sandbox.start import get_ready


def get_ready_to_copy() -> None:
    """Have what copies are reworded with loaded, aside from this process, which goes on at once."""
    get_ready(prepare_to_copy)


def prepare_to_copy() -> None:
    """Load it; runs in the process that forks. The program itself loads it where it makes a copy."""
    from pipeline.copies.rewording import prepare_rewording

    prepare_rewording()
