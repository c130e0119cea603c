"""Read the policies that a sentence names behind the words announcing them.

For ``links``, which finds the words and reads the lists below them.
"""

import re
from collections.abc import Sequence

from pipeline.catalogue.policies import is_policy_name
from pipeline.facts.listed_policies import (
    POLICY_WORD,
    SAYS_MORE,
    is_long_name,
    is_run_on,
    names_of_item,
    run_on_names,
    split_names,
)
from pipeline.text.lines import Line

_NUMBERED = r"\d{1,2}(?:\.\d{1,2}){0,2}(?=\s+[A-Z][\w &,/’'-]*(?:Policy|Policies|Procedures?)\s*$)"
BULLET = re.compile(
    rf"^\s*(?:{_NUMBERED}|[•\-–*·▪●o\ue000-\uf8ff➢✓]|\d{{1,2}}[.)]|\(?[ivx]{{1,4}}[.)]|\(?[a-z][.)]|\(\d{{1,2}}\))\s+"
)
"""What stands before an item of a list: a dot, a letter, a number."""
_AS_A_TITLE = re.compile(r"[A-Z][\w'’&/-]*(?:\s(?:[A-Z&][\w'’&/-]*|and|of|the|in|for|to|on|at|with))*")
_FEWEST_BELOW = 3


def to_the_end(lines: Sequence[Line], line: Line) -> str:
    """Return a line with those that carry its sentence on, where a text keeps the line breaks of its page."""
    text = line.text
    for following in lines[line.number + 1 : line.number + 3]:
        if re.search(r"[.:;?!]$", text) or following.is_furniture or following.table is not None:
            break
        if not (
            following.text[0].islower()
            or _KIND_FIRST.match(following.text)
            or re.search(r"(?:,|\b(?:and|the|our|with|on|for|policies|policy))$", text)
        ):
            break
        if BULLET.match(following.text):
            break
        text = f"{text} {following.text}"
    return text


_KIND_FIRST = re.compile(r"(?:Polic(?:y|ies)|Procedures?|Plan|Statement)(?:[.,;]|$)")
"""What a line begins with that carries the last name of the line above on."""


def names_in_sentence(text: str, match: re.Match[str]) -> list[str]:
    """Read names out of the announcing sentence: after a colon, in brackets, or straight after it."""
    rest = re.split(r"(?<=[a-z)’'])\.(?:\s+(?=[A-Z])|(?=[A-Z][a-z]))", text[match.end() :])[0]
    rest = _within_bracket(SAYS_MORE.sub("", rest))
    if _THIS_ONE.match(rest):
        # "The Behaviour Policy and the Uniform Policy should be read alongside this policy"
        before = split_names(re.split(r"[.:;]\s+(?=[A-Z])", text[: match.start()])[-1])
        return before if all(POLICY_WORD.search(name) and name[0].isupper() for name in before) else []
    if marked := _marked_names(rest):
        return marked
    rest = re.sub(
        r"\([^)]*\)(?!\s[A-Z])", lambda m: m[0] if POLICY_WORD.search(m[0]) is None and len(m[0]) < 14 else "", rest
    )
    listing = match[0].lower().endswith(_LISTING) or bool(match[0].endswith(" are") and re.match(r"\s[A-Z]", rest))
    particular = _PARTICULARLY.match(rest)
    if particular:
        rest, listing = rest[particular.end() :], True
    opener = re.match(r"^[^:‘“]{0,60}:\s*|^\s?[-–]\s|^\s(?:are|include)\s(?=[A-Z])", rest)
    called = bool(_CALLED.match(rest))
    labelled = opener is not None or listing or called or bool(re.match(r"^\s*\t", rest))
    if opener:
        rest = rest[opener.end() :]
    those = _THOSE.match(rest)
    if those:
        # "including those for behaviour management, data protection and the use of images"
        about = split_names(rest[those.end() :], in_small_letters=True)
        return _parted_in_two(about[0]) if len(about) == 1 else about
    subjects = _SUBJECTS.match(rest)
    announced = match[0].lower()
    if (subjects and announced.endswith(("policies", "procedures"))) or _ENDS_BEFORE_SUBJECTS.search(announced):
        return _subjects(rest[subjects.end() if subjects else 0 :], several="policies" in announced)
    names = [
        name for name in split_names(rest) if name[0].isupper() or not listing or (particular and is_policy_name(name))
    ]
    # "the Safeguarding, Behaviour and Attendance policies": the last word is said of all.
    labelled = labelled or (len(names) > 1 and names[-1].lower().endswith(" policies"))
    return names if labelled else _own_names(names)


