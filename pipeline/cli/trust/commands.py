"""``policy trust``: lay out a trust, add a school, see how all stand, run every school's night, serve its desk."""

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import click

from pipeline.cli.session import Session, pass_json_session, pass_session, print_json, say
from pipeline.cli.sign_in import SignInOptions, answer, asking
from pipeline.cli.trust.evidence import evidence_command
from pipeline.cli.trust.here import find, moment, say_doubts, trust_root
from pipeline.cli.trust.leaving import leave_command
from pipeline.errors import ExitCode

_SCHOOLS = click.option("--school", "keys", multiple=True, metavar="KEY", help="This school alone; may be repeated.")
_WORKERS = click.option(
    "--workers", type=click.IntRange(1, 256), help="How many schools at once; else as many as there are processors."
)


@click.group("trust", help="A trust of several schools: see how all stand, run every night, hand out policies.")
def trust_command() -> None:
    """A trust of several schools: see how all stand, run every night, hand out policies."""


trust_command.add_command(evidence_command)


@trust_command.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="The trust's name, as trustees read it.")
@pass_json_session
def init_command(session: Session, folder: Path, name: str) -> None:
    """Lay out an empty trust in FOLDER."""
    from pipeline.trust.layout import init_trust

    made = init_trust(folder, name)
    session.answer(
        {"trust": str(folder), "made": [str(path) for path in made]},
        f"A trust is laid out in {folder.resolve()}. What to do next:",
        "  1. Add each school:       policy trust add KEY --school NAME",
        "  2. What holds in all of them (terms, mail route, who reads what) goes into trust.toml, under every_school.",
        "  3. See how they stand:    policy trust status",
        "  4. Run every school:      policy trust run --dry-run, then without --dry-run",
        "Call these in that folder, or from anywhere with --workspace FOLDER before 'trust'.",
    )


@trust_command.command("add")
@click.argument("key")
@click.option("--school", "name", default="", metavar="NAME", help="A new school's name, as it stands on its policies.")
@click.option("--folder", type=click.Path(path_type=Path), help="Another place than schools/KEY; may be there already.")
@pass_json_session
def add_command(session: Session, key: str, name: str, folder: Path | None) -> None:
    """Add a school: a new workspace, or with --folder one that is there already, whose settings stay as they are."""
    from pipeline.trust.layout import add_school

    place = add_school(trust_root(session), key, name, folder)
    session.answer(
        {"key": key, "workspace": str(place)},
        f"{key} is a school of the trust; its folder is {place}. What it needs next:",
        "  config.toml  who leads on safeguarding there, the head, the office",
        "  policies/    its policies; the trust's come by 'policy trust distribute'",
        "  staff.csv    who works there",
        f"Every command works in it: policy --workspace {place} run --dry-run",
    )


trust_command.add_command(leave_command)


@trust_command.command("status")
@_SCHOOLS
@pass_json_session
def status_command(session: Session, keys: tuple[str, ...]) -> int:
    """Show how every school stands, counts first; who leads today is named, nobody else."""
    from pipeline.cli.trust.report import show_status, status_as_json
    from pipeline.trust.outcomes import read_last_night, worst
    from pipeline.trust.schools import list_schools
    from pipeline.trust.status import glance_at

    trust = find(session)
    now, schools = moment(session, trust), list_schools(trust, keys)
    glances = [glance_at(school, now) for school in schools]
    say_doubts(trust, schools)
    nights = read_last_night(trust.root)
    if session.as_json:
        print_json(status_as_json(trust, glances, nights))
    else:
        show_status(trust, glances, nights, now)
    return worst([one.code for one in glances])


@trust_command.command("run")
@_WORKERS
@click.option("--dry-run", is_flag=True, help="List what would happen; write and send nothing.")
@_SCHOOLS
@pass_json_session
def run_command(session: Session, workers: int | None, dry_run: bool, keys: tuple[str, ...]) -> int:
    """Do the day's work of every school, a process each; one that fails stops itself alone."""
    from pipeline.trust.outcomes import NightWork

    return _night(session, NightWork.RUN, workers, dry_run, keys)


