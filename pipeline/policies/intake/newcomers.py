"""Files that came into ``policies/`` since the last run, and whether one of them may count for a known policy.

Nothing is read here: the next run does that. In come the folder and what the register knows of it; out comes whether
the text that it calls a policy's own may be another one by now.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.catalogue.policies import find_entry
from pipeline.catalogue.titles import slug_for
from pipeline.policies.intake.appendices import pair_appendices
from pipeline.policies.intake.scan import files_given, list_documents
from pipeline.policies.intake.standings import APPENDIX, FORMAT_ORDER, PRIMARY, is_retired, yields_to_others
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import PolicyRow, SourceFile
from pipeline.register.transaction import Transaction

_ORDER = tuple(str(each) for each in FORMAT_ORDER)
_SAYS_LITTLE_TEXT = """
    and doc document final for from latest master new our policy policies procedure procedures revised scan school
    signed the update updated version with word
"""
_SAYS_LITTLE = frozenset(_SAYS_LITTLE_TEXT.split())
"""What is left of a file's name without these tells one policy from another."""


def may_be_overtaken(tx: Transaction, school: str, policy: PolicyRow, folder: Path) -> bool:
    """Tell whether a file that no run has seen yet may count for ``policy``, or belong to the file that does.

    It counts where the policy's own file is gone, and by its ending (a Word file beside a PDF) where its name says
    that policy's or nothing at all. Its local appendix counts, and so does one that is gone.
    """
    seen = rows.list_source_files(tx, school)
    mine = [each for each in seen.values() if each.policy_id == policy.id and each.vanished_at is None]
    counts = [each for each in mine if each.standing == PRIMARY]
    lying = dict(list_documents(folder))
    new = {path: lying[path] for path in lying if path not in seen or seen[path].vanished_at is not None}
    appendices = {each.path for each in mine if each.standing == APPENDIX}
    if any(each.path in lying for each in counts) and not appendices <= lying.keys():
        return True
    if not new:
        return False
    pairing = pair_appendices(list(lying))
    beside = {*pairing.appendix_of.values(), *pairing.spare}
    others = {path: place for path, place in new.items() if path not in beside and not is_retired(path)}
    gone = {each.sha256 for each in seen.values() if each.path not in lying}
    return any(
        pairing.appendix_of.get(each.path) in new
        or (_takes_the_place_of(each, policy, others) if each.path in lying else _are_others(others, gone))
        for each in counts
    )


def _are_others(new: Mapping[str, Path], gone: Iterable[str]) -> bool:
    """Whether one of the new files is not just a file that is gone under another name."""
    return any(file.sha256 not in gone for file in files_given(list(new.values())))


def _takes_the_place_of(file: SourceFile, policy: PolicyRow, new: Iterable[str]) -> bool:
    """Whether one of several files of a policy may count before the one that did."""
    return any(
        _rank(path) < _rank(file.path) and not yields_to_others(path) and _may_be_called(policy, Path(path).stem)
        for path in new
    )


def _rank(path: str) -> int:
    ending = path.rpartition(".")[2].lower()
    ending = "docx" if ending in ("docm", "dotx", "dotm") else ending
    return _ORDER.index(ending) if ending in _ORDER else len(_ORDER)


def _may_be_called(policy: PolicyRow, stem: str) -> bool:
    """Whether a file of this name may be the policy's: its title stands inside, where nobody has looked yet."""
    slug = slug_for(stem.replace("_", " "))
    if slug in (policy.slug, policy.catalogue_slug):
        return True
    if find_entry(slug) is not None:
        return False
    named, called = _telling(slug), _telling(f"{policy.slug} {policy.title}")
    return named <= called or called <= named


def _telling(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{3,}", text.lower())) - _SAYS_LITTLE
