"""Which database a register is in, by ``[register] url``, and who signs in to it; never with a password in words."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pipeline.errors import RegisterError
from pipeline.secret_sources import read_secret

PASSWORD = "POLICY_REGISTER_PASSWORD"
"""The environment variable that has the password, or with ``_FILE`` names a file that has it."""
_EXAMPLE = "postgresql+psycopg://policy@db.example.org:5432/policy"
_KNOWN = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "host", "channel_binding", "gssencmode"})
"""What may stand behind the question mark: how the connection is secured, or the folder of a Unix socket."""
_CONNECT_SECONDS = 10
_ALIVE: Mapping[str, int] = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""So that a server that is gone without a word is missed within a minute."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """One database on a server."""

    user: str
    host: str
    port: int
    database: str
    options: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return it in words."""
        return f"the database {self.database} at {self.host}:{self.port}"

    def to_connect(self, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return what the driver needs to connect; without a password here it looks into ``~/.pgpass`` by itself.

        Raises ConfigurationError where the file with the password cannot be read.
        """
        password = read_secret(os.environ if environ is None else environ, PASSWORD, self.keyring_name)
        given: dict[str, Any] = {
            "user": self.user,
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "connect_timeout": _CONNECT_SECONDS,
            "client_encoding": "utf8",
            **_ALIVE,
            **dict(self.options),
        }
        return given if password is None else {**given, "password": password}

    @property
    def keyring_name(self) -> str:
        """Under which name the system keyring has the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.database}"


def server_place(url: str) -> ServerPlace:
    """Return the database that ``[register] url`` names.

    Raises RegisterError for one that is incomplete, or has a password in it, which is not repeated.
    """
    try:
        parts = urlsplit(url)
        port, user, secret = parts.port, unquote(parts.username or ""), parts.password
        options = tuple(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise RegisterError(f"[register] url is no address of a database. It looks like {_EXAMPLE}") from error
    if secret is not None or any(name == "password" for name, _ in options):
        raise RegisterError(
            "[register] url has a password in it, where everybody who may read config.toml sees it. Take it out there, "
            f"and put it into the environment variable {PASSWORD}, a file named by {PASSWORD}_FILE, the system keyring "
            "or ~/.pgpass; then change it on the server."
        )
    if unknown := [name for name, _ in options if name not in _KNOWN]:
        raise RegisterError(
            f"[register] url says {unknown[0]} behind its question mark, which means nothing here. What may stand "
            f"there: {', '.join(sorted(_KNOWN))}."
        )
    database = unquote(parts.path.removeprefix("/"))
    host = dict(options).get("host") or unquote(parts.hostname or "")
    missing = [what for what, there in (("user", user), ("server", host), ("database", database)) if not there]
    if missing or "\0" in f"{user}{host}{database}":
        raise RegisterError(
            f"[register] url names no {missing[0] if missing else 'database'}. It looks like {_EXAMPLE}"
        )
    rest = tuple((name, value) for name, value in options if name != "host")
    return ServerPlace(user, host, port or 5432, database, rest)
