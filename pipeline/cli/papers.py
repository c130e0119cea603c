"""``policy pack``: what goes out on paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.lifecycle.wording import say_count, say_list

if TYPE_CHECKING:
    from pipeline.papers.orders import PackReport
    from pipeline.papers.pack import PrintFile

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("pack", help="Print what staff without e-mail are to read, with a sheet to sign.")
@click.argument("wanted", nargs=-1, metavar="[PERSON|TEAM]...")
@click.option("--out", required=True, type=_FOLDER, metavar="DIR", help="The folder the files for the printer go to.")
@click.option("--all-on-paper", is_flag=True, help="Everybody whom mail does not reach.")
@click.option("--by-policy", is_flag=True, help="One sheet a policy with everybody's name, for a staff room.")
@json_option
@pass_session
def pack_command(session: Session, wanted: tuple[str, ...], out: Path, all_on_paper: bool, by_policy: bool) -> None:
    """Print what staff without e-mail are to read, with a sheet to sign."""
    from pipeline.acknowledgements.keys import secret_of_codes
    from pipeline.papers.orders import PackOrder, order_packs

    if all_on_paper == bool(wanted):
        raise click.UsageError("Name a person, team or role, or give --all-on-paper.")
    with session.open_register(create=False) as register:
        with register.reading() as tx:
            secret = secret_of_codes(tx, register.school, session.config, session.environ)
        report = order_packs(
            register,
            session.config,
            PackOrder(wanted, out, by_policy),
            secret=secret,
            today=session.today,
            now=session.now,
        )
    if session.as_json:
        print_json(_as_json(report))
        return
    for line in _lines(report, out):
        say(line)


def _as_json(report: "PackReport") -> dict[str, Any]:
    return {
        "files": [
            {
                "file": str(one.path),
                "name": one.name,
                "pages": one.pages,
                "policies": list(one.titles),
                "beside": [str(path) for path in one.beside],
            }
            for one in report.packs.files
        ],
        "nothing_owed": [row.person.person_id for row in report.nothing_owed],
        "waiting_for_copy": list(report.waiting_for_copy),
    }


def _lines(report: "PackReport", out: Path) -> list[str]:
    lines = [_file_line(one) for one in report.packs.files]
    if report.nothing_owed:
        names = say_list([row.person.name for row in report.nothing_owed])
        lines.append(f"Nothing to read at the moment: {names}.")
    if report.waiting_for_copy:
        lines.append(
            f"Not printed, since there is no right copy today: {say_list(list(report.waiting_for_copy))}. `policy run` "
            "makes it, or says what it waits for."
        )
    if not report.packs.files:
        lines.append("Nothing was printed.")
        return lines
    count = say_count(len(report.packs.files), "file")
    lines.append(f"{count} in {out}. Print double-sided; signed lines are entered with `policy acknowledge record`.")
    return lines


def _file_line(one: "PrintFile") -> str:
    beside = "".join(f"; print {path.name} with it" for path in one.beside)
    said = f"{one.name}: {one.path.name}, {say_count(one.pages, 'page')}"
    return f"{said} ({say_list(list(one.titles))}){beside}" if one.titles != (one.name,) else f"{said}{beside}"
