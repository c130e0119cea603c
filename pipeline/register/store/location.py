"""Where a register may live: an ordinary file on a drive of this machine, or a PostgreSQL database.

SQLite's locks do not hold across a network, and a folder that is synchronised copies the database in the middle of a
write; both lose records without a word. ``database`` asks here before it opens anything,
and a caller that must do otherwise where there is no register yet asks here too.
"""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit

from pipeline.errors import RegisterError, UsageError
from pipeline.text.lazily import compiled_lazily

_NETWORK_TYPES = frozenset(
    {
        "9p",
        "afpfs",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "drvfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.google-drive-ocamlfuse",
        "fuse.onedriver",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
    }
)

# The folder names the common programs choose by themselves; "OneDrive - West Park School" is one of them.
_SYNCHRONISED = compiled_lazily(
    r"(one ?drive|dropbox|google ?drive|my drive|icloud ?drive|icloud~.*|mobile documents|com~apple~clouddocs"
    r"|cloudstorage|box|box sync|nextcloud|owncloud|sync\.com|pcloud ?drive|mega|megasync)( ?[-(].*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SERVER = ("postgresql+psycopg", "postgresql", "postgres")
_ELSEWHERE = (
    "Put it on a drive of this computer: set [register] url in config.toml to a path such as "
    "C:/policy-register/register.sqlite3 (Windows) or /var/lib/policy/register.sqlite3."
)


def is_on_server(url: str) -> bool:
    """Tell whether ``[register] url`` names a PostgreSQL database; any other kind is no register."""
    return _SCHEME.match(url) is not None and url.partition("://")[0].lower() in _SERVER


def register_path(url: str, *, root: Path) -> Path:
    """Return the file that ``[register] url`` names; of a database on a server, where such a file would lie.

    What lies beside a register is named after it, in the workspace where a server keeps the register itself. ``url`` is
    a path or ``sqlite:///`` and a path (four slashes for one from the root of the drive); a relative path counts from
    ``root``, the folder of ``config.toml``. Raises RegisterError for any other kind of database.
    """
    if is_on_server(url):
        return root / "distribution" / "register-on-server"
    if url.startswith("sqlite:///"):
        name = unquote(url.removeprefix("sqlite:///"))
    elif _SCHEME.match(url):
        kind = url.partition("://")[0].partition("+")[0]
        if kind.lower() in ("postgresql", "postgres"):
            raise RegisterError(
                "[register] url names PostgreSQL by another driver's word. It begins with postgresql+psycopg://"
            )
        raise RegisterError(
            f"[register] url begins with {kind}://, which is no register. Use a path to a file, or postgresql+psycopg://"
        )
    else:
        name = url
    if not name or name.startswith(":memory:"):
        raise RegisterError("[register] url names no file, so nothing would be remembered. Use a path to a file.")
    if "\0" in name:
        raise RegisterError("[register] url holds a character that no file name can have. Use a path to a file.")
    return root / name


def refuse_no_address(url: str) -> None:
    """Raise UsageError where ``url`` is a word, and no address of a database or of a register's file."""
    if not _SCHEME.match(url) and not url.lower().endswith(".sqlite3"):
        raise UsageError(
            f"{url} is no address of a database, such as postgresql+psycopg://policy@db.example.org:5432/policy; back "
            "into a file it is sqlite:///distribution/register-2.sqlite3. Nothing was changed."
        )


def register_name(url: str, *, root: Path) -> str:
    """Return where the register is, in words: its file, or the database and its server; never with a password.

    Raises RegisterError for a kind of database that is none.
    """
    path = register_path(url, root=root)
    if not is_on_server(url):
        return str(path)
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return (
        f"the database {unquote(parts.path.removeprefix('/'))} at {unquote(parts.hostname or '') or 'a server'}{port}"
    )


def refuse_shared_drive(path: Path, *, mounts: str | None) -> None:
    """Raise RegisterError if ``path`` lies on a network drive or in a synchronised folder.

    ``mounts`` is the text of ``/proc/mounts`` where the system has one, else None: then only names can tell.
    """
    for place in _as_given_and_resolved(path):
        if _is_network_name(str(place)):
            raise RegisterError(f"The register {path} lies on a network drive, where records can be lost. {_ELSEWHERE}")
        folder = _synchronised_folder(place.parts[:-1])
        if folder is not None:
            raise RegisterError(
                f"The register {path} lies in {folder}, a folder that is copied to the internet while it is written, "
                f"so records can be lost. {_ELSEWHERE}"
            )
    kind = None if mounts is None else mount_type(path.resolve(), mounts)
    if kind in _NETWORK_TYPES:
        raise RegisterError(
            f"The register {path} lies on a network drive ({kind}), where records can be lost. {_ELSEWHERE}"
        )


def read_mounts(path: Path = Path("/proc/mounts")) -> str | None:
    """Return what the system says of its drives, None where it has no such list (Windows, macOS)."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def mount_type(path: PurePath, mounts: str) -> str | None:
    """Return the type of the file system that ``path`` lies on, None where ``mounts`` does not say.

    The longest mount point above the path counts, and of two on the same point the later one.
    """
    found: tuple[int, str] | None = None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = PurePath(_plain(fields[1]))
        if path.is_relative_to(point) and (found is None or len(point.parts) >= found[0]):
            found = (len(point.parts), fields[2])
    return None if found is None else found[1]


def _plain(field: str) -> str:
    """Undo the octal escapes of ``/proc/mounts`` (a space is ``\\040``)."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def _as_given_and_resolved(path: Path) -> Sequence[Path]:
    return (path, path.resolve())


def _is_network_name(name: str) -> bool:
    """Tell a Windows network path; ``\\\\?\\C:\\`` is only the long form of a local one."""
    slashes = name.replace("/", "\\")
    return slashes.startswith("\\\\") and not re.match(r"\\\\[?.]\\[A-Za-z]:", slashes)


def _synchronised_folder(folders: Sequence[str]) -> str | None:
    return next((folder for folder in folders if _SYNCHRONISED.fullmatch(folder)), None)


def key_of(name: str) -> str:
    """Return the key that a school's name gives."""
    plain = unicodedata.normalize("NFKD", re.sub("['’]", "", name)).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "school"
