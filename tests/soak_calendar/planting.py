"""Plant one fault of each kind into what was seen, to know that the oracle would find it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from tests.soak_calendar import oracle
from tests.soak_calendar.drawing import Drawn
from tests.soak_calendar.living import Done, Told
from tests.soak_calendar.oracle import Oracle

Plant = Callable[[list[Told], Drawn, Sequence[Done], Random], Told | None]


def plant_all(drawn: Drawn, told: Sequence[Told], done: Sequence[Done]) -> dict[str, tuple[str, bool]]:
    """Plant each kind by itself; return by kind what was planted, in words, and whether the oracle found it.

    A kind is left out where the years hold nothing that it could be planted in.
    """
    judge = Oracle(drawn, done)
    before = Counter(code for code, _ in judge.judge(told).faults)
    found = {}
    for kind, plant in _PLANTS.items():
        changed = list(told)
        planted = plant(changed, drawn, done, Random(f"plant/{kind}/{drawn.seed}"))
        if planted is not None:
            after = Counter(code for code, _ in judge.judge(changed).faults)
            words = f"{planted.title}, due {planted.due}, told {planted.address} on {planted.at:%Y-%m-%d}"
            found[kind] = words, after[kind] > before[kind]
    return found


def _drop(told: list[Told], drawn: Drawn, done: Sequence[Done], chance: Random) -> Told | None:
    """Lose one that went on the day on which its stage began, and that nothing kept from going."""
    ends = {(one.title, one.due): one.at for one in done}
    sure = [
        one
        for one in told
        if ends.get((one.title, one.due), one.at + timedelta(days=9)) > one.at + timedelta(days=1)
        and one.at.astimezone(drawn.zone).date() < drawn.last - timedelta(days=3)
        and not _is_troubled(drawn, one)
    ]
    if not sure:
        return None
    chosen = chance.choice(sure)
    told.remove(chosen)
    return chosen


def _is_troubled(drawn: Drawn, one: Told) -> bool:
    around = [one.at + timedelta(hours=hours) for hours in range(-3, 4)]
    return any(drawn.is_off(moment) or drawn.skew(moment) for moment in around)


def _double(told: list[Told], drawn: Drawn, done: Sequence[Done], chance: Random) -> Told | None:
    """Let one go again three minutes later."""
    chosen = chance.choice(told)
    told.append(replace(chosen, at=chosen.at + timedelta(minutes=3), mail=f"again-{chosen.mail}"))
    return chosen


def _hasten(told: list[Told], drawn: Drawn, done: Sequence[Done], chance: Random) -> Told | None:
    """Let the first stage of a review go a day before it is reached."""
    first: dict[tuple[str, object], Told] = {}
    for one in sorted(told, key=lambda one: one.at):
        first.setdefault((one.title, one.due), one)
    furthest = max(drawn.remind)
    early = [one for one in first.values() if one.distance.startswith("in ") and (one.due.month not in (7, 8))]
    if not early:
        return None
    chosen = chance.choice(early)
    day = chosen.at.astimezone(drawn.zone).date()
    back = timedelta(days=furthest + 1 - (chosen.due - day).days)
    told[told.index(chosen)] = replace(chosen, at=chosen.at - back, shown=chosen.shown - back)
    return chosen


def _linger(told: list[Told], drawn: Drawn, done: Sequence[Done], chance: Random) -> Told | None:
    """Let one go a minute after its review was done."""
    ends = {(one.title, one.due): one.at for one in done}
    fit = [one for one in told if (one.title, one.due) in ends]
    if not fit:
        return None
    chosen = chance.choice(fit)
    moment = ends[chosen.title, chosen.due] + timedelta(minutes=1)
    told.append(replace(chosen, at=moment, shown=moment, mail=f"after-{chosen.mail}"))
    return chosen


def _misdirect(told: list[Told], drawn: Drawn, done: Sequence[Done], chance: Random) -> Told | None:
    """Let one go to somebody else."""
    chosen = chance.choice(told)
    told[told.index(chosen)] = replace(chosen, address="somebody.else@example.org")
    return chosen


_PLANTS: Mapping[str, Plant] = {
    oracle.MISSED: _drop,
    oracle.TWICE: _double,
    oracle.EARLY: _hasten,
    oracle.AFTER: _linger,
    oracle.STRANGER: _misdirect,
}
KINDS = tuple(_PLANTS)
"""What is planted; each is the code of the fault that must be found."""
