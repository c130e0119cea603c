"""Part an enumeration of policies, as schools print it, into the names of the policies.

For ``links``, which finds the lists and sentences that enumerate them.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.catalogue.titles import is_policy_name, match_policy
from pipeline.dates.months import BEGINS_MONTH, one_month
from pipeline.named.names.titles import Shows, one_title
from pipeline.text.phrases import Writing
from pipeline.text.rules import load_rules

RULES = load_rules(Path(__file__).with_suffix(".toml"))
_ONE_GAP = Writing(gap=" ", some="")
_PLACE = RULES.pattern_of("place", _ONE_GAP)
_NUMBER = (
    r"\(?[a-z]\)\s+|(?:\(?\d{1,2}(?:\.\d{1,2})*[.):]?|(?!KS\d|EYFS|Y\d)(?-i:[A-Z]{1,5})[-/]?\d{1,3}[a-z]?[:.]?)"
    r"\s+(?=(?-i:[A-Z]))(?!(?:Years?|Terms?|Days?|Polic(?:y|ies)|Procedures?|Plan)\b)"
)
_BEFORE = re.compile(
    rf"^(?:{_NUMBER}|(?:(?:please |also )*{RULES.pattern_of('see', _ONE_GAP)}(?: also)?\b"
    rf"|(?:school|trust|academy|internal|local|national):|{RULES.pattern_of('leads-in', _ONE_GAP)}\b"
    rf"|(?:(?-i:[A-Z])[\w-]+ )?{_PLACE} ?['’]?s\b|(?<=the )school|(?<=our )school"
    r"|policy(?=\s[‘'\"“]?(?-i:[A-Z]))|&|:|,|\s|-|–|/)+\b(?=\W*\w))",
    re.IGNORECASE,
)
"""A number, an article, whose it is: "2.3 Behaviour Policy", "our school's Behaviour Policy"."""
_BEHIND = re.compile(
    r"\s*https?://\S+|\s*\((?:please )?see [^)]*\)|\s*\((?:\*|(?:no\.? ?|p\.? ?)?\d{1,4})\)$"
    r"|(?<=olicy)\s*[–—-]\s*(?:see\b|(?-i:[a-z])).*$"
    rf"|(?<=olicy)\s*\((?:{RULES.pattern_of('readers')}|{RULES.pattern_of('remark')}\b[^)]*)\)$"
    rf"|\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{one_month()}\s(?:19|20)?\d\d$|[;,]\s*(?:and|or)$",
    re.IGNORECASE,
)
"""What stands behind a name in a list and is no part of it: "(see page 4)", "– what we do there", its date."""
SAYS_MORE = re.compile(
    r"(?<=[Pp]olicy),?\s(?:(?:both|all|copies|each) of which|which|that|who|as"
    r"|for (?:(?:further|more) )?(?:details|guidance|information))\b.*$"
    r"|(?:,?\s(?:and|which|that)|,\swho)\s(?:will|must|should|are|is|can|may|has|have|be)\b[^:]*$"
)
"""What a sentence says behind the names: "..., and will be asked to keep to them"."""
POLICY_WORD = re.compile(rf"\b{RULES.pattern_of('policy-word', _ONE_GAP)}\b", re.IGNORECASE)
_ENDS_AS_POLICY = re.compile(POLICY_WORD.pattern + r"(?:\s*\([^)]*\))?\s*$", re.IGNORECASE)
_CALLED_ONE = re.compile(r"\b(?:polic(?:y|ies)|procedures?)$")
"""In small letters a plan is a child's: "any education, health and care plan"."""
_OF_OTHERS = re.compile(rf"\b{RULES.pattern_of('guidance')}\b")
_OF_BODY = re.compile(rf"\b{RULES.pattern_of('body')}\b")
_A_LAW = re.compile(
    rf"\b(?:acts?\b.{{0,12}}\d{{4}}|(?:code of practice|order) \d{{4}}|regulations? \d+|\(?dfes?"
    rf"|keeping children safe in education(?! policy)|{RULES.pattern_of('law')})\b|https?:|www\.",
    re.IGNORECASE,
)
"""What others wrote: laws, orders and guidance with their years, and whatever stands on the web."""
_SAYS = re.compile(
    rf"^{RULES.pattern_of('sentence')}\b"
    r"|\b(?:your|you|is|are|was|were|will|has|have|should|must|may|can|we|they|who|which|ensures?)\b",
    re.IGNORECASE,
)
"""How sentences open, and verbs that no policy's name has, but the name of a known one."""
_NAMELESS = re.compile(
    rf"(?:(?:{RULES.pattern_of('pointing', _ONE_GAP)}|{_PLACE}['’]?s?)\s+)*(?:policy statement|statement|plan"
    r"|documents?|procedures?|polic(?:y|ies)(?: and(?: procedures| documents)?)?)"
    r"(?: (?:name|title)\b.*|\s[\d/()–-]+)?:?|main\s.*",
    re.IGNORECASE,
)
"""Words that point at a policy without naming one, head a group of them or the column they stand in."""
_FILLED_IN = re.compile(
    rf"(?:{RULES.pattern_of('filled-in')}|{RULES.pattern_of('approver')}|(?:the |our |this )?{_PLACE}['’]?s?"
    r"|(?:approved|reviewed|written|agreed|ratified|adopted) (?:by|on)\b.*|where (?:found|held|it is|kept|they are)\b.*"
    rf"|{one_title(Shows.ANYWHERE)}\b\.?\s.*"
    rf"|(?:(?:{BEGINS_MONTH}|spring|summer|autumn)[a-z]*\.?\s(?:term\s)?)?(?:19|20)\d\d(?:\s?[-–/]\s?\d{{2,4}})?)[\s:–-]*",
    re.IGNORECASE,
)
"""What a form has in a list's place, or over its columns, that names no policy: a person, a place, a date."""
_CLOSES = re.compile(rf"{RULES.pattern_of('closing')}\s*:?", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|&)\s+(?:(?:my|our|the)\s+)?", re.IGNORECASE)
_FEWEST, _LONGEST_NAME, _MOST_SMALL = 3, 110, 7


