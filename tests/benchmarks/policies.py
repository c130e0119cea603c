"""How fast the made-up policies the other benchmarks read can be written (for scale, no aim).

They are as real ones are: no sentence again and again, words in several runs as Word leaves them when somebody edits,
tables and links; ``word/document.xml`` of 60 paragraphs has some 45 KB, of 260 some 170 (real ones: 14 to 226).
"""

import io
import random
import tempfile
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from tests.benchmarks.measuring import Row, seconds

_TOPICS = ("Aims", "Who this is for", "What staff do", "What families can expect", "Records", "Training", "Review")
_WHO = (
    "Staff", "The Headteacher", "Governors", "Class teachers", "Parents and carers", "The business manager", "Pupils",
    "Volunteers", "Senior leaders", "The SENCO", "Midday supervisors", "Visitors", "The office", "Subject leaders",
)  # fmt: skip
_DO = (
    "follow the agreed steps", "write down what was said in the pupil's own words", "pass concerns on the same day",
    "keep records for as long as the retention schedule says", "review risk assessments each term",
    "are told what the school does and why", "take part in training every September", "may ask for a copy at any time",
    "make sure that equipment is checked before use", "report accidents to the office without delay",
    "share information only with those who need to know", "agree reasonable adjustments with the family",
    "hold a meeting within ten school days", "sign in at reception and wear a badge",
    "consider the views of the child at every stage", "keep a log that governors see at their spring meeting",
)  # fmt: skip
_WHEN = (
    "before the start of the academic year", "as set out in the Equality Act 2010", "unless a parent has objected",
    "in line with the Behaviour Policy", "where this is safe to do", "by the end of the working day",
    "and record the outcome on the school's system", "with the support of the local authority",
    "so that nobody is left out", "whether in school, on trips or online", "after 01/09/2025", "in words they can use",
)  # fmt: skip


def policy_content(number: int, *, paragraphs: int = 60, title: str = "", school: str = "Westhaven School") -> bytes:
    """Return a Word policy of about ``paragraphs`` paragraphs (60 are some five pages) with a contact block."""
    chance = random.Random(number)
    document: WordDocument = docx.Document()
    title = title or f"Policy Number {number:04} on Topic {chr(65 + number % 26)}{number}"
    document.add_paragraph(school, style="Title")
    document.add_paragraph(title, style="Subtitle")
    for label, value in (
        ("Date approved by Governors:", "10 September 2026"),
        ("Policy Owner:", "Business Manager"),
        ("Date of last Review:", "August 2026"),
        ("Date of next Review:", "August 2027"),
    ):
        line = document.add_paragraph()
        line.add_run(label).bold = True
        line.add_run("\t" + value)
    for index in range(paragraphs):
        if index % 8 == 0:
            document.add_heading(_TOPICS[index // 8 % len(_TOPICS)], 1)
        if index % 40 == 20:
            _add_table(document, chance)
        paragraph = document.add_paragraph(style="List Bullet" if index % 4 == 3 else None)
        _add_words(paragraph, f"{_sentence(chance)} {_sentence(chance)} ({number}.{index})", chance)
    document.add_paragraph("The Designated Safeguarding Lead is Jo Fairweather. Her contact details are:")
    document.add_paragraph("Tel. 01632 960101")
    document.add_paragraph("Email: jo.fairweather@example.org")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _sentence(chance: random.Random) -> str:
    return f"{chance.choice(_WHO)} {chance.choice(_DO)} and {chance.choice(_DO)} {chance.choice(_WHEN)}."


def _add_words(paragraph: Paragraph, text: str, chance: random.Random) -> None:
    """Add the words in some runs, each with a font of its own, as many editors leave them."""
    words = text.split(" ")
    while words:
        count = chance.randrange(4, 16)
        run = paragraph.add_run(" ".join(words[:count]) + (" " if words[count:] else ""))
        run.font.name, run.font.size = "Arial", Pt(11)
        words = words[count:]


def _add_table(document: WordDocument, chance: random.Random) -> None:
    table = document.add_table(rows=4, cols=3)
    for row in table.rows:
        for cell, phrases in zip(row.cells, (_WHO, _DO, _WHEN), strict=True):
            cell.text = chance.choice(phrases)


def write_policies(folder: Path, count: int) -> None:
    """Write ``count`` different policies into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"policy-{number:04}.docx").write_bytes(policy_content(number))


def measure() -> list[Row]:
    """Time writing twenty of them."""
    with tempfile.TemporaryDirectory() as folder:
        taken = seconds(lambda: write_policies(Path(folder), 20))
    return [Row("writing a five-page Word policy with python-docx", f"{taken / 20 * 1000:.0f} ms")]