def _subjects(text: str, *, several: bool) -> list[str]:
    """Return the subjects behind "policies on" that are known as policies, or written as titles are.

    ``several``: whether more than one policy is announced, so that an "and" between two subjects parts them.
    """
    about = split_names(text)
    about = _parted_in_two(about[0]) if len(about) == 1 and several else about
    titled = len(about) >= (2 if several else _FEWEST_BELOW) and all(_AS_A_TITLE.fullmatch(name) for name in about)
    return [name for name in about if titled or is_policy_name(name)]


def _parted_in_two(name: str) -> list[str]:
    """Return both subjects of "policies on Duck Care and Pond Visits"; one that is known whole stays."""
    left, joint, right = name.rpartition(" and ")
    both = joint and _AS_A_TITLE.fullmatch(left) and _AS_A_TITLE.fullmatch(right)
    return [left, right] if both and not is_policy_name(name) else [name]


def _within_bracket(rest: str) -> str:
    """Return a text up to the bracket that was opened before it: "(see also the Visits Policy) before they leave"."""
    depth = 0
    for at, sign in enumerate(rest):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return rest[:at]
    return rest


def _marked_names(rest: str) -> list[str]:
    """Return the names of a list run on, set in small letters or in brackets behind an announcement."""
    bracketed = re.match(r"^[^(:]{0,60}\(([^)]{6,})\)", rest)
    in_brackets = split_names(bracketed[1]) if bracketed and bracketed[1].count(",") >= 1 else []
    if is_run_on(rest.strip()) and rest.strip()[0].isupper():
        return names_of_item(rest.strip())
    return run_on_names(rest) or _all_in_small_letters(rest) or in_brackets


def _own_names(names: Sequence[str]) -> list[str]:
    """Return the names that by themselves, or by the kind said of all of them, can only be policies."""
    of_all = said_of_all(names)
    known = (each for each in names if of_all and is_policy_name(each))
    kept = {*known, *(each for each in names if POLICY_WORD.search(each) or is_long_name(each))}
    return [each for each in names if each in kept]


def said_of_all(names: Sequence[str]) -> bool:
    """Say whether the kind behind the last name may be said of all: "the Behaviour, Attendance and Uniform Policy"."""
    return len(names) > 1 and re.search(r"\bpolic(?:y|ies)$", names[-1], re.IGNORECASE) is not None


def _all_in_small_letters(rest: str) -> list[str]:
    """Return the names of an enumeration in small letters of whose last the kind is said for all."""
    enumeration = _SMALL.fullmatch(rest)
    return split_names(enumeration["names"], in_small_letters=True) if enumeration else []


_SMALL = re.compile(
    r"\s*(?:to |with )?(?:my|our|the)\s"
    r"(?P<names>[a-z][a-z\s&/-]+(?:,\s[a-z][a-z\s&/-]+)+\s(?:policy|policies|procedures))\.?"
)


_LISTING = ("including", "include", "such as", "namely", "particularly", "in particular", "especially", "specifically")
_PARTICULARLY = re.compile(
    r"(?:[^,.:]{0,40}\bpolicies)?[\s,(]*(?:but\s+)?(?:in particular|particularly|especially|specifically"
    r"|for example|e\.?g\.?|i\.?e\.?|including"
    r"|such as|namely|notably)[\s,:]+",
    re.IGNORECASE,
)
"""Words that open an enumeration behind "links to other policies"."""
_ENDS_BEFORE_SUBJECTS = re.compile(r"(?:polic(?:y|ies)|procedures)\s(?:on|for|covering|about)$")
"""How an announcement ends that subjects follow: "policies on"; "builds on" has names behind it."""
_THIS_ONE = re.compile(r"\s*(?:with\s+)?(?:this (?:policy|document|procedure|plan|statement|one)|it)\b(?!\s*:)")
_THOSE = re.compile(
    r"\s*(?:(?:the|our|other|(?:the )?(?:school|trust|academy|college)['’]?s?)\s+)*(?:those|ones|policies)\s+"
    r"(?:for|on|about|covering|concerning|relating to)\s+(?:the\s+)?"
)
_CALLED = re.compile(r"\s*(?:(?:the|our)\s+)?(?:policy|policies)\s+[‘'“\"]?(?-i:[A-Z])", re.IGNORECASE)
_SUBJECTS = re.compile(r"\s*(?:on|for|covering|about)\b\s*")
