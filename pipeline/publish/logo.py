"""The school's logo on its sites: one file beside the first page, which every page of the site's own shows."""

from pathlib import Path

from pipeline.files import write_atomically
from pipeline.pages.look import Look

_NAME = "logo"


def logo_address(look: Look, above: int = 0) -> str:
    """Return where a page finds the logo that lies ``above`` folders up, empty where the school has none."""
    return f"{'../' * above}{_NAME}.{look.logo_ending}" if look.logo is not None else ""


def place_logo(folder: Path, look: Look) -> int:
    """Bring the logo of one site in line with the school's; return how many files were written. Raises OSError."""
    wanted = logo_address(look)
    for old in folder.glob(f"{_NAME}.*"):
        if old.name != wanted and old.suffix in (".png", ".jpg", ".svg"):
            old.unlink()
    target = folder / wanted
    if look.logo is None or (target.is_file() and target.read_bytes() == look.logo):
        return 0
    write_atomically(target, look.logo)
    return 1
