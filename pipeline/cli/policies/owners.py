"""``policy owners``: who looks after what, and everything of one owner handed over in a step."""

import click

from pipeline.cli.declared import decide
from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.decisions.facts import HandOver
from pipeline.errors import UsageError
from pipeline.policies.decisions.handing_over import Owner, find_owner, list_owners
from pipeline.wording import say_count


@click.command("owners", help="Show who looks after what, or hand over everything of one owner.")
@click.argument("owner", required=False)
@click.option("--to", metavar="NAME", help="Hand everything over to this role or person.")
@click.option("--reason", metavar="TEXT", default="", help="Why; kept with the change.")
@pass_json_session
def owners_command(session: Session, owner: str | None, to: str | None, reason: str) -> None:
    """Show who looks after what; with OWNER and --to hand over everything of theirs in one decision."""
    if to is None:
        _show(session, owner)
        return
    if owner is None:
        raise UsageError("Say whose policies go to whom: policy owners OWNER --to NAME --reason TEXT.")
    decide(session, HandOver(owner=owner, to=to, reason=reason))


def _show(session: Session, wanted: str | None) -> None:
    with session.open_register(create=False) as register, register.reading() as tx:
        school, config = register.school, session.config
        found = (
            list_owners(tx, school, config, session.today)
            if wanted is None
            else (find_owner(tx, school, config, wanted, session.today),)
        )
    if session.as_json:
        print_json([_as_json(one) for one in found])
        return
    if not found:
        say("No policy is known yet.")
    for one in found:
        told = one.reached or "nobody is told of their reviews"
        say(f"{one.name or 'Nobody named'}: {say_count(len(one.policies), 'policy', 'policies')} ({told})")
        for each in one.policies:
            say(f"  {each.title} ({each.slug})")


def _as_json(one: Owner) -> dict[str, object]:
    return {
        "owner": one.name or None,
        "told": [recipient.address for recipient in one.recipients],
        "policies": [{"slug": each.slug, "title": each.title, "owner": each.owner or None} for each in one.policies],
    }
