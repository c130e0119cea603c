"""Part an enumeration of policies, as schools print it, into the names of the policies.

For ``links``, which finds the lists and sentences that enumerate them.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.catalogue.policies import is_policy_name, match_policy
from pipeline.dates.months import BEGINS_MONTH, one_month
from pipeline.named.names.titles import Shows, one_title
from pipeline.text.phrases import Writing
from pipeline.text.rules import load_rules

RULES = load_rules(Path(__file__).with_suffix(".toml"))
_OF_OTHERS = re.compile(rf"\b{RULES.pattern_of('guidance')}\b")
_OF_BODY = re.compile(rf"\b{RULES.pattern_of('body')}\b")
_SENTENCE = re.compile(rf"^{RULES.pattern_of('sentence')}\b|\b(?:your|you)\b", re.IGNORECASE)
_CLOSES = re.compile(rf"^{RULES.pattern_of('closing')}\s*:?$", re.IGNORECASE)
_ONE_GAP = Writing(gap=" ", some="")
_PLACE = RULES.pattern_of("place", _ONE_GAP)
_LEADING_WORDS = re.compile(
    r"^(?:(?:school|trust|academy|internal|local|national):|the|our|my|with|this|other"
    rf"|(?:(?-i:[A-Z])[\w-]+ )?{_PLACE} ?['’]s\b|{_PLACE} ?s\b|(?<=the )school"
    r"|(?<=our )school|following|of|and|is|are|include|see|all|whole-school"
    r"|policy(?=\s[‘'\"“]?(?-i:[A-Z]))|:|,|\s|-|–|/)+\b(?=\W*[A-Za-z‘'\"“])",
    re.IGNORECASE,
)
POLICY_WORD = re.compile(rf"\b{RULES.pattern_of('policy-word', _ONE_GAP)}\b", re.IGNORECASE)
_NOT_A_POLICY = re.compile(
    rf"\b(?:acts?\b.{{0,12}}\d{{4}}|(?:code of practice|order) \d{{4}}|regulations? \d+|\(?dfes?"
    rf"|keeping children safe in education(?! policy)|{RULES.pattern_of('law')})\b|https?:|www\.",
    re.IGNORECASE,
)
"""What others wrote: laws, orders and guidance with their years, and whatever stands on the web."""
_PROSE = re.compile(
    r"\b(?:is|are|was|were|will|has|have|should|must|may|can|we|they|who|which|ensures?)\b", re.IGNORECASE
)


def is_prose(name: str) -> bool:
    """Say whether words have a verb that no policy's name has, but the name of a known one."""
    return _PROSE.search(name) is not None and not is_policy_name(name)


_GROUP_HEADING = re.compile(
    r"^(?:whole|senior|junior|all|school|other|relevant|related|trust|\s)*(?:policies|documents)(?: and documents)?:?$",
    re.IGNORECASE,
)
_ENDS_AS_POLICY = re.compile(POLICY_WORD.pattern + r"(?:\s*\([^)]*\))?\s*$", re.IGNORECASE)
_NAMELESS = re.compile(
    r"^(?:(?:this|that|these|other|any|all|its|own|relevant|related|appropriate|individual|various|local|new"
    r"|written|clear|school|(?:school|nursery|trust|academy)['’]?s)\s)*"
    r"(?:policy|policies|procedures?|statement|document|plan|policy statement"
    r"|policies and(?: procedures)?)(?:\s[\d/()–-]+)?$|^main\s",
    re.IGNORECASE,
)
"""Words that point at a policy without naming one."""
_ISSUED = re.compile(
    rf"\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{one_month()}\s(?:19|20)?\d\d$",
    re.IGNORECASE,
)
"""The date in the second column of a list of policies."""
_DATED = re.compile(
    rf"(?:(?:{BEGINS_MONTH}|spring|summer|autumn)[a-z]*\.?\s(?:term\s)?)?"
    r"(?:19|20)\d\d(?:\s?[-–/]\s?\d{2,4})?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}",
    re.IGNORECASE,
)
"""A date that a comma parted from the guidance it dates: "Keeping children safe in education, Sept 2020"."""
_RUN_ON = re.compile(r"(?<=Policy)\s(?=[A-Z])(?!(?:Statement|Document|Guidance|Framework)\b)")
_FILLED_IN = re.compile(
    rf"(?:{RULES.pattern_of('filled-in')}|{RULES.pattern_of('approver')}"
    r"|(?:the |our |this )?(?:school|academy|trust|college|nursery)?['’]?s?"
    r"|(?:approved|reviewed|written|agreed|ratified|adopted) (?:by|on)\b.*"
    rf"|{one_title(Shows.ANYWHERE)}\b\.?\s.*)[\s:–-]*",
    re.IGNORECASE,
)
"""What a form has in a list's place, or over its columns, that names no policy."""
_PRINTED_NUMBER = re.compile(
    r"^(?:\(?[a-z]\)|\(?\d{1,2}(?:\.\d{1,2})*[.):]?|(?!KS\d|EYFS|Y\d)[A-Z]{1,5}[-/]?\d{1,3}[a-z]?[:.]?)"
    r"\s+(?=[A-Z])(?!(?:Years?|Terms?|Days?|Polic(?:y|ies)|Procedures?|Plan)\b)"
)
"""A policy's number in a list: "2.3 Behaviour Policy", "POL-07 Behaviour Policy", "HR4 Behaviour Policy"."""
_ASIDE = re.compile(
    r"\s*https?://\S+|\s*\(see [^)]*\)|\s*\((?:\*|(?:no\.? ?|p\.? ?)?\d{1,4})\)$"
    r"|(?<=olicy)\s*[–—-]\s*(?:see\b|(?-i:[a-z])).*$"
    rf"|(?<=olicy)\s*\((?:{RULES.pattern_of('readers')}|{RULES.pattern_of('remark')}\b[^)]*)\)$",
    re.IGNORECASE,
)
"""What stands behind a name in a list and is no part of it: "(see page 4)", "– what we do there", "(staff)"."""
SAYS_MORE = re.compile(
    r"(?<=[Pp]olicy),?\s(?:(?:both|all|copies|each) of which|which|that|who|as"
    r"|for (?:(?:further|more) )?(?:details|guidance|information))\b.*$"
    r"|(?:,?\s(?:and|which|that)|,\swho)\s(?:will|must|should|are|is|can|may|has|have|be)\b[^:]*$"
)
"""What a sentence says behind the names: "..., and will be asked to keep to them"."""
_OVER_COLUMNS = re.compile(
    r"(?:school |trust |academy )?(?:policy|document)(?: (?:name|title)\b.*)?"
    r"|where (?:found|held|it is|kept|they are|to find it)\b.*",
    re.IGNORECASE,
)
_FEWEST_RUN_ON = 3
_FEWEST_AT_SIGNS = 3
_LONGEST_NAME = 110


