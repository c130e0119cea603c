"""Plant people, numbers and addresses in a document, and the same document as it must read afterwards."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from pipeline.model.contacts import Directory
from pipeline.model.facts import Contact
from tests.builders import paragraph, table
from tests.soak_copies.people import (
    ADDRESSES,
    AS_WRITTEN,
    NAMES,
    NUMBERS,
    PRONOUNS,
    Figure,
    current,
    deputies,
    former,
    with_pronouns,
)
from tests.soak_copies.places import LINKS, PLACES, SPLITS, Draft, Line
from tests.span_tables import random_table, word_table

_NAMED = ("The Designated Safeguarding Lead is {}.", "DSL: {}", "Tell {}, the DSL, at once.", "Please ask {} first.")
_NAMED_LAST_FIRST = ("DSL: {}", "Contact: {} (DSL)", "Designated Safeguarding Lead: {}")
_OWNED = ("Knock at {} door.", "The DSL is in {} room.", "{} telephone is on all day.")
_DISTRACTIONS: tuple[Callable[[Figure], str], ...] = (
    lambda old: f"The bus stops in {old.last.split()[-1]} Road at nine.",
    lambda old: f"{old.last.split()[-1]}ington and un{old.last.lower()}ly are words of their own.",
    lambda old: f"The caretaker is on {old.phone}7, the kitchen on 9{old.phone.replace(' ', '')}.",
    lambda old: f"The kitchen is at not.{old.email}, the caretaker at x-{old.email}.",
    lambda old: "A pupil’s own words are kept: <b> & “b” — 100% ½ é ß 漢.",
    lambda old: f"See www.example.org/{old.last.split()[-1]}/{old.first}.html.",
)
_STAYING: tuple[str, ...] = (
    "Signed: {0}",
    "Policy written by {1}.",
    "Approved by: {0}",
    "Year 4 teacher: {0}",
    "{0}, PSHE Lead, helped.",
    "{0} was the DSL until 2021.",
    "Training was given by {2} in September 2019.",
)
_ONE_DEPUTY = frozenset(("another lead", "lead and deputy swap", "cover for the lead", "same lead, new number"))
_SPANNED = 0.4
"""The share of documents with a table of merged cells, where one deputy can be named beside the lead."""
SCENARIOS = (
    "another lead",
    "lead and deputy swap",
    "cover for the lead",
    "nobody holds the role",
    "same lead, new number",
    "deputies change",
    "more deputies",
    "fewer deputies",
)


@dataclass
class Planted:
    """One generated document and what must become of it."""

    seed: int
    scenario: str
    stated: list[Contact] = field(default_factory=list)
    directory: Directory = field(default_factory=Directory)
    before: Draft = field(default_factory=Draft)
    after: Draft = field(default_factory=Draft)
    planted: list[str] = field(default_factory=list)
    """What was planted, one ``place / kind / form / split`` each."""
    staying: int = 0
    """Places that must be listed as left on purpose."""
    may_wait: bool = False
    """Whether the copy must be held."""
    merged: str = ""
    """Of which kind its table of merged cells is; empty where it has none."""
    old: tuple[str, ...] = ()
    """Numbers and addresses that must be gone (where they were not planted to stay)."""

    def put(self, place: str, before: str, after: str, split: str, seed: int) -> None:
        """Put one line at a place of both documents."""
        PLACES[place](self.before, Line(before, split, seed))
        PLACES[place](self.after, Line(after, SPLITS[0], seed))

    def put_markup(self, before: str, after: str) -> None:
        """Put finished markup into both bodies."""
        self.before.body.append(before)
        self.after.body.append(after)


@cache
def combinations() -> tuple[tuple[str, str, str, str], ...]:
    """Return every place × kind and written form × split."""
    forms: list[tuple[str, str]] = [("name", name) for name in NAMES]
    forms += [("number", name) for name in NUMBERS] + [("address", name) for name in ADDRESSES]
    forms += [("pronoun", sentence) for sentence in PRONOUNS]
    return tuple((place, kind, form, split) for split in SPLITS for kind, form in forms for place in PLACES)


def plant(seed: int, number: int) -> Planted:
    """Return the ``number``-th document of a seed: its main line goes through every combination in turn."""
    random_ = random.Random(f"{seed}:{number}")
    all_of_them = combinations()
    main = all_of_them[(number * 7919 + seed) % len(all_of_them)]
    planted = Planted(number, SCENARIOS[random_.randrange(len(SCENARIOS)) if number % 2 else 0])
    old, new = former(random_), current(random_)
    _scene(planted, old, new, random_)
    now = old if planted.scenario == "nobody holds the role" else _now(planted, old, new)
    if random_.random() < 0.7:
        lead = "The Designated Safeguarding Lead is {}. Tel. {}"
        place = random_.choice(("body", "table cell", "footer"))
        planted.put(place, lead.format(old.full, old.phone), lead.format(now.full, now.phone), SPLITS[4], number)
    lines = [main, *random_.sample(all_of_them, random_.randrange(1, 4))]
    work: list[Callable[[], None]] = [lambda line=line: _line(planted, line, old, now, random_) for line in lines]
    work.append(lambda: _distract(planted, old, random_))
    work.append(lambda: _link(planted, old, now, random_))
    if planted.scenario in ("another lead", "cover for the lead"):
        work.append(lambda: _stay(planted, old, random_))
    random_.shuffle(work)
    for each in work:
        each()
    _spans(planted, old, now, random.Random(f"{seed}:{number}:spans"))
    planted.put("body", "The end of the policy.", "The end of the policy.", SPLITS[0], 0)
    planted.old = () if now is old else (old.phone, old.email)
    return planted


def _scene(planted: Planted, old: Figure, new: Figure, random_: random.Random) -> None:
    """Set who is named and who holds what, and plant the deputies' table where there is one."""
    holders = (new.holder("dsl"),)
    planted.stated = [old.contact("dsl")]
    match planted.scenario:
        case "lead and deputy swap":
            planted.stated.append(new.contact("deputy-dsl"))
            holders += (old.holder("deputy-dsl"),)
            line = "Deputy DSL: {}, {}"
            planted.put("body", line.format(new.full, new.phone), line.format(old.full, old.phone), SPLITS[4], 1)
        case "cover for the lead":
            planted.directory = Directory(holders, (old.holder("dsl"),))
            return
        case "nobody holds the role":
            planted.directory, planted.may_wait = Directory((), (old.holder("dsl"),), ("dsl",)), True
            return
        case "same lead, new number":
            holders = (Figure(old.first, old.last, old.title, old.pronoun, new.phone, new.email).holder("dsl"),)
        case "deputies change" | "more deputies" | "fewer deputies":
            holders += _deputy_table(planted, random_)
    planted.directory = Directory(holders)


