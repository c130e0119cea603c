"""The school's look of its copies: ``look.toml`` beside the templates says the colour, the logo and the font.

A mistake in it never stops a copy: what cannot be used is left out, the usual stands in its place, a note says so.
"""

import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.errors import say_system_error

LOOK_NAME = "look.toml"
DEFAULT_COLOUR = "#1b4f72"
LEAST_CONTRAST = 4.5
"""Source: WCAG 2.2, success criterion 1.4.3, ordinary text at level AA."""
_PALE_SHARE = 0.08
_KEYS = {"colour": str, "logo": str, "logo_width_mm": int, "fonts": str}
_PICTURES = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".svg": "svg"}
_MOST_LOGO_BYTES = 2_000_000
_FONT_FILES = (".ttf", ".otf", ".ttc")


@dataclass(frozen=True, slots=True)
class Look:
    """How the copies of a school look."""

    colour: str = DEFAULT_COLOUR
    """Of headings, lines and links, as ``#rrggbb``; readable on white and on ``pale``."""
    logo: bytes | None = None
    logo_ending: str = ""
    """``png``, ``jpg`` or ``svg``; empty without a logo."""
    logo_width_mm: int = 25
    fonts: Path | None = None
    """The folder of the school's own font files; None for the font that comes with the program."""
    family: str = ""
    """The font family in it; empty for the font that comes with the program."""
    notes: tuple[str, ...] = ()
    """One sentence each on what could not be used."""

    @property
    def pale(self) -> str:
        """The colour of the ground behind table headings: a breath of ``colour`` on white."""
        return _hexadecimal([255 - (255 - part) * _PALE_SHARE for part in _parts(self.colour)])


def load_look(templates: Path | None) -> Look:
    """Return the look that ``templates/copies/look.toml`` gives; the default one where it is not there."""
    path = templates / "copies" / LOOK_NAME if templates is not None else None
    if path is None or not path.is_file():
        return Look()
    try:
        values = dict(_values_of(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeError) as error:
        return Look(notes=(f"{LOOK_NAME} cannot be read ({say_system_error(error)}); the copies have the usual look.",))
    except ValueError as error:
        return Look(notes=(f"{LOOK_NAME} cannot be read ({error}); the copies have the usual look.",))
    notes: list[str] = []
    for key in list(values):
        if key not in _KEYS or type(values[key]) is not _KEYS[key]:
            notes.append(f"{LOOK_NAME}: {key} is not understood and was left out.")
            values.pop(key)
    look = _coloured(Look(), str(values.get("colour", "")), notes)
    look = _with_logo(look, path.parent, str(values.get("logo", "")), values.get("logo_width_mm", 25), notes)
    look = _with_fonts(look, path.parent, str(values.get("fonts", "")), notes)
    return replace(look, notes=tuple(notes))


@lru_cache(maxsize=8)
def _values_of(words: str) -> Mapping[str, Any]:
    """Return what such a file says: it is asked for twice for each copy. Raises ValueError where it says nothing."""
    return MappingProxyType(tomllib.loads(words))


def look_colour(templates: Path) -> str:
    """Return the school's colour alone, readable behind white words; looked up again where the file changed."""
    path = templates / "copies" / LOOK_NAME
    try:
        return _colour_of(path, path.stat().st_mtime_ns)
    except OSError:
        return DEFAULT_COLOUR


@lru_cache(maxsize=8)
def _colour_of(path: Path, changed: int) -> str:
    del changed
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("colour", "")
    except (OSError, ValueError):
        return DEFAULT_COLOUR
    return _coloured(Look(), value if isinstance(value, str) else "", []).colour


def contrast(colour: str, ground: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21.

    Source: WCAG 2.2, definitions of contrast ratio and relative luminance.
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _coloured(look: Look, colour: str, notes: list[str]) -> Look:
    if not colour:
        return look
    if len(colour) != 7 or colour[0] != "#" or not all(each in "0123456789abcdef" for each in colour[1:].lower()):
        notes.append(f"{LOOK_NAME}: colour is written like {DEFAULT_COLOUR}; “{colour}” was left out.")
        return look
    wanted = replace(look, colour=colour.lower())
    ratio = min(contrast(wanted.colour, "#ffffff"), contrast(wanted.colour, wanted.pale))
    if ratio < LEAST_CONTRAST:
        notes.append(
            f"{LOOK_NAME}: {colour} is too light to read on white (contrast {ratio:.1f}, at least {LEAST_CONTRAST} is "
            "needed); the usual colour is used. Take a darker one."
        )
        return look
    return wanted


def _with_logo(look: Look, folder: Path, name: str, width_mm: int, notes: list[str]) -> Look:
    if not name:
        return look
    ending = _PICTURES.get(Path(name).suffix.lower())
    path = folder / Path(name).name
    if ending is None or not path.is_file() or path.stat().st_size > _MOST_LOGO_BYTES:
        notes.append(
            f"{LOOK_NAME}: the logo {name} is no .png, .jpg or .svg file of at most 2 MB beside {LOOK_NAME}; copies "
            "carry none."
        )
        return look
    content = path.read_bytes()
    if not _is_picture(content, ending):
        notes.append(
            f"{LOOK_NAME}: the logo {name} cannot be opened as a picture; copies carry none. Save it once more as .png."
        )
        return look
    if not 5 <= width_mm <= 80:
        notes.append(f"{LOOK_NAME}: logo_width_mm is from 5 to 80; 25 is used.")
        width_mm = 25
    return replace(look, logo=content, logo_ending=ending, logo_width_mm=width_mm)


@lru_cache(maxsize=8)
def _is_picture(content: bytes, ending: str) -> bool:
    """Return whether the copies can be set with a logo."""
    import typst

    page = (
        '#set document(title: "Logo", date: datetime(year: 2026, month: 1, day: 1))\n#set text(lang: "en")\n'
        f'#image("logo.{ending}", alt: "Logo")'
    )
    with tempfile.TemporaryDirectory(prefix="policy-copy-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / f"logo.{ending}").write_bytes(content)
        try:
            typst.Compiler(b"", ignore_system_fonts=True).compile(
                page.encode(), format="pdf", pdf_standards=["ua-1", "a-2a"], root=folder
            )
        except typst.TypstError:
            return False
    return True


def _with_fonts(look: Look, folder: Path, name: str, notes: list[str]) -> Look:
    if not name:
        return look
    fonts = folder / Path(name).name
    files = sorted(each for each in fonts.glob("*") if each.suffix.lower() in _FONT_FILES) if fonts.is_dir() else []
    families = _families(fonts, tuple((each.name, each.stat().st_mtime_ns) for each in files)) if files else ()
    if len(families) != 1:
        notes.append(
            f"{LOOK_NAME}: fonts names a folder beside {LOOK_NAME} with the files of one font (.ttf or .otf); "
            f"“{name}” holds {len(families) or 'none'}. The usual font is used."
        )
        return look
    return replace(look, fonts=fonts, family=families[0])


@lru_cache(maxsize=8)
def _families(folder: Path, files: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """Return the families in a folder; ``files`` is what they were read from, so that a change is seen."""
    del files
    import typst

    only = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    return tuple(sorted(only.families()))


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _hexadecimal(parts: list[float]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
