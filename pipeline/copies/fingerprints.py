"""What a copy was made of, as one hash: while nothing of it changed, ``shelf`` makes no new one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.contacts.safety_lines import SafetyLines
from pipeline.copies.copy_files import FOLDER
from pipeline.model import Directory
from pipeline.pages.pdf import ContactLine, FrontBlock
from pipeline.register.policies.policies import VersionRow
from pipeline.resources import template_folder

RENDERER = "16"
"""The edition of the copies; raised when the same source would give a different copy."""
_MOST_PARTS = 256


def fingerprint_of(version: VersionRow, directory: Directory, front: FrontBlock, template: str, base_url: str) -> str:
    """Return a hash of the version and whom its copy names, a colon, and a hash of all that goes into the copy."""
    people = dict(_plain(directory))
    if not directory.settled:
        # As before there were any: copies that were made then are not made again for it.
        del people["settled"]
    lines = [_plain(line) for line in front.contacts]
    named = [version.sha256, people, lines]
    shown = {each.name: getattr(front, each.name) for each in fields(front)}
    shown |= {"contacts": lines, "safety": _plain(front.safety)}
    return f"{_hash_of(named)}:{_hash_of([RENDERER, named, shown, template, base_url])}"


@lru_cache(maxsize=_MOST_PARTS)
def _plain(part: Directory | ContactLine | SafetyLines) -> Mapping[str, Any]:
    """Return the values of a part that most copies of a day have alike, by their names."""
    return asdict(part)


def _hash_of(parts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def template_hash(overrides: Path) -> str:
    """Return a hash of the templates copies are set with: the packaged ones and the school's own over them."""
    digest = hashlib.sha256()
    for folder in (template_folder() / FOLDER, overrides / FOLDER):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
