"""What a copy was made of, as one hash: while nothing of it changed, ``shelf`` makes no new one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from pipeline.contacts.safety_lines import SafetyLines
from pipeline.copies.common_parts import once_for_each
from pipeline.copies.copy_files import FOLDER
from pipeline.model.contacts import Directory, ShownDirectory
from pipeline.pages.pdf import ContactLine, FrontBlock, front_contacts, said_to_cover
from pipeline.register.policies.policies import VersionRow
from pipeline.resources import template_folder

RENDERER = "33"
"""The edition of the copies; raised when the same source would give a different copy."""


def fingerprint_of(version: VersionRow, directory: Directory, front: FrontBlock, template: str, base_url: str) -> str:
    """Return a hash of the version and whom its copy names, a colon, and a hash of all that goes into the copy."""
    lines = _lines(front.contacts)
    named = _named(version, directory, lines)
    shown = {name: _written(getattr(front, name)) for name in _SHOWN}
    shown |= {"contacts": lines, "safety": _written_part(front.safety)}
    whole = _list_of([_written(RENDERER), named, _object_of(shown), _written(template), _written(base_url)])
    return f"{_hash_of(named)}:{_hash_of(whole)}"


def named_of(version: VersionRow, directory: Directory, contacts: Sequence[ContactLine]) -> str:
    """Return the first hash of ``fingerprint_of``: of the version and whom its copy names."""
    return _hash_of(_named(version, directory, _lines(contacts)))


def _lines(contacts: Sequence[ContactLine]) -> str:
    return _list_of([_written_part(line) for line in contacts])


def _named(version: VersionRow, directory: Directory, lines: str) -> str:
    return _list_of([_written(version.sha256), _written_directory(directory), lines])


_SHOWN = tuple(each.name for each in fields(FrontBlock) if each.name not in ("contacts", "safety"))


@once_for_each
def _written_directory(directory: Directory) -> str:
    """Return a directory as JSON."""
    people = asdict(directory)
    for name in ("settled", "staying"):
        if not people[name]:
            # As before there were any: copies that were made then are not made again for it.
            del people[name]
    return _written(people)


@once_for_each
def _written_part(part: ContactLine | SafetyLines) -> str:
    """Return a person or something else that the front says as JSON."""
    # Who stands in for a few days is said in mails alone: no copy is made again for it.
    return _written({name: value for name, value in asdict(part).items() if name != "cover"})


_encode = json.JSONEncoder(sort_keys=True, default=str).encode


def _written(value: object) -> str:
    return "null" if value is None else _encode(value)


def _list_of(written: Sequence[str]) -> str:
    """Return what ``_written`` returns for a list, whose entries are written already."""
    return f"[{', '.join(written)}]"


def _object_of(written: Mapping[str, str]) -> str:
    """Return what ``_written`` returns for an object, whose values are written already."""
    return "{" + ", ".join(f'"{name}": {written[name]}' for name in sorted(written)) + "}"


def _hash_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def template_hash(overrides: Path) -> str:
    """Return a hash of the templates copies are set with: the packaged ones and the school's own over them."""
    digest = hashlib.sha256()
    for folder in (template_folder() / FOLDER, overrides / FOLDER):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@once_for_each
def contacts_on_front(directory: ShownDirectory) -> tuple[ContactLine, ...]:
    """Return the lines of contacts at the head of every copy, with whom a deputy covers for."""
    return tuple(said_to_cover(line, directory) for line in front_contacts(directory))
