"""What a copy was made of, as one hash: while nothing of it changed, ``shelf`` makes no new one."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.copies.copy_files import FOLDER
from pipeline.model import Directory
from pipeline.pages.pdf import FrontBlock
from pipeline.register.policies.policies import VersionRow
from pipeline.resources import template_folder

RENDERER = "12"
"""The edition of the copies; raised when the same source would give a different copy."""


def fingerprint_of(version: VersionRow, directory: Directory, front: FrontBlock, template: str, base_url: str) -> str:
    """Return a hash of the version and whom its copy names, a colon, and a hash of all that goes into the copy."""
    people = asdict(directory)
    if not directory.settled:
        # As before there were any: copies that were made then are not made again for it.
        del people["settled"]
    named = [version.sha256, people, [asdict(line) for line in front.contacts]]
    return f"{_hash_of(named)}:{_hash_of([RENDERER, named, asdict(front), template, base_url])}"


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
