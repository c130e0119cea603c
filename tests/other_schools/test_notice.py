"""What a run says of people whom another school of the trust asks."""

from datetime import date

from pipeline.other_schools.night import say_shared
from pipeline.register.readings.shared_readings import AskedBy, SharedReading

DAY = date(2026, 11, 26)


def one(person: int, policy: int, standing: AskedBy, at: str) -> SharedReading:
    return SharedReading(
        person=person,
        policy_id=policy,
        edition="0" * 64,
        standing=standing,
        at_key="x",
        at_school=at,
        since_on=DAY,
        renewed_on=DAY,
    )


def test_people_whom_others_ask_are_counted_once_and_nobody_is_named() -> None:
    shared = [
        one(1, 1, AskedBy.THERE, "Oakfield Primary School"),
        one(1, 2, AskedBy.THERE, "Oakfield Primary School"),
        one(2, 1, AskedBy.HERE, ""),
    ]
    assert say_shared(shared) == (
        "Asked for the trust's policies by Oakfield Primary School, where they work too, and not from here: 1 person.",
    )


def test_where_this_school_asks_everybody_nothing_is_said() -> None:
    assert say_shared([one(2, 1, AskedBy.HERE, "")]) == ()
