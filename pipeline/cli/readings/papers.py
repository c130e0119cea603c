"""``policy pack`` and ``policy card``: what goes out on paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.wording import say_count, say_day, say_list

if TYPE_CHECKING:
    from pipeline.papers.orders import PackReport
    from pipeline.papers.pack import PrintFile

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("pack", help="Print what staff without e-mail are to read, with a sheet to sign.")
@click.argument("wanted", nargs=-1, metavar="[PERSON|TEAM]...")
@click.option("--out", required=True, type=_FOLDER, metavar="DIR", help="The folder the files for the printer go to.")
@click.option("--all-on-paper", is_flag=True, help="Everybody whom mail does not reach.")
@click.option("--by-policy", is_flag=True, help="One sheet a policy with everybody's name, for a staff room.")
@pass_json_session
def pack_command(session: Session, wanted: tuple[str, ...], out: Path, all_on_paper: bool, by_policy: bool) -> None:
    """Print what staff without e-mail are to read, with a sheet to sign."""
    from pipeline.acknowledgements.keys import secret_of_codes
    from pipeline.papers.orders import PackOrder, order_packs

    if all_on_paper == bool(wanted):
        raise click.UsageError("Name a person, team or role, or give --all-on-paper.")
    with session.open_register(create=False) as register:
        register.refuse_damage()
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
    session.answer(_as_json(report), *_lines(report, out))


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
    lines.append("Once they were handed over, record it with `policy acknowledge handed`: the days to read begin then.")
    return lines


def _file_line(one: "PrintFile") -> str:
    beside = "".join(f"; print {path.name} with it" for path in one.beside)
    said = f"{one.name}: {one.path.name}, {say_count(one.pages, 'page')}"
    titles = one.titles or ("whom to ask, and what is new or missing",)
    return f"{said} ({say_list(list(titles))}){beside}" if titles != (one.name,) else f"{said}{beside}"


@click.command("card", help="Print cards for supply staff, or list whose slips came back.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.pdf", help="The file to print.")
@click.option("--number", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many cards.")
@click.option("--signed", is_flag=True, help="List whose slips came back, and what their cards carried.")
@pass_json_session
def card_command(session: Session, out: Path | None, number: int, signed: bool) -> None:
    """Print cards for supply staff, or list whose slips came back."""
    if signed == (out is not None):
        raise click.UsageError("Give --out FILE.pdf to print cards, or --signed to list whose slips came back.")
    if out is None:
        _list_slips(session)
        return
    _print_cards(session, out, number)


def _print_cards(session: Session, out: Path, number: int) -> None:
    from pipeline.acknowledgements.keys import secret_of_codes
    from pipeline.papers.cards import KEYWORDS, order_cards, print_cards
    from pipeline.papers.files import check_paper_path

    check_paper_path(out, KEYWORDS)
    with session.writing() as decision:
        secret = secret_of_codes(decision.tx, decision.school, session.config, session.environ)
        order = order_cards(decision, session.config, number, secret=secret, today=session.today)
    print_cards(order, session.config, out, session.today)
    stack = order.stack
    if session.as_json:
        numbers = {"first": stack.first_number, "last": stack.last_number}
        print_json({"file": str(out), "sheets": order.sheets, "printed_on": stack.printed_on, **numbers})
        return
    say(
        f"{say_count(len(order.codes), 'card')} on {say_count(order.sheets, 'sheet')} in {out}. Print double-sided, "
        "turned on the long edge, at full size, and cut along the marks."
    )
    if not stack.essentials:
        say("No child protection policy is in use, so the cards name none. They say whom to go to and what to do.")
    say('A slip is entered with: policy acknowledge record --card CODE --name "First Last" --by "Your Name"')


def _list_slips(session: Session) -> None:
    from pipeline.register.people.persons import list_people
    from pipeline.register.readings.cards import list_slips

    with session.open_register(create=False) as register, register.reading() as tx:
        names = {row.id: row.person for row in list_people(tx, register.school, session.today)}
        slips = list_slips(tx, register.school)
    if session.as_json:
        print_json(
            [
                {
                    "person_id": names[slip.person].person_id,
                    "name": names[slip.person].name,
                    "printed_on": slip.stack.printed_on.isoformat(),
                    "number": slip.number,
                    "signed_on": slip.signed_on.isoformat(),
                    "entered_by": slip.entered_by,
                    "essentials_of": [
                        {"policy": one.slug, "version": one.version, "version_label": one.version_label}
                        for one in slip.stack.essentials
                    ],
                }
                for slip in slips
            ]
        )
        return
    for slip in slips:
        of = say_list([f"{one.title} (version {one.version_label})" for one in slip.stack.essentials])
        carried = f", which gives the essentials of {of}" if of else ""
        say(
            f"{names[slip.person].name}: card {slip.number} of {say_day(slip.stack.printed_on)}{carried}; signed on "
            f"{say_day(slip.signed_on)}, entered by {slip.entered_by}"
        )
    say(say_count(len(slips), "slip"))
