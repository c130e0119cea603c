"""The hashes of the ledger, against the published values and against the definition."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.register.ledger.merkle import Tree, canonical, commitment, leaf_hash, moment

# The test leaves and roots of the Certificate Transparency projects.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf_hash(leaf))
    return tree


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("size", sorted(ROOTS))
def test_the_root_is_the_published_one(size: int) -> None:
    assert grown([bytes.fromhex(leaf) for leaf in LEAVES[:size]]).root().hex() == ROOTS[size]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=40))
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    tree = grown(leaves)
    assert tree.size == len(leaves)
    assert tree.root() == by_definition(leaves)


def test_a_record_is_written_one_way_only() -> None:
    record = {"b": 1, "a": {"é": None, "d": 'quoted "words"\n'}}
    assert canonical(record) == '{"a":{"d":"quoted \\"words\\"\\n","é":null},"b":1}'.encode()


def test_half_a_character_pair_and_a_number_that_is_none_are_refused() -> None:
    for value in ("\ud800", float("nan")):
        with pytest.raises(ValueError):
            canonical({"a": value})


def test_a_moment_is_written_in_universal_time_with_all_its_digits() -> None:
    summer = timezone(timedelta(hours=1))
    assert moment(datetime(2026, 7, 1, 7, 30, tzinfo=summer)) == "2026-07-01T06:30:00.000000Z"
    assert moment(datetime(2026, 7, 1, 7, 30, 0, 5, tzinfo=UTC)) == "2026-07-01T07:30:00.000005Z"
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2026, 7, 1, 7, 30))  # noqa: DTZ001


def test_a_commitment_fixes_the_value_and_needs_its_salt() -> None:
    assert commitment(b"salt", "Ann") == hashlib.sha256(b"saltAnn").hexdigest()
    assert commitment(b"salt", "Ann") != commitment(b"pepper", "Ann")
