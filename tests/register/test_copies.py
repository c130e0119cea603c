"""Copies: which one is current, and what was confirmed for them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from pipeline.places import body_paragraph
from pipeline.reasons.reason import because, in_words
from pipeline.register.decision import Decision
from pipeline.register.policies import copies
from pipeline.register.policies.copies import CopyRow
from pipeline.register.store.database import Register
from pipeline.register.tables.schema import policy_copy
from pipeline.register.transaction import Transaction
from tests.register.conftest import NOW
from tests.register.test_policies import add_policy, add_version

pytestmark = pytest.mark.both_registers


@pytest.fixture
def keys(memory_register: Register) -> tuple[int, int]:
    """A policy and its version."""
    with memory_register.transaction() as tx:
        policy = add_policy(tx, memory_register.school)
        return policy.id, add_version(tx, memory_register.school, policy).id


def add(tx: Transaction, school: str, keys: tuple[int, int], code: str, **values: Any) -> CopyRow:
    record = copies.CopyRecord(policy_id=keys[0], version_id=keys[1], fingerprint=f"of {code}", code=code, **values)
    return copies.add_copy(tx, school, record, NOW)


def test_a_new_copy_takes_the_place_of_the_one_before(memory_register: Register, keys: tuple[int, int]) -> None:
    school = memory_register.school
    note = {"where": "paragraph 5", "role": "dsl", "kind": "name", "before": "A", "after": "B"}
    with memory_register.transaction() as tx:
        first = add(tx, school, keys, "AAAA", pdf_path="copies/a.pdf", pdf_sha256="ff", pdf_bytes=7)
        second = add(tx, school, keys, "BBBB", docx_path="copies/a.docx", docx_sha256="ee", replacements=(note,))
        assert copies.current_copies(tx, school) == {keys[0]: second}
        assert second.replacements == (note,)
        assert copies.list_copies(tx, school) == (replace(first, retired_at=NOW), second)
        assert copies.held_copies(tx, school) == {}
        assert copies.current_copies(tx, "another-school") == {}


def test_copies_that_have_files_are_listed_by_themselves(memory_register: Register, keys: tuple[int, int]) -> None:
    school = memory_register.school
    with memory_register.transaction() as tx:
        first = add(tx, school, keys, "AAAA", pdf_path="copies/a.pdf", pdf_sha256="ff")
        add(tx, school, keys, "BBBB", docx_path="copies/a.docx")
        add(tx, school, keys, "CCCC", html_path="copies/a.html", html_sha256="dd", holds=(in_words("It says DRAFT."),))
        last = add(tx, school, keys, "DDDD", html_path="copies/a.html", html_sha256="ee")
        listed = copies.list_printed(tx, school)
        assert [each.code for each in listed] == [first.code, last.code]
        assert [each.code for each in copies.list_copies(tx, school) if each.files] == ["AAAA", "DDDD"]
        assert listed[0] == copies.PrintedCopy(first.id, *keys, "AAAA", NOW, NOW)
        assert listed[1].retired_at is None


def test_a_held_copy_leaves_the_one_before_in_use(memory_register: Register, keys: tuple[int, int]) -> None:
    school = memory_register.school
    with memory_register.transaction() as tx:
        good = add(tx, school, keys, "AAAA")
        add(tx, school, keys, "BBBB", holds=(in_words("The lead is not confirmed."),))
        held = add(tx, school, keys, "CCCC", holds=(in_words("It says DRAFT."),))
        assert copies.current_copies(tx, school) == {keys[0]: good}
        assert copies.held_copies(tx, school) == {keys[0]: held}
        better = add(tx, school, keys, "DDDD")
        assert copies.current_copies(tx, school) == {keys[0]: better}
        assert copies.held_copies(tx, school) == {}


def test_why_a_copy_is_held_is_kept_as_values_and_words_of_an_earlier_edition_are_read(
    memory_register: Register, keys: tuple[int, int]
) -> None:
    school = memory_register.school
    why = because("nobody", words="Ann Lee", where=body_paragraph(3), role="designated safeguarding lead")
    with memory_register.transaction() as tx:
        add(tx, school, keys, "AAAA", holds=(why, in_words("It says DRAFT.")))
        kept = copies.held_copies(tx, school)[keys[0]]
        assert kept.holds == (why, in_words("It says DRAFT."))
        assert kept.held_reason == f"{why}; It says DRAFT."
        tx.execute(update(policy_copy).values(held_reason="[“Ann”] is nobody in config.toml."))
        earlier = copies.held_copies(tx, school)[keys[0]]
        assert earlier.held_reason == "[“Ann”] is nobody in config.toml."


def test_a_withdrawn_policy_has_no_copy_left_and_the_old_one_is_still_known(
    memory_register: Register, keys: tuple[int, int]
) -> None:
    school = memory_register.school
    with memory_register.transaction() as tx:
        made = add(tx, school, keys, "AAAA")
        add(tx, school, keys, "BBBB", holds=(in_words("It says DRAFT."),))
        copies.retire_copy(tx, school, keys[0], NOW)
        assert copies.current_copies(tx, school) == {}
        assert copies.held_copies(tx, school) == {}
        assert copies.list_copies(tx, school) == (replace(made, retired_at=NOW),)


def test_every_contact_ever_confirmed_is_remembered(memory_register: Register) -> None:
    school = memory_register.school
    with memory_register.transaction() as tx:
        confirmed = [
            copies.confirm_contact(
                Decision(tx, school, "Pat Clerk", NOW + timedelta(days=day)),
                role="dsl",
                name=name,
                phone=phone,
                email=None,
                how="configured",
            )
            for day, (name, phone) in enumerate([("Ann Example", "01632 960123"), ("Bo Example", None)])
        ]
        assert copies.confirmed_contacts(tx, school) == tuple(confirmed)
        assert copies.confirmed_contacts(tx, "another-school") == ()
