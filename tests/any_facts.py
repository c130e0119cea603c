"""Any facts a document may state, for property tests of what keeps and prints them."""

from hypothesis import strategies as st

from pipeline.model.dates import PartialDate, Precision
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import (
    FACT_FIELDS,
    BesideWords,
    CitedGuidance,
    Contact,
    DateFact,
    Evidence,
    Facts,
    FactStatus,
    Problem,
    Promise,
    PromiseKind,
    Unworded,
)
from pipeline.places import APPENDIX, Place, PlaceKind, body_paragraph, called, line_of_page

TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=30)
MAYBE = st.none() | TEXT
SURE = st.floats(0, 1)
NUMBERS = st.integers(1, 400)
_TABLES = st.builds(
    lambda number, row, column: (
        Place(PlaceKind.TABLE, number).inside(PlaceKind.ROW, row).inside(PlaceKind.COLUMN, column)
    ),
    NUMBERS,
    NUMBERS,
    NUMBERS,
)
_PARTS = st.one_of(
    st.sampled_from((Place(PlaceKind.PAGE_HEADER), Place(PlaceKind.PAGE_FOOTER))),
    st.builds(Place, st.sampled_from((PlaceKind.TEXT_BOX, PlaceKind.FOOTNOTE, PlaceKind.DIAGRAM)), NUMBERS),
)
_SIMPLE = st.one_of(
    st.builds(body_paragraph, NUMBERS),
    st.builds(line_of_page, NUMBERS, NUMBERS),
    _TABLES,
    _PARTS,
    st.builds(Place.behind, _TABLES, _PARTS),
    st.builds(lambda outer, number: outer.inside(PlaceKind.INNER_TABLE, number), _TABLES, NUMBERS),
    st.builds(Place.inside, _TABLES, st.just(PlaceKind.LINK)),
)
PLACES = st.one_of(
    _SIMPLE,
    st.builds(lambda place: place.behind(APPENDIX), _SIMPLE),
    st.builds(lambda name: Place(PlaceKind.PROPERTY, name=name), TEXT),
    st.builds(called, st.sampled_from(("hidden text", "set by the owner on 1 May 2026: it says so", ""))),
)
"""Any place that readers and owners give."""
DATES = st.builds(DateFact, st.builds(PartialDate, TEXT, st.sampled_from(Precision)), TEXT, PLACES, SURE)
PROBLEMS = st.lists(st.builds(Problem, TEXT, TEXT, st.booleans()), max_size=3).map(tuple)
BESIDE = st.lists(st.builds(Unworded, TEXT, TEXT), max_size=2).map(tuple)
FACTS = st.builds(
    Facts,
    title=MAYBE,
    school=MAYBE,
    approved_on=st.none() | DATES,
    approved_by=MAYBE,
    last_review=st.none() | DATES,
    next_review=st.none() | DATES,
    review_cycle_months=st.none() | st.integers(1, 60),
    owner=MAYBE,
    version=MAYBE,
    contacts=st.lists(st.builds(Contact, TEXT, MAYBE, MAYBE, MAYBE), max_size=3).map(tuple),
    linked_policies=st.lists(TEXT, max_size=3).map(tuple),
    evidence=st.dictionaries(
        st.sampled_from(FACT_FIELDS),
        st.builds(Evidence, st.sampled_from(FactStatus), MAYBE, st.none() | PLACES, st.none() | SURE),
    ),
    problems=PROBLEMS,
    promises=st.lists(st.builds(Promise, st.sampled_from(PromiseKind), TEXT, PLACES), max_size=2).map(tuple),
    guidance=st.lists(st.builds(CitedGuidance, TEXT, st.integers(1990, 2100), TEXT, PLACES), max_size=2).map(tuple),
    beside_words=st.none() | st.builds(BesideWords, st.sampled_from(DocumentFormat), BESIDE, BESIDE),
)
