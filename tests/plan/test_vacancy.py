"""A role that somebody held and nobody holds: no copy of any kind may lead a reader to who held it."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact, Facts
from pipeline.pages.pdf import FrontBlock, render_pdf
from pipeline.places import read_place
from pipeline.plan.contacts import may_name_former, plan_replacements
from pipeline.plan.values import ReplacementPlan
from pipeline.text.passages import Passage, PassageLink
from tests.builders import paragraph, word_file
from tests.copies.in_process import make_copy

ANN = Contact("dsl", "Ann Lister", "01632 960177", "a.lister@example.org")
WAS_ANN = Holder("dsl", "Ann Lister", "Mrs", "01632 960177", "a.lister@example.org")
HEAD = Holder("headteacher", "Hal Moss", "Mr", "01632 960100", None)
DELETED = Directory((HEAD,), (WAS_ANN,))
ENDED = Directory((HEAD,), (WAS_ANN,), ("dsl",))
FRONT = FrontBlock("Safeguarding", "Elmfield School", "1", "in use", None, None, None, None, (), "ABC")


def plan(text: str, directory: Directory, *stated: Contact) -> ReplacementPlan:
    return plan_replacements([Passage(read_place("paragraph 1"), text)], stated, directory)


@pytest.mark.parametrize("directory", [DELETED, ENDED], ids=["entry deleted", "last day passed"])
@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("The Designated Safeguarding Lead is Ann Lister.", (ANN,)),
        ("If you are worried, tell Mrs Lister.", ()),
        ("If you are worried, ring (01632) 960 177.", ()),
        ("If you are worried, write to a.lister@example.org.", ()),
        ("If you are worried, write to ann.lister@example.org.", ()),
    ],
)
def test_a_document_that_leads_to_a_former_holder_is_held_while_nobody_holds_the_role(
    text: str, stated: tuple[Contact, ...], directory: Directory
) -> None:
    made = plan(text, directory, *stated)
    assert made.replacements == ()
    assert made.held is not None
    assert made.held.startswith("the document ")
    assert "Ann Lister" in made.held
    assert "nobody is that today" in made.held
    assert made.holds == made.vacant
    assert may_name_former([Passage(read_place("paragraph 1"), text)], stated, directory) or "ann.lister@" in text


def test_the_reason_says_where_config_toml_lacks_the_entry() -> None:
    assert "no entry [contacts.dsl]" in (plan("The DSL is Ann Lister.", DELETED, ANN).held or "")
    assert "[[contacts.next]]" in (plan("The DSL is Ann Lister.", ENDED, ANN).held or "")


def test_a_link_to_a_former_holder_holds_too() -> None:
    line = Passage(read_place("paragraph 1"), "Write to us.", links=(PassageLink(0, 5, "mailto:a.lister@example.org"),))
    assert plan_replacements([line], (), DELETED).held is not None


def test_a_number_that_somebody_else_has_today_stays() -> None:
    shared = Directory((Holder("headteacher", "Hal Moss", "Mr", "01632 960177", None),), (WAS_ANN,))
    head = Contact("headteacher", "Hal Moss", "01632 960177")
    assert plan("The headteacher is Hal Moss, 01632 960177.", shared, head).held is None


def test_a_former_lead_who_is_the_deputy_now_stays_the_deputy() -> None:
    directory = Directory((Holder("deputy-dsl", "Ann Lister", "Mrs", "01632 960177", None),), (WAS_ANN,))
    deputy = Contact("deputy-dsl", "Ann Lister", "01632 960177")
    assert plan("The deputy DSL is Ann Lister, 01632 960177.", directory, deputy).held is None


def test_a_signature_of_a_former_lead_holds_nothing() -> None:
    made = plan("Signed: Ann Lister", DELETED)
    assert made.held is None
    assert [str(each.reason) for each in made.left_on_purpose] == ["a signature"]


def test_whom_nobody_knows_of_as_former_stays_and_is_reported() -> None:
    made = plan("The DSL is Zoe Marsh.", DELETED, Contact("dsl", "Zoe Marsh"))
    assert made.held is None
    assert "stays as the document says" in str(made.left[0].reason)


def _source(kind: str, line: str) -> bytes:
    if kind == "docx":
        return word_file(paragraph(line))
    text = line.encode()
    if kind == "txt":
        return text
    return render_pdf(read_document_bytes(text, shown_as="p.txt", format=DocumentFormat.TXT), FRONT)


@pytest.mark.parametrize("kind", ["docx", "txt", "pdf"])
def test_a_file_of_any_format_is_held_while_nobody_holds_the_role(kind: str) -> None:
    content = _source(kind, "The DSL is Ann Lister, 01632 960177.")
    document = read_document_bytes(content, shown_as=f"p.{kind}")
    assert make_copy(content, document, Facts(contacts=(ANN,)), DELETED, FRONT).plan.held is not None
