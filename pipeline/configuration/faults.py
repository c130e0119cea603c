"""What is wrong with ``config.toml``, in sentences that begin with the key as it stands in the file.

``config`` reads the file, gives its tables here before it checks them, and what the check found after it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.configuration.values import WrongKeysError
from pipeline.errors import Fault
from pipeline.model.people import BY_HAND
from pipeline.text.addresses import is_address
from pipeline.text.lazily import compiled_lazily

_ROLE = compiled_lazily(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KNOWN_ROLES = (
    "dsl", "deputy-dsl", "headteacher", "chair-of-governors", "safeguarding-governor", "lado", "senco",
    "childrens-social-care", "designated-teacher", "data-protection-officer", "clerk", "office",
)  # fmt: skip
"""The roles that documents are read for, and the office; a school may add its own."""
_SAID_OTHERWISE = {
    "ddsl": "deputy-dsl",
    "deputy-safeguarding-lead": "deputy-dsl",
    "deputy-designated-safeguarding-lead": "deputy-dsl",
    "safeguarding-lead": "dsl",
    "designated-safeguarding-lead": "dsl",
}


_NO_KEYS = ("root", "trust_name", "former_contacts", "next_contacts", "tell_contacts")
"""What ``Config`` has besides the keys of its file."""


def sort_contacts(tables: dict[str, Any]) -> list[Fault]:
    """Move ``former``, ``next`` and ``tell`` out of ``contacts`` and turn every role into a list; return the faults."""
    faults = [Fault(key, "is not a key of this file; take it out", joint=" ") for key in _NO_KEYS if key in tables]
    for key in _NO_KEYS:
        tables.pop(key, None)
    contacts = tables.get("contacts", {})
    if not isinstance(contacts, dict):
        return faults
    for key in ("former", "next", "tell"):
        if key in contacts:
            tables[f"{key}_contacts"] = contacts.pop(key)
    for role in list(contacts):
        if fault := role_fault(role):
            faults.append(Fault(f"contacts.{role}", fault))
            contacts.pop(role)
        elif isinstance(contacts[role], dict):
            contacts[role] = [contacts[role]]
    for key in ("former", "next"):
        faults += _role_faults(key, tables.get(f"{key}_contacts"))
    if isinstance(contacts.get("office"), list):
        contacts["office"] = [_named_office(entry) for entry in contacts["office"]]
    return faults


def _role_faults(key: str, entries: object) -> list[Fault]:
    """Return what is wrong with the roles of ``[[contacts.former]]`` or ``[[contacts.next]]``; others see the rest."""
    roles = [entry.get("role") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    told = {role: role_fault(role.strip()) for role in roles if isinstance(role, str) and role.strip()}
    return [Fault(f"contacts.{key}.role", fault, joint=f" {role!r}: ") for role, fault in told.items() if fault]


def role_fault(role: str) -> str | None:
    """Return what is wrong with the name of a role, and which was meant where that can be told; None if it is right.

    A slip would make a role of its own, which no document is read for: its holder would never reach a copy.
    """
    if role in KNOWN_ROLES:
        return None
    near = _nearest(re.sub(r"[\W_]+", "-", role.casefold()).strip("-"))
    if near:
        return f"this role is written {near}, once for each person who holds it"
    return None if _ROLE.fullmatch(role) else "a role is written in small letters and hyphens, like deputy-dsl"


def _nearest(role: str) -> str | None:
    """Return the known role that a name is but for a number, a letter of short ones or two letters of long ones."""
    from rapidfuzz.distance import OSA

    bare = re.sub(r"(?<=[a-z])-?\d+$", "", role)
    if bare in KNOWN_ROLES or bare in _SAID_OTHERWISE:
        return _SAID_OTHERWISE.get(bare, bare)
    distances = {known: OSA.distance(bare, known) for known in KNOWN_ROLES}
    near = min(distances, key=distances.__getitem__)
    return near if distances[near] <= (1 if len(near) < 8 else 2) else None


def list_faults(source: str, names: Sequence[str]) -> list[Fault]:
    """Return what is wrong with the names of ``[[people.lists]]``; ``source`` is that of the staff list."""
    taken = {
        _folded(source): "the staff list",
        _folded(BY_HAND): "those added with 'policy staff add'",
    }
    faults = []
    for number, name in enumerate(names, start=1):
        if other := taken.get(_folded(name)):
            said = f"{name!r} is the name of {other}; give list {number} a name of its own"
            faults.append(Fault("people.lists", said))
        taken.setdefault(_folded(name), f"list {number}")
    return faults


def default_owner_fault(owner: str, contacts: Mapping[str, Sequence[str]], roles: Iterable[str]) -> list[Fault]:
    """Return what is wrong with ``[review] default_owner``, if anything, naming what would be right.

    It is an address, a role or name of ``contacts`` (names by role), or one of ``[people.roles]``.
    """
    known = {_folded(word) for role, names in contacts.items() for word in (role, *names)} | {*map(_folded, roles)}
    if not owner or is_address(owner) or _folded(owner) in known:
        return []
    said = [f'"{role}"' for role in (*contacts, *roles) if role != "office"]
    others = f", or one of {', '.join(said)}" if said else ""
    fault = f"{owner!r} is nobody in this file; write an address like name@school.sch.uk{others}"
    return [Fault("review.default_owner", fault)]


def _folded(words: str) -> str:
    return "-".join(re.findall(r"\w+", words.casefold()))


def _named_office(entry: object) -> object:
    """The office is no person: it needs no name of its own."""
    return {"name": "School office", **entry} if isinstance(entry, dict) else entry


def sign_in_faults(microsoft: bool, google: bool, base_url: str) -> list[Fault]:
    """Return what is missing for signing in with a provider: it sends people back to a known address only."""
    used = [name for name, is_used in (("microsoft", microsoft), ("google", google)) if is_used]
    words = "needs the web address of these pages, to which people come back from signing in"
    return [] if base_url else [Fault(f"accounts.{name}", words, joint=" ") for name in used]


_CLIENT_SECRET = "put it into the environment as POLICY_MAIL_CLIENT_SECRET"
_SECRETS = {
    "password": "put it into the environment as POLICY_SMTP_PASSWORD",
    "client_secret": _CLIENT_SECRET,
    "secret": _CLIENT_SECRET,
}
"""What somebody might write into the file as a key, and where it belongs."""
_SIGN_IN_SECRETS = {
    "microsoft": "put it into the environment as POLICY_MICROSOFT_SIGN_IN_SECRET",
    "google": "put it into the environment as POLICY_GOOGLE_SIGN_IN_SECRET",
}
"""The same below ``[accounts]``, by table."""
_WORDS = {
    "extra_forbidden": "is not a key of this file; check its spelling or take it out",
    "missing": "is missing",
}


def say_faults(error: Any) -> list[Fault]:
    """Turn one validation error into sentences that begin with the key: one, or each of those a table told at once."""
    found = error["ctx"]["error"] if error["type"] == "value_error" else None
    if not isinstance(found, WrongKeysError):
        return [_say_fault(error)]
    table = _key_of(_parts_of(error))
    return [replace(fault, key=f"{table}.{fault.key}" if fault.key else table) for fault in found.faults]


def _parts_of(error: Any) -> list[str]:
    """Return the keys and numbers that lead to the value."""
    return [
        str(part)
        for part in error["loc"]
        if not (isinstance(part, str) and part.startswith(("function-", "tuple[", "constrained-", "[key]")))
    ]


def _key_of(parts: Sequence[str]) -> str:
    """Return the key as it stands in the file."""
    key = ".".join(part for part in parts if not part.isdigit())
    if parts[:2] == ["reading", "rules"] and len(parts) > 2:
        key = f"rule {int(parts[2]) + 1} of [[reading.rules]], {'.'.join(part for part in parts[3:4])}".rstrip(", ")
    key = key.replace("former_contacts", "contacts.former").replace("next_contacts", "contacts.next")
    key = key.replace("tell_contacts", "contacts.tell")
    return key.replace("accounts.people.", "accounts.")


def _say_fault(error: Any) -> Fault:
    parts = _parts_of(error)
    key = _key_of(parts)
    if error["type"] == "value_error":
        return Fault(key, str(error["ctx"]["error"]))
    if error["type"] == "extra_forbidden" and parts[-1] in _SECRETS:
        where = _SIGN_IN_SECRETS.get(parts[-2] if len(parts) > 1 else "", _SECRETS[parts[-1]])
        return Fault(key, f"a secret never stands in this file; {where}, or put it into the system keyring")
    if error["type"] == "extra_forbidden" and parts[:-1] == ["accounts"]:
        return Fault(key, 'a key here is a work address, like "jo.marsh@example.org" = "owner"')
    if error["type"] in _WORDS:
        return Fault(key, _WORDS[error["type"]], joint=" ")
    if error["type"].startswith("date_"):
        return Fault(key, f"write the day as 2026-09-01, without quotation marks, not {error['input']!r}")
    if error["type"] == "model_type":
        return Fault(key, f"write it once, under the heading [{key}], with a line for each of its keys below")
    if error["type"] == "tuple_type":
        headed = "each under a heading of its own in two brackets, [[…]]"
        written = headed if isinstance(error["input"], dict) else 'a list in brackets, like ["one", "two"]'
        return Fault(key, f"write {written}, not {error['input']!r}")
    if error["type"] in ("int_parsing", "int_type"):
        return Fault(key, f"write a whole number without quotation marks, not {error['input']!r}")
    return Fault(key, f"{error['msg'][0].lower()}{error['msg'][1:]}, not {error['input']!r}")


def say_unreadable(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Return where and why a file is not written as TOML should be: the line itself, and how to mend it."""
    said = str(error)
    if match := _TWICE.search(said):
        table = ".".join(re.findall(r"'([^']+)'", match[1]))
        if table.startswith("contacts."):
            return (
                f"[{table}] stands in it twice. People who hold a role side by side each stand under [[{table}]], "
                "in two brackets; who held it before stands under [[contacts.former]]. Of one person, delete one."
            )
        return f"[{table}] stands in it twice; put everything of it under one heading and delete the other."
    place = _LINE.search(said)
    lines = text.splitlines()
    number = min(int(place[1]), len(lines)) if place else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    slips = (*(_AGAIN if _OVERWRITTEN in said else ()), *_SLIPS)
    hint = next((words for pattern, words in slips if pattern.search(line)), "")
    return f"line {number}, {line!r}: {hint or said + '.'}"


