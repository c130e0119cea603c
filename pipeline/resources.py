"""Where the packaged templates and the sample configuration lie: in the wheel, or at the root of a checkout."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from jinja2 import Environment

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


@lru_cache(maxsize=4)
def page_environment(overrides: Path) -> "Environment":
    """Return the Jinja2 environment of pages: escaping, strict about unknown fields, the school's own files first.

    Templates are named from the templates folder, such as ``site/index.html``.
    """
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([overrides, template_folder()], encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_page(template: str, overrides: Path, **fields: object) -> str:
    """Fill one page.

    Raises:
        ConfigurationError: when the template is missing or cannot be filled; names it.
    """
    import jinja2

    try:
        return page_environment(overrides).get_template(template).render(fields)
    except jinja2.TemplateError as error:
        raise ConfigurationError(
            f"The template {template} cannot be used: {error}. Put it right, or take your own copy away to go back to "
            "the one that came with the program."
        ) from error
