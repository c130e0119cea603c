"""A progress bar on stderr, drawn only on a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn


class ProgressBar:
    """Draws one bar a stage; called with the stage, how many are done and how many there are."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the bar of ``stage``; the last stage to finish takes the bars away."""
        if stage not in self._tasks:
            self._progress.start()
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)
        if all(task.finished for task in self._progress.tasks):
            self._progress.stop()
