"""Where the packaged templates and the sample configuration lie: in the wheel, or at the root of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the packaged file or folder ``name`` (``templates``, ``config.toml``).

    They exist once in the source tree, at its root, and are placed beside the code when a wheel is built.
    """
    packaged = _PACKAGE / "_shipped" / name
    return packaged if packaged.exists() else _PACKAGE.parent / name


def template_folder() -> Path:
    """Return the folder of the packaged templates; a workspace's own ``templates/`` overrides it file by file."""
    return shipped("templates")
