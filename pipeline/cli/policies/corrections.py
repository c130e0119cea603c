"""``policy correct``: what was recorded in error ends, and stays on record."""

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say

_earlier_option = click.option(
    "--earlier", is_flag=True, help="The last one was taken back before: the one before it as well."
)


@click.group("correct", help="Say that something, such as a reading or an approval, was recorded in error.")
def correct_command() -> None:
    """Say that something, such as a reading or an approval, was recorded in error."""


@correct_command.command("acknowledgement", help="Somebody has not read a policy after all; they are asked again.")
@click.argument("person")
@click.argument("slug")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the correction.")
@_earlier_option
@json_option
@pass_session
def correct_reading_command(session: Session, person: str, slug: str, reason: str, earlier: bool) -> None:
    """Somebody has not read a policy after all; they are asked again."""
    from pipeline.acknowledgements.corrections import correct_reading

    with session.writing() as decision:
        message = correct_reading(decision, person, slug, reason=reason, today=session.today, earlier=earlier)
    _show(session, "acknowledgement", message)


@correct_command.command("declaration", help="Somebody has not declared after all; they are asked again.")
@click.argument("person")
@click.argument("declaration")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the correction.")
@json_option
@pass_session
def correct_declaration_command(session: Session, person: str, declaration: str, reason: str) -> None:
    """Somebody has not declared after all; they are asked again."""
    from pipeline.acknowledgements.declarations.declaring import take_back
    from pipeline.people.naming import find_one
    from pipeline.register.people.persons import list_people

    with session.writing() as decision:
        row = find_one(list_people(decision.tx, decision.school, session.today), person, session.today)
        message = take_back(decision, session.config, row, declaration, reason=reason)
    _show(session, "declaration", message)


@correct_command.command("approval", help="A policy was not approved after all; it awaits its approval again.")
@click.argument("slug")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the correction.")
@click.option("--version", "number", type=int, help="Of which version; else the approval recorded last.")
@_earlier_option
@json_option
@pass_session
def correct_approval_command(session: Session, slug: str, reason: str, number: int | None, earlier: bool) -> None:
    """A policy was not approved after all; it awaits its approval again."""
    from pipeline.policies.decisions.corrections import correct_approval

    with session.writing() as decision:
        default = session.config.review.cycle_months
        decided = correct_approval(
            decision, slug, reason=reason, number=number, default_cycle_months=default, earlier=earlier
        )
    _show(session, "approval", decided.message)


@correct_command.command("review", help="A policy was not checked after all; its review is due when it was before.")
@click.argument("slug")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the correction.")
@json_option
@pass_session
def correct_review_command(session: Session, slug: str, reason: str) -> None:
    """A policy was not checked after all; its review is due when it was before."""
    from pipeline.policies.decisions.reaffirm import correct_review

    with session.writing() as decision:
        default = session.config.review.cycle_months
        decided = correct_review(decision, slug, reason=reason, default_cycle_months=default)
    _show(session, "review", decided.message)


@correct_command.command("due", help="A review was not to be moved after all; it is due on its scheduled day.")
@click.argument("slug")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the correction.")
@json_option
@pass_session
def correct_due_command(session: Session, slug: str, reason: str) -> None:
    """A review was not to be moved after all; it is due on its scheduled day."""
    from pipeline.policies.decisions.due_dates import correct_due

    with session.writing() as decision:
        decided = correct_due(decision, slug, reason=reason, config=session.config)
    _show(session, "due", decided.message)


@correct_command.command("leaving", help="Somebody has not left after all.")
@click.argument("person")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the correction.")
@json_option
@pass_session
def correct_leaving_command(session: Session, person: str, reason: str) -> None:
    """Somebody has not left after all."""
    from pipeline.acknowledgements.corrections import correct_leaving

    with session.writing() as decision:
        message = correct_leaving(decision, person, reason=reason, today=session.today)
    _show(session, "leaving", message)


@correct_command.command("telling", help="A group was not told of a policy after all.")
@click.argument("group")
@click.argument("slug")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the correction.")
@_earlier_option
@json_option
@pass_session
def correct_telling_command(session: Session, group: str, slug: str, reason: str, earlier: bool) -> None:
    """A group was not told of a policy after all."""
    from pipeline.policies.groups import correct_telling

    with session.writing() as decision:
        message = correct_telling(decision, session.config, group, slug, reason=reason, earlier=earlier)
    _show(session, "telling", str(message))


def _show(session: Session, what: str, message: str) -> None:
    if session.as_json:
        print_json({"corrected": what, "message": message})
    else:
        say(message)
