"""``policy trust leave``: a school takes its history along as a workspace of its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, pass_json_session
from pipeline.cli.trust.here import find, moment, trust_root
from pipeline.wording import say_count, say_list

if TYPE_CHECKING:
    from pipeline.trust.leaving.leave import LeaveReport


@click.command("leave")
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), help="Where its workspace is from then on; not there yet.")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would happen; change nothing.")
@pass_json_session
def leave_command(session: Session, key: str, out: Path | None, dry_run: bool) -> None:
    """Let a school leave the trust: its folder becomes a workspace of its own, with its whole history."""
    from pipeline.trust.leaving.leave import LeavingOrder, leave_trust

    trust = find(session)
    order = LeavingOrder(key, out, session.actor, moment(session, trust), os.environ, dry_run)
    left = leave_trust(trust_root(session), order)
    lines = _say_plan(left) if dry_run else _say_done(left, trust.name)
    session.answer(_as_json(left, dry_run=dry_run), *lines)


def _as_json(left: "LeaveReport", *, dry_run: bool) -> dict[str, object]:
    way = left.way
    return {
        "dry_run": dry_run,
        "key": way.key,
        "school": way.name,
        "workspace": way.out,
        "was": way.folder,
        "register": way.register or None,
        "carried_from": way.carried_from or None,
        "records": left.records,
        "settings": list(way.taken),
        "give_anew": list(left.secrets),
        "look_at": list(left.ways_out),
    }


def _say_plan(left: "LeaveReport") -> Iterator[str]:
    way = left.way
    yield f"This is a dry run: nothing was changed. {way.name} can leave:"
    yield f"  its folder     {way.folder}" + (" stays where it is" if way.out == way.folder else f" goes to {way.out}")
    if not way.register:
        yield "  its register   there is none yet"
    else:
        carried = f", carried over from {way.carried_from}" if way.carried_from else ", as it is"
        yield f"  its register   {way.register} in its folder{carried}; {_ledger(left)}"
    if way.taken:
        yield f"  its settings   {say_list(way.taken)} are the trust's so far, and stand in its own config.toml then"
    yield from _say_rest(left)


def _say_done(left: "LeaveReport", trust_name: str) -> Iterator[str]:
    way = left.way
    yield f"{way.name} has left {trust_name}. Its workspace is {way.out}, with its whole history: {_ledger(left)}"
    if way.taken:
        yield f"What {trust_name} had set for it stands in its own config.toml now: {say_list(way.taken)}."
    yield from _say_rest(left)
    yield "What to do next:"
    yield f"  policy --workspace {way.out} status       shows how it stands"
    yield f"  policy --workspace {way.out} schedule     lets a computer run it, since the trust's nights no longer do"
    yield (
        "The trust keeps in left.json that it left, with the length of its ledger and the root of that, and nobody's "
        "name. Safety copies of the trust's folder, and those of the school that were put elsewhere, hold it still."
    )
    if way.carried_from:
        yield (
            f"Its register as it was is kept in {way.carried_from}, and no program opens it any more. It holds "
            "people's names: have it deleted once the school is at work by itself (docs/trust.md says how)."
        )


def _say_rest(left: "LeaveReport") -> Iterator[str]:
    if left.secrets:
        yield "What must be given anew where it runs from then on; everything else goes with its folder .secrets:"
        yield from (f"  {line}" for line in left.secrets)
    if left.ways_out:
        yield "Look at these settings, which lead to places outside its folder:"
        yield from (f"  {line}" for line in left.ways_out)


def _ledger(left: "LeaveReport") -> str:
    return (
        f"its ledger, {say_count(left.records, 'record')}, agrees." if left.way.register else "there is no ledger yet."
    )
