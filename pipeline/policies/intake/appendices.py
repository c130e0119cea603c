"""Which file of ``policies/`` is the local appendix of which: ``Pay appendix.docx`` lies beside ``Pay.docx``.

``scan`` pairs the files it finds, so that the two are read, recorded and copied as one policy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.text.lazily import compiled_lazily
from pipeline.wording import say_list

_APPENDIX_NAME = compiled_lazily(
    r"^(?P<policy>.*?\w.*?)(?:[\s_\-–—]+[(\[]?|[(\[])\s*(?:(?:local|school)(?:['’]s)?[\s_-]+)?appendix\s*[)\]]?$",
    re.IGNORECASE,
)
_IN_SUCH_NAMES = "append"
"""What the pattern asks for in any case, in small letters."""
_GAPS = compiled_lazily(r"[\s_]+")
_ORDER = (".docx", ".odt", ".doc", ".rtf", ".pdf", ".txt", ".md")
"""Which of several files of one name counts, as for policies."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which paths belong together."""

    appendix_of: dict[str, str]
    """The appendix of a policy's file, by the path of that file."""
    spare: tuple[str, ...]
    """The same appendix once more, in another format."""
    unclear: tuple[str, ...]
    """A sentence each on appendices of which it cannot be told which one counts; those stay policies of their own."""


def pair_appendices(paths: Sequence[str]) -> Pairing:
    """Return which of the paths are local appendices of which; the paths are relative to ``policies/``."""
    policies: dict[tuple[str, str], list[str]] = {}
    appendices: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        key = _belongs_to(path)
        if key is None:
            policies.setdefault(_key(path), []).append(path)
        else:
            appendices.setdefault(key, []).append(path)
    pairs: dict[str, str] = {}
    spare: list[str] = []
    unclear: list[str] = []
    for key, found in appendices.items():
        if key not in policies:
            continue
        if len({_key(path) for path in found}) > 1:
            unclear.append(
                f"{say_list(sorted(found))} could each be the local appendix of {min(policies[key], key=_rank)}. "
                "Keep one of them beside it, or put both into one file; until then each counts as a policy of its own."
            )
            continue
        first, *others = sorted(found, key=_rank)
        pairs[min(policies[key], key=_rank)] = first
        spare += others
    return Pairing(pairs, tuple(spare), tuple(unclear))


def is_appendix_of(path: str, policy_path: str) -> bool:
    """Return whether a file is named and lies as the local appendix of another."""
    return _belongs_to(path) == _key(policy_path)


def _belongs_to(path: str) -> tuple[str, str] | None:
    """Return the folder and folded name of the file that a file would be the appendix of."""
    if _IN_SUCH_NAMES not in path.lower():
        return None
    folder, stem = _parted(path)
    match = _APPENDIX_NAME.match(stem)
    return (folder, _folded(match["policy"])) if match else None


def _key(path: str) -> tuple[str, str]:
    folder, stem = _parted(path)
    return folder, _folded(stem)


def _parted(path: str) -> tuple[str, str]:
    """Return the folder of a file, and its name without the ending."""
    folder, _, name = path.rpartition("/")
    stem, _, ending = name.rpartition(".")
    return folder, stem or ending


def _folded(stem: str) -> str:
    return _GAPS.sub(" ", stem).strip(" -–—").casefold()


def _rank(path: str) -> tuple[int, str]:
    suffix = PurePosixPath(path).suffix.lower()
    return (_ORDER.index(suffix) if suffix in _ORDER else len(_ORDER)), path