def without_aside(item: str) -> str:
    """Return an item of a list without what it says of the policy behind its name, numbers before it left off."""
    return _tidy(SAYS_MORE.sub("", item))


def closes_list(text: str) -> bool:
    """Say whether a line heads what comes after a list of policies: "Find out more"."""
    return _CLOSES.fullmatch(text.strip()) is not None


def is_nameless(text: str) -> bool:
    """Say whether words name no policy, but head a group or column of them, or are filled in in their place."""
    return any(each.fullmatch(text.strip(" :.")) for each in (_NAMELESS, _FILLED_IN))


def is_prose(name: str) -> bool:
    """Say whether words say something, as no policy's name does but the name of a known one."""
    return _SAYS.search(name) is not None and not is_policy_name(name)


def is_policy(name: str) -> bool:
    """Say whether words say that they are a policy, or are known to be one."""
    return POLICY_WORD.search(name) is not None or is_policy_name(name)


def names_of_item(item: str) -> list[str]:
    """Return the names that one item of a list gives, none where it is no policy."""
    if is_nameless(item):
        return []
    item = without_aside(item)
    several = (item.count(",") >= _FEWEST and "(" not in item) or " / " in item
    parts = split_names(item) if several or "•" in item else [item]
    return [name for name in map(_tidy, parts) if _may_be(name)]


def split_names(text: str, *, in_small_letters: bool = False) -> list[str]:
    """Split an enumeration; "and" parts two names only after a comma or before the last of several.

    What does not read as a policy's name counts only with a capital, or where names are ``in_small_letters``.
    """
    text = re.sub(r"[‘’'“”\"]+(?=[A-Z])|(?<=[a-z])[’'”\"]+(?=[\s,.]|$)", "", text).strip(" .\t")
    parts = _parts(text)
    # Semicolons part names that may hold an "and" themselves.
    known = is_policy_name(_tidy(text.rpartition(" and ")[2]))
    several = len(parts) > 1 and (known or ";" not in text or "," in text.rpartition(";")[0])
    each_says = len(parts) > 1 and all(map(_ENDS_AS_POLICY.search, parts[:-1]))
    last = _at_and(parts[-1], several=several, each_says=each_says) if parts else []
    names = [*(each for part in parts[:-1] for each in _at_and(part)), *last]
    return [name for name in map(_tidy, names) if _may_be(name) and (_is_written(name) or in_small_letters)]


