"""Fill the mail templates. The packaged ones lie in ``templates/mail``; a file of the same name in a workspace's
``templates/mail`` (or ``templates``) stands in for it.

A mail has one template, a page: its text is the page's words (``as_text``), its subject the page's block of that name.
A school's own ``<name>.txt`` and ``<name>.subject.txt`` stand in for those.

Unknown fields are refused, HTML is escaped, and a template that cannot be filled stops the plan before anything is
queued.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contacts.safety_lines import SafetyLines
from pipeline.errors import ConfigurationError
from pipeline.mail.as_text import as_text
from pipeline.pages.look import look_colour
from pipeline.resources import compiled_templates, template_folder
from pipeline.wording import say_count, say_day, say_list, say_near_day

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class MailTexts:
    """The three texts of one mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class SafetyWords:
    """What the mails of a day say of whom a worry goes to; a mail that waits gets another day's instead."""

    text: str
    html: str

    def within(self, words: MailTexts) -> "SafetyWords | None":
        """Return these words where a mail has them as they are, None where it has not."""
        return self if self.text in words.text and self.html in words.html else None


def one_line(text: str, limit: int = 200) -> str:
    """Return ``text`` on one line without control or direction characters, cut to ``limit`` characters with "…"."""
    line = _WHITE.sub(" ", _UNSEEN.sub(" ", _sound(text))).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain_text(text: str) -> str:
    """Return ``text`` without control or direction characters, line breaks as ``\\n``."""
    return _UNSEEN.sub("", _sound(text).replace("\r\n", "\n").replace("\r", "\n"))


def _sound(text: str) -> str:
    # A lone surrogate, as a broken staff list can hold, has no form in UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def fill(name: str, fields: Mapping[str, object], *, override: Path) -> MailTexts:
    """Fill ``<name>.html`` with ``fields`` and the school's colour, and say its words as text too.

    Raises:
        ConfigurationError: when a template is missing, is not written as Jinja should be, or uses a field it is not
            given; names the template.
    """
    fields = {"brand": look_colour(override), **fields}
    page = plain_text(_fill(f"{name}.html", fields, override)).strip() + "\n"
    text = plain_text(_fill(f"{name}.txt", fields, override)) if _has(f"{name}.txt", override) else as_text(page)
    own_subject = f"{name}.subject.txt"
    subject = _fill(own_subject, fields, override) if _has(own_subject, override) else _subject(name, fields, override)
    return MailTexts(one_line(subject), _tidy(text), page)


def fill_safety(safety: SafetyLines, override: Path) -> SafetyWords:
    """Fill ``_safety.html``, which every mail includes.

    Raises:
        ConfigurationError: as ``fill``.
    """
    piece = plain_text(_fill("_safety.html", {"safety": safety}, override)).strip()
    return SafetyWords(_tidy(as_text(piece)).strip(), piece)


def fill_text(name: str, fields: Mapping[str, object], *, override: Path) -> str:
    """Fill ``<name>.txt``, a page that people pass on by hand.

    Raises:
        ConfigurationError: as ``fill``.
    """
    return _tidy(plain_text(_fill(f"{name}.txt", fields, override)))


def _fill(template: str, fields: Mapping[str, object], override: Path) -> str:
    return _render(override, template, lambda: _environment(override).get_template(template).render(fields))


def _subject(name: str, fields: Mapping[str, object], override: Path) -> str:
    """Return the block ``subject`` of the mail's page; of the packaged one where a school's own has none."""

    def render() -> str:
        template = next(one for one in _pages(name, override) if "subject" in one.blocks)
        return html.unescape("".join(template.blocks["subject"](template.new_context(dict(fields)))))

    return _render(override, f"{name}.html", render)


def _pages(name: str, override: Path) -> "Iterator[Template]":
    for folder in (override, template_folder()):
        yield _environment(folder).get_template(f"{name}.html")


def _has(template: str, override: Path) -> bool:
    return any((folder / template).is_file() for folder in (override / "mail", override))


def _render(override: Path, template: str, render: Callable[[], str]) -> str:
    import jinja2

    try:
        return render()
    except jinja2.TemplateNotFound as error:
        raise ConfigurationError(
            f"The mail template {error.name} is not there; put it back into {override}."
        ) from error
    except jinja2.TemplateError as error:
        place = f", line {error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise ConfigurationError(
            f"The mail template {template}{place} cannot be used: {error}. "
            "Put it right, or take your own copy away to go back to the one that came with the program."
        ) from error


def compile_letters() -> None:
    """Compile the packaged templates of letters once, for this process and those that are forked from it.

    Raises jinja2.TemplateError for one that cannot be.
    """
    for path in sorted(template_folder().glob("mail/*")):
        _environment(template_folder()).get_template(path.name)


@lru_cache(maxsize=8)
def _environment(override: Path) -> "Environment":
    import jinja2

    folders = [override / "mail", override, template_folder() / "mail"]
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(folders, encoding="utf-8"), jinja2.FunctionLoader(_piece_as_text)]
        ),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=compiled_templates(),
    )
    environment.filters |= {
        "day": say_day,
        "weekday": say_near_day,
        "count": say_count,
        "listed": lambda items: say_list(list(items)),
        "as_text": as_text,
    }
    return environment


def _piece_as_text(template: str) -> str | None:
    """Return a template of what a school's own ``.txt`` includes of the packaged pages, such as ``_safety.txt``."""
    if not (template.startswith("_") and template.endswith(".txt")):
        return None
    return f'{{% filter as_text %}}{{% include "{template.removesuffix(".txt")}.html" %}}{{% endfilter %}}'


def _tidy(text: str) -> str:
    """Drop trailing spaces and doubled empty lines, which templates with conditions leave behind."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