def closes_list(text: str) -> bool:
    """Say whether a line heads what comes after a list of policies: "Find out more"."""
    return _CLOSES.match(text.strip()) is not None


def heads_list_columns(text: str) -> bool:
    """Say whether a cell heads the column of policies in a list of them: "Policy", "Document title"."""
    return _OVER_COLUMNS.fullmatch(text.strip(" :")) is not None


def is_no_policy(name: str) -> bool:
    """Say whether words are no school's own policy: others' guidance, a body, the opening of a sentence."""
    if _OF_OTHERS.search(name) or _SENTENCE.search(name):
        return True
    return _OF_BODY.search(name) is not None and POLICY_WORD.search(name) is None


def is_run_on(text: str) -> bool:
    """Say whether a list's items were set in one line: "Homework Policy Visits Policy Uniform Policy"."""
    parts = _RUN_ON.split(text)
    return len(parts) >= _FEWEST_RUN_ON and all(_ENDS_AS_POLICY.search(part) for part in parts[:-1])


def parts_policies(text: str) -> bool:
    """Say whether a line is several policies parted by semicolons or commas, each of which says that it is one."""
    parts = re.split(r"[;,]", text.rstrip(" .;,"))
    return len(parts) > 1 and all(_ENDS_AS_POLICY.search(part) for part in parts)


def split_run_on(text: str) -> list[str]:
    """Part policies set in one line, each of which says that it is one; all of ``text`` where they do not."""
    parts = _RUN_ON.split(text)
    return parts if all(_ENDS_AS_POLICY.search(part) for part in parts) else [text]


def without_aside(item: str) -> str:
    """Return an item of a list without what it says of the policy behind its name."""
    return _ASIDE.sub("", SAYS_MORE.sub("", item))


_SEE = re.compile(
    r"^(?:please\s+)?(?:also\s+)?(?:refer to|see|read this(?: policy)?(?: along ?side| together)? with)\s+(?:also\s+)?"
    r"(?:(?:my|our|the)\s+)?",
    re.IGNORECASE,
)
"""Before the names in the only line below a heading: "See also our Behaviour Policy"."""


def names_of_item(item: str) -> list[str]:
    """Return the names that one item of a list gives, none where it is no policy."""
    item = _SEE.sub("", without_aside(item).strip(" \t;,.•"))
    item = re.sub(r"[;,]\s*(?:and|or)$", "", item)
    item = _ISSUED.sub("", item)
    if _FILLED_IN.fullmatch(item) or _DATED.fullmatch(item):
        return []
    if "•" in item:
        return [name for part in item.split("•") for name in names_of_item(part)]
    if is_run_on(item):
        return [name for part in _RUN_ON.split(item) for name in names_of_item(part)]
    if not item or len(item) > _LONGEST_NAME or _NOT_A_POLICY.search(item) or is_prose(item) or is_no_policy(item):
        return []
    if _NAMELESS.match(_tidy(item)):
        return []
    if _GROUP_HEADING.match(item) or heads_list_columns(item):
        return []
    if (item.count(",") >= 3 and "(" not in item) or " / " in item:
        names = split_names(item)
        if len(names) > 1:
            return names
    if parts_policies(item):
        return [name for part in re.split(r"[;,]", item) for name in names_of_item(part)]
    return [_tidy(item)]


