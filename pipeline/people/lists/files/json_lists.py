"""Read a list of people that a system's interface gives as JSON: one row a person, one column a value within it.

Used by ``sheets``. Headings are the way to a value (``contact_details.data.emails.work``), as the systems' own
descriptions write it; of several values with a type, that is in it (``emails[type eq "work"].value``).
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from pipeline.errors import UsageError

_LISTS = ("data", "value", "Resources", "resources", "users", "employees", "results")
"""Where the people lie in an answer that says more than them."""
_DEEPEST = 8
_JOINED = ", "


def looks_like_json(text: str) -> bool:
    """Return whether a text begins like JSON, which no list of separated values does."""
    return text.lstrip()[:1] in ("{", "[") and text.rstrip()[-1:] in ("}", "]")


def read_json_rows(text: str, name: str) -> Sequence[Sequence[str]]:
    """Return the headings and a row for each person.

    Raises:
        UsageError: it is no JSON, or holds no list of people; the file is called ``name``.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not complete JSON; export it again, or as CSV.") from error
    people = _find_people(content)
    if not people:
        raise UsageError(f"{name} is JSON that holds no list of people; export the people, or as CSV.")
    rows = [dict(_values(person, "", 0)) for person in people]
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    return [headings, *([row.get(heading, "") for heading in headings] for row in rows)]


def _find_people(content: object) -> Sequence[Mapping[str, object]]:
    if isinstance(content, Mapping):
        content = next((content[key] for key in _LISTS if isinstance(content.get(key), list)), [content])
    return [each for each in content if isinstance(each, Mapping)] if isinstance(content, list) else []


def _values(value: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield way and text of every value within one."""
    if depth > _DEEPEST or value is None:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            # A schema's own name ends in a colon before the key, and the vocabulary has it so.
            way = f"{path}:{key}" if path.startswith("urn:") and "." not in path.rpartition(":")[2] else f"{path}.{key}"
            yield from _values(inner, way if path else str(key), depth + 1)
    elif isinstance(value, list):
        yield from _several(value, path, depth)
    else:
        yield path, _text(value)


def _several(values: Sequence[object], path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the values of a list: those with a type by it, others of one way joined into one text."""
    joined: dict[str, list[str]] = {}
    for each in values:
        typed = each.get("type") if isinstance(each, Mapping) else None
        if isinstance(each, Mapping) and isinstance(typed, str):
            rest = {key: inner for key, inner in each.items() if key != "type"}
            yield from _values(rest, f'{path}[type eq "{typed}"]', depth + 1)
            continue
        for way, text in _values(each, path, depth + 1):
            joined.setdefault(way, []).append(text)
    for way, texts in joined.items():
        yield way, _JOINED.join(dict.fromkeys(text for text in texts if text))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
