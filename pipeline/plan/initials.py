"""Initials that a document gives a person ("Deborah Sheffield (DS)") and uses alone afterwards ("tell DS").

Only where the document defines them beside the name; letters that nobody defined are nobody's.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.model.contacts import ReplacementKind
from pipeline.named.mentions import Mention
from pipeline.named.names.parts import PersonName
from pipeline.named.roles.passages import find_labels
from pipeline.named.scene import Scene
from pipeline.plan.values import Left, Replacement

_BESIDE = re.compile(r"[\s\u00a0]*[(\[][\s\u00a0]*(?P<letters>[A-Z]{2,4})[\s\u00a0]*[)\]]")


def plan_initials(scene: Scene, mentions: Sequence[Mention]) -> Iterator[Replacement | Left]:
    """Yield the replacement of every place of initials that stand for a name that changes, or why one stays.

    Nothing where the same letters are given to two people, or are those of a role ("DSL").
    """
    meant: dict[str, Mention | None] = {}
    for mention in mentions:
        match = _BESIDE.match(scene.passages[mention.passage].text, mention.form.end)
        if match is not None and match["letters"] in _initials(mention.person.name):
            known = meant.get(match["letters"], mention)
            same = known is not None and known.person == mention.person
            meant[match["letters"]] = (known if known is not None and known.changes else mention) if same else None
    for letters, who in meant.items():
        if who is not None and who.changes and not find_labels(letters):
            yield from _places(scene, letters, who)


def _places(scene: Scene, letters: str, mention: Mention) -> Iterator[Replacement | Left]:
    standing = mention.standing
    assert standing is not None
    assert standing.new_name is not None
    after = next(iter(_initials(standing.new_name)))
    pattern = pattern_of_initials(letters)
    for index in scene.places_with(letters.casefold()):
        passage = scene.passages[index]
        for match in pattern.finditer(passage.text):
            reason = scene.purpose(index, match.start())
            if reason is not None:
                yield Left(passage.where, letters, reason)
            else:
                yield Replacement(
                    index, *match.span(), letters, after, standing.role, ReplacementKind.NAME, passage.where
                )


def pattern_of_initials(letters: str, *, stops: bool = False) -> re.Pattern[str]:
    """Return a pattern of initials that stand by themselves, in no longer word, address or abbreviation.

    ``stops``: also with a full stop behind each, "K.W.", "K. W.".
    """
    stopped = rf"|{'[.][ ]?'.join(letters)}[.]?(?!\w)" if stops else ""
    return re.compile(rf"(?<![\w.@&-])(?:{letters}(?![\w@&-]|\.\w){stopped})")


def _initials(name: PersonName) -> tuple[str, ...]:
    """First and surname, then with those between; a double-barrelled name counts as one and as two."""
    first, surname = name.first[:1].upper(), name.surname.split()[-1]
    middle = "".join(word[0] for word in name.middle.split()).upper()
    both = "".join(part[0] for part in re.split("-", surname) if part).upper()
    return tuple(dict.fromkeys((first + surname[0].upper(), first + middle + surname[0].upper(), first + both)))
