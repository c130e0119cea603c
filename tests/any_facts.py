"""Any facts a document may state, for property tests of what keeps and prints them."""

from hypothesis import strategies as st

from pipeline.model import (
    FACT_FIELDS,
    BesideWords,
    CitedGuidance,
    Contact,
    DateFact,
    DocumentFormat,
    Evidence,
    Facts,
    FactStatus,
    PartialDate,
    Precision,
    Problem,
    Promise,
    PromiseKind,
    Unworded,
)

TEXT = st.text(max_size=30)
MAYBE = st.none() | TEXT
SURE = st.floats(0, 1)
DATES = st.builds(DateFact, st.builds(PartialDate, TEXT, st.sampled_from(Precision)), TEXT, TEXT, SURE)
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
        st.sampled_from(FACT_FIELDS), st.builds(Evidence, st.sampled_from(FactStatus), MAYBE, MAYBE, st.none() | SURE)
    ),
    problems=PROBLEMS,
    promises=st.lists(st.builds(Promise, st.sampled_from(PromiseKind), TEXT, TEXT), max_size=2).map(tuple),
    guidance=st.lists(st.builds(CitedGuidance, TEXT, st.integers(1990, 2100), TEXT, TEXT), max_size=2).map(tuple),
    beside_words=st.none() | st.builds(BesideWords, st.sampled_from(DocumentFormat), BESIDE, BESIDE),
)
