"""The papers of a meeting as templates see them, and which of their files one mail carries. Beside ``compose``."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.letters.items import LetterContents, MeetingPapers
from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.policies import PolicyStanding
from pipeline.policies.decisions.due_dates import say_move
from pipeline.register.mail.slots import without_slots
from pipeline.wording import say_day


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper, as templates see it."""

    title: str
    said: str
    """What it brings."""
    owner: str
    """Who looks after it, empty where nobody is named."""
    moved: str
    """How its review was moved, and why; empty where it was not."""
    attached: bool
    """Its files go with the mail; else they are too large together."""


@dataclass(frozen=True, slots=True)
class MeetingLines:
    """The papers of one meeting, as templates see them."""

    name: str
    """``Full Governing Body on 9 July 2027``."""
    papers_on: str
    papers: tuple[PaperLine, ...]
    missing: tuple[str, ...]
    """Titles of what is not ready, each with who looks after it."""
    has_sheet: bool
    late: bool


def attached_papers(contents: LetterContents, most_bytes: int) -> tuple[Attachment, ...]:
    """Return the files that the mail carries: each agenda sheet, then the papers in their order while they fit."""
    sheets = [one.sheet for one in contents.papers if one.sheet is not None]
    left = most_bytes - sum(sheet.size_bytes for sheet in sheets)
    carried: list[Attachment] = list(sheets)
    for paper in (paper for one in contents.papers for paper in one.papers):
        size = sum(file.size_bytes for file in paper.files)
        if size <= left:
            carried += [file for file in paper.files if file not in carried]
            left -= size
    return tuple(carried)


def meeting_lines(one: MeetingPapers, carried: Sequence[Attachment]) -> MeetingLines:
    """Return the papers of one meeting as templates see them, given which files the mail carries."""
    papers = tuple(
        PaperLine(
            _line(paper.standing.title),
            _line(paper.said),
            _line(paper.standing.owner or ""),
            _say_moved(paper.standing),
            all(file in carried for file in paper.files),
        )
        for paper in one.papers
    )
    missing = tuple(
        f"{_line(each.title + (f' ({each.owner})' if each.owner else ''))}{_say_moved(each, '. ')}"
        for each in one.missing
    )
    name = f"{_line(one.body.removeprefix('The ').removeprefix('the '))} on {say_day(one.meeting)}"
    return MeetingLines(name, say_day(one.papers_on), papers, missing, one.sheet is not None, one.is_late)


def _say_moved(standing: PolicyStanding, before: str = "") -> str:
    move = standing.due_move
    return "" if move is None else before + one_line(without_slots(say_move(standing.title, move)), 600)


def _line(words: str) -> str:
    return one_line(without_slots(words), 200)
