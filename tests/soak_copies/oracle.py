"""Check a copy against the document that was expected, with means of its own: nothing of the program reads here.

A paragraph is the ``w:t`` under a ``w:p``; an attribute is an attribute; a member is its bytes in the zip.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORDS = {f"{_W}t", f"{_W}instrText", f"{_W}delText"}
_ATTRIBUTES = ("descr", "title", f"{_W}tooltip", f"{_W}instr", "Target", "name")
_KEPT_ATTRIBUTES = re.compile(r' (?:descr|title|w:tooltip|w:instr|Target)=(?:"[^"]*"|\'[^\']*\')| xml:space="preserve"')


@dataclass
class Verdict:
    """What is wrong with one copy; all empty where it is right."""

    people: list[str] = field(default_factory=list)
    """Lines in which somebody, or a former number, still stands."""
    characters: list[str] = field(default_factory=list)
    """Lines that differ otherwise from what was expected."""
    members: list[str] = field(default_factory=list)
    """Members that changed and should not, or are not in their place."""
    markup: list[str] = field(default_factory=list)
    """Members whose tags changed."""
    notes: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything, with its kind before it."""
        return [f"{kind}: {each}" for kind in ("people", "characters", "members", "markup", "notes") for each in
                getattr(self, kind)]  # fmt: skip


def judge(original: bytes, copy: bytes, expected: bytes, *, rows_may_change: bool) -> Verdict:
    """Compare a copy with its original and with the document that was expected."""
    verdict = Verdict()
    first, second, wanted = (_members(content) for content in (original, copy, expected))
    if list(first) != list(second):
        verdict.members.append(f"{list(first)} became {list(second)}")
        return verdict
    before = _members(original, unpacked=False)
    after = _members(copy, unpacked=False)
    for name in first:
        lines, right, were = (list(_lines(name, held[name])) for held in (second, wanted, first))
        if were == right:
            if before[name] != after[name]:
                verdict.members.append(f"{name} should be as it was")
        elif lines != right:
            _compare(name, were, lines, right, verdict)
        if not rows_may_change and _tags(first[name]) != _tags(second[name]):
            verdict.markup.append(name)
    return verdict


def _compare(name: str, were: list[str], lines: list[str], right: list[str], verdict: Verdict) -> None:
    if len(lines) != len(right):
        verdict.characters.append(f"{name}: {len(lines)} lines instead of {len(right)}")
    for was, line, wanted in zip(were, lines, right, strict=False):
        if line != wanted:
            pile = verdict.people if line == was else verdict.characters
            pile.append(f"{name}: {line!r} instead of {wanted!r}")


def _members(content: bytes, *, unpacked: bool = True) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        bad = archive.testzip()
        assert bad is None, bad
        if unpacked:
            return {each.filename: archive.read(each) for each in archive.infolist()}
        return {
            each.filename: content[
                each.header_offset : each.header_offset + 30 + len(each.filename) + each.compress_size
            ]
            for each in archive.infolist()
        }


def _lines(name: str, content: bytes) -> Iterator[str]:
    """Every text and every attribute that people read, in the order of the member."""
    if not name.endswith((".xml", ".rels")):
        return
    root = etree.fromstring(content)
    for element in root.iter():
        yield from (element.get(key, "") for key in _ATTRIBUTES if element.get(key))
        if element.tag == f"{_W}p":
            yield "".join(each.text or "" for each in element.iter(*_WORDS) if _owner(each) is element)
        elif name.startswith("docProps") and len(element) == 0:
            yield element.text or ""


def _owner(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors(f"{_W}p"), None)


def _tags(content: bytes) -> list[str]:
    """The tags of a member as they are written, without the attributes that hold words."""
    text = content.decode("utf-8", "replace")
    return [_KEPT_ATTRIBUTES.sub("", tag) for tag in re.findall(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", text)]


def still_there(copy: bytes, old: tuple[str, ...], expected: bytes) -> list[str]:
    """Return former numbers and addresses that stand in the package more often than expected, however written."""
    found = []
    for each in old:
        key = _plain(each)
        if _count(copy, key) > _count(expected, key):
            found.append(each)
    return found


def _count(content: bytes, key: str) -> int:
    texts = [line for name, held in _members(content).items() for line in _lines(name, held)]
    return sum(_plain(line).count(key) for line in texts)


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0().\-–]", "", text).casefold().removeprefix("0")
