"""The lists that ``numbering.xml`` describes, each read when a caller asks for it.

Word files carry dozens of lists of nine levels and use a few of both: what is asked for is cut out of the bytes of the
part. Where these are not written as Word writes them, the whole part is made a tree, which says the same.

Source: ECMA-376 part 1, 17.9.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.documents.word.names import VAL, W_NAMESPACE, is_on, w
from pipeline.documents.word.package import parse_member

Element = etree._Element

_NUM, _NUM_ID, _ABSTRACT, _ABSTRACT_ID = w("num"), w("numId"), w("abstractNum"), w("abstractNumId")
_FORMAT, _TEXT, _START, _RESTART = w("numFmt"), w("lvlText"), w("start"), w("lvlRestart")
_LEGAL, _STYLE = w("isLgl"), w("pStyle")
_NO_LIST = "0"
"""The id that takes a paragraph out of the list of its style."""
_MOST_SEARCHED = 64 * 1024 * 1024
"""Bytes gone through for single lists of a part; of one that describes and uses thousands a tree is made."""
LONGEST_MARKER = 40
MOST = 1_000_000

_ROOT = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>\s*)?(?P<root><w:(?P<name>numbering|styles)(?=\s)[^<>]*>)")
BINDS_A_NAME = b"xmlns:w"
"""Where it stands below the outermost element, "w:" may mean something else."""
_BOUND = re.compile(rb'\sxmlns:w="' + W_NAMESPACE.encode() + rb'"')
_BASIS = re.compile(rb'<w:abstractNumId w:val="([^"<>&]*)" ?/>')
_STARTS_AT = re.compile(rb'<w:lvlOverride w:ilvl="([0-9])" ?><w:startOverride w:val="([^"<>&]*)" ?/></w:lvlOverride>')
_LOOKS = (b"<w:pPr", b"<w:rPr")
"""What stands in a level behind all that is asked of it."""
_SAID = re.compile(rb'<w:(numFmt|lvlText|start|lvlRestart|isLgl|pStyle)(?: w:val="([^"<>&]*)")? ?/>')
_MAY_SAY = re.compile(rb"<w:(?:numFmt|lvlText|start|lvlRestart|isLgl|pStyle)[\s/>]")


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How the items of one level are numbered."""

    format: str = "decimal"
    """``bullet``, ``none``, ``decimal``, ``lowerLetter``, ``upperRoman``, …"""
    text: str = ""
    """The pattern: ``%1.%2`` is this level's number after that of the level above."""
    start: int = 0
    restarts_after: int | None = None
    """The level (counted from 1) whose items begin this one anew; None: any above; 0: none."""
    legal: bool = False
    """All numbers are shown as 1, 2, 3, whatever their own levels say."""
    style: str | None = None
    """The paragraph style whose paragraphs stand on this level."""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """One ``w:num``: what a paragraph refers to."""

    counted_with: str
    """Lists with the same key go on counting where the other left off."""
    levels: Mapping[int, ListLevel]
    starts: Mapping[int, int]
    """Levels that begin anew where this list is first used, with the number they begin at."""
    may_restart: bool = True
    """Whether a level may say which level above begins it anew; where none does, any above does."""


class NumberingPart:
    """The lists of one part by their ids."""

    def __init__(self, content: bytes) -> None:
        """Take the bytes of a part.

        Raises:
            DocumentError: as ``parse_member``.
        """
        self._content = content
        self._abstract: dict[bytes, _CutLevels] = {}
        self._opening = usual_opening(content, b"numbering")
        self._whole: _Tree | None = None
        self._left_bytes = _MOST_SEARCHED

    def list_of(self, number: str) -> NumberedList | None:
        """Return one list, None where there is no such list.

        Raises:
            DocumentError: as ``parse_member``.
        """
        if self._opening is not None and number == _NO_LIST:
            return None
        if self._opening is not None and number.isascii() and number.isdigit():
            try:
                return self._cut_list(number.encode(), self._opening)
            except _UnusualError:
                self._opening = None
        return self._tree().list_of(number)

    def _tree(self) -> "_Tree":
        if self._whole is None:
            self._whole = _Tree(parse_member(self._content, "word/numbering.xml"))
        return self._whole

    def _cut_list(self, number: bytes, opening: bytes) -> NumberedList:
        markup = self._cut(b"num", number)
        bases, starts = _BASIS.findall(markup), _STARTS_AT.findall(markup)
        if len(bases) != 1 or markup.count(b"<w:abstractNumId") != 1 or markup.count(b"<w:lvlOverride") != len(starts):
            raise _UnusualError
        key = bases[0]
        levels = self._abstract.get(key)
        if levels is None:
            levels = self._abstract[key] = _CutLevels(self._cut(b"abstractNum", key), opening)
        own = {int(level): _small(start.decode()) for level, start in starts}
        return NumberedList(key.decode(), levels, own, levels.may_restart)

    def _cut(self, name: bytes, identifier: bytes) -> bytes:
        """Return an element as it stands in the part, its end tag left out: the last of those with the id."""
        content = self._content
        self._left_bytes -= len(content)
        if self._left_bytes < 0:
            raise _UnusualError
        at = content.rfind(b' w:%bId="%b"' % (name, identifier))
        opens = content.rfind(b"<", 0, max(at, 0))
        ends = content.find(b"</w:%b>" % name, max(at, 0))
        if min(at, opens, ends) < 0 or not content.startswith(b"<w:%b " % name, opens):
            raise _UnusualError
        markup = content[opens:ends]
        # One without content ends with its own tag, so that the end found is that of another.
        if markup.endswith(b"/", 0, markup.find(b">")) or BINDS_A_NAME in markup:
            raise _UnusualError
        return markup


