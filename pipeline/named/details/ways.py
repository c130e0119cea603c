"""The words by which a number or an address is announced: "tel", "mobile", "direct line", listed in ``ways.toml``.

Patterns of what stands between a name or a role and what reaches the person take them from here.
"""

from pathlib import Path

from pipeline.text.rules import load_rules

_RULES = load_rules(Path(__file__).with_name("ways.toml"))
_ENDS = r"(?![^\W\d_])"
"""The number may be glued to the word: "Tel01632 960123"."""
WAY = f"{_RULES.pattern_of('way')}{_ENDS}"
"""A pattern of one word for a way to a person, in small letters or capitals."""
DETAIL_WORD = f"(?:{_RULES.pattern_of('detail')}|{_RULES.pattern_of('way')}){_ENDS}"
"""A pattern of one word for a way, or for what a number or an address is called."""
GOES_WITH = f"{_RULES.pattern_of('goes-with')}{_ENDS}"
"""A pattern of one word that stands with a person's own number besides: "home", "daytime"."""
OUTSIDE = f"{_RULES.pattern_of('outside')}{_ENDS}"
"""A pattern of what a body outside the school is called beside its number."""
ABOUT = f"{_RULES.pattern_of('about')}{_ENDS}"
"""A pattern of one word of what such a sentence speaks of: "school". Alone before a number it is a label of its own."""
REACHES = f"{_RULES.pattern_of('reaches')}{_ENDS}"
"""A pattern of one word of a sentence that tells how to reach a person: "who", "contacted"."""
WHERE = f"{_RULES.pattern_of('where')}{_ENDS}"
"""A pattern of one word of where or when a number reaches that need not be a person's own: "office", "emergency"."""
