"""``policy run`` and ``policy status``."""

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, progress_bar, say


@click.command("run", help="Do the day's work: read, record, regenerate, publish, mail, remind.")
@click.option("--dry-run", is_flag=True, help="List what would happen; write and send nothing.")
@click.option("--verbose", is_flag=True, help="Tell how the files were read, too.")
@json_option
@pass_session
def run_command(session: Session, dry_run: bool, verbose: bool) -> int:
    """Do the day's work: read, record, regenerate, publish, mail, remind."""
    from pipeline.cli.report import show_report
    from pipeline.cli.report_json import report_as_json
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
        print_json(report_as_json(report))
    else:
        show_report(report, session.config, verbose=verbose)
    return report.exit_code


@click.command("status", help="Show how every policy stands.")
@json_option
@pass_session
def status_command(session: Session) -> None:
    """Show how every policy stands."""
    from pipeline.acknowledgements.listing import list_acknowledgements, list_late, readings
    from pipeline.cli.report_json import late_as_json, missing_as_json, standing_as_json
    from pipeline.cli.status import StatusScreen, show_status
    from pipeline.copies.confirmations import contacts_of_day
    from pipeline.people.absences import list_absences
    from pipeline.people.asked import rule_notices, who_is_asked
    from pipeline.policies.lead import lead_notices
    from pipeline.policies.standing import list_standings, missing_policies
    from pipeline.register.jobs import last_run_at
    from pipeline.register.people import list_people

    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, session.config, session.today)
        counts = readings(tx, register.school, session.config, standings, session.today)
        late = list_late(list_acknowledgements(tx, register.school, session.config, standings, session.today))
        ran_at = last_run_at(tx, register.school)
        people = list_people(tx, register.school, session.today)
        absences = list_absences(people, session.config, session.today)
        contacts = contacts_of_day(tx, register.school, session.config, session.today)
    asked = who_is_asked(people, standings, session.config, session.today)
    if session.as_json:
        listed = [standing_as_json(standing, counts, asked) for standing in standings]
        print_json(
            {
                "policies": listed,
                "missing": missing_as_json(missing_policies(standings)),
                "late": late_as_json(late),
                "last_run_at": ran_at.isoformat() if ran_at else None,
            }
        )
    else:
        for notice in (
            *lead_notices(session.config, session.today, contacts.shown, contacts.covers),
            *(each.message for each in absences if each.is_pressing),
            *rule_notices(people, standings, session.config, session.today),
        ):
            say(notice)
        last_run = ran_at.astimezone(session.config.zone) if ran_at else None
        ruled = asked if session.config.reading.rules else {}
        show_status(StatusScreen(standings, counts, late, session.today, last_run, ruled))
