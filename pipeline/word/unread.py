"""Words of a Word file that nobody reads and a copy would still carry: hidden text, tracked deletions.

``regenerate`` asks whether a former holder stands in them, or in hidden text anybody whom no reader has seen.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.model.contacts import Directory
from pipeline.model.facts import Contact
from pipeline.named.details.found import find_any_details, has_detail, is_public_address, is_role_mailbox
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.scene import Scene
from pipeline.plan.header import Wanted
from pipeline.plan.values import Left, ReplacementPlan
from pipeline.reasons.reason import because
from pipeline.text.passages import Passage
from pipeline.word.file import HIDDEN, TAKEN_OUT, WordFile

PlanChanges = Callable[[Sequence[Passage] | Scene, Sequence[Contact], Directory], ReplacementPlan]
"""Plans which words of passages change, as ``plan.contacts.plan_replacements``."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Former holders in words that nobody reads."""

    left: tuple[Left, ...] = ()
    """In hidden text: it shows in Word at one click, so a copy must not go out with it."""
    on_purpose: tuple[Left, ...] = ()
    listed: tuple[Left, ...] = ()
    """In what never shows: the office should know."""


def unread_mentions(opened: WordFile, wanted: Wanted, plan_changes: PlanChanges) -> Unread:
    """Find people and details that a plan would change, in hidden text and in tracked deletions.

    In hidden text anybody else too: a deletion is told of anyway, since whatever holds one is no finished text.
    """
    passages = opened.unread
    if not passages:
        return Unread()
    scene = Scene(passages)
    plan = plan_changes(scene, wanted.stated, wanted.directory)
    found = [(passages[each.passage].where, each.before) for each in plan.replacements]
    known = {each.before for each in plan.replacements}
    others = [each for each in _strangers(scene, wanted.directory) if each[1] not in known]
    return Unread(
        (
            *(Left(where, text, because("hidden-text")) for where, text in found if where == HIDDEN),
            *(Left(HIDDEN, words, because("hidden-text")) for beside_role, words in others if beside_role),
        ),
        tuple(Left(where, text, because("tracked-deletion")) for where, text in found if where == TAKEN_OUT),
        tuple(Left(HIDDEN, words, because("not-shown")) for beside_role, words in others if not beside_role),
    )


_MOST = 20
"""So many people and details of hidden text are told of at most."""


def _strangers(scene: Scene, directory: Directory) -> Sequence[tuple[bool, str]]:
    """Return each person, and each number or address, is nobody's of today in hidden text, each once.

    With each, whether its sentence names a role of today's contacts: it may be believed to be the holder's. A note to
    the person who fills in a model policy has its writer's number beside a sentence about the role.
    """
    roles = {each.role for each in directory.holders}
    found: dict[str, bool] = {}
    for index, passage in enumerate(scene.passages):
        if passage.where == HIDDEN:
            labels = [label for label in scene.labels(index) if label.role in roles]
            for start, words in _of_nobody(passage, directory):
                first, last = scene.sentence(index, start) if labels else (start, start)
                named = any(first <= label.start < last for label in labels)
                found[words] = found.get(words, False) or named
    return [(named, words) for words, named in found.items()][:_MOST]


def _of_nobody(passage: Passage, directory: Directory) -> Iterator[tuple[int, str]]:
    text = passage.text
    end = 0
    for word in re.finditer(r"\b[^\W\d_]", text):
        name = find_name(text, word.start()) if word.start() >= end else None
        if name is not None and _is_a_persons(name[0]):
            end = name.end()
            if not any(same_person(name[0], each.name, SHORTENED) for each in directory.with_office):
                yield word.start(), name[0]
    for detail in find_any_details(text):
        everybodys = detail.email is not None and (is_role_mailbox(detail.email) or is_public_address(detail.email))
        if not everybodys and not has_detail(detail, directory.with_office):
            yield detail.start, text[detail.start : detail.end]


def _is_a_persons(name: str) -> bool:
    """Whether a name is surely a person's: by a title, or a given name before a surname."""
    plain = drop_title(name)
    return plain != name or (" " in plain and has_given_name(plain, marked=True))
