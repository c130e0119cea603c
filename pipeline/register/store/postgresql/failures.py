"""What PostgreSQL says when it cannot go on, in words for the school office and the trust's IT."""

import re

import psycopg
from sqlalchemy.exc import DBAPIError

from pipeline.errors import RegisterError
from pipeline.register.store.postgresql.hashes import DAMAGED
from pipeline.register.store.postgresql.place import PASSWORD, ServerPlace

_KEPT = "What was recorded before is kept, and nothing of this was done by half."
_AGAIN = f"{_KEPT} Run this again once it is there; a server that runs ('policy serve') tries again by itself."
_SAFETY_COPY = "Put its last safety copy back, or ask whoever looks after the server before you delete anything."


def explain(error: Exception, name: str, place: ServerPlace) -> RegisterError | None:
    """Return the error to raise for a database that cannot be used, None for anything else (a fault of the program)."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return None
    said = _by_state(cause.sqlstate or "", name, place) or _without_state(cause, name, place)
    return None if said is None else RegisterError(said)


def explain_refusal(error: Exception, name: str, place: ServerPlace) -> str | None:
    """Return the words for a server that lets nobody in until a setting there is changed; None for anything else.

    So it is with a wrong password, a database that is not there, a right that is missing, and encryption that cannot be
    agreed on. ``error`` may have been raised from the server's own.
    """
    at: BaseException | None = error
    while at is not None and not isinstance(at, DBAPIError | psycopg.Error):
        at = at.__cause__
    explained = None if at is None else explain(at, name, place)
    for_good = (
        _refused(place),
        *(_state_words(state, name, place) for state in ("3D000", "42501")),
        _of_encryption(str(at), place),
    )
    return str(explained) if explained is not None and str(explained) in for_good else None


def _without_state(error: psycopg.Error, name: str, place: ServerPlace) -> str | None:
    """Return the words for what the driver found by itself: the server does not answer, or did not let anybody in."""
    words = str(error)
    if isinstance(error, psycopg.DataError) and "NUL" in words:
        return (
            f"{name} cannot keep what was to be written: it holds a character (NUL) that PostgreSQL has no place for. "
            "Take it out where the words come from. Nothing was written."
        )
    if not isinstance(error, psycopg.OperationalError) or error.sqlstate:
        return None
    if "no password supplied" in words or "password authentication failed" in words:
        return _refused(place)
    if f'database "{place.database}" does not exist' in words:
        return _state_words("3D000", name, place)
    if "too many" in words:
        return _state_words("53300", name, place)
    if f'role "{place.user}" does not exist' in words or "authentication" in words or "pg_hba" in words:
        return _refused(place)
    return _of_encryption(words, place) or f"{name} cannot be reached. {_AGAIN}"


_OPTION = re.compile(r'invalid (\w+) value: "([^"]*)"')
_FILE = re.compile(r'(?:certificate|private key|revocation list) file "([^"]+)"[: ]+([^;\n]+)')
_BEFORE = re.compile(r".*(?:failed|bad): ", re.DOTALL)


def _of_encryption(words: str, place: ServerPlace) -> str | None:
    """Return the words where encryption could not be agreed on, by what libpq says; None for anything else."""
    server = f"server at {place.host}:{place.port}"
    if option := _OPTION.search(words):
        may = " It may be disable, allow, prefer, require, verify-ca or verify-full." if option[1] == "sslmode" else ""
        return f"[register] url sets {option[1]} to {option[2]!r}, which is none of its words.{may}"
    if "does not support SSL" in words:
        return (
            f"The {server} offers no encrypted connection, and [register] url asks for one (sslmode). Whoever looks "
            "after the server turns it on there (ssl = on)."
        )
    if file := _FILE.search(words):
        return (
            f"The connection to the {server} could not be encrypted: the file {file[1]}, which [register] url names or "
            f"the driver looks for by itself, cannot be used ({file[2].strip()})."
        )
    if "certificate verify failed" in words or "does not match host name" in words:
        why = "is for another name" if "host name" in words else "is not signed by whom sslrootcert names"
        return (
            f"The {server} shows a certificate that {why}, so nothing was sent to it. Name the server in [register] "
            "url as its certificate does, and in sslrootcert the authority that signed it. A weaker sslmode would let "
            "whoever stands between read the register."
        )
    if "channel binding" in words or "SSL" in words or "GSSAPI" in words:
        said = _BEFORE.sub("", words).strip().splitlines()[0].rstrip(". ")
        return f"The connection to the {server} could not be secured as [register] url asks: {said}."
    return None


def _by_state(state: str, name: str, place: ServerPlace) -> str | None:
    """Return the words for an error of the server's by its code; PostgreSQL's documentation, appendix A."""
    if state[:2] in ("08", "57") and state != "57014":
        return f"{name} cannot be reached, or has ended the connection. {_AGAIN}"
    if state[:2] == "28":
        return _refused(place)
    if state in ("XX001", "XX002", DAMAGED):
        return f"{name} is damaged. {_SAFETY_COPY}"
    return _state_words(state, name, place)


def _state_words(state: str, name: str, place: ServerPlace) -> str | None:
    words = {
        "3D000": f"There is no database {place.database} at {place.host}:{place.port}. Whoever looks after the server "
        "makes it; docs/postgresql.md says how.",
        "42501": f"{place.user} may not do this in the database {place.database} at {place.host}:{place.port}. Whoever "
        "looks after the server gives the right; docs/postgresql.md says which.",
        "42P01": f"{name} is not where it was any more: it was moved, or an earlier one was put in its place. Nothing "
        "more is written. Start this again.",
        "53100": f"The drive that holds {name[:1].lower()}{name[1:]} is full. {_KEPT} Make room, then run this again.",
        "53300": f"{name} takes no more connections. {_KEPT} Let the server take more, or run this later.",
        "55P03": f"{name} is being written by another program. Wait until it has finished, then try again.",
        "57014": f"{name} was told to stop this question. {_KEPT} Run this again.",
    }
    return words.get(state)


def _refused(place: ServerPlace) -> str:
    return (
        f"The server at {place.host}:{place.port} does not let {place.user} in. The password comes from the "
        f"environment variable {PASSWORD}, a file named by {PASSWORD}_FILE, the system keyring (as "
        f"{place.keyring_name}) or ~/.pgpass; the server's pg_hba.conf says who may come from where."
    )
