"""How fast the made-up policies the other benchmarks read can be written (for scale, no aim)."""

import io
import tempfile
from pathlib import Path

import docx
from docx.document import Document as WordDocument

from tests.benchmarks.measuring import Row, seconds

_TOPICS = ("Aims", "Who this is for", "What staff do", "What families can expect", "Records", "Training", "Review")
_SENTENCE = (
    "Staff follow the agreed steps, write down what was said in the pupil's own words, and pass it on the same day. "
    "Families are told what the school does and why, in words they can use. "
)


def policy_content(number: int, *, paragraphs: int = 60, title: str = "") -> bytes:
    """Return a Word policy of about ``paragraphs`` paragraphs (60 are some five pages) with a contact block."""
    document: WordDocument = docx.Document()
    title = title or f"Policy Number {number:04} on Topic {chr(65 + number % 26)}{number}"
    document.add_paragraph("Westhaven School", style="Title")
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
        style = "List Bullet" if index % 4 == 3 else None
        document.add_paragraph(f"{_SENTENCE}({number}.{index})", style=style)
    document.add_paragraph("The Designated Safeguarding Lead is Jo Fairweather. Her contact details are:")
    document.add_paragraph("Tel. 01632 960101")
    document.add_paragraph("Email: jo.fairweather@example.org")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


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