def _now(planted: Planted, old: Figure, new: Figure) -> Figure:
    if planted.scenario == "same lead, new number":
        return Figure(old.first, old.last, old.title, old.pronoun, new.phone, new.email)
    return new


def _deputy_table(planted: Planted, random_: random.Random):  # type: ignore[no-untyped-def]
    """Plant a table of deputies; who stays keeps the row, who leaves is followed by who comes, in order."""
    count = random_.randrange(1, 4)
    wanted = {"deputies change": count, "more deputies": count + random_.randrange(1, 3)}.get(planted.scenario, 0)
    if planted.scenario == "fewer deputies":
        count += 1
        wanted = random_.randrange(1, count)
    everybody = deputies(random_, 6)
    named = everybody[:count]
    staying = random_.sample(named, random_.randrange(min(count, wanted) + 1))
    coming = everybody[count : count + wanted - len(staying)]
    now = staying + coming
    random_.shuffle(now)
    waiting = [each for each in now if each not in staying]
    rows = []
    for each in named:
        if each in staying:
            rows.append(each)
        elif waiting:
            rows.append(waiting.pop(0))
    rows += waiting
    planted.stated += [each.contact("deputy-dsl") for each in named]
    planted.put_markup(_deputies(named), _deputies(rows))
    return tuple(each.holder("deputy-dsl") for each in now)


def _spans(planted: Planted, old: Figure, now: Figure, random_: random.Random) -> None:
    """Plant in some documents a table whose merged cells set lead and deputy far from the words of their roles."""
    if random_.random() > _SPANNED or planted.scenario not in _ONE_DEPUTY:
        return
    was = is_ = deputies(random_, 1)[0]
    if planted.scenario == "lead and deputy swap":
        was, is_ = now, old
    else:
        planted.stated.append(was.contact("deputy-dsl"))
        holders = (*planted.directory.holders, is_.holder("deputy-dsl"))
        planted.directory = replace(planted.directory, holders=holders)
    seed = random_.randrange(1 << 30)
    before = random_table(seed, (old.full, old.phone), (was.full, was.phone))
    after = random_table(seed, (now.full, now.phone), (is_.full, is_.phone))
    planted.put_markup(word_table(before), word_table(after))
    planted.merged = before.kind