def run_on_names(rest: str) -> list[str]:
    """Return the names of a list that a text runs on behind "particularly" or a colon, without marks between."""
    opener = re.match(r"[^,:.]{0,60}?(?:,?\s(?:particularly|in particular|including|such as|namely)\s|:\s)", rest)
    parts = _RUN_ON.split(re.split(r"(?<=Policy)\s(?=\d)", rest[opener.end() :])[0]) if opener else []
    names = [part for part in parts if _ENDS_AS_POLICY.search(part) and "," not in part]
    return [_tidy(name) for name in names] if len(names) >= _FEWEST_RUN_ON and names == parts[: len(names)] else []


def split_names(text: str, *, in_small_letters: bool = False) -> list[str]:
    """Split an enumeration; "and" parts two names only after a comma or before the last of several.

    What does not read as a policy's name counts only with a capital, or where names are ``in_small_letters``.
    """
    text = _SEE.sub("", text.strip(" .\t"))
    marked = [part.strip() for part in text.split("•")]
    if len(marked) > 1 and all(_ENDS_AS_POLICY.search(part) or is_policy_name(part) for part in marked):
        text = "; ".join(marked)
    text = re.sub(r"[‘’'“”\"]+(?=[A-Z])|(?<=[a-z])[’'”\"]+(?=[\s,.]|$)", "", text).strip(" .\t")
    parts = [part for part in re.split(r"\s*[,;\t]\s*(?![^(]*\))", text) if part]
    if len(parts) == 1:
        parts = _split_at_signs(text)
    parts = [each for part in _joined_again(parts) for each in _of_own_kind(part)]
    if parts:
        # Semicolons part names that may hold an "and" themselves.
        several = len(parts) > 1 and (";" not in text or "," in text.rpartition(";")[0] or _ends_in_another(parts[-1]))
        each_says = len(parts) > 1 and all(_ENDS_AS_POLICY.search(part) for part in parts[:-1])
        parts[-1:] = _split_at_and(parts[-1], several=several, each_says=each_says)
    names = []
    for part in parts:
        name = _tidy(re.sub(r"^&\s+|^(?:and\s+)?for\s+|^and\s+", "", part))
        if (
            name
            and len(name) <= _LONGEST_NAME
            and not _NOT_A_POLICY.search(name)
            and not is_prose(name)
            and not _NAMELESS.match(name)
            and not is_no_policy(name)
            and not name.startswith("to ")
            and not _FILLED_IN.fullmatch(name)
            and (name[0].isupper() or _is_small_name(name) or (in_small_letters and len(name.split()) <= 6))
        ):
            names.append(name)
    return names


def _ends_in_another(part: str) -> bool:
    """Say whether the last of several ends in a policy of its own: "Off-site Visits and Whistleblowing"."""
    left, _, right = part.rpartition(" and ")
    return len(left.split()) > 1 and is_policy_name(_tidy(right)) and not is_policy_name(_tidy(part))


def _split_at_signs(text: str) -> list[str]:
    """Part names between which dashes, dots or strokes stand: "Behaviour – Attendance – Uniform"."""
    if _are_one(re.split(r"\s*/\s*", text)):
        return [text]
    for sign in "/–—·|-":
        parts = text.split(f" {sign} ")
        each_is = any(all(map(says, parts)) for says in (_ENDS_AS_POLICY.search, is_policy_name))
        several = len(parts) >= _FEWEST_AT_SIGNS or (len(parts) > 1 and each_is)
        if several and all(part[:1].isupper() for part in parts):
            return parts
    slashed = re.split(r"\s*/\s*", text)
    return slashed if all(map(_ENDS_AS_POLICY.search, slashed)) else [text]


def _are_one(names: Sequence[str]) -> bool:
    """Say whether several names are those of one policy: "Staff Behaviour Policy / Code of Conduct"."""
    known = {match_policy(name) for name in names}
    return len(names) > 1 and len(known) == 1 and None not in known


