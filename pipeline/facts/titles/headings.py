"""Know the lines that look like a title and only head a part of a policy, or say which requirement it answers.

For ``shape`` and ``find``. What such headings are called stands in ``headings.toml``.
"""

import re
from pathlib import Path

from pipeline.text.rules import load_rules

_RULES = load_rules(Path(__file__).with_suffix(".toml"))
_NUMBER = r"(?:(?:section|part)\s+)?(?:\d{1,2}(?:\.\d{1,2})*[.):]?\s+|[a-z][.)]\s+)?"
_PART = re.compile(rf"^{_NUMBER}{_RULES.pattern_of('part')}(?:\s*[:–-].*|\s*\([^)]*\)|[.?]?)$", re.IGNORECASE)
_REQUIREMENT = re.compile(rf"^{_RULES.pattern_of('requirement')}(?:\s*[:–-].*|\s+\d.*)?$", re.IGNORECASE)
_SETTING = re.compile(rf"^{_RULES.pattern_of('setting')}[.]?$", re.IGNORECASE)
_ACTIVITY = re.compile(rf"^{_RULES.pattern_of('activity')}$", re.IGNORECASE)
_FURNITURE = re.compile(rf"^(?:[<>«»‹›|/•\s]*){_RULES.pattern_of('furniture')}(?:[<>«»‹›|/:.\s]*)$", re.IGNORECASE)
_TRAIL = re.compile(r"\S\s*[>»›](?:\s+\S|\s*$)|^\s*[<«‹]{1,2}\s")
"""The way to a page through a site: "Home > Policies > Lost child"."""
_GOES_ON = re.compile(
    rf"^{_RULES.pattern_of('goes-on')}\s(?:policy|procedures?|plan|statement|guidance)(?:\s(?:and|&)\s\w+)?[:.]?$",
    re.IGNORECASE,
)
_FILE_NAME = r"(?=[\w.()]+(?:-[\w.()]+)*$).+?[-_].+?[-_].+"
"""Words joined by dashes or underscores: the look ahead goes through a row of underscores once."""
_NOT_OF_WORDS = (
    rf"(?:policy\W*)?[A-Z]{{0,3}}[\d.]+|[\d\W]+|{_FILE_NAME}"
    r"|.*\.(?:pdf|docx?|rtf|odt)|.*https?:.*|www\..*|[\w-]+\.\w+|.*@\w+[.-]\w.*"
    r"|.*[…_]{3,}.*|(?:.*\s)?tel(?:ephone)?\b.*\d.*|section \d+"
)
"""Numbers, the names of files, addresses, blanks."""
_NO_TITLE = re.compile(
    rf"^(?:{_NOT_OF_WORDS}|{_RULES.pattern_of('no-title')}|{_RULES.pattern_of('no-title-with-more')}\b.*|.*\bcharity\b.*"
    r"|policy (?:number|no\.?|ref(?:erence)?|code|type|status|category|owner|lead)(?: number)?\W*"
    r"|(?:(?:related|linked|associated|other|relevant|supporting) )+(?:school |key )?(?:policies|documents)\b.*"
    r"|links? (?:to|with) other policies.*)$",
    re.IGNORECASE,
)


def heads_part(text: str) -> bool:
    """Say whether a line heads a part of a policy: "2. Scope", "Statement: We are kind", "Scope / Cwmpas"."""
    first, _, second = text.strip().partition(" / ")
    return _PART.match(text.strip()) is not None or (second.isalpha() and _PART.match(first) is not None)


def names_requirement(text: str) -> bool:
    """Say whether a line names a requirement that the policy under it answers."""
    return _REQUIREMENT.match(text.strip()) is not None


def tells_setting(text: str) -> bool:
    """Say whether a line only tells what kind of place a name above it is: "Day Nursery"."""
    return _SETTING.match(text.strip()) is not None


def is_activity(name: str) -> bool:
    """Say whether what looks like a school's name is what schools do: "Forest School"."""
    return _ACTIVITY.match(name.strip()) is not None


def is_furniture(text: str) -> bool:
    """Say whether a line is what a website sets round its pages: "Skip to content", "Home > Policies"."""
    return _FURNITURE.match(text.strip()) is not None or _TRAIL.search(text) is not None


def goes_on(text: str) -> bool:
    """Say whether a line is the second half of a title: "Protection Policy" alone has no subject."""
    return _GOES_ON.match(text.strip()) is not None


def is_no_title(text: str) -> bool:
    """Say whether a line is any other that looks like a title and is none: "Signed by", a file's name, a blank."""
    return _NO_TITLE.match(text.strip()) is not None
