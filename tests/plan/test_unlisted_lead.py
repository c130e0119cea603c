"""A lead whom nobody listed as former: the copy names the new one, or says why it does not, in every layout."""

import re
from collections import Counter

from pipeline.documents import read_document_bytes
from pipeline.model.documents import DocumentFormat
from tests.contact_layouts import LEAD_WORDS, Laid, copy_of, lay_out

SEED = 20261125
_ROLE_WORDS = re.compile("|".join(map(re.escape, sorted(LEAD_WORDS, key=len, reverse=True))))


def _outcome(laid: Laid) -> str:
    copy = copy_of(laid)
    if copy.plan.held:
        return "held"
    text = read_document_bytes(copy.content, shown_as="copy.docx", format=DocumentFormat.DOCX).text
    leads = [each.last for each in laid.named if each.role == "dsl"]
    if len(leads) > 1 and "Quill" in text:
        return "one lead put in the place of two"
    words = _ROLE_WORDS.sub("", text)
    still = [last for last in leads if re.search(rf"\b{re.escape(last)}\b", words)]
    listed = [each.text for each in (*copy.plan.left, *copy.plan.left_on_purpose)]
    if all(any(last in text for text in listed) for last in still):
        return "listed" if still else "replaced"
    return f"kept silently: {laid.text}"


def test_no_copy_keeps_a_former_lead_in_silence() -> None:
    outcomes = Counter(_outcome(laid) for laid in lay_out(SEED, 8))
    print(dict(outcomes))
    assert set(outcomes) <= {"replaced", "held", "listed"}
    assert outcomes["replaced"] > 0.8 * outcomes.total()
