"""What a copy was made of, as one hash: while nothing of it changed, ``shelf`` makes no new one."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from pipeline.contacts.safety_lines import SafetyLines
from pipeline.copies.copy_files import FOLDER
from pipeline.model.contacts import Directory, ShownDirectory
from pipeline.pages.pdf import ContactLine, FrontBlock, front_contacts, said_to_cover
from pipeline.register.policies.policies import VersionRow
from pipeline.resources import template_folder

RENDERER = "34"
"""The edition of the copies; raised when the same source would give a different copy."""


def fingerprint_of(version: VersionRow, directory: Directory, front: FrontBlock, template: str, base_url: str) -> str:
    """Return a hash of the version and whom its copy names, a colon, and a hash of all that goes into the copy."""
    named = _named(version, directory, front.contacts)
    shown = {name: getattr(front, name) for name in _SHOWN}
    shown |= {"contacts": named[-1], "safety": _part(front.safety)}
    return f"{_hash_of(named)}:{_hash_of([RENDERER, named, shown, template, base_url])}"


def named_of(version: VersionRow, directory: Directory, contacts: Sequence[ContactLine]) -> str:
    """Return the first hash of ``fingerprint_of``: of the version and whom its copy names."""
    return _hash_of(_named(version, directory, contacts))


_SHOWN = tuple(each.name for each in fields(FrontBlock) if each.name not in ("contacts", "safety"))


def _named(version: VersionRow, directory: Directory, contacts: Sequence[ContactLine]) -> list[object]:
    people = asdict(directory)
    for name in ("settled", "staying"):
        if not people[name]:
            # As before there were any: copies that were made then are not made again for it.
            del people[name]
    return [version.sha256, people, [_part(line) for line in contacts]]


def _part(part: ContactLine | SafetyLines) -> dict[str, object]:
    """Return a person or something else that the front says, by its fields."""
    # Who stands in for a few days is said in mails alone: no copy is made again for it.
    return {name: value for name, value in asdict(part).items() if name != "cover"}


def _hash_of(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def template_hash(overrides: Path) -> str:
    """Return a hash of the templates copies are set with: the packaged ones and the school's own over them."""
    digest = hashlib.sha256()
    for folder in (template_folder() / FOLDER, overrides / FOLDER):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def contacts_on_front(directory: ShownDirectory) -> tuple[ContactLine, ...]:
    """Return the lines of contacts at the head of every copy, with whom a deputy covers for."""
    return tuple(said_to_cover(line, directory) for line in front_contacts(directory))
