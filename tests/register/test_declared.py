"""What tables say of themselves: the lists that follow from it are those that once stood elsewhere, by hand."""

from pipeline.register.ledger.evidence_prints import EVIDENCE, NOT_SEALED
from pipeline.register.ledger.table_prints import WATCHED
from pipeline.register.people.held_on import BY_ADDRESS, BY_PERSON, THROUGH
from pipeline.register.people.traces import searched_columns
from pipeline.register.tables.declared import TableKind
from pipeline.register.tables.schema import DECLARED, ON_PEOPLE, metadata

WIPED = {
    "person": "first_name last_name mac token_key work_email",
    "person_state": "first_name last_name token_key work_email",
    "engagement": "key manager role said team",
    "engagement_state": "key manager role team",
    "message": "detail key recipient slots subject",
    "delivery": "detail likeness",
    "told": "address",
    "declaration_told": "address",
    "shared_reading": "at_key at_school beside waited",
}
SEARCHED_IN_NO_COLUMN = {
    *("school", "source_content", "evidence_print", "ledger_frontier", "ledger_head", "ledger_opening"),
    *("ledger_record", "ledger_seal"),
}
EACH_ROW = {
    *("policy", "policy_version", "policy_copy", "source_file", "contact_settlement", "away", "erasure"),
}
ADDED_TO = {"approval", "fact_override", "contact_confirmation", "cover", "correction"}


def test_every_table_with_rows_on_a_person_says_so() -> None:
    assert set(ON_PEOPLE) == {"person", *BY_PERSON, *THROUGH, *BY_ADDRESS}


def test_what_is_erased_is_what_was_listed() -> None:
    wiped = {name: " ".join(sorted(its.wiped)) for name, its in ON_PEOPLE.items() if its.wiped}
    assert WIPED.items() <= wiped.items()
    assert {"web_session", "sign_in_link"} <= {name for name, its in ON_PEOPLE.items() if its.goes}
    duty = {"request", "acknowledgement", "card_slip", "declaration_request", "declaration"}
    assert duty <= {name for name, its in ON_PEOPLE.items() if its.shows_duty}


def test_where_a_person_is_looked_for_is_what_was_listed() -> None:
    searched = {table.name: {each.name for each in columns} for table, columns in searched_columns()}
    assert not searched.keys() & SEARCHED_IN_NO_COLUMN
    assert searched["policy_version"] == {"sha256", "status", "kind", "reason", "actor"}
    assert searched["policy"] == {"catalogue_slug"}
    assert "said" in searched["engagement"]
    for name, its in DECLARED.items():
        assert {*its.untraced} <= set(metadata.tables[name].c.keys()), name


def test_what_pages_rest_on_is_what_was_listed() -> None:
    listed = dict.fromkeys(EACH_ROW, "row_sha256") | dict.fromkeys(ADDED_TO, "id")
    listed |= {"school": "name", "person": "state", "engagement": "state"}
    assert listed.items() <= WATCHED.items()
    for name, by in WATCHED.items():
        assert f"{name}_state" in metadata.tables if by == "state" else by in metadata.tables[name].c, name


def test_each_table_is_sealed_is_the_ledgers_or_says_what_a_change_of_it_is_about() -> None:
    of_ledger = {name for name, its in DECLARED.items() if its.holds is TableKind.LEDGER}
    assert set(metadata.tables) == {*EVIDENCE, *NOT_SEALED} | of_ledger
