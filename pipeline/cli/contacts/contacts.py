"""``policy contacts``: the directory, what is to come, what waits for a call, who is nobody's, and the ghosts."""

from typing import Any

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.declared import decide_as
from pipeline.cli.session import Session, pass_json_session, print_json

_ALL = ""
"""What ``--settle`` holds where no policy is named behind it."""


@click.command("contacts", help="Show the directory, and who is named in a role they do not hold.")
@click.option("--confirm", metavar="ROLE", help="Record that a new number or address of this role is right.")
@click.option("--cover", metavar="ROLE", help="Who stands in for the lead: deputy-dsl; dsl: the lead is back.")
@click.option(
    "--tell",
    metavar="WHEN",
    help="When staff are told of the change that waits: now, a day, head (tells them), nobody.",
)
@click.option("--for", "instead_of", metavar="NAME", help="With --cover: whose place, where several lead.")
@click.option("--by", metavar="NAME", help="Who rang or wrote (--confirm) or says so (--cover, --settle, --tell).")
@click.option("--how", metavar="TEXT", help="With --confirm: how, such as 'I have rung it'.")
@click.option("--name", metavar="NAME", help="Whose number is confirmed, who stands in; or what is settled.")
@click.option(
    "--settle",
    metavar="[POLICY]",
    is_flag=False,
    flag_value=_ALL,
    help="Say who a name or number is that nobody in config.toml has; alone, it asks.",
)
@click.option(
    "--as", "answer", type=click.Choice(["right", "former"]), help="With --settle: rightly there, or a former holder."
)
@click.option("--reason", metavar="TEXT", help="With --settle: how you know; kept with the answer.")
@click.option("--role", metavar="ROLE", help="With --settle: which, where the name stands in several roles.")
@click.option("--until", type=DayParameter(), help="The last day of cover (today without it), or of a former holder.")
@click.option("--everywhere", is_flag=True, help="With --settle: in every policy.")
@click.option("--take-back", is_flag=True, help="With --settle: what was said before was recorded in error.")
@pass_json_session
def contacts_command(session: Session, /, **given: Any) -> None:
    """Show the directory, and who is named in a role they do not hold."""
    _check(given)
    if given["confirm"] is not None and given["by"] is None and session.named is None:
        raise click.UsageError("--confirm needs --by NAME: who rang or wrote.")
    if given["settle"] is not None:
        _settle(session, given)
    elif given["cover"] is not None:
        _cover(session, given)
    elif given["tell"] is not None:
        _tell(session, given["tell"], given["by"])
    elif given["confirm"] is not None:
        _confirm(session, given["confirm"], given["by"], given["how"], given["name"])
    else:
        _show_all(session)


def _check(given: dict[str, Any]) -> None:
    """Refuse options that go with nothing given.

    Raises:
        click.UsageError: naming them.
    """
    confirm, settle, cover, tell = (given[step] is not None for step in ("confirm", "settle", "cover", "tell"))
    if confirm + settle + cover + tell > 1:
        raise click.UsageError("--confirm, --cover, --settle and --tell are different steps; give one of them.")
    if given["how"] and not confirm:
        raise click.UsageError("--how goes with --confirm ROLE.")
    if given["name"] and not (confirm or settle or cover):
        raise click.UsageError("--name goes with --confirm ROLE, --cover ROLE or --settle POLICY.")
    if given["by"] and not (confirm or settle or cover or tell):
        raise click.UsageError("--by goes with --confirm ROLE, --cover ROLE, --settle POLICY or --tell WHEN.")
    if given["instead_of"] and not cover:
        raise click.UsageError("--for goes with --cover ROLE.")
    if given["until"] and not (settle or cover):
        raise click.UsageError("--until goes with --cover ROLE or --settle POLICY.")
    asked = [f"--{key.replace('_', '-')}" for key in ("reason", "role", "everywhere", "take_back") if given[key]]
    asked += ["--as"] if given["answer"] else []
    if asked and not settle:
        raise click.UsageError(f"{asked[0]} goes with --settle POLICY.")


def _cover(session: Session, given: dict[str, Any]) -> None:
    from pipeline.decisions.contacts import StandIn

    # A holder who is away today cannot wait for the first run.
    made = StandIn(who=f"{given['cover']}/{given['name'] or ''}", until=given["until"], instead_of=given["instead_of"])
    decide_as(session, given["by"], made.do, create=True)


def _tell(session: Session, when: str, by: str | None) -> None:
    from pipeline.decisions.contacts import TellStaff

    day = None if when in ("now", "head", "nobody") else DayParameter().convert(when, None, None)
    decide_as(session, by, TellStaff(how=when if day is None else "day", day=day).do)


def _settle(session: Session, given: dict[str, Any]) -> None:
    from pipeline.cli.contacts.settling import settle_one, walk_open
    from pipeline.policies.decisions.contact_answers import TypedAnswer
    from pipeline.register.policies.settlements import SettledAs

    if given["name"] is None:
        if given["answer"] or given["take_back"] or given["reason"] or given["role"] or given["until"]:
            raise click.UsageError("--settle POLICY needs --name: the name or number that is meant.")
        walk_open(session, given["settle"] or None, given["by"])
        return
    if not given["settle"]:
        raise click.UsageError(
            "--settle needs the short name of the policy that names them; 'policy status' lists them."
        )
    if bool(given["answer"]) == given["take_back"]:
        raise click.UsageError("--settle with --name needs --as right or --as former, or --take-back alone.")
    answer = SettledAs(given["answer"] or SettledAs.TAKEN_BACK)
    reason = given["reason"] or ("recorded in error" if answer is SettledAs.TAKEN_BACK else "")
    typed = TypedAnswer(
        given["settle"], given["name"], answer, reason, given["role"], given["everywhere"], given["until"]
    )
    settle_one(session, typed, given["by"])


def _show_all(session: Session) -> None:
    from pipeline.cli.contacts.contact_report import contacts_as_json, gather_contacts, show_contacts

    with session.open_register(create=False) as register:
        picture = gather_contacts(register, session.config, session.today)
    if session.as_json:
        print_json(contacts_as_json(picture))
    else:
        show_contacts(picture)


def _confirm(session: Session, role: str, by: str | None, how: str | None, name: str | None) -> None:
    from pipeline.contacts.confirmations import Confirmation
    from pipeline.decisions.contacts import confirm_number

    decide_as(session, by, lambda case: confirm_number(case, Confirmation(role, how, name)))
