"""One plan for the copies of many schools: what differs between them is filled in where only values differ.

``regenerate`` asks it for the second school and every further one of an opened file. A plan is reused where the new
people, numbers and addresses are nowhere in the document and alike in all that planning asks of them, and only after it
gave for one more school exactly what planning in full gave. In every other case the plan is made in full.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import unquote

from pipeline.model.contacts import Holder, ReplacementKind
from pipeline.model.facts import Contact
from pipeline.named.details.found import changed_target, clean_address, is_public_address
from pipeline.named.names.letters import for_looking
from pipeline.named.names.parts import parse_name
from pipeline.named.names.spellings import NameForm, find_forms
from pipeline.plan.contacts import renamed
from pipeline.plan.fields import field_value
from pipeline.plan.header import HeaderChange, Wanted
from pipeline.plan.values import Replacement, ReplacementPlan
from pipeline.text.addresses import ADDRESS
from pipeline.text.passages import Passage
from pipeline.text.telephones import parse_phones
from pipeline.word.file import WordFile

_MOST_PLANS = 12
_SHORTEST_NUMBER = 9
_PLAIN_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’-])*")
_NO_DIGITS = bytes(code for code in range(256) if chr(code) not in "0123456789")

_Shape = tuple[object, ...]
_Filling = Callable[[Wanted], Replacement | None]


@dataclass(slots=True)
class _Plan:
    """The plan of one school, and how each of its replacements is made for another."""

    stated: tuple[Contact, ...]
    shape: _Shape
    wanted: Wanted
    made: ReplacementPlan
    fillings: tuple[_Filling, ...]
    proved: bool = False
    """It gave for another school what planning in full gave."""
    wrong: bool = False

    def filled(self, wanted: Wanted) -> ReplacementPlan | None:
        """Return the plan for another school; None where a value is missing."""
        filled: list[Replacement] = []
        for fill in self.fillings:
            one = fill(wanted)
            if one is None:
                return None
            filled.append(one)
        return replace(self.made, replacements=tuple(filled))


@dataclass(slots=True)
class AlikePlans:
    """The plans of one opened file."""

    _first: tuple[Wanted, ReplacementPlan] | None = None
    """Of the first school, looked at only when there is a second."""
    _document: "_DocumentWords | None" = None
    _plans: list[_Plan] = field(default_factory=list)

    def plan(self, opened: WordFile, wanted: Wanted, in_full: Callable[[], ReplacementPlan]) -> ReplacementPlan:
        """Return what ``in_full`` returns for ``wanted``, by a plan of another school where that is certain."""
        if self._document is None:
            if self._first is None:
                made = in_full()
                self._first = wanted, made
                return made
            self._document = _DocumentWords(opened)
            self._keep(opened, *self._first)
        shape = _shape(self._document, wanted)
        known = None if shape is None else self._known(shape, wanted)
        filled = known.filled(wanted) if known is not None and not known.wrong else None
        if known is not None and known.proved and filled is not None:
            return filled
        made = in_full()
        if known is None:
            self._keep(opened, wanted, made)
        elif not known.wrong and filled is not None:
            known.proved = filled == made
            known.wrong = not known.proved
        return made

    def _known(self, shape: _Shape, wanted: Wanted) -> _Plan | None:
        stated = tuple(wanted.stated)
        for each in self._plans:
            if each.shape == shape and each.stated == stated and _changes(each.wanted) == _changes(wanted):
                return each
        return None

    def _keep(self, opened: WordFile, wanted: Wanted, made: ReplacementPlan) -> None:
        assert self._document is not None
        shape = _shape(self._document, wanted) if len(self._plans) < _MOST_PLANS else None
        fillings = _fillings(opened, wanted, made) if shape is not None else None
        if shape is not None and fillings is not None:
            self._plans.append(_Plan(tuple(wanted.stated), shape, wanted, made, fillings))


def _changes(wanted: Wanted) -> tuple[HeaderChange, ...] | None:
    """All that planning asks of the header but the values of fields, which are filled in school by school."""
    return wanted.header.changes if wanted.header is not None else None


# --- what planning asks of a directory ----------------------------------------------------------------------------


class _DocumentWords:
    """What a document holds, for the question whether a value is nowhere in it."""

    def __init__(self, opened: WordFile) -> None:
        scene = opened.scene
        targets = [unquote(link.target).casefold() for index in scene.linked for link in scene.passages[index].links]
        self._words = " ".join(set(scene.together.split()))
        self._whole_words = frozenset(re.findall(r"\w+", self._words))
        texts = [*(scene.folded[index] for index in scene.addressed), *targets]
        self._addresses = "\n".join("".join(text.split()) for text in texts)
        self._digits = b"|".join(
            text.encode("ascii", "replace").translate(None, _NO_DIGITS) for text in (*scene.folded, *targets)
        )

    def lacks(self, holder: Holder) -> bool:
        """Whether no place of the document can be the holder's: no name, no end of the number, no address."""
        name = parse_name(holder.name)
        if name is None or not name.knows_first or not _PLAIN_NAME.fullmatch(holder.name):
            return False
        if _last_word(holder) in self._words or not self._whole_words.isdisjoint(_first_words(holder)):
            return False
        if holder.phone is not None:
            numbers = parse_phones(holder.phone)
            plain = len(numbers) == 1 and not numbers[0].extension and len(numbers[0].digits) >= _SHORTEST_NUMBER
            if not plain or numbers[0].digits[-6:].encode() in self._digits:
                return False
        if holder.email is not None:
            plain = holder.email.isascii() and ADDRESS.fullmatch(holder.email) is not None
            return plain and holder.email.casefold() not in self._addresses
        return True


