"""``policy run``, ``policy deliver`` and ``policy status``."""

import click

from pipeline.cli.session import Session, pass_json_session, print_json, progress_bar, say
from pipeline.errors import ExitCode


@click.command("run", help="Do the day's work: read, record, regenerate, publish, mail, remind.")
@click.option("--dry-run", is_flag=True, help="List what would happen; write and send nothing.")
@click.option("--verbose", is_flag=True, help="Tell how the files were read, too.")
@pass_json_session
def run_command(session: Session, dry_run: bool, verbose: bool) -> int:
    """Do the day's work: read, record, regenerate, publish, mail, remind."""
    if not dry_run:
        session.ask_day()
    from pipeline.cli.report import show_report
    from pipeline.run import run_pipeline

    report = run_pipeline(
        session.config,
        today=session.today,
        now=session.now,
        environ=session.environ,
        dry_run=dry_run,
        progress=progress_bar(not session.as_json),
    )
    if session.as_json:
        from pipeline.cli.report_json import report_as_json

        print_json(report_as_json(report))
    else:
        show_report(report, session.config, verbose=verbose)
    return report.exit_code


@click.command("deliver", help="Send what is due now.")
@pass_json_session
def deliver_command(session: Session) -> int:
    """Send what is due now: mail put off earlier, and what a run left. Works beside a run and beside ``serve``."""
    from pipeline.cli.mail.mail import deliver_now, delivery_as_json, rest_of, show_delivery

    session.ask_day()
    with session.open_register(create=False) as register:
        register.refuse_damage()
        delivery = deliver_now(session, register)
        rest = "" if session.as_json else rest_of(session, register)
    if session.as_json:
        print_json(delivery_as_json(delivery))
    else:
        show_delivery(delivery, session.config.mail, rest)
    return ExitCode.UNDELIVERED if delivery.undelivered else ExitCode.DONE


@click.command("status", help="Show how every policy stands.")
@pass_json_session
def status_command(session: Session) -> None:
    """Show how every policy stands."""
    from pipeline.cli.status import gather_status, show_status

    with session.open_register(create=False) as register, register.reading() as tx:
        screen = gather_status(tx, register.school, session.config, session.today)
    if session.as_json:
        from pipeline.cli.report_json import status_as_json

        print_json(status_as_json(screen))
    else:
        for notice in screen.notices:
            say(notice)
        show_status(screen)
