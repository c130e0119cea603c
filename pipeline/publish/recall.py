"""Is this printed copy the current one? Answered for every code ever printed, on the pages and in the static site.

``web`` asks ``find_answer_now``; ``publish_recall`` writes ``site/c/CODE/index.html`` for each code and a list of them
all, which need no server. Nobody is named but today's lead; a code that was never printed looks like any other.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.changes.kinds import ISSUES_ITSELF, RANK
from pipeline.config import Config
from pipeline.contacts.safety_lines import SafetyLines
from pipeline.model.policies import RevisionKind
from pipeline.pages.look import load_look
from pipeline.policies.intake.newcomers import may_be_overtaken
from pipeline.policies.version_labels import VersionLabel, label_versions, was_in_use
from pipeline.publish.logo import logo_address
from pipeline.publish.makings import Makings, digest
from pipeline.publish.since_the_run import is_document_changed, names_others_today
from pipeline.register.policies import copies as rows
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as policy_rows
from pipeline.register.policies.copies import PrintedCopy
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.transaction import Transaction
from pipeline.resources import render_page
from pipeline.wording import say_day

FOLDER = "c"
_LIST = "index.html"
_LONGEST_CODE = 40
_LOOKALIKES = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1"})
"""What a reader may take for one another. No two codes differ by these alone: they hold neither O, 0, I nor 1."""


class CopyState(StrEnum):
    """How a printed copy stands."""

    CURRENT = "current"
    RENEWING = "renewing"
    """The last one made, but it names people who changed; the next is not ready."""
    CHANGED = "changed"
    """The last one made, but the policy's document was changed since, or a new one came, and was not looked at yet."""
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RecallAnswer:
    """What is said of one code. All but ``state`` is empty for a code that was never printed."""

    state: CopyState
    code: str = ""
    title: str = ""
    version: int = 0
    """As the register counts."""
    version_label: str = ""
    """What the version is called."""
    made: str = ""
    """The day it was made, in words."""
    ended: str = ""
    """The day it was replaced or the policy withdrawn, in words; empty while it is current."""
    by: str = ""
    """What replaced it, in words."""
    current_code: str = ""
    """The code of the copy to use instead; empty while that one is being made."""


def find_answer(tx: Transaction, school: str, typed: str, zone: ZoneInfo) -> RecallAnswer:
    """Return what is said of a code as it was typed: any case, with or without its hyphen, O for 0 and I for 1."""
    wanted = _folded(typed)
    copies = rows.list_printed(tx, school) if wanted else []
    found = next((copy for copy in copies if _folded(copy.code) == wanted), None)
    if found is None:
        return RecallAnswer(CopyState.UNKNOWN)
    its_own = [copy for copy in copies if copy.policy_id == found.policy_id]
    return _answer(found, its_own, _known(tx, school), zone)


def find_answer_now(tx: Transaction, school: str, typed: str, config: Config, today: date) -> RecallAnswer:
    """Return ``find_answer`` of this moment: with what was changed since the last run, in the contacts and the folder.

    A copy that the register still calls current is out of date where one of today would be of another version or name
    other people, and nobody can tell where its document was changed, or a new file may count instead.
    """
    answer = find_answer(tx, school, typed, config.zone)
    if answer.state not in (CopyState.CURRENT, CopyState.REPLACED):
        return answer
    code = answer.current_code or answer.code
    copy = next((each for each in rows.copies_to_give(tx, school).values() if each.code == code), None)
    if copy is not None and names_others_today(tx, school, config, today, copy):
        state = CopyState.RENEWING if answer.state is CopyState.CURRENT else answer.state
        return replace(answer, state=state, current_code="")
    if answer.state is CopyState.CURRENT and copy is not None:
        (policy,), folder = policy_rows.list_policies(tx, school, only=[copy.policy_id]), config.policies
        changed = is_document_changed(tx, school, policy.id, folder) or may_be_overtaken(tx, school, policy, folder)
        return replace(answer, state=CopyState.CHANGED) if changed else answer
    return answer


def list_answers(tx: Transaction, school: str, zone: ZoneInfo) -> Sequence[tuple[int, RecallAnswer]]:
    """Return the answer for every code ever printed with the register's key of its policy, newest first."""
    by_policy: dict[int, list[PrintedCopy]] = {}
    copies = rows.list_printed(tx, school)
    for copy in copies:
        by_policy.setdefault(copy.policy_id, []).append(copy)
    known = _known(tx, school)
    return [(copy.policy_id, _answer(copy, by_policy[copy.policy_id], known, zone)) for copy in reversed(copies)]


def _folded(code: str) -> str:
    if len(code) > _LONGEST_CODE:
        return ""
    return "".join(letter for letter in code.upper() if letter.isalnum()).translate(_LOOKALIKES)


@dataclass(frozen=True, slots=True)
class _RegisterFacts:
    """What the register knows, by its keys."""

    policies: Mapping[int, PolicyRow]
    versions: Mapping[int, VersionRow]
    versions_of: Mapping[int, Sequence[VersionRow]]
    """The versions of a policy, by its key."""
    labels: Mapping[int, VersionLabel]
    """Of the versions."""
    right: Collection[int]
    """The copies that readers may be given."""


