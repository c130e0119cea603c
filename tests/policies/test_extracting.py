"""What children that read policies find ready: the patterns that most policies need."""

import subprocess
import sys
from pathlib import Path

from pipeline.documents import read_document_bytes
from pipeline.policies.intake.extracting import TYPICAL, extract_document

LEFT = """
import gc, sys
from pathlib import Path
from pipeline.policies.intake.extracting import extract_file, prepare_extracting
from pipeline.text.lazily import _Lazily

def made():
    return sum("_compiled" in vars(each) for each in gc.get_objects() if type(each) is _Lazily)

prepare_extracting()
ready = made()
extract_file(Path(sys.argv[1]))
print(ready, made() - ready)
"""


def test_what_is_read_first_says_what_most_policies_say() -> None:
    facts = extract_document(read_document_bytes(TYPICAL.encode(), shown_as="none.txt")).facts
    assert (facts.title, facts.school, facts.owner) == (
        "Lettings Policy",
        "Westhaven Primary School",
        "Business Manager",
    )
    assert facts.approved_on is not None
    assert facts.last_review is not None
    assert facts.next_review is not None
    assert (facts.approved_on.date.value, facts.approved_by) == ("2026-03-12", "Full Governing Body")
    assert facts.last_review.date.value == "2026-03"
    assert (facts.next_review.date.value, facts.review_cycle_months) == ("2027-03", 12)
    roles = {"dsl", "deputy-dsl", "headteacher", "chair-of-governors", "safeguarding-governor", "lado", "senco"}
    assert {each.role for each in facts.contacts} == roles
    assert len(facts.linked_policies) == 4


def test_a_policy_needs_few_patterns_that_are_not_ready(repository: Path) -> None:
    """Of some hundred that the first one needs each child would compile its own: a tenth of a second."""
    for name in ("anti-bullying.pdf", "confidentiality.docx"):
        done = subprocess.run(
            [sys.executable, "-c", LEFT, str(repository / "policies" / name)],
            cwd=repository,
            capture_output=True,
            text=True,
            check=True,
        )
        ready, left = map(int, done.stdout.split())
        assert left < ready / 4, name
