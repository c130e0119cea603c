"""Whether a typed name could be a certain person, however it is spelt."""

import pytest

from pipeline.lifecycle.identity import could_be_one_person


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Zoë Núñez-Hart", "Zoe Nunez-Hart"),
        ("zoe nunez hart", "Zoë Núñez-Hart"),
        ("Núñez-Hart, Zoë", "Zoë Núñez-Hart"),
        ("NUNEZ HART ZOE", "Zoë Núñez-Hart"),
        ("Ms Hart", "Zoë Núñez-Hart"),
        ("Z. Núñez", "Zoë Núñez-Hart"),
        ("Dr Zoë Hart (DSL)", "Zoë Núñez-Hart"),
        ("Zoë Hart, BA Hons", "Zoë Núñez-Hart"),
        ("ZNH", "Zoë Núñez-Hart"),
        ("Siobhan ODowd", "Siobhán O’Dowd"),
        ("O'Dowd, S", "Siobhán O’Dowd"),
        ("Jo Field", "Joanna Field"),
        ("Debbie Field", "Deborah Field"),
        ("Field Deborah", "Deborah Field"),
        ("prof. deborah jane field", "Deborah Field"),
        ("Søren Łukasz", "Soren Lukasz"),
    ],
)
def test_one_person_is_known_in_every_spelling(typed: str, name: str) -> None:
    assert could_be_one_person(typed, name)
    assert could_be_one_person(name, typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Anna Hill", "Jo Hill"),
        ("J. Hill", "Anna Hill"),
        ("Jo Hill", "Jo Marsh"),
        ("Pat Clerk", "Jo Hill"),
        ("James Thomas", "Thomas Ashgrove"),
        ("J", "Jo Hill"),
        ("", "Jo Hill"),
        ("(office)", "Jo Hill"),
    ],
)
def test_two_people_stay_two(typed: str, name: str) -> None:
    assert not could_be_one_person(typed, name)
    assert not could_be_one_person(name, typed)
