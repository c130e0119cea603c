"""What a form of the desk was sent with: its fields, and its files in a folder that only this program reads."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from pipeline.web.guard import FIELDS_ONLY, TooLargeError, bounded
from pipeline.wording import say_size

LARGEST_UPLOAD_BYTES = 100_000_000
"""All files of one form; a policy of a school that is larger is a scan that nobody can read on a phone."""
LARGEST_FIELDS_BYTES = 512 * 1024
_MOST_FIELDS = 6000
"""A sheet of names has one for each person."""
_MOST_FILES = 50
_LONGEST_NAME_BYTES = 150
"""File systems take 255 bytes; a letter of another script, or a picture, is up to four."""
_CHUNK = 1024 * 1024


class NotTakenError(Exception):
    """A form could not be taken as it came; the text says why, for the sender."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that was sent."""

    name: str
    """As the browser called it, without any folder: words of a stranger, good for showing and for its ending."""
    path: Path
    size: int

    def content(self) -> bytes:
        """Return its bytes."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Sent:
    """What the sender filled in; empty while a form is only looked at."""

    values: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, Sequence[Upload]] = field(default_factory=lambda: MappingProxyType({}))
    """By the name of the field; a field that was left empty is absent."""

    def __bool__(self) -> bool:
        return bool(self.values or self.files)

    def of(self, name: str, default: str = "") -> str:
        """Return the last value of a field without the space around it."""
        found = self.values.get(name)
        return found[-1].strip() if found else default

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, as of boxes that were ticked."""
        return tuple(self.values.get(name, ()))

    def file(self, name: str) -> Upload | None:
        """Return the file of a field, None where none was chosen."""
        found = self.files.get(name)
        return found[0] if found else None


def file_name(given: str) -> str:
    """Return the last part of a file's name as a browser gave it; ``upload`` where nothing is left of it."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(letter for letter in last if letter.isprintable()).strip().lstrip(".")
    return clean.encode("utf-8", "ignore")[-_LONGEST_NAME_BYTES:].decode("utf-8", "ignore") or "upload"


class Receiving:
    """Holds the files of one form until it is answered::

    with Receiving() as receiving:
        sent = await receiving.read(request)
    """

    def __init__(self) -> None:
        self._folder: Path | None = None

    def __enter__(self) -> "Receiving":
        return self

    def __exit__(self, *error: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def read(self, request: Request) -> Sent:
        """Return what a request was sent with.

        Raises:
            NotTakenError: where it is no form, is too large, or came broken.
        """
        kind = request.headers.get("content-type", "")
        if kind.startswith(FIELDS_ONLY):
            most, said = LARGEST_FIELDS_BYTES, "That is more text than this form takes. Nothing was kept."
        elif kind.startswith("multipart/form-data"):
            most, said = LARGEST_UPLOAD_BYTES + LARGEST_FIELDS_BYTES, _too_large()
        else:
            raise NotTakenError("That was not sent from a form of this page.")
        values: dict[str, list[str]] = {}
        files: dict[str, list[Upload]] = {}
        try:
            async with bounded(request, most).form(
                max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=LARGEST_FIELDS_BYTES
            ) as form:
                for name, value in form.multi_items():
                    if not isinstance(value, UploadFile):
                        values.setdefault(name, []).append(value)
                    elif value.filename:
                        files.setdefault(name, []).append(await self._keep(value))
        except TooLargeError as error:
            raise NotTakenError(said) from error
        except MultiPartException as error:
            raise NotTakenError("What was sent did not come whole. Please send it again.") from error
        return Sent(values, files)

    async def _keep(self, upload: UploadFile) -> Upload:
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="policy-upload-"))
        name = file_name(upload.filename or "")
        path = Path(tempfile.mkdtemp(dir=self._folder)) / name
        size = 0
        with path.open("wb") as file:
            while chunk := await upload.read(_CHUNK):
                size += len(chunk)
                file.write(chunk)
        return Upload(name, path, size)


def _too_large() -> str:
    return (
        f"The files are larger than {say_size(LARGEST_UPLOAD_BYTES)} together, which is more than is taken at once. "
        "Nothing was kept."
    )