class _UnusualError(Exception):
    """Something is written in another manner than Word's."""


def usual_opening(content: bytes, name: bytes) -> bytes | None:
    """Return the tag that opens a part written as Word writes it, so that ids can be looked for in its bytes.

    ``name`` is that of the part's outermost element; None where it is another, or the part is written otherwise. What
    is cut out must still be looked through for ``BINDS_A_NAME``.
    """
    opening = _ROOT.match(content)
    if (
        opening is None
        or opening["name"] != name
        or _BOUND.search(opening["root"]) is None
        or content.find(b"'", opening.start("root")) >= 0
    ):
        return None
    # One sign is looked for many times as fast as a word; most parts hold none.
    if (b"!" in content and b"<!" in content) or (b"&" in content and b"&#" in content):
        return None
    begun = opening.end()
    odd = content.find(b"?", begun) >= 0 and content.find(b"<?", begun) >= 0
    return None if odd else opening["root"]


class _CutLevels(Mapping[int, ListLevel]):
    """The levels of one list by number, each read when it is asked for."""

    def __init__(self, markup: bytes, opening: bytes) -> None:
        """``markup`` is the list without its end tag, ``opening`` the tag that opens the part, with its namespaces."""
        if b"<w:numStyleLink" in markup[: markup.find(b"<w:lvl ")]:
            raise _UnusualError
        self.may_restart = b"<w:lvlRestart" in markup
        self._markup, self._opening = markup, opening
        self._read: dict[int, ListLevel | None] = {}
        self._tree: dict[int, ListLevel] | None = None

    def __getitem__(self, level: int) -> ListLevel:
        found = self._find(level)
        if found is None:
            raise KeyError(level)
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _find(self, level: int) -> ListLevel | None:
        if level not in self._read:
            self._read[level] = self._cut_level(level) if self._tree is None else self._tree.get(level)
        return self._read[level]

    def _all(self) -> dict[int, ListLevel]:
        """All levels, by the tree of this list alone."""
        if self._tree is None:
            whole = self._opening + self._markup + b"</w:abstractNum></w:numbering>"
            self._tree = _levels(parse_member(whole, "word/numbering.xml")[0])
        return self._tree

    def _cut_level(self, level: int) -> ListLevel | None:
        markup = self._markup
        start = markup.rfind(b'<w:lvl w:ilvl="%d"' % level)
        end = markup.find(b"</w:lvl>", start)
        if start < 0 or end < 0:
            return self._all().get(level)
        ends = [at for each in _LOOKS if (at := markup.find(each, start, end)) >= 0]
        head = markup[start : min(ends, default=end)]
        said = {w(each[1].decode()): None if each[2] is None else each[2].decode() for each in _SAID.finditer(head)}
        # A value in another form, an element in another or behind what is its last place: the tree tells what it is.
        certain = (
            b"</" not in head
            and head.count(b"<w:lvl ") == 1
            and _SAID.subn(b"", head)[1] == len(_MAY_SAY.findall(markup, start, end))
        )
        return _level_of(said) if certain else self._all().get(level)


class _Tree:
    """The elements of a whole part by their ids."""

    def __init__(self, root: Element) -> None:
        self._numbers = {each.get(_NUM_ID, ""): each for each in root.iterchildren(_NUM)}
        self._abstract = {each.get(_ABSTRACT_ID, ""): each for each in root.iterchildren(_ABSTRACT)}

    def list_of(self, number: str) -> NumberedList | None:
        """Read one list."""
        element = self._numbers.get(number)
        if element is None:
            return None
        key = self._linked(child_value(element, "abstractNumId") or "")
        abstract = self._abstract.get(key)
        levels = {} if abstract is None else _levels(abstract)
        starts = {}
        for override in element.iterchildren(w("lvlOverride")):
            levels.update(_levels(override))
            at, start = _level_number(override), child_value(override, "startOverride")
            if at is not None and start is not None:
                starts[at] = _small(start)
        return NumberedList(key, levels, starts)

    def _linked(self, key: str) -> str:
        """A list may only name the style whose list it follows."""
        abstract = self._abstract.get(key)
        link = None if abstract is None else child_value(abstract, "numStyleLink")
        if link is None:
            return key
        return next((other for other, each in self._abstract.items() if child_value(each, "styleLink") == link), key)


def _levels(container: Element) -> dict[int, ListLevel]:
    levels: dict[int, ListLevel] = {}
    for level in container.iterchildren(w("lvl")):
        at = _level_number(level)
        if at is not None:
            levels[at] = _level_of({child.tag: child.get(VAL) for child in level})
    return levels


def _level_of(values: Mapping[str, str | None]) -> ListLevel:
    """Return a level of which the elements in its ``w:lvl`` have these values."""
    restart = values.get(_RESTART)
    return ListLevel(
        values.get(_FORMAT) or "decimal",
        (values.get(_TEXT) or "")[:LONGEST_MARKER],
        _small(values.get(_START) or ""),
        None if restart is None else _small(restart),
        _LEGAL in values and is_on(values[_LEGAL]),
        values.get(_STYLE),
    )


def _level_number(element: Element) -> int | None:
    given = element.get(w("ilvl"), "")
    return int(given) if len(given) == 1 and given.isdecimal() else None


def _small(given: str) -> int:
    """A number of a stranger's file; ``isdigit`` alone would let through figures that ``int`` does not take."""
    return min(int(given), MOST) if given.isascii() and given.isdigit() and len(given) < 12 else 0


def child_value(element: Element, child: str) -> str | None:
    """Return the ``w:val`` of the first such child, None where there is none."""
    for held in element.iterchildren(w(child)):
        return held.get(VAL)
    return None
