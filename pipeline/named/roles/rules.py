"""The wordings of roles in ``roles.toml``, made ready for finding them in a text; ``vocabulary`` does that.

In: the file, which says what its parts mean. Out: rules as they are written, and for each way a role may begin the
patterns to be tried there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from pathlib import Path

from pipeline.text.lazily import compiled_lazily
from pipeline.text.needed import Needed, one_of_letters
from pipeline.text.phrases import Words, Writing, phrase_marks, phrase_needs, phrase_openings, phrase_pattern
from pipeline.text.rules import Rule, RuleFile, load_rules

LEAD = "dsl"
DEPUTY = "deputy-dsl"
OTHER = "other"
"""A capacity that is no contact role."""
MORE = ("bare", "before", "may_be", "planned")
"""What the rules of this file may have besides."""
_STEM = 3
"""Letters at the start of a wording by which it is looked for."""
_PLACES = 3
"""Of how many places of a wording letters are looked for first."""
_WRITING = Writing(gap=r"\s+", some=r"\s+")
_LEAD = "{lead}"
_OPEN = "{word}"
"""A phrase that names it fits any word there, so every other phrase that fits goes before it."""
_BEHIND = "in brackets"
"""The list of what may follow a wording of the lead, several times: "(s)", "(DSL)"."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One phrase of a rule, ready to be tried where it may begin."""

    rule: Rule
    phrase: str
    pattern: re.Pattern[str]
    """Of a phrase that ends in a wording of the lead: up to there."""
    is_open: bool
    before_lead: bool
    bit: int
    """Its own among all wordings."""

    @property
    def is_lead(self) -> bool:
        """Whether it names the lead and nobody else."""
        return self.rule.kind == LEAD and "planned" not in self.rule.more


@dataclass(frozen=True, slots=True)
class Wordings:
    """Every wording of every role."""

    by_stem: Mapping[str, tuple[Wording, ...]]
    """By the first letters, small."""
    bits_of_stem: Mapping[str, int]
    """The bits of all wordings that begin so."""
    starts: re.Pattern[str]
    """Where a wording may begin."""
    marks: Mapping[str, tuple[str, ...]]
    """By role, words in small letters and without a space of which each of its wordings holds one."""
    of_leads: int
    """The bits of those that name the lead or a deputy, or may."""
    behind: re.Pattern[str]
    """"(s)" and initials of the lead in brackets."""
    needed: Needed
    """Tells which wordings a text may hold, by their bits."""
    alone: int
    """The bits of those that need no wording of the lead behind them."""


@cache
def role_rules() -> RuleFile:
    """Return the rules in the order of the file."""
    return load_rules(Path(__file__).with_name("roles.toml"), MORE)


@cache
def load_wordings() -> Wordings:
    """Return every wording, each compiled when it is first tried."""
    read = role_rules()
    by_stem: dict[str, list[Wording]] = {}
    marks: dict[str, dict[str, None]] = {}
    needs, begins, alone, of_leads = list[Sequence[Sequence[str]]](), list[set[str]](), 0, 0
    for rule in read.rules:
        for phrase in rule.phrases:
            wording = _wording(rule, phrase, read.words, 1 << len(needs))
            needs.append(phrase_needs(phrase, read.words, most=_PLACES))
            alone |= 0 if wording.before_lead else wording.bit
            begins.append({start[:_STEM] for start in phrase_openings(phrase.removesuffix(_LEAD), read.words)})
            for stem in begins[-1]:
                by_stem.setdefault(stem, []).append(wording)
            named = {rule.kind, *(rule.more[key] for key in ("planned", "may_be") if key in rule.more)}
            for role in named if not wording.before_lead else ():
                marks.setdefault(role, {}).update(dict.fromkeys(phrase_marks(phrase, read.words)))
            of_leads |= wording.bit if named & {LEAD, DEPUTY} and not wording.before_lead else 0
    starts = one_of_letters(by_stem)
    return Wordings(
        {stem: tuple(wordings) for stem, wordings in by_stem.items()},
        {stem: reduce(or_, (each.bit for each in wordings)) for stem, wordings in by_stem.items()},
        re.compile(rf"(?<![A-Za-z]){starts}", re.IGNORECASE),
        {role: tuple(words) for role, words in marks.items()},
        of_leads,
        re.compile(phrase_pattern(f"({{{_BEHIND}}})*", read.words, _WRITING), re.IGNORECASE),
        Needed(*zip(*needs, strict=True), begins=begins),
        alone,
    )


def may_name_role(text: str) -> bool:
    """Say whether a text has the letters of a role, in whatever order its words stand."""
    wordings = load_wordings()
    return bool(wordings.needed.of(text) & wordings.alone)


def may_name_a_lead(text: str) -> bool:
    """Say whether a text has the letters of the lead or a deputy, or of one who may be one.

    Whatever else stands around a wording makes a lead of nobody whom no wording of the lead or a deputy names.
    """
    wordings = load_wordings()
    return bool(wordings.needed.of(text) & wordings.of_leads)


def _wording(rule: Rule, phrase: str, words: Words, bit: int) -> Wording:
    fixed = phrase.removesuffix(_LEAD)
    pattern = phrase_pattern(fixed, words, _WRITING)
    pattern += "(?-i:(?![a-z]))" if fixed == phrase else ""
    pattern += rf"(?=\s+(?:{'|'.join(rule.more['before'])})\b)" if "before" in rule.more else ""
    return Wording(rule, phrase, compiled_lazily(pattern, re.IGNORECASE), _OPEN in phrase, fixed != phrase, bit)