def _of_own_kind(part: str) -> list[str]:
    """Part names of which each says what it is: "Duck Policy and Pond Policy", "our A Policy and our B Policy …"."""
    several = re.split(r"(?<=[Pp]olicy)\s+and\s+(?:my|our|the)\s+", part)
    if len(several) > 2:
        return several
    left, joint, right = part.rpartition(" and ")
    both = joint and _ENDS_AS_POLICY.search(left) and _ENDS_AS_POLICY.search(right)
    return [left, right] if both and len(_tidy(left).split()) > 1 and len(_tidy(right).split()) > 1 else [part]


def _joined_again(parts: list[str]) -> list[str]:
    """Return names whole again that commas stand in, where they are known so: "Equality, Diversity and Inclusion"."""
    whole: list[str] = []
    for part in parts:
        joined = f"{whole[-1]}, {part}" if whole else ""
        if joined and " and " in part and is_policy_name(_tidy(joined)):
            whole[-1] = joined
        else:
            whole.append(part)
    return whole


def is_long_name(name: str) -> bool:
    """Say whether a name is so much of a policy's own that a sentence cannot mean anything else by it."""
    return len(name.split()) >= 4 and is_policy_name(name)


def _is_small_name(name: str) -> bool:
    """Say whether words in small letters are a policy's name ("equal opportunities policy")."""
    return len(name.split()) <= 7 and (_CALLED_ONE.search(name) is not None or is_policy_name(name))


_CALLED_ONE = re.compile(r"\b(?:polic(?:y|ies)|procedures?)$")
"""In small letters a plan is a child's: "any education, health and care plan"."""


def _split_at_and(part: str, *, several: bool, each_says: bool = False) -> list[str]:
    """Part "Attendance and Health and Safety" where two policies meet; a name that holds an "and" stays whole.

    ``each_says``: every policy before it says that it is one, as in "Duck Policy, Coming and Going Policy".
    """
    if is_policy_name(part) and len(POLICY_WORD.findall(part)) < 2:
        return [part]
    joints = list(re.finditer(r"\s+(?:and|&)\s+(?:(?:my|our|the)\s+)?", part, re.IGNORECASE))
    for joint in joints:
        if _NOT_A_POLICY.search(part[joint.end() :]) and not _NOT_A_POLICY.search(part[: joint.start()]):
            return _split_at_and(part[: joint.start()], several=several)
    for joint in joints:
        # "the Homework Policy and the Uniform Policy": each names its own kind.
        left, right = part[: joint.start()], part[joint.end() :]
        own = len(_tidy(left).split()) > 1 and len(_tidy(right).split()) > 1
        if own and _ENDS_AS_POLICY.search(left) and POLICY_WORD.search(right):
            return [*_split_at_and(left, several=False), *_split_at_and(right, several=False)]
        if joint[0].rstrip().lower().endswith("the") and _tidy(left)[:1].isupper() and _ENDS_AS_POLICY.search(right):
            # "our Prospectus and the Staff Handbook"
            return [left, *_split_at_and(right, several=False)]
    for joint in joints:
        left, right = part[: joint.start()], part[joint.end() :]
        if _are_two(left, right):
            return [left, right]
    of_several = re.search(r"(?<=\sand\s)[A-Z][\w'’&-]*(?:\s[A-Z][\w'’&-]*){0,3}\s[Pp]olicies$", part) is not None
    if (several or of_several) and " and " in part:
        left, right = part.rsplit(" and ", 1)
        if each_says and _ENDS_AS_POLICY.search(right) and not _ENDS_AS_POLICY.search(left):
            return [part]
        if not _is_torn(left, right):
            return [left, right]
        # Of two, the first parts the names where the second belongs to one.
        return part.split(" and ", 1) if " and " in left else [part]
    return [part]


def _are_two(left: str, right: str) -> bool:
    """Say whether an "and" parts two policies: two known ones, or a known one that holds an "and" of its own.

    "Managing Allergies and Health and Safety", "Health and Safety and Illness and Accidents policies".
    """
    if is_policy_name(_tidy(left)):
        several = right.casefold().endswith((" policies", " procedures"))
        each = all(_JOINED_BY_AND.search(part) for part in (left, right))
        return is_policy_name(_tidy(right)) or (several and each)
    return len(left.split()) > 1 and _JOINED_BY_AND.search(right) is not None and is_policy_name(_tidy(right))


_JOINED_BY_AND = re.compile(r"\s(?:and|&)\s", re.IGNORECASE)


def _is_torn(left: str, right: str) -> bool:
    """Say whether an "and" belongs to a known policy that ends the words: "Pond Service Health and Safety Policy"."""
    words = left.split()
    return any(is_policy_name(f"{' '.join(words[-count:])} and {right}") for count in (1, 2) if count < len(words))


def _tidy(name: str) -> str:
    name = _ASIDE.sub("", re.sub(r"\s+", " ", name).rstrip(" .;"))
    name = _PRINTED_NUMBER.sub("", name.strip(" \t.,;:‘’'“”\"–-"))
    return _LEADING_WORDS.sub("", name).strip() or name