_LINE = compiled_lazily(r"at line (\d+)")
_TWICE = compiled_lazily(r"(?:Cannot declare|Cannot mutate) (\(.*?\))")
_OVERWRITTEN = "Cannot overwrite a value"
_AGAIN = (
    (
        compiled_lazily(r"^\[\["),
        "the same heading stands in one bracket above; write it in two brackets there as well.",
    ),
    (compiled_lazily(r"="), "this key stands there already, under the same heading; keep one of the two."),
)
"""What is told of a line whose key or heading is there already."""
_SLIPS = (
    (compiled_lazily(r"[“”„‘’]"), 'write straight quotation marks: "…".'),
    (
        compiled_lazily("\N{NO-BREAK SPACE}"),
        "it has spaces that were copied and are none to a program; type them anew.",
    ),
    (
        compiled_lazily(
            r"[=\[,]\s*(?!\d{4}-\d\d-\d\d\b)(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}([/.-])\d{1,2}\1\d{1,2})\s*(?:$|[,\]#])"
        ),
        "write each day as 2026-09-01.",
    ),
    (compiled_lazily(r"(?i)=\s*(?:true|false|yes|no|on|off)\s*(?:#|$)"), "write true or false, in small letters."),
    (compiled_lazily(r"=\s*\[.*[\"\d]\s+[\"\d]"), "put a comma between two values."),
    (compiled_lazily(r"=\s*'[^']*'[^\W\d]"), "write what has an apostrophe in it between double quotation marks."),
    (compiled_lazily(r"=\s*(?:0\d|\+?\d+ \d)"), 'put a telephone number into quotation marks: "01632 960123".'),
    (compiled_lazily(r"=\s*(?:\"[^\"]*|'[^']*)$"), "the quotation mark at the end is missing."),
    (compiled_lazily(r'"[^"]*\\[^"]*"'), "write / instead of \\ in a path."),
    (compiled_lazily(r"=\s*$"), 'nothing stands after the =; write a value, or "" for none.'),
    (compiled_lazily(r"=\s*[^\W\d][^\"']*$"), 'put words into quotation marks: "…".'),
    (compiled_lazily(r"^\[[^\]]*$"), "the bracket ] at the end is missing."),
    (compiled_lazily(r"^[\w.-]+\s*:"), "write = instead of : between key and value."),
)
"""How a line looks that is no TOML, and what mends it; the first that fits is told."""