def _known(tx: Transaction, school: str) -> _RegisterFacts:
    versions = policy_rows.list_versions(tx, school)
    versions_of: dict[int, list[VersionRow]] = {}
    for version in versions:
        versions_of.setdefault(version.policy_id, []).append(version)
    return _RegisterFacts(
        {policy.id: policy for policy in policy_rows.list_policies(tx, school)},
        {version.id: version for version in versions},
        versions_of,
        label_versions(versions, decisions.list_overrides(tx, school)),
        {copy.id for copy in rows.copies_to_give(tx, school).values()},
    )


def _answer(copy: PrintedCopy, its_own: Sequence[PrintedCopy], known: _RegisterFacts, zone: ZoneInfo) -> RecallAnswer:
    """``its_own`` is every copy of the policy, oldest first."""
    policy, number = known.policies[copy.policy_id], known.versions[copy.version_id].number
    made = say_day(copy.made_at.astimezone(zone).date())
    said = (copy.code, policy.title, number, known.labels[copy.version_id].text, made)
    current = next((each for each in reversed(its_own) if each.retired_at is None), None)
    if policy.withdrawn_on is not None or current is None:
        last = its_own[-1].retired_at
        ended = policy.withdrawn_on or (last.astimezone(zone).date() if last else None)
        return RecallAnswer(CopyState.WITHDRAWN, *said, say_day(ended) if ended else "")
    if copy.retired_at is None:
        state = CopyState.CURRENT if copy.id in known.right else CopyState.RENEWING
        return RecallAnswer(state, *said)
    ended_words = say_day(copy.retired_at.astimezone(zone).date())
    instead = current.code if current.id in known.right else ""
    return RecallAnswer(CopyState.REPLACED, *said, ended_words, _replaced_by(copy, current, known), instead)


def _replaced_by(copy: PrintedCopy, current: PrintedCopy, known: _RegisterFacts) -> str:
    """Say what the copy in use is against an earlier one: by the weightiest change between their versions."""
    first, last = known.versions[copy.version_id], known.versions[current.version_id]
    kinds = {
        each.kind or RevisionKind.MAJOR
        for each in known.versions_of[copy.policy_id]
        if first.number < each.number <= last.number and was_in_use(each)
    }
    if kinds <= ISSUES_ITSELF:
        return "a copy of the same version with newer contacts or dates"
    label, earlier = known.labels[last.id].text, known.labels[first.id].text
    new = f"version {label}" if label != earlier else f"a newer text of version {label}"
    heaviest = max(kinds, key=RANK.__getitem__)
    return f"{new}, with a small change" if heaviest is RevisionKind.MINOR else f"{new}, whose text has changed"


# --- the static pages --------------------------------------------------------------------------------------------


def publish_recall(
    answers: Sequence[tuple[int, RecallAnswer]],
    config: Config,
    folder: Path,
    safety: SafetyLines,
    *,
    listed: Mapping[int, str | None],
    shown: Callable[[str], str],
    makings: Makings | None = None,
    of: str = "",
) -> int:
    """Write a page for each code under ``folder/c``, and the list of those of ``listed`` policies; return how many.

    ``answers`` as ``list_answers`` gives them. ``listed`` gives by a policy's key where its current copy lies in
    ``folder``, None where there is none to give.
    ``shown`` is what becomes of a page on this site, and ``of`` stands for its rules; ``makings`` knows which pages are
    as they should be. Pages of codes that are no longer current stay: paper of them may
    still hang somewhere.
    """
    makings = makings or Makings(config.distribution, config.templates)
    said, place, written = _said(config, safety, above=2), folder / FOLDER, 0
    whole, named = digest(of, said), f"{folder.name}/{FOLDER}"
    for policy, answer in answers:
        address = listed.get(policy) if answer.state in (CopyState.CURRENT, CopyState.REPLACED) else None
        page = partial(_files, config, said, answer, address, shown)
        unit = f"{named}/{answer.code}"
        written += makings.build(unit, digest(whole, answer, address), place, page)[1]
    public = [answer for policy, answer in answers if policy in listed]
    page = partial(_list, config, safety, public, shown)
    return written + makings.build(f"{named}/{_LIST}", digest(whole, public), place, page)[1]


def _files(
    config: Config, said: Mapping[str, object], answer: RecallAnswer, address: str | None, shown: Callable[[str], str]
) -> Mapping[str, bytes]:
    page = shown(render_page("site/recall.html", config.templates, **said, answer=answer, address=address))
    return {f"{answer.code}/index.html": page.encode("utf-8")}


def _said(config: Config, safety: SafetyLines, *, above: int) -> dict[str, object]:
    look = load_look(config.templates)
    return {
        "school": config.school.name,
        "safety": safety,
        "brand": look.colour,
        "logo": logo_address(look, above),
    }


def _list(
    config: Config, safety: SafetyLines, answers: Iterable[RecallAnswer], shown: Callable[[str], str]
) -> Mapping[str, bytes]:
    return {_LIST: shown(_list_page(config, safety, answers)).encode("utf-8")}


def _list_page(config: Config, safety: SafetyLines, answers: Iterable[RecallAnswer]) -> str:
    by_title = sorted(answers, key=lambda answer: answer.title.casefold())
    said = _said(config, safety, above=1)
    return render_page("site/recall-list.html", config.templates, **said, answers=by_title)
