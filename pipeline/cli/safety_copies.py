"""``policy backup`` and ``policy restore``."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.passphrase import ask_passphrase
from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.wording import say_count, say_day, say_size

if TYPE_CHECKING:
    from pipeline.safety_copies.restoring import Restored, Unpacked

_NEXT = (
    "All mail is held: the copy does not know who was mailed after it was made. 'policy send' says whom it would write "
)
_NEXT += "to, 'policy send --confirm' lets it go. Then run 'policy run'."


@click.command("backup", help="Make a safety copy: register, keys, settings, lists and documents, in one file.")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@pass_json_session
def backup_command(session: Session, file: Path | None) -> None:
    """Make a safety copy: register, keys, settings, lists and documents, in one file."""
    from pipeline.safety_copies.keeping import make_copy, nightly_folder, stays_here

    config = session.config
    target = file or nightly_folder(config) / f"{session.today}.zip"
    passphrase = None if stays_here(config, target) else _passphrase(session, new=True)
    with session.open_register(create=False) as register:
        copy = make_copy(register, config, target, now=session.now, passphrase=passphrase)
    files = len(copy.manifest.entries)
    if session.as_json:
        print_json(
            {
                "file": str(target),
                "size_bytes": copy.size_bytes,
                "files": files,
                "encrypted": bool(passphrase),
                "left_out": [str(path) for path in copy.left_out],
            }
        )
        return
    say(f"{target}: {say_count(files, 'file')}, {say_size(copy.size_bytes)}.")
    for path in copy.left_out:
        say(f"{path} lies outside this folder and is not in the copy: keep one of it by itself.")
    if passphrase is not None:
        say("It is encrypted. Without the passphrase nobody can open it, you neither: keep that apart from the copy.")
    else:
        say("It lies on this machine, not encrypted. 'policy backup FILE' makes an encrypted one for another place.")


@click.command("restore", help="Put a safety copy back; what is here now is moved aside, and all mail is held.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Another folder, on a new machine.")
@click.option("--yes", is_flag=True, help="Do it; without this it is only checked and said what would be replaced.")
@pass_json_session
def restore_command(session: Session, file: Path, into: Path | None, yes: bool) -> None:
    """Put a safety copy back; what is here now is moved aside, and all mail is held."""
    from datetime import UTC, datetime

    from pipeline.safety_copies.archive import is_sealed
    from pipeline.safety_copies.restoring import put_back, unpacked

    root = into.resolve() if into is not None else session.root
    passphrase = _passphrase(session, new=False) if is_sealed(file) else None
    with unpacked(file, root, passphrase=passphrase) as found:
        done = put_back(found, actor=session.actor, now=datetime.now(UTC)) if yes else None
        erased = _ask_again(session, root) if done is not None else ()
        shown = {**_as_json(found, done), "erased_before": list(erased)}
        session.answer(shown, *_say(found, done, file, into), *erased)


def _ask_again(session: Session, root: Path) -> tuple[str, ...]:
    """Ask for those to be erased again whom the older register has brought back."""
    from dataclasses import replace

    from pipeline.privacy.retention import say_back

    there = replace(session, workspace=root)
    with there.writing() as doing:
        return say_back(doing, there.config, there.today)


def _as_json(found: "Unpacked", done: "Restored | None") -> dict[str, object]:
    return {
        "school": found.manifest.school,
        "made_at": found.manifest.made_at.isoformat(),
        "files": len(found.manifest.entries),
        "register": str(found.register),
        "restored": done is not None,
        "aside": str(done.aside) if done is not None and done.aside is not None else None,
    }


def _say(found: "Unpacked", done: "Restored | None", file: Path, into: Path | None) -> Iterator[str]:
    of = f"{found.manifest.school}, {say_day(found.manifest.made_at.date())}"
    files = say_count(len(found.manifest.entries), "file")
    if done is None:
        here = say_count(len(found.replaces), "file")
        yield f"{file} is whole: {of}, {files}. It would replace {here} in {found.root}, which would be moved aside."
        if found.is_on_server:
            on_server = "the school's register on its server as well, which is kept there under another name"
            yield f"It would replace {on_server}."
        where = f" --into {_quoted(into)}" if into is not None else ""
        yield f"To do it: end 'policy serve', then policy restore {_quoted(file)}{where} --yes"
        return
    yield f"Put back: {of}, {files}."
    if done.aside is not None:
        yield f"What was here before lies in {done.aside}."
    yield _NEXT


def _quoted(path: Path) -> str:
    """Return a path as it is typed, on Windows too: in quotation marks where it holds a space."""
    return f'"{path}"' if " " in str(path) else str(path)


def _passphrase(session: Session, *, new: bool) -> str:
    from pipeline.safety_copies.keeping import PASSPHRASE

    why = "The copy leaves this machine, so it is encrypted" if new else "This safety copy is encrypted"
    return ask_passphrase(session, PASSPHRASE, kept_as="safety-copies", of="the safety copy", why=why, new=new)
