"""Part the names of several people that stand in a row without a mark between them: "Ada Holt Ben Lowe".

Between ``people`` and ``contacts``: a table or a list whose line ends were lost gives its names so. Only where given
names and other words take turns is anybody parted from the next; every other name is left whole.
"""

import re

from pipeline.named.names.people import find_name, has_given_name, is_name
from pipeline.named.names.titles import Shows, one_title
from pipeline.text.lazily import compiled_lazily

_WORD = r"[A-Z][\w'’-]+"
_TWO_PEOPLE = compiled_lazily(rf"(?P<first>(?P<given>{_WORD}) (?P<last>{_WORD})) (?P<next>{_WORD}) (?P<other>{_WORD})")
_ANOTHER = compiled_lazily(rf" (?=(?P<given>{_WORD}) (?P<last>{_WORD}))")
_POST_BETWEEN = compiled_lazily(
    r",\s(?:(?:the|our)\s)?(?P<post>[A-Z][\w'’/-]*(?:\s[A-Z][\w'’/-]*){0,3})(?:,?\s(?P<and>and|or|&)\s|,\s)"
)
_TITLED = compiled_lazily(rf" (?={one_title(Shows.ANYWHERE)}\b)")


def find_person(text: str, position: int = 0) -> re.Match[str] | None:
    """Return the name that begins at ``position``, the first person's where another's given name follows."""
    name = find_name(text, position)
    row = _TWO_PEOPLE.match(text, position) if name is not None else None
    if name is None or row is None or name.end() <= row.end("first"):
        return name
    parted = has_given_name(row["first"]) and not has_given_name(row["last"]) and has_given_name(row["next"])
    if not parted or not is_name(row["first"]):
        return name
    return re.compile(re.escape(row["first"])).match(text, position)


def begins_another(text: str, end: int) -> re.Match[str] | None:
    """Return the gap behind a name that ends at ``end``, where another's given name or title follows, or None.

    The gap may hold the person's post: "Ada Holt, Headteacher, and Ben Lowe, Bursar".
    """
    posted = _POST_BETWEEN.match(text, end)
    if posted is not None and find_person(text, posted.start("post")) is None:
        follows = find_person(text, posted.end())
        if follows is not None and (posted["and"] or has_given_name(follows[0])):
            return posted
    if (titled := _TITLED.match(text, end)) is not None:
        return titled
    another = _ANOTHER.match(text, end)
    shown = another is not None and has_given_name(another["given"]) and not has_given_name(another["last"])
    return another if shown and another is not None and is_name(f"{another['given']} {another['last']}") else None


_DOES = compiled_lazily(
    r"(?:\s\([^)]*\)|,\s[^,.;]{3,40},)?\s(?:(?P<one>acts|assists|assumes|covers|deputi[sz]es|has|is|stands|supports|takes)"
    r"|(?P<will>will)|act|assist|assume|cover|deputi[sz]e|have|stand|support|take)\b"
)
_IN_LIST = r"(?:(?:[A-Z][\w'’.-]*|and|or|&|\([^()]*\))[\s,/]*)"
_TOLD_BEFORE = compiled_lazily(rf"\b(?:is|are|be)\b[\s:–-]+{_IN_LIST}{{1,16}}$")
"""Up to the last name of a list: the verb that the clause has already."""


def find_next_person(text: str, position: int) -> re.Match[str] | None:
    """Return the next name of a list; None where it begins a clause of its own: "… is Ada Holt; Ben Lowe acts".

    In "our DSLs Ada Holt and Ben Lowe have the key" the whole list does what the verb says.
    """
    name = find_person(text, position)
    does = _DOES.match(text, name.end()) if name is not None else None
    if does is None or does["one"]:
        return name if does is None else None
    before = text[:position].rstrip()
    alone = before.endswith(";") or (does["will"] and before.endswith(","))
    return None if alone or _TOLD_BEFORE.search(text[max(0, position - _LOOK_BACK) : position]) else name


_LOOK_BACK = 160
