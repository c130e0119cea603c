"""``policy handover``: the keeper of the program leaves, and another person takes it over."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, pass_json_session, print_json, read_line, say
from pipeline.model.pick import pick

if TYPE_CHECKING:
    from pipeline.handover.paper import WrittenSheet
    from pipeline.handover.plan import Handover, HandoverOrder

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("handover", help="Whoever runs the program leaves: hand it to somebody else, keys and accounts too.")
@click.option("--from", "leaver", required=True, metavar="WHO", help="Who leaves: name or work address.")
@click.option(
    "--to", "successor", required=True, metavar="WHO", help='Who follows: name, address, or "Name <address>".'
)
@click.option("--out", type=_FOLDER, metavar="DIR", help="Where the sheet goes; else distribution/handover.")
@click.option("--rotate-links", is_flag=True, help="End every personal link that was sent, too.")
@click.option(
    "--forget-mail-sign-in", is_flag=True, help="Delete the sign-in to the mail service that is kept here, too."
)
@click.option("--yes", is_flag=True, help="Do it; without this it is shown, and asked for.")
@pass_json_session
def handover_command(
    session: Session,
    leaver: str,
    successor: str,
    out: Path | None,
    rotate_links: bool,
    forget_mail_sign_in: bool,
    yes: bool,
) -> None:
    """Show what a handover does, and do it once that is confirmed; write the sheet for who follows."""
    from pipeline.handover.plan import HandoverOrder, plan_handover

    order = HandoverOrder(leaver, successor, rotate_links, forget_mail_sign_in)
    with session.open_register(create=False) as register:
        register.refuse_damage()
        with register.reading() as tx:
            plan = plan_handover(
                tx, register.school, session.config, order, session.environ, today=session.today, now=session.now
            )
    if not session.as_json:
        for line in _preview(plan):
            say(line)
    if not yes and not (not session.as_json and _is_confirmed(plan)):
        _end(session, plan, None)
        return
    _end(session, plan, _do(session, order, out or session.config.distribution / "handover"))


def _do(session: Session, order: "HandoverOrder", out: Path) -> "WrittenSheet":
    from pipeline.handover.carry_out import hand_over
    from pipeline.settings.change import Deciding
    from pipeline.web import own_address

    by, config = Deciding(session.actor, session.now, seen=""), session.config
    serving = own_address.find(config.distribution)
    with session.open_register(create=False) as register:
        return hand_over(
            register, config, order, session.environ, by=by, today=session.today, out=out, serving=serving
        )[1]


def _is_confirmed(plan: "Handover") -> bool:
    """Return whether the user at the screen has typed the address of who follows."""
    if not sys.stdin.isatty():
        return False
    say("")
    try:
        return read_line(f"To do all this now, type {plan.successor.address}: ").casefold() == plan.successor.address
    except EOFError:
        return False


def _preview(plan: "Handover") -> list[str]:
    lines = [f"{plan.leaver.said} hands over to {plan.successor.said}.", ""]
    if plan.is_done:
        lines.append("There is nothing left to hand over: it was done before. --yes writes the sheet once more.")
    else:
        lines += ["What will happen:", *(f"  {step}" for step in plan.steps)]
    lines += ["", "The personal links that were sent:", f"  {plan.links}"]
    if plan.left:
        lines += ["", "What this cannot hand over, and what does:"]
        for one in plan.left:
            lines += [f"  {one.words}", f"    {one.how}"]
    lines += ["", "To be changed outside the program:", *(f"  {one}" for one in plan.provider)]
    return lines


def _end(session: Session, plan: "Handover", written: "WrittenSheet | None") -> None:
    if session.as_json:
        print_json(
            {
                "done": written is not None,
                "from": plan.leaver.address,
                "to": plan.successor.address,
                **pick(plan, "steps", "links"),
                "left": [pick(one, "words", "how") for one in plan.left],
                "outside": list(plan.provider),
                "files": [str(path) for path in written.files] if written is not None else [],
            }
        )
        return
    say("")
    if written is None:
        say("Nothing was done. To do it: the same with --yes.")
        return
    say("Nothing was left to do." if plan.is_done else "It is done, and the ledger says so.")
    say(f"The sheet for {plan.successor.said}: {written.pdf}, and beside it as a page and as text.")
