"""``policy sign-in``: a link that signs in, a code for a second step, and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.web.sessions import Keeper


def asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of what may be asked of sessions, as ``SignInOptions`` takes them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option("--account", metavar="ADDRESS", help="Sign in as this account; else as whoever --as names, or you."),
    click.option(
        "--code", type=click.IntRange(1), metavar="SESSION", help="Print the code for a session's second step."
    ),
    click.option("--list", "lists", is_flag=True, help="List who is signed in."),
    click.option(
        "--revoke", metavar="SESSION|ADDRESS|all", help="End a session by its number, those of an account, or all."
    ),
)


@click.command("sign-in", help="Print a link that signs in once, or a code; list and end sessions.")
@asking
@pass_json_session
def sign_in_command(session: Session, account: str | None, code: int | None, lists: bool, revoke: str | None) -> None:
    """Print a link that signs in once, or a code; list and end sessions."""
    answer(session, session.config, session.now, SignInOptions(account, code, lists, revoke))


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """What a call asks for: at most one of these, else a link for the caller."""

    account: str | None
    code: int | None
    lists: bool
    revoke: str | None


def answer(
    session: Session, config: "Config", now: datetime, asked: SignInOptions, *, serve: str = "policy serve"
) -> None:
    """Print or do what is asked of the sessions of a workspace, whose pages ``serve`` serves; a trust's is one, too.

    Raises:
        UsageError: two things are asked at once, or what is named is not there.
    """
    from pipeline.register.store.for_run import open_workspace_register
    from pipeline.web.sessions import Keeper

    given = (asked.account is not None, asked.code is not None, asked.lists, asked.revoke is not None)
    if sum(given) > 1:
        raise UsageError("--account, --code, --list and --revoke each say what to do; give one of them.")
    with open_workspace_register(config, environ=session.environ) as register:
        keeper = Keeper(register, config, now)
        if asked.lists:
            _list(session, keeper)
        elif asked.revoke is not None:
            _revoke(session, keeper, asked.revoke)
        elif asked.code is not None:
            _print_code(session, keeper, asked.code)
        else:
            _print_link(session, keeper, asked.account, serve)


def _print_link(session: Session, keeper: "Keeper", account: str | None, serve: str) -> None:
    from pipeline.web import own_address
    from pipeline.web.sessions import make_machine_link

    made = make_machine_link(keeper, by=session.actor, account=account)
    address, answers = own_address.find(keeper.config.distribution)
    link = f"{address}/sign-in/{made.token}"
    original = keeper.register.copied_from
    if session.as_json:
        shown = {"link": link, "account": account, "ends_at": _moment(made.ends_at), "serving": answers}
        print_json(shown if original is None else {**shown, "copy_of": str(original)})
        return
    if original is not None:
        say(f"This folder is a copy: its register is one of {original}, which is still there. The link opens the")
        say("pages of this copy alone; where the pages of the other folder are served it is refused.")
    say(f"Sign in once, until {_clock(keeper, made.ends_at)}, with {link}")
    if not answers:
        say(f"No '{serve}' was found running here: start it first, then open the link.")


def _print_code(session: Session, keeper: "Keeper", number: int) -> None:
    from pipeline.web.sessions import make_code

    made = make_code(keeper, number, by=session.actor)
    row = made.session
    session.answer(
        {"session": row.id, "name": row.named, "code": made.code, "ends_at": _moment(made.ends_at)},
        f"Code for session {row.id}: {made.code}",
        f"It is for {row.named} alone, in {row.browser}, signed in at {_clock(keeper, row.opened_at)}.",
        f"It works once, until {_clock(keeper, made.ends_at)}. Tell it to nobody else.",
    )


def _list(session: Session, keeper: "Keeper") -> None:
    from pipeline.web.sessions import list_open

    rows = list_open(keeper)
    if session.as_json:
        print_json(
            [
                {
                    "session": row.id,
                    "account": row.account,
                    "name": row.named,
                    "way": row.way.value,
                    "browser": row.browser,
                    "opened_at": _moment(row.opened_at),
                    "seen_at": _moment(row.seen_at),
                    "ends_at": _moment(row.ends_at),
                    "second_step_until": _moment(row.step_until) if row.step_until else None,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        opened, seen = _clock(keeper, row.opened_at), _clock(keeper, row.seen_at)
        say(f"{row.id}  {row.named}, {row.browser}; signed in at {opened} by {row.way.value}, last seen at {seen}")
    if not rows:
        say("Nobody is signed in.")


def _revoke(session: Session, keeper: "Keeper", which: str) -> None:
    from pipeline.register.sign_ins import Ending
    from pipeline.web.sessions import end_sessions, list_open

    rows = list_open(keeper)
    wanted = which.strip().casefold()
    ids = [row.id for row in rows if wanted in ("all", str(row.id), row.account)]
    if not ids and wanted != "all":
        raise UsageError(f"{which} is no open session, nor an account that has one; --list lists them.")
    end_sessions(keeper, ids, Ending.REVOKED, by=session.actor)
    session.answer(
        {"revoked": sorted(ids)}, f"Ended: {', '.join(map(str, sorted(ids)))}." if ids else "Nobody was signed in."
    )


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _clock(keeper: "Keeper", moment: datetime) -> str:
    return f"{moment.astimezone(keeper.config.zone):%H:%M}"
