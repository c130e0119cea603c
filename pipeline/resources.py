"""Where the packaged templates and the sample configuration lie: in the wheel, or at the root of a checkout."""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from jinja2.bccache import Bucket

_PACKAGE = Path(__file__).resolve().parent
_MOST_COMPILED = 1000
"""Templates kept compiled; some ten kilobytes each."""


def shipped(name: str) -> Path:
    """Return the packaged file or folder ``name`` (``templates``, ``config.toml``).

    They exist once in the source tree, at its root, and are placed beside the code when a wheel is built.
    """
    packaged = _PACKAGE / "_shipped" / name
    return packaged if packaged.exists() else _PACKAGE.parent / name


def template_folder() -> Path:
    """Return the folder of the packaged templates; a workspace's own ``templates/`` overrides it file by file."""
    return shipped("templates")


@cache
def compiled_templates() -> "BytecodeCache":
    """Return what this process has compiled of templates: the packaged ones are the same for every school it serves.

    Jinja2 asks it by a file's path and content, so that a changed template is compiled again.
    """
    import jinja2

    kept: dict[str, bytes] = {}

    class InMemory(jinja2.BytecodeCache):
        def load_bytecode(self, bucket: "Bucket") -> None:
            if bucket.key in kept:
                bucket.bytecode_from_string(kept[bucket.key])

        def dump_bytecode(self, bucket: "Bucket") -> None:
            if len(kept) >= _MOST_COMPILED:
                kept.clear()
            kept[bucket.key] = bucket.bytecode_to_string()

    return InMemory()


@lru_cache(maxsize=4)
def page_environment(overrides: Path) -> "Environment":
    """Return the Jinja2 environment of pages: escaping, strict about unknown fields, the school's own files first.

    Templates are named from the templates folder, such as ``site/index.html``.
    """
    import jinja2

    class OwnFirst(jinja2.FileSystemLoader):
        """Notices a file that the school puts in the place of a packaged one while the program runs."""

        def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
            content, path, is_unchanged = super().get_source(environment, template)
            own = overrides / template
            return content, path, lambda: is_unchanged() and (own == Path(path) or not own.is_file())

    return jinja2.Environment(
        loader=OwnFirst([overrides, template_folder()], encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=compiled_templates(),
    )


def compile_pages() -> None:
    """Compile the packaged templates of copies and of the site once, for this process and those forked from it.

    Raises jinja2.TemplateError for one that cannot be.
    """
    folder = template_folder()
    for path in sorted([*folder.glob("copies/*.html"), *folder.glob("site/*"), *folder.glob("_*.html")]):
        page_environment(folder).get_template(path.relative_to(folder).as_posix())


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