def _deputies(figures: Sequence[Figure]) -> str:
    rows = [("Deputy DSL", each.full, each.phone, each.email) for each in figures]
    return table(("Role", "Name", "Telephone", "E-mail"), *rows, ("School nurse", "Nell Hart", "01632 960999", "n"))


def _line(
    planted: Planted, combination: tuple[str, str, str, str], old: Figure, now: Figure, random_: random.Random
) -> None:
    place, kind, form, split = combination
    before, after = _KINDS[kind](form, old, now, random_)
    planted.put(place, before, after, split, random_.randrange(1 << 30))
    planted.planted.append(" / ".join(combination))


def _name(form: str, old: Figure, now: Figure, random_: random.Random) -> tuple[str, str]:
    sentences = _NAMED_LAST_FIRST if form.startswith("surname") else _OWNED if form.startswith("poss") else _NAMED
    sentence = random_.choice(sentences)
    words = NAMES[form](old)
    written = AS_WRITTEN.get(form, lambda text: text)(words)
    # Who stays is not written anew.
    after = written if now.full == old.full else NAMES[form](now)
    return sentence.format(written), sentence.format(after)


def _number(form: str, old: Figure, now: Figure, random_: random.Random) -> tuple[str, str]:
    sentence = random_.choice(("DSL {}, tel. {}.", "DSL: {} ({})", "{} – Designated Safeguarding Lead – {}"))
    after = NUMBERS[form](now.phone) if now.phone == old.phone else now.phone
    return sentence.format(old.full, NUMBERS[form](old.phone)), sentence.format(now.full, after)


def _address(form: str, old: Figure, now: Figure, random_: random.Random) -> tuple[str, str]:
    sentence = random_.choice(("DSL {}, e-mail {} or call.", "DSL: {} <{}>", "DSL {}: {}"))
    after = ADDRESSES[form](now.email) if now.email == old.email else now.email
    return sentence.format(old.full, ADDRESSES[form](old.email)), sentence.format(now.full, after)


def _pronoun(form: str, old: Figure, now: Figure, random_: random.Random) -> tuple[str, str]:
    del random_
    said = "The Designated Safeguarding Lead is {}. {}"
    return said.format(old.full, with_pronouns(form, old)), said.format(now.full, with_pronouns(form, now))


_KINDS: Mapping[str, Callable[[str, Figure, Figure, random.Random], tuple[str, str]]] = {
    "name": _name,
    "number": _number,
    "address": _address,
    "pronoun": _pronoun,
}


def _distract(planted: Planted, old: Figure, random_: random.Random) -> None:
    text = random_.choice(_DISTRACTIONS)(old)
    planted.put(random_.choice(("body", "header", "footnote", "table cell")), text, text, SPLITS[4], 5)


def _link(planted: Planted, old: Figure, now: Figure, random_: random.Random) -> None:
    if random_.random() < 0.4:
        return
    way = random_.choice(list(LINKS))
    subject = random_.choice(("", "?subject=A%20worry"))
    digits, new_digits = old.phone.replace(" ", ""), now.phone.replace(" ", "")
    target, after = random_.choice(
        (
            (f"mailto:{old.email}{subject}", f"mailto:{now.email}{subject}"),
            (f"tel:{digits}", f"tel:{new_digits}"),
            (f"tel:+44{digits[1:]}", f"tel:+44{new_digits[1:]}"),
        )
    )
    LINKS[way](planted.before, "The DSL: write or ring", target)
    LINKS[way](planted.after, "The DSL: write or ring", after)
    planted.planted.append(f"target / {way} / {target.partition(':')[0]}")


def _stay(planted: Planted, old: Figure, random_: random.Random) -> None:
    sentence = random_.choice(_STAYING)
    titled = f"{old.title} {old.last}"
    text = sentence.format(old.full, f"{old.first[0]}. {old.last}", titled)
    if random_.random() < 0.3:
        history = table(("Version", "Date", "Author"), ("1", "2020", old.full))
        planted.put_markup(history, history)
    else:
        planted.put(random_.choice(("body", "footer", "table cell")), text, text, SPLITS[4], 6)
    planted.staying += 1
    planted.put_markup(paragraph("x " * 40), paragraph("x " * 40))