def _last_word(holder: Holder | Contact) -> str:
    name = parse_name(holder.name or "")
    return name.last_word if name is not None else ""


def _first_words(holder: Holder) -> list[str]:
    """The words of a name before the surname: "DSL: Sam" may be any lead of that first name."""
    return re.findall(r"\w+", for_looking(holder.name))[:-1]


def _shape(document: _DocumentWords, wanted: Wanted) -> _Shape | None:
    """Return what two schools must have in common for one plan to serve both; None where a school serves itself alone.

    Of a holder who is nowhere in the document: the role, title, pronoun, what there is of details, and with which other
    holder a value is shared. Everybody else stands with all values.
    """
    directory = wanted.directory
    people = directory.with_office
    others: list[Contact | Holder] = [*wanted.stated, *directory.former]
    if any(each.email and is_public_address(clean_address(each.email)) for each in wanted.stated):
        # Whether such an address is a person's goes by the addresses of the school.
        return None
    known = {_last_word(each) for each in others}
    numbers = {number.digits[-6:] for each in others for number in parse_phones(each.phone or "")}
    addresses = "\n".join(clean_address(each.email or "") for each in others)
    shared = _shared(people)
    if shared is None:
        return None
    shape: list[object] = [directory.former, directory.vacant, directory.office is None, shared]
    for each in people:
        foreign = document.lacks(each) and _last_word(each) not in known
        if foreign and each.phone is not None:
            foreign = parse_phones(each.phone)[0].digits[-6:] not in numbers
        if foreign and each.email is not None:
            foreign = each.email.casefold() not in addresses
        values = (each.role, each.title, each.pronoun, each.covers, each.phone is None, each.email is None)
        shape.append(values if foreign else each)
    return tuple(shape)


def _shared(people: Sequence[Holder]) -> tuple[tuple[int, ...], ...] | None:
    """Return who shares a name, a number or an address with whom; None where two are one in another writing."""
    shared: list[tuple[int, ...]] = []
    for written, meant in (
        ([each.name for each in people], [_last_word(each) for each in people]),
        ([each.phone or "" for each in people], [_digits(each.phone) for each in people]),
        ([each.email or "" for each in people], [clean_address(each.email or "") for each in people]),
    ):
        if len(set(written)) != len(set(meant)):
            return None
        shared.append(tuple(written.index(value) for value in written))
    return tuple(shared)


