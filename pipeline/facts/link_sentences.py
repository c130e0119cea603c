"""Read the policies that a sentence names behind the words announcing them.

For ``links``, which finds the words and reads the lists below them.
"""

import re

from pipeline.catalogue.titles import is_policy_name
from pipeline.facts.listed_policies import POLICY_WORD, SAYS_MORE, split_names

_NUMBERED = r"\d{1,2}(?:\.\d{1,2}){0,2}(?=\s+[A-Z][\w &,/’'-]*(?:Policy|Policies|Procedures?)\s*$)"
BULLET = re.compile(
    rf"^\s*(?:{_NUMBERED}|[•\-–*·▪●o\ue000-\uf8ff➢✓]|\d{{1,2}}[.)]|\(?[ivx]{{1,4}}[.)]|\(?[a-z][.)]|\(\d{{1,2}}\))\s+"
)
"""What stands before an item of a list: a dot, a letter, a number."""
_AS_A_TITLE = re.compile(r"[A-Z][\w'’&/-]*(?:\s(?:[A-Z&][\w'’&/-]*|and|of|the|in|for|to|on|at|with))*")
_LISTING = r"including|include|such as|namely|notably|(?:in )?particular(?:ly)?|especially|specifically"
_PARTICULARLY = (
    r"(?:[^,.:]{0,40}\bpolicies(?: (?:of|in|within) \w+ \w+)?)?[\s,(]*(?:but\s+)?"
    rf"(?:{_LISTING}|for example|e\.?g\.?|i\.?e\.?)[\s,:]+"
)
_OPENER = re.compile(
    rf"(?P<particular>{_PARTICULARLY})|[^(:]{{0,60}}\((?P<bracket>(?=[^)]*,))|[^:‘“]{{0,60}}:\s*|\s?[-–]\s|\s*\t"
    r"|\s(?:are|include)\s(?=(?-i:[A-Z]))|(?=\s*(?:(?:the|our)\s+)?(?:policy|policies)\s+[‘'“\"]?(?-i:[A-Z]))",
    re.IGNORECASE,
)
"""What stands between an announcement and names that need not look like policies to be some."""
_THIS_ONE = re.compile(r"\s*(?:with\s+)?(?:this (?:policy|document|procedure|plan|statement|one)|it)\b(?!\s*:)")
_THOSE = re.compile(
    r"\s*(?:(?:the|our|other|(?:the )?(?:school|trust|academy|college)['’]?s?)\s+)*(?:those|ones|policies)\s+"
    r"(?:for|on|about|covering|concerning|relating to)\s+(?:the\s+)?"
)
_SUBJECTS = re.compile(r"\s*(?:on|for|covering|about)\b\s*")
_ENDS_BEFORE_SUBJECTS = re.compile(r"(?:polic(?:y|ies)|procedures)\s(?:on|for|covering|about)$")
"""How an announcement ends that subjects follow: "policies on"; "builds on" has names behind it."""
_SMALL = re.compile(
    r"\s*(?:to |with )?(?:my|our|the)\s"
    r"(?P<names>[a-z][a-z\s&/-]+(?:,\s[a-z][a-z\s&/-]+)+\s(?:policy|policies|procedures))\.?"
)
"""An enumeration in small letters of whose last the kind is said for all."""
_FEWEST = 3


def names_in_sentence(text: str, match: re.Match[str]) -> list[str]:
    """Read names out of the announcing sentence: after a colon, in brackets, or straight after it."""
    rest = re.split(r"(?<=[a-z)’'])\.(?:\s+(?=[A-Z])|(?=[A-Z][a-z]))", text[match.end() :])[0]
    rest, announced = _within_bracket(SAYS_MORE.sub("", rest)), match[0].lower()
    if _THIS_ONE.match(rest):
        # "The Behaviour Policy and the Uniform Policy should be read alongside this policy"
        before = split_names(re.split(r"[.:;]\s+(?=[A-Z])", text[: match.start()])[-1])
        return before if all(POLICY_WORD.search(name) and name[0].isupper() for name in before) else []
    subjects = _SUBJECTS.match(rest)
    if (subjects and announced.endswith(("policies", "procedures"))) or _ENDS_BEFORE_SUBJECTS.search(announced):
        return _subjects(rest[subjects.end() if subjects else 0 :], several="policies" in announced)
    if small := _SMALL.fullmatch(rest):
        return split_names(small["names"], in_small_letters=True)
    opener = _OPENER.match(rest)
    if opener:
        rest = _within_bracket(rest[opener.end() :])
    if those := _THOSE.match(rest):
        # "including those for behaviour management, data protection and the use of images"
        return split_names(rest[those.end() :], in_small_letters=True)
    return _names(rest, opener, listing=re.search(rf"\b(?:{_LISTING})$", announced) is not None)


def _names(rest: str, opener: re.Match[str] | None, *, listing: bool) -> list[str]:
    """Return the names of an enumeration; where nothing opens a list, those that can only be policies."""
    names = split_names(re.sub(r"\((?:[^)]{12,}|[^)]*olic(?:y|ies))\)(?!\s[A-Z])", "", rest))
    particular = opener is not None and opener["particular"] is not None
    if opener or listing:
        listing = listing or particular
        return [name for name in names if name[0].isupper() or not listing or (particular and is_policy_name(name))]
    if len(names) > 1 and names[-1].lower().endswith(" policies"):
        # "the Safeguarding, Behaviour and Attendance policies": the last word is said of all.
        return names
    of_all = len(names) > 1 and names[-1].lower().endswith(" policy")
    return [
        name
        for name in names
        if POLICY_WORD.search(name) or (is_policy_name(name) and (of_all or len(name.split()) > _FEWEST))
    ]


def _subjects(text: str, *, several: bool) -> list[str]:
    """Return the subjects behind "policies on" that are known as policies, or written as titles are.

    ``several``: whether more than one policy is announced, so that an "and" between two subjects parts them.
    """
    about = split_names(text)
    titled = len(about) >= (2 if several else _FEWEST) and all(map(_AS_A_TITLE.fullmatch, about))
    return [name for name in about if titled or is_policy_name(name)]


def _within_bracket(rest: str) -> str:
    """Return a text up to the bracket that was opened before it: "(see also the Visits Policy) before they leave"."""
    depth = 0
    for at, sign in enumerate(rest):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return rest[:at]
    return rest
