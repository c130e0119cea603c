"""Readers are shown nobody in a role that is somebody else's today."""

from dataclasses import replace

from pipeline.changes.hidden_people import HiddenPeople
from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import Contact

TODAY = Directory(
    holders=(
        Holder("dsl", "Kim Stone", "Mr", "01632 960301", "kim@example.org"),
        Holder("deputy-dsl", "Sam Low", "Mr", None, None),
    ),
    former=(Holder("dsl", "Jo Lister", "Mrs", "01632 960101", "jo@example.org"),),
    vacant=("senco",),
    office=Holder("office", "School office", "", "01632 960110", "office@example.org"),
)


def shown(text: str, *stated: Contact, directory: Directory = TODAY) -> str:
    return HiddenPeople(stated, directory).hide(text)


def test_names_numbers_and_addresses_of_former_holders_are_left_out_in_each_written_form() -> None:
    assert shown("Mrs Lister, J. Lister or Lister: 01632-960 101, jo@example.org, ring 01632 960999") == (
        "(name), (name) or (name): (number), (address), ring (number)"
    )
    assert shown("Ring 01632960101 or jo@example.org") == "Ring (number) or (address)"


def test_a_former_holder_is_left_out_with_any_apostrophe_and_hyphen() -> None:
    gone = replace(TODAY, former=(Holder("dsl", "Mary O'Dowd", "Mrs", None, None),))
    assert shown("Ask Mary O’Dowd or Mrs O’Dowd.", directory=gone) == "Ask (name) or (name)."
    gone = replace(TODAY, former=(Holder("dsl", "Ann Smith-Jones", "Mrs", None, None),))
    assert shown("Ask Ann Smith‑Jones or Mrs Smith–Jones.", directory=gone) == "Ask (name) or (name)."


def test_other_first_names_and_addresses_with_the_surname_go_and_a_word_that_is_also_a_name_stays() -> None:
    field = replace(TODAY, former=(Holder("dsl", "Jo Field", "Mrs", None, None),))
    text = "Field trips need a plan. Field: see Mrs Joanna Field or tell Field; j.field@example.org."
    assert shown(text, directory=field) == "Field trips need a plan. (name): see (name) or tell (name); (address)."
    assert (
        shown("Write to J.Field@example.org about the field.", directory=field) == "Write to (address) about the field."
    )


def test_whom_a_text_names_in_anothers_role_or_in_one_that_nobody_holds_is_left_out() -> None:
    assert shown("Ask Ben Ray.", Contact("deputy-dsl", "Ben Ray")) == "Ask (name)."
    assert shown("Ask Ben Ray.", Contact("senco", "Ben Ray")) == "Ask (name)."


def test_todays_holders_the_office_and_roles_the_school_does_not_list_stay() -> None:
    text = "Mr Stone (01632 960301, kim@example.org), Sam Low, the council’s Ann Orr (01632 960555)."
    stated = (Contact("dsl", "K. Stone"), Contact("deputy-dsl", "Sam Low"), Contact("lado", "Ann Orr", "01632 960555"))
    assert shown(text, *stated) == text
    assert (
        shown("Mrs Lister is at 01632 960110 or office@example.org.")
        == "(name) is at 01632 960110 or office@example.org."
    )


def test_without_a_directory_nothing_is_left_out() -> None:
    assert shown("Ask Mrs Lister.", Contact("dsl", "Jo Lister"), directory=Directory()) == "Ask Mrs Lister."


def test_a_former_lead_stays_beside_the_role_that_is_hers_today_and_nowhere_else() -> None:
    head = Holder("headteacher", "Jo Lister", "Mrs", None, None)
    school = replace(TODAY, holders=(*TODAY.holders, head))
    for kept in (
        "Tell Mrs Lister, Headteacher, of any damage.",
        "Policy owner | Mrs Lister (Headteacher)",
        "The lead keeps a list. Our headteacher, J. Lister, decides.",
        "Headteacher: Jo Lister",
    ):
        assert shown(kept, directory=school) == kept
    for hidden in (
        "Tell Mrs Lister of any damage.",
        "DSL: Mrs Lister, Headteacher",
        "Mrs Lister, Headteacher and lead",
        "Mrs Lister (Headteacher) and the SENCO",
        "Mr Lister, Headteacher",
        "Mrs Ann Lister, Headteacher",
        "Mrs Lister opens the door; the Headteacher rings.",
    ):
        assert "(name)" in shown(hidden, directory=school), hidden
    assert shown("Mrs Lister, Headteacher, 01632 960101", directory=school) == "Mrs Lister, Headteacher, (number)"
    assert "(name)" in shown("Mrs Lister, Headteacher", directory=TODAY)


def test_a_former_number_is_left_out_without_its_extension_too_and_todays_stays_with_one() -> None:
    gone = replace(TODAY, former=(Holder("dsl", "Ann Lister", "Mrs", "01632 960101 ext 204 / 07700 900362", None),))
    text = "Ring 01632 960101, +44 1632 960101 or 07700900362."
    assert shown(text, directory=gone) == "Ring (number), (number) or (number)."
    assert shown("Mrs Lister is at 01632 960110 ext 5.", directory=gone) == "(name) is at 01632 960110 ext 5."