def _digits(phone: str | None) -> str:
    return "/".join(number.digits for number in parse_phones(phone or ""))


# --- how a replacement is made for another school ------------------------------------------------------------------


def _fillings(opened: WordFile, wanted: Wanted, made: ReplacementPlan) -> tuple[_Filling, ...] | None:
    """Return how each replacement of a plan is made of a directory; None where the plan serves this school alone."""
    if made.holds or made.vacant or made.rows or opened.unread or any(opened.elsewhere.values()):
        return None
    people = wanted.directory.with_office
    values = {value.casefold() for each in people for value in (each.name, each.phone, each.email) if value}
    values |= {_last_word(each) for each in people}
    left = (*made.left, *made.left_on_purpose)
    told = "\n".join(words for each in left for words in (str(each.where), each.text, *each.reason.texts())).casefold()
    if any(value in told for value in values):
        return None
    fillings: list[_Filling] = []
    for each in made.replacements:
        found = _filling(opened, wanted, each, values)
        if found is None:
            return None
        fillings.append(found)
    return tuple(fillings)


def _filling(opened: WordFile, wanted: Wanted, each: Replacement, values: Iterable[str]) -> _Filling | None:
    if each.kind in (ReplacementKind.PRONOUN, ReplacementKind.HEADER):
        return None if any(value in each.after.casefold() for value in values) else lambda _: each
    if each.kind is ReplacementKind.FIELD:
        name = " ".join(each.before[2:-2].split())

        def fill(other: Wanted) -> Replacement | None:
            value = field_value(name, other.directory, other.header)
            return replace(each, after=value) if value else None

        return fill if fill(wanted) == each else None
    right: dict[Holder, _Filling] = {}
    for number, holder in enumerate(wanted.directory.holders):
        for one in _of_holder(opened, wanted, each, number) if holder.role == each.role else ():
            if one(wanted) == each:
                right.setdefault(holder, one)
    return next(iter(right.values())) if len(right) == 1 else None


def _of_holder(opened: WordFile, wanted: Wanted, each: Replacement, number: int) -> Iterator[_Filling]:
    """Yield the ways in which a replacement may be made of the values of one holder."""
    if each.kind is ReplacementKind.NAME:
        yield from _of_name(opened, wanted, each, number)
    elif each.kind is ReplacementKind.PHONE:
        yield lambda other: _with_words(each, other.directory.holders[number].phone)
    elif each.kind is ReplacementKind.EMAIL:
        yield lambda other: _with_words(each, other.directory.holders[number].email)
    elif each.kind is ReplacementKind.LINK:
        yield lambda other: _with_target(each, other.directory.holders[number].phone)
        yield lambda other: _with_target(each, other.directory.holders[number].email)


def _of_name(opened: WordFile, wanted: Wanted, each: Replacement, number: int) -> Iterator[_Filling]:
    passage = opened.passages[each.passage]
    people: list[Contact | Holder] = [*wanted.stated, *wanted.directory.former]
    names = dict.fromkeys(parse_name(one.name or "") for one in people)
    forms = dict.fromkeys(form for name in names if name is not None for form in find_forms(passage.text, name))
    for form in forms:
        if form.start == each.start and form.end in (each.end, each.end - 1):
            yield partial(_named, each, passage, form, number)


def _named(each: Replacement, passage: Passage, form: NameForm, number: int, other: Wanted) -> Replacement | None:
    holder = other.directory.holders[number]
    name = parse_name(holder.name)
    if name is None:
        return None
    return replace(renamed(each.passage, passage, form, each.role, name, holder.title), told=each.told)


def _with_words(each: Replacement, words: str | None) -> Replacement | None:
    return replace(each, after=words.strip()) if words else None


def _with_target(each: Replacement, words: str | None) -> Replacement | None:
    return replace(each, after=changed_target(each.before, words.strip())) if words else None