@trust_command.command("deliver")
@_WORKERS
@_SCHOOLS
@pass_json_session
def deliver_command(session: Session, workers: int | None, keys: tuple[str, ...]) -> int:
    """At every school, send what is due now and read what came back; for a timer, between two nights."""
    from pipeline.trust.outcomes import NightWork

    return _night(session, NightWork.DELIVER, workers, False, keys)


def _night(session: Session, work: str, workers: int | None, dry_run: bool, keys: tuple[str, ...]) -> int:
    from pipeline.cli.trust.night_report import say_school, show_night
    from pipeline.trust.night import NightOrder, run_night
    from pipeline.trust.outcomes import NightWork, SchoolNight, night_as_json
    from pipeline.trust.schools import list_schools

    trust = find(session)
    schools = list_schools(trust, keys)
    if not schools:
        say("The trust has no school yet: policy trust add KEY --school NAME")
        return ExitCode.DONE
    if work == NightWork.RUN:
        say_doubts(trust, schools)
    order = NightOrder(session.today_given, NightWork(work), dry_run, workers or 0, os.environ)
    done = 0

    def tell(one: SchoolNight) -> None:
        nonlocal done
        done += 1
        click.echo(f"{done} of {len(schools)}: {say_school(one)}", err=True)

    report = run_night(trust, schools, order, tell)
    if session.as_json:
        print_json(night_as_json(report))
    else:
        show_night(trust, report)
    return report.exit_code


@trust_command.command("distribute")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@_SCHOOLS
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@click.option(
    "--replace", is_flag=True, help="Put a file that the school changed by hand aside; one SLUG, one --school."
)
@pass_json_session
def distribute_command(
    session: Session, slugs: tuple[str, ...], keys: tuple[str, ...], dry_run: bool, replace: bool
) -> int:
    """Put each school's version of the trust's policies into its folder; mails nobody, and decides nothing."""
    from pipeline.cli.trust.handing import handed_as_json, show_handed
    from pipeline.errors import UsageError
    from pipeline.trust.distribute import HandingOut, hand_out, kept_back
    from pipeline.trust.documents import choose, list_policies
    from pipeline.trust.schools import list_schools

    if replace and (len(slugs) != 1 or len(keys) != 1):
        raise UsageError("--replace puts away what somebody wrote: name one policy and one --school with it.")
    trust = find(session)
    usable, unusable = list_policies(trust)
    how = HandingOut(session.actor, moment(session, trust), dry_run, replace)
    schools = list_schools(trust, keys)
    say_doubts(trust, schools)
    handed = hand_out(trust, schools, choose(usable, slugs), how)
    if session.as_json:
        print_json(handed_as_json(handed, unusable))
    else:
        show_handed(trust, handed, unusable, dry_run=dry_run)
    return ExitCode.UNREADABLE if unusable or kept_back(handed) else ExitCode.DONE


@trust_command.command("differences")
@click.argument("slug")
@_SCHOOLS
@pass_json_session
def differences_command(session: Session, slug: str, keys: tuple[str, ...]) -> int:
    """Show what the trust's next version of a policy changes against what each school has in force."""
    from pipeline.cli.trust.handing import differences_as_json, show_differences
    from pipeline.trust.differences import differences
    from pipeline.trust.documents import choose, list_policies
    from pipeline.trust.schools import list_schools

    trust = find(session)
    usable, _ = list_policies(trust)
    (policy,) = choose(usable, (slug,))
    found = differences(trust, list_schools(trust, keys), policy)
    if session.as_json:
        print_json(differences_as_json(found))
    else:
        show_differences(policy, found)
    return ExitCode.UNREADABLE if any(one.is_kept_back for one in found) else ExitCode.DONE


@trust_command.command("worker")
@click.option("--once", is_flag=True, help="End once tonight's schools are done; else it waits for the next night.")
@pass_session
def worker_command(session: Session, once: bool) -> int:
    """Share the schools' nights with workers on other machines, by [workers] url in trust.toml; runs until stopped."""
    from pipeline.trust.worker import WorkerOrder, run_worker

    trust = find(session)
    order = WorkerOrder(once=once, today=session.today_given, environ=os.environ)
    return run_worker(trust, order, lambda line: click.echo(line, err=True))


