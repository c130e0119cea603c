"""``policy website``: which files to replace on the school's own website, with what, and that it was done."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, check_out, pass_json_session, progress_bar

if TYPE_CHECKING:
    from pipeline.publish.website_list import WebsiteItem, WebsiteList


@click.command(
    "website", help="List which files of the school's website to replace, and with what; record that it was."
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--replaced-on", type=DayParameter(), help="The day on which the policies named, or all listed, were put there."
)
@click.option("--no-look", is_flag=True, help="List what changed since that was last said; open no web page.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a .docx sheet, or a .zip of it and the files.",
)
@pass_json_session
def website_command(
    session: Session, slugs: tuple[str, ...], replaced_on: date | None, no_look: bool, out: Path | None
) -> None:
    """List what is to be done, by what ``[publish] watch`` finds or by what was last said; or record what was."""
    if replaced_on is not None:
        _record(session, slugs, replaced_on)
        return
    if slugs:
        raise click.UsageError("Give --replaced-on DAY with the policies that were put on the website.")
    if out is not None:
        check_out(session, out, ".docx", ".zip")
    listed = _list(session, look=not no_look)
    if out is not None:
        _write(listed, session, out)
    session.answer(_as_json(listed), *_show(listed, out))


def _write(listed: "WebsiteList", session: Session, out: Path) -> None:
    from pipeline.errors import RenderError, say_system_error
    from pipeline.files import write_atomically
    from pipeline.publish.website_list import website_sheet, write_bundle

    if out.suffix.lower() == ".docx":
        write_atomically(out, website_sheet(listed, session.today))
        return
    try:
        write_bundle(listed, session.config.root, out, session.today)
    except OSError as error:
        raise RenderError(f"{out} could not be written ({say_system_error(error)}).") from error


def _list(session: Session, *, look: bool) -> "WebsiteList":
    from pipeline.publish.watching import watch
    from pipeline.publish.website_list import list_website

    config, pages = session.config, session.config.publish.watch
    with session.open_register(create=False) as register:
        found, now = None, session.now
        if look and pages:
            found = watch(register, config, pages, session.today, progress_bar(not session.as_json))
        with register.reading() as tx:
            return list_website(tx, register.school, config, session.today, found, now)


def _record(session: Session, slugs: tuple[str, ...], on: date) -> None:
    from pipeline.errors import UsageError
    from pipeline.publish.website_list import list_website, record_placed

    if not slugs and session.config.publish.watch:
        raise UsageError(
            "Name the policies that were replaced by their short names: which of them the pages lead to rightly, this "
            "command does not look up. Nothing was recorded."
        )
    with session.writing() as decision:
        listed = slugs or list_website(decision.tx, decision.school, session.config, session.today).slugs
        message = record_placed(decision, session.config, listed, on, session.today)
    session.answer({"replaced_on": on.isoformat(), "policies": list(listed), "message": message}, message)


def _show(listed: "WebsiteList", out: Path | None) -> Iterator[str]:
    from pipeline.publish.website_list import say_basis, say_item

    for page, why in listed.unopened:
        yield f"{page} {why}."
    yield say_basis(listed)
    for item in listed.items:
        yield f"\n{item.title}"
        yield from (f"  {words}" for words in say_item(item))
    if not listed.items:
        yield "Nothing is to be done on the website."
    elif out is not None:
        yield f"\nWritten to {out}."
    if listed.slugs:
        others = "" if listed.looked_at is not None else " (without a name: all of these)"
        yield f"\nOnce it is done: policy website SLUG... --replaced-on DAY{others}."


def _as_json(listed: "WebsiteList") -> dict[str, object]:
    return {
        "looked_at": listed.looked_at.isoformat() if listed.looked_at else None,
        "last_done": listed.last_done.isoformat() if listed.last_done else None,
        "items": [_item(each) for each in listed.items],
        "unopened": [{"page": page, "why": why} for page, why in listed.unopened],
    }


def _item(item: "WebsiteItem") -> dict[str, object]:
    file = item.instead
    return {
        "policy": item.slug,
        "title": item.title,
        "why": item.why,
        "pressing": item.is_pressing,
        "page": item.page or None,
        "address": item.address or None,
        "words": item.words or None,
        "file_name": item.file_name or None,
        "put_there": list(file.files) if file else [],
        "version": file.version or None if file else None,
        "copy": file.code or None if file else None,
        "since": file.since.isoformat() if file else None,
    }