def _parts(text: str) -> list[str]:
    """Part an enumeration at its marks: commas, semicolons, dots, or dashes and strokes between policies."""
    parts: list[str] = []
    for part in filter(None, re.split(r"\s*(?:[,;\t•]|\n(?=\W*[A-Z]))\s*(?![^(]*\))", text)):
        # "Equality, Diversity and Inclusion" is known so.
        joined = f"{parts[-1]}, {part}" if parts and " and " in part else ""
        parts[-1:] = [joined] if joined and is_policy_name(_tidy(joined)) else [*parts[-1:], part]
    if len(parts) > 1:
        return parts
    if _are_one(re.split(r"\s*/\s*", text)):
        return [text]
    for sign in "/–—·|-":
        signed = text.split(f" {sign} ")
        known = len(signed) > 1 and any(all(map(is_one, signed)) for is_one in (_ENDS_AS_POLICY.search, is_policy_name))
        if known or (len(signed) >= _FEWEST and all(part[:1].isupper() for part in signed)):
            return signed
    slashed = re.split(r"\s*/\s*", text)
    return slashed if all(map(_ENDS_AS_POLICY.search, slashed)) else [text]


def _are_one(names: Sequence[str]) -> bool:
    """Say whether several names are those of one policy: "Staff Behaviour Policy / Code of Conduct"."""
    known = {match_policy(name) for name in names}
    return len(names) > 1 and len(known) == 1 and None not in known


def _at_and(part: str, *, several: bool = False, each_says: bool = False) -> list[str]:
    """Part "Attendance and Health and Safety" where two policies meet; a name that holds an "and" stays whole.

    ``several``: it is the last of more than one. ``each_says``: every policy before it says that it is one, as in
    "Duck Policy, Coming and Going Policy".
    """
    if is_policy_name(part) and len(POLICY_WORD.findall(part)) < 2:
        return [part]
    joints = [(part[: each.start()], part[each.end() :], each[0]) for each in _AND.finditer(part)]
    for left, right, joint in joints:
        if _A_LAW.search(right) and not _A_LAW.search(left):
            return _at_and(left, several=several)
        own = min(len(_tidy(left).split()), len(_tidy(right).split())) > 1 and _ENDS_AS_POLICY.search(left)
        named = joint.rstrip().lower().endswith("the") and _tidy(left)[:1].isupper() and _ENDS_AS_POLICY.search(right)
        if (own and POLICY_WORD.search(right)) or named:
            return [*_at_and(left), *_at_and(right)]
    for left, right, _ in joints:
        both = is_policy_name(_tidy(left)) and (
            is_policy_name(_tidy(right)) or right.endswith((" policies", " Policies"))
        )
        if both or (len(left.split()) > 1 and _AND.search(right) and is_policy_name(_tidy(right))):
            return [left, right]
    of_all = re.search(r"\sand\s(?:[A-Z][\w'’&-]*\s){1,4}[Pp]olicies$", part)
    says_last = each_says and _ENDS_AS_POLICY.search(part) and not _ENDS_AS_POLICY.search(part.rpartition(" and ")[0])
    if (several or of_all) and joints and not says_last:
        # Of three words with two "and" between, the last two may be one policy.
        left, _, right = part.rpartition(" and ")
        torn = any(is_policy_name(f"{' '.join(left.split()[-count:])} and {right}") for count in (1, 2))
        return [left, right] if left and not torn else part.split(" and ", 1) if " and " in left else [part]
    return [part]


def _tidy(name: str) -> str:
    """Return a name without what stands before and behind it."""
    previous = None
    while name != previous:
        previous, name = name, _BEHIND.sub("", " ".join(name.split()).strip(" \t.,;:‘’'“”\"–-•"))
    return _BEFORE.sub("", name).strip() or name


def _may_be(name: str) -> bool:
    """Say whether words can be the name of a school's own policy: no law, no body, no guidance of others, no form."""
    if not name or len(name) > _LONGEST_NAME or is_nameless(name) or is_prose(name):
        return False
    of_others = _A_LAW.search(name) or _OF_OTHERS.search(name)
    return not of_others and (_OF_BODY.search(name) is None or POLICY_WORD.search(name) is not None)


def _is_written(name: str) -> bool:
    """Say whether words are written as a policy's name: with a capital, or as "equal opportunities policy"."""
    small = len(name.split()) <= _MOST_SMALL and (_CALLED_ONE.search(name) is not None or is_policy_name(name))
    return name[0].isupper() or (small and not name.startswith("to "))