@trust_command.command("report")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A file ending in .pdf or .html."
)
@pass_json_session
def report_command(session: Session, out: Path) -> int:
    """Write the page for trustees: counts and late reviews by school, and nobody's name."""
    from zoneinfo import ZoneInfo

    from pipeline.cli.session import write_out
    from pipeline.errors import UsageError
    from pipeline.trust.outcomes import worst
    from pipeline.trust.schools import list_schools
    from pipeline.trust.status import glance_at
    from pipeline.trust.trustees import as_page, as_paper, make_report

    if out.suffix.lower() not in (".pdf", ".html"):
        raise UsageError(f"{out} must end in .pdf or .html.")
    trust = find(session)
    now = moment(session, trust)
    glances = [glance_at(school, now) for school in list_schools(trust)]
    report = make_report(trust, glances, now.astimezone(ZoneInfo(trust.section.time_zone)).date())
    templates = trust.root / "templates"
    is_paper = out.suffix.lower() == ".pdf"
    write_out(out, as_paper(report, templates) if is_paper else as_page(report, templates).encode("utf-8"))
    session.answer(
        {"file": str(out), "schools": len(report.rows), "left_out": list(report.wrong)},
        f"{out}: {report.summary}",
        *(f"Not in its figures: {line}." for line in report.wrong),
    )
    return worst([one.code for one in glances])


@trust_command.command("schedule")
@click.option(
    "--print", "kind", type=click.Choice(["cron", "systemd", "windows"]), required=True, help="For which scheduler."
)
@pass_session
def schedule_command(session: Session, kind: str) -> None:
    """Print the lines with which this computer's own scheduler runs the schools' nights; nothing is put in."""
    import getpass
    import sys
    from zoneinfo import ZoneInfo

    from pipeline.dates.calendar import skipped_hour
    from pipeline.starting.timers import Timed, cron_lines, systemd_lines, windows_lines
    from pipeline.wording import say_day

    trust = find(session)
    zone = ZoneInfo(trust.section.time_zone)
    skipped = skipped_hour(trust.section.at, zone, moment(session, trust).astimezone(zone).date())
    timed = Timed(
        school=trust.name,
        workspace=str(trust.root),
        python=sys.executable,
        account=getpass.getuser(),
        daily_at=trust.section.at,
        zone=trust.section.time_zone,
        has_mailbox=False,
        skipped_on=say_day(skipped[0]) if skipped else "",
        of_trust=True,
        has_workers=bool(trust.workers.url) and kind != "windows",
    )
    lines = {"cron": cron_lines, "systemd": systemd_lines, "windows": windows_lines}[kind](timed)
    if session.as_json:
        print_json({"scheduler": kind, "commands": list(timed.commands), "lines": lines})
    else:
        click.echo(lines, nl=False)


@trust_command.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 for any.")
@click.option("--open", "open_browser", is_flag=True, help="Open the trust's desk in the browser, signed in.")
@pass_session
def serve_command(session: Session, host: str, port: int, open_browser: bool) -> None:
    """Serve the trust's desk, and each school's own desk and personal pages below it; it runs no school's night."""
    from pipeline.trust.own_settings import own_distribution
    from pipeline.web.app import build_app
    from pipeline.web.browser import SHOWN_ABOVE, open_in_browser, opened_dashboard
    from pipeline.web.trust.server import TrustServing, serve_trust

    trust = find(session)

    is_terminal = sys.stdout.isatty()

    def open_page(link: str) -> AbstractContextManager[None]:
        return opened_dashboard(
            link,
            own_distribution(trust),
            say,
            lambda address: open_in_browser(address, os.environ),
            SHOWN_ABOVE if is_terminal else "'policy trust sign-in' prints a link to copy into one",
        )

    how = TrustServing(
        build_app,
        os.environ,
        say,
        host,
        port,
        open_page=open_page if open_browser else None,
        shows_link=is_terminal,
        actor=session.actor,
    )
    serve_trust(trust_root(session), lambda: moment(session, trust), how)


@trust_command.command("sign-in")
@asking
@pass_json_session
def sign_in_command(session: Session, account: str | None, code: int | None, lists: bool, revoke: str | None) -> None:
    """Print a link that signs in to the trust's desk once, or a code; list and end sessions there."""
    from pipeline.trust.own_settings import own_settings

    trust = find(session)
    asked = SignInOptions(account, code, lists, revoke)
    answer(session, own_settings(trust), moment(session, trust), asked, serve="policy trust serve")
