"""What others than readers are told by letters: each part that a letter may have, and who says to whom it goes.

A new kind of letter is a module of ``contributors`` with its part and its function, a line in both lists here, its name
in ``model.mail`` and ``register.mail.told``, its templates, and a line in ``_others`` among these.
"""

from collections.abc import Callable, Iterable
from typing import Any

from pipeline.letters.addressed import Telling
from pipeline.letters.contributors.declarations import list_declarations_to_tell
from pipeline.letters.contributors.guidance import GUIDANCE, list_guidance_to_tell
from pipeline.letters.contributors.late import LATE, list_late_to_tell
from pipeline.letters.contributors.ledger_heads import HEAD, list_head_to_tell
from pipeline.letters.contributors.monday import OPEN
from pipeline.letters.contributors.office import OFFICE_TASKS, list_for_office
from pipeline.letters.contributors.papers import PAPERS, list_papers_to_send
from pipeline.letters.contributors.reports import list_reports_to_tell
from pipeline.letters.contributors.reviews import REVIEWS, list_reviews_to_tell
from pipeline.letters.contributors.summary import SUMMARY, list_summary_to_tell
from pipeline.letters.others_day import OthersDay
from pipeline.letters.parts import LetterPart

PARTS: tuple[LetterPart[Any], ...] = (PAPERS, REVIEWS, GUIDANCE, LATE, OFFICE_TASKS, OPEN, SUMMARY, HEAD)
"""Everything that a letter may tell others than readers."""

CONTRIBUTORS: tuple[Callable[[OthersDay], Iterable[Telling]], ...] = (
    list_papers_to_send,
    list_reviews_to_tell,
    list_guidance_to_tell,
    list_late_to_tell,
    list_for_office,
    list_reports_to_tell,
    list_declarations_to_tell,
    list_summary_to_tell,
    list_head_to_tell,
)
"""Each says to whom a part is told on a day with mail; ``monday.list_open`` comes after."""
