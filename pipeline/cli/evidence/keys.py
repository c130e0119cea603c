"""``policy keys``: are the workspace's keys the right ones, and making new ones."""

import click

from pipeline.cli.session import Session, pass_json_session
from pipeline.wording import say_count

_ENDS = {
    "links": (
        "A new key ends every personal link sent so far: they will not open any more, and everybody signs in again. "
        "Mail that has not gone is made anew with the next run; whoever was mailed before and has not read yet gets no "
        "new mail by itself, so tell them, or give them the policies on paper. Codes on sheets and cards printed so "
        "far are known no more. Where policy serve runs, stop it and start it again after this: until then it goes by "
        "the old key."
    ),
    "ledger": (
        "A new key begins a new line of signatures: what was signed before stays provable with the old public key, and "
        "a record says that the key was renewed. Whoever keeps your public key needs the new one."
    ),
}


@click.command("keys", help="Show whether the keys are the right ones, or make new ones.")
@click.option("--renew", type=click.Choice(["links", "ledger"]), help="Make a new key for one of the two.")
@click.option("--yes", is_flag=True, help="Do it; without this --renew only says what it ends.")
@pass_json_session
def keys_command(session: Session, renew: str | None, yes: bool) -> None:
    """Show whether the keys are the right ones, or make new ones."""
    from pipeline.acknowledgements.keys import find_keys, renew_ledger_key, renew_link_key

    with session.open_register(create=False) as register:
        register.refuse_damage()
        if renew is not None and yes:
            if renew == "links":
                dropped = renew_link_key(register, session.config, session.environ, by=session.actor, now=session.now)
                done = f"The key of the personal links is new; {say_count(dropped, 'mail')} will be made anew."
            else:
                renew_ledger_key(register, session.config, by=session.actor, now=session.now)
                done = "The key of the ledger is new, and a record says so."
            session.answer({"renewed": renew}, done)
            return
        keys = find_keys(register, session.config, session.environ, make=False)
    state = {"links": not keys.other_links, "ledger": not keys.other_ledger}
    if renew is not None:
        session.answer({"renewed": None, **state}, f"{_ENDS[renew]} To do it: policy keys --renew {renew} --yes")
        return
    words = {True: "is the right one, or none was needed yet", False: "is gone or is another one than was used so far"}
    lines = [f"The key of the personal links {words[state['links']]}.", f"The ledger's key {words[state['ledger']]}."]
    session.answer(state, *lines)
