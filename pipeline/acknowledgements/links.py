"""Personal links and the tokens of their forms: who may see which page, and what a form is for.

Made when mail is composed, read by the pages. A link names a person and the random key of their row, signed with the
workspace's secret; it lives until the person leaves, however many newer mails there are.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow, find_person, is_page_theirs
from pipeline.register.transaction import Transaction
from pipeline.secret_sources import find_link_secret, link_secret_path, make_link_secret

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

_LINK = "personal-link"
_FORM = "record-reading"
_DECLARATION = "declare"
_BOTH_NAMES = "both-names"
_STAND_IN = 1
"""Who is looked up where a token names nobody: as good as any."""


def find_secret(config: Config, environ: Mapping[str, str], *, skip_file: bool = False) -> str | None:
    """Return the secret that signs links, None where there is none, as ``secret_sources.find_link_secret`` does."""
    return find_link_secret(config.root, environ, skip_file=skip_file)


def secret_path(config: Config) -> Path:
    """Return where the secret lies that was made by the program."""
    return link_secret_path(config.root)


def make_secret(config: Config) -> str:
    """Make the secret of a workspace that has none, and return it. Raises ConfigurationError where it cannot."""
    return make_link_secret(config.root)


def opens_link(secret: str, token: str) -> bool:
    """Tell whether the token of a personal page was signed with ``secret``, whose page it is."""
    return _load(secret, _LINK, token) is not None


def personal_link(config: Config, secret: str, row: PersonRow, school: str) -> str:
    """Return the address of a person's own page; empty without ``[web] base_url``."""
    return f"{config.web.base_url}/my/{person_token(secret, school, row)}" if config.web.base_url else ""


def person_token(secret: str, school: str, row: PersonRow) -> str:
    """Return the token of a person's page: the same each time, until the row's key changes."""
    return str(_serializer(secret, _LINK).dumps([school, row.id, row.token_key]))


def resolve_token(tx: Transaction, school: str, secret: str, token: str, today: date) -> PersonRow | None:
    """Return whose page ``token`` opens; None for a forged one, another school's, or that of a reader who left.

    A reader is looked up in every case, a stand-in where the token names nobody here, so that a stranger cannot tell
    the cases apart by the time they take.
    """
    parts = _load(secret, _LINK, token)
    told_school, row_id, key = parts if parts is not None and len(parts) == 3 else ("", 0, "")
    is_here = told_school == school and isinstance(row_id, int)
    row = find_person(tx, school, row_id if is_here and isinstance(row_id, int) else _STAND_IN, today)
    if row is None:
        return None
    is_theirs = is_page_theirs(tx, school, row.id)
    is_theirs &= secrets.compare_digest(str(key).encode(), row.token_key.encode())
    return row if not has_left(row.person, today) and is_here and is_theirs else None


def form_token(
    secret: str, school: str, row: PersonRow, *, policy_id: int, version_id: int, both_names: bool = False
) -> str:
    """Return the token of one form: this person, this version of this policy, to record a reading and nothing else.

    ``both_names``: the surname stands on the page around the form, which therefore wants the first name with it.
    """
    return _form(secret, _FORM, school, row, [policy_id, version_id], both_names=both_names)


def declaration_token(
    secret: str, school: str, row: PersonRow, *, request: int, answer: str, both_names: bool = False
) -> str:
    """Return the token of one form: this person, one answer to this request for a declaration, and nothing else.

    ``both_names`` as in ``form_token``.
    """
    return _form(secret, _DECLARATION, school, row, [request, answer], both_names=both_names)


def _form(secret: str, purpose: str, school: str, row: PersonRow, what: Sequence[object], *, both_names: bool) -> str:
    parts: list[object] = [school, row.id, row.token_key, *what]
    return str(_serializer(secret, purpose).dumps([*parts, _BOTH_NAMES] if both_names else parts))


@dataclass(frozen=True, slots=True)
class FormSubject:
    """What a form on a personal page is for."""

    policy_id: int
    version_id: int
    both_names: bool = False
    """It wants first name and surname."""


def read_form_token(secret: str, school: str, row: PersonRow, token: str) -> FormSubject | None:
    """Return what a form of ``row`` is for; None where the token is forged or was made for another reader."""
    what, both_names = _read_form(secret, _FORM, school, row, token)
    match what:
        case [int(policy_id), int(version_id)]:
            return FormSubject(policy_id, version_id, both_names=both_names)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class DeclarationSubject:
    """What a form for a declaration is for."""

    request: int
    """The register's key."""
    answer: str
    both_names: bool = False
    """It wants first name and surname."""


def read_declaration_token(secret: str, school: str, row: PersonRow, token: str) -> DeclarationSubject | None:
    """Return what a form of ``row`` declares; None where the token is forged or was made for another reader."""
    what, both_names = _read_form(secret, _DECLARATION, school, row, token)
    match what:
        case [int(request), str(answer)]:
            return DeclarationSubject(request, answer, both_names=both_names)
        case _:
            return None


def _read_form(secret: str, purpose: str, school: str, row: PersonRow, token: str) -> tuple[Sequence[object], bool]:
    """Return what a form of ``row`` is for, nothing where it is not theirs, and whether it wants both names."""
    parts = _load(secret, purpose, token)
    if parts is None or parts[:3] != [school, row.id, row.token_key]:
        return (), False
    both_names = parts[-1] == _BOTH_NAMES
    return (parts[3:-1] if both_names else parts[3:]), both_names


def _serializer(secret: str, purpose: str) -> "URLSafeSerializer":
    from itsdangerous import URLSafeSerializer

    return URLSafeSerializer(secret, salt=f"policy-pipeline.{purpose}", signer_kwargs={"digest_method": hashlib.sha256})


def _load(secret: str, purpose: str, token: str) -> list[object] | None:
    from itsdangerous import BadData

    try:
        parts = _serializer(secret, purpose).loads(token[:2000])
    except (BadData, ValueError):
        return None
    return parts if isinstance(parts, list) else None
