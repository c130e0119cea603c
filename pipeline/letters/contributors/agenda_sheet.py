"""The agenda sheet of a meeting as a Word file: which policies it decides on, and what differs from the text in force.

Pure; the same papers give the same bytes on every day, so that a letter is the same however often it is planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.changes.differences import ChangedParagraph, WordChange, part_heading
from pipeline.documents.word.sheet import WordSheet, clean
from pipeline.model.policies import PolicyStanding
from pipeline.named.bodies import without_article
from pipeline.policies.decisions.due_dates import say_move, say_review_due
from pipeline.wording import say_count, say_day, say_partial

MOST_PARAGRAPHS = 60
"""Changed paragraphs of one policy; the rest is counted, and stands in the draft."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One policy on the sheet."""

    standing: PolicyStanding
    said: str
    """What it brings, in a few words: ``2 paragraphs changed``."""
    changes: Sequence[ChangedParagraph]
    """Against the text in force, in the order of the new one."""


def make_agenda_sheet(
    school: str, body: str, meeting: date, entries: Sequence[SheetEntry], missing: Sequence[str], *, is_late: bool
) -> bytes:
    """Return the sheet as a ``.docx`` file: a table of the policies, then what differs in each; ``missing`` are titles.

    New words are underlined, those taken out struck through.
    """
    title = f"{'Late papers' if is_late else 'Papers'} for the meeting of the {without_article(body)}"
    sheet = WordSheet(f"{title} on {say_day(meeting)}", school, meeting)
    sheet.table(("Policy", "What it brings", "Review due", "Last approved"), list(map(_row, entries)))
    if missing:
        sheet.heading("Not ready when the papers went")
        sheet.bullets(missing)
    sheet.line("Below, words that are new are underlined; words that were taken out are struck through.")
    for entry in entries:
        _add_differences(sheet, entry)
    return sheet.content()


def _row(entry: SheetEntry) -> tuple[str, ...]:
    one = entry.standing
    return one.title, entry.said, say_review_due(one) or "no date", say_partial(one.approved_on) or "not recorded"


def _add_differences(sheet: WordSheet, entry: SheetEntry) -> None:
    sheet.heading(entry.standing.title)
    if (move := entry.standing.due_move) is not None:
        sheet.line(say_move(entry.standing.title, move))
    if not entry.changes:
        sheet.line(f"{entry.said[:1].upper()}{entry.said[1:]}.")
    for index, change in enumerate(entry.changes[:MOST_PARAGRAPHS]):
        if heading := part_heading(entry.changes, index):
            sheet.heading(heading, 3)
        paragraph = sheet.line("")
        for words in change.words:
            run = paragraph.add_run(clean(words.text))
            run.font.underline = words.mark is WordChange.ADDED or None
            run.font.strike = words.mark is WordChange.REMOVED or None
    rest = len(entry.changes) - MOST_PARAGRAPHS
    if rest > 0:
        sheet.line(f"{say_count(rest, 'more paragraph')} differ: see the draft.")
