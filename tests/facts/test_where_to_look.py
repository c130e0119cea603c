"""Passes that look first where they can find anything: they find what they would find by trying every line."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts.labelled.values import list_values
from pipeline.labels.kinds import LabelKind
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Region, Span
from pipeline.places import Place, PlaceKind
from pipeline.text.lines import Line, list_lines

_WORDS = (
    *("Ada Holt", "Mrs Holt", "Ben Lowe", "Ada", "Holt", "Zzyx", "Mr B Lowe (Year 6 Teacher)", "Celia", "Brook,"),
    *("DSL", "DDSL", "Designated Safeguarding Lead", "Deputy", "Deputy Designated", "Safeguarding Leads", "Lead (DSL)"),
    *("Headteacher", "Assistant Headteacher and", "SENCO", "Chair of Governors", "Designated", "Safeguarding", "Child"),
    *("Deputy DSLs", "The Designated Officer", "(LADO)", "Safeguarding leads", "Officer:", "the Safeguarding", "lead"),
    *("Name", "Role", "Job title", "Full name", "Telephone", "Contact details", "Junior site", "Position"),
    *("Signature (DSL)", "Signed:", "Print name", "Date", "May 2027", "12/05/2026", "12 May", "2026", "Annually"),
    *(
        "Next review",
        "Date of",
        "approval",
        "Approved by",
        "Ratified by the",
        "on:",
        "Governing Body",
        "Finance",
        "Owner",
    ),
    *(
        "Version",
        "Reviewed",
        "review date:",
        "(name of provider)",
        "by",
        "Policy",
        "Frequency",
        "Committee",
        "committee",
    ),
    *(
        "01632 960101",
        "ada@example.org",
        "ada@example",
        ".org",
        "960101",
        "ext 12",
        ":",
        ": ",
        " / ",
        ", ",
        " and ",
        ".",
    ),
    *("Everybody looks after the pond, and the ducks are fed on each day of the week by whoever comes by first.",),
    *("If you are worried about a child, speak to the deputy designated", "This is:", "Lead:", "They are"),
    *("Our safeguarding team", "Related policies", "policies:", "see", "This policy links to", "Duck Policy", "•"),
    *("This policy will be reviewed", "annually to see", "every two years.", "This policy will be reviewed:", "the"),
    *("Date approved", "- Last review", "Approval", "Governors:", "Date for approval:", "This", "Term"),
)


_PLACE = Place(PlaceKind.LINE, 1)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Line, ...]:
    """Return a document: rows of a page with places on it, of a text without any, and of tables."""
    blocks: list[Block] = []
    rows: list[Sequence[str]] = []
    for _ in range(draw(st.integers(1, 4))):
        rows += draw(st.one_of(st.sampled_from(_LAYOUTS), st.lists(_row, max_size=3)))
    for cells in map(tuple, rows):
        if draw(st.sampled_from((False, False, False, True))):
            before = blocks.pop().rows if blocks and blocks[-1].rows else ()
            row = tuple(Cell((Block(BlockKind.PARAGRAPH, _PLACE, (Span(words),)),)) for words in cells)
            blocks.append(Block(BlockKind.TABLE, _PLACE, rows=(*before, row)))
            continue
        block = Block(
            draw(st.sampled_from((BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.HEADING))),
            _PLACE,
            (Span("\t".join(cells)),),
            draw(st.sampled_from((Region.BODY, Region.BODY, Region.BODY, Region.PAGE_FOOTER))),
            page=1,
        )
        edges = tuple((100.0 * at, 100.0 * at + 60) for at in range(len(cells)))
        blocks.append(replace(block, edges=edges) if draw(st.booleans()) else block)
    return list_lines(Document("policy.pdf", DocumentFormat.PDF, "", 1, tuple(blocks)))


_NAMES = st.sampled_from(("Ada Holt", "Mrs C Holt", "Ben Lowe", "Ada", "Celia Brook", "Zzyx Qoph"))
_ROLES = st.sampled_from(
    ("DSL", "DDSL", "Designated Safeguarding Lead", "Deputy DSLs", "Headteacher", "Safeguarding leads", "Deputy DSL:")
)
_PARTS = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join)
_cell = st.one_of(
    _NAMES,
    _ROLES,
    st.sampled_from(_WORDS),
    st.builds("{} {}".format, _ROLES, _NAMES),
    st.builds("{} {}".format, _NAMES, _ROLES),
    st.builds("{} {} {} {}".format, _NAMES, _ROLES, _NAMES, _ROLES),
    st.builds("{} {}".format, _ROLES, _ROLES),
    st.builds("Name: {}".format, _NAMES),
    st.builds("Role: {}".format, _ROLES),
    st.builds("Name {}".format, _NAMES),
    st.builds("Role {}".format, _ROLES),
    st.builds("Signature ({})".format, _ROLES),
    st.builds("Print name {}".format, _NAMES),
    st.builds("Junior site: {}".format, _NAMES),
    st.builds("Designated Safeguarding {}".format, _NAMES),
    st.builds("{} Designated Safeguarding".format, _NAMES),
    _PARTS,
).map(lambda words: " ".join(words.split()))


_row = st.one_of(st.tuples(_cell), st.lists(_cell, min_size=2, max_size=3))
_LAYOUTS: Sequence[Sequence[Sequence[str]]] = (
    (("Role",), ("DSL",), ("Name",), ("Ada Holt",)),
    (("Name Ada Holt",), ("Role DSL",)),
    (("Name",), ("Ada Holt",), ("Ben Lowe",), ("Role",), ("DSL",), ("DDSL",)),
    (("DSL Deputy DSL",), ("Ada Holt Ben Lowe",)),
    (("Ada Holt Ben Lowe",), ("DSL Deputy DSL",)),
    (("Designated Safeguarding Ada Holt 01632 960101",), ("Lead (DSL)",)),
    (("Ada Holt Deputy Designated",), ("Safeguarding Lead",)),
    (("Deputy DSLs", "Ada Holt"), ("Ben Lowe",)),
    (("Ada Holt",), ("Lead Tutor",), ("DSL",)),
    (("Signed",), ("12 May 2026",), ("Print name: Ada Holt",), ("DSL",)),
    (("Deputy DSLs:",), ("Inclusion Leader", "Ada Holt")),
    (("DSL", "Deputy DSL"), ("Ada Holt", "Ben Lowe")),
    (("Approved by",), ("Next review",), ("Governing Body",), ("May 2027",)),
    (("Date approved:",), ("Owner",), ("12 May 2026",), ("Headteacher",)),
    (("Policy", "Searching,"), ("Screening and",), ("Confiscation Policy",)),
    (("This policy will be reviewed",), ("every two years.",)),
    (("Name", "Designated"), ("Ada Holt", "Safeguarding Lead"), ("Ben Lowe", "DDSL")),
    (("Date of", "Owner"), ("approval", "of this"), ("12/05/2026", "Headteacher")),
    (("DSL", "Telephone"), ("Ada", "01632"), ("Holt", "960101")),
    (("This policy will be reviewed:",), ("Annually",)),
)


@settings(max_examples=300, deadline=None)
@given(lines())
def test_values_are_those_that_a_look_at_every_line_gives(document: tuple[Line, ...]) -> None:
    for kind in LabelKind:
        assert list(list_values(document, kind)) == list(list_values(list(document), kind))
