"""One school's night in a process of its own: the day's work of ``run``, or only what is due to go and came back.

``night`` starts these processes and takes what they answer. Whatever goes wrong here is this school's alone.
"""

import signal
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime

from pipeline import interrupts
from pipeline.acknowledgements.keys import find_keys
from pipeline.config import Config
from pipeline.configuration.trust import read_trust
from pipeline.errors import ExitCode, PolicyPipelineError, RegisterError, RegisterInUseError, say_system_error
from pipeline.letters.contributors.returned import take_in_due
from pipeline.private_files import FILE, PASSAGE, make_folder
from pipeline.register.store.database import has_register
from pipeline.register.store.for_run import open_workspace_register
from pipeline.register.store.lost_register import list_remains
from pipeline.run import run_pipeline
from pipeline.stages.day import RunReport
from pipeline.stages.mail import deliver_due
from pipeline.trust.outcomes import NightFigures, NightOutcome, NightTask, NightWork, SchoolNight
from pipeline.trust.schools import look_at
from pipeline.trust.workshop.asking import Asking
from pipeline.wording import say_count

_LOCK_NAME = "night.lock"
_OF_ONE_SCHOOL = ("POLICY_SECRET_KEY", "POLICY_SECRET_KEY_FILE")
"""Secrets that two schools must not share: a personal link would open at the other one, too."""


def night_of(task: NightTask) -> SchoolNight:
    """Do one school's work; whatever goes wrong is in the answer, and the process ends well."""
    config: Config | None = None
    try:
        trust = read_trust(task.trust)
        entry = trust.school(task.key)
        # The process that began this night has asked for all schools at once whether two of them share a register.
        school = look_at(trust, entry, shared={}) if entry else None
        if school is None or school.config is None:
            said = school.faults if school else (f"{task.key} is no school of the trust any more.",)
            return SchoolNight(task.key, task.key, NightOutcome.FAILED, ExitCode.CONFIGURATION, said)
        config = school.config
        with alone(config, dry_run=task.dry_run):
            return _work(task, config)
    except RegisterInUseError:
        _let_go_if_asked()
        said = ("Another run is using it; that one does what is to be done.",)
        return SchoolNight(task.key, _name(config, task), NightOutcome.IN_USE, said=said)
    except PolicyPipelineError as error:
        _let_go_if_asked()
        lines = tuple(str(error).splitlines())
        return SchoolNight(task.key, _name(config, task), NightOutcome.FAILED, error.exit_code, lines)
    except Exception as error:
        _let_go_if_asked()
        # The outermost edge of this process: the fault is shown whole on the error stream, and told in a line.
        traceback.print_exc()
        lines = (f"A fault in the program stopped it ({type(error).__name__}); what was finished is kept.",)
        return SchoolNight(task.key, _name(config, task), NightOutcome.FAILED, ExitCode.BUG, lines)


def _let_go_if_asked() -> None:
    """Where this process was asked to end, what went wrong since is no fault: raise KeyboardInterrupt."""
    if interrupts.came():
        raise KeyboardInterrupt


def _name(config: Config | None, task: NightTask) -> str:
    return (config.school.name if config else "") or task.key


@contextmanager
def alone(config: Config, *, dry_run: bool) -> Iterator[None]:
    """Keep another night out of this school until this one is over; raises RegisterInUseError where it is there.

    Raises RegisterError where its folder cannot be written.

    The lock goes with the process, however that ends. The run's own lock does not last while mail goes out.
    """
    from filelock import FileLock, Timeout

    if dry_run:
        yield
        return
    lock = FileLock(config.distribution / _LOCK_NAME, timeout=0, mode=FILE, fallback_to_soft=False)
    try:
        make_folder(config.distribution, PASSAGE)
        lock.acquire()
    except Timeout as error:
        raise RegisterInUseError(f"Another night is at work in {config.root}.") from error
    except OSError as error:
        raise RegisterError(
            f"{config.distribution} cannot be written: {say_system_error(error)}. Give the account that does the "
            "nights the right to write there, or put the folder right, and run this again. Nothing was done."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _work(task: NightTask, config: Config) -> SchoolNight:
    now = moment_of(config, task.today)
    today = now.astimezone(config.zone).date()
    environ = environ_of(task.environ, task.key)
    if task.work is NightWork.DELIVER:
        return _deliver(task, config, today, now, environ)
    with Asking(task.doors, task.key) as workshops:
        report = run_pipeline(
            config, today=today, now=now, environ=environ, dry_run=task.dry_run, helper=workshops.helper
        )
    said = _said(report)
    return SchoolNight(task.key, _name(config, task), NightOutcome.DONE, report.exit_code, said, _count(report))


def _said(report: RunReport) -> tuple[str, ...]:
    """Return why a run that went through does not end with 0; no file is named, and nobody."""
    if report.copies.damaged:
        return ("A document kept in its register is damaged; its own 'policy run' names it.",)
    if report.unreadable or report.scan.unopened:
        files = len(report.unreadable) + len(report.scan.unopened)
        return (f"{say_count(files, 'file')} could not be read; 'policy status' there names them.",)
    if report.copies.failed:
        return (f"{say_count(len(report.copies.failed), 'copy', 'copies')} could not be made.",)
    undelivered = report.delivery.deferred + report.delivery.bounced
    return (f"{say_count(undelivered, 'mail')} put off or refused.",) if undelivered else ()


def _count(report: RunReport) -> NightFigures:
    delivery = report.delivery
    return NightFigures(
        policies=len(report.standings),
        read=len(report.read),
        needs_you=len(report.need_you),
        notices=len(report.notices),
        copies=len(report.copies.made),
        copies_held=len(report.copies.held),
        written=delivery.written if not report.dry_run else len(report.letters.queued),
        sent=delivery.sent,
        undelivered=delivery.deferred + delivery.bounced,
        waiting=report.campaign.people,
    )


def _deliver(task: NightTask, config: Config, today: date, now: datetime, environ: Mapping[str, str]) -> SchoolNight:
    name = config.school.name or task.key
    if _had_no_run(config):
        none_yet = "It has had no run yet, so nothing is due there: 'policy trust run' does its first."
        return SchoolNight(task.key, name, NightOutcome.DONE, said=(none_yet,))
    with open_workspace_register(config, create=False, environ=environ) as register:
        register.refuse_damage()
        keys = find_keys(register, config, environ, make=False)
        inbox = take_in_due(register, config, keys, today, now, environ)
        delivery = deliver_due(register, config, keys, today, now, environ)
    code = ExitCode.UNDELIVERED if delivery.undelivered else ExitCode.DONE
    figures = NightFigures(
        written=delivery.written,
        sent=delivery.sent,
        undelivered=delivery.deferred + delivery.bounced,
    )
    said = tuple(problem.message for problem in inbox.problems)
    return SchoolNight(task.key, name, NightOutcome.DONE, code, said, figures)


def _had_no_run(config: Config) -> bool:
    """Whether a school has no register, and nothing is left of one either."""
    school = config.school
    if has_register(config.register_.url, root=config.root, school_name=school.name, school_key=school.key):
        return False
    return not list_remains(config.distribution, config.root / ".secrets", was_there=False)


def moment_of(config: Config, today: date | None) -> datetime:
    """Return the present moment; with ``today`` that day at the present time of day, as every command takes it."""
    here = datetime.now(config.zone)
    if today is not None:
        here = datetime.combine(today, here.time(), tzinfo=config.zone)
    return here.astimezone(UTC)


def environ_of(environ: Mapping[str, str], key: str) -> Mapping[str, str]:
    """Return the environment as one school has it: ``POLICY_SMTP_PASSWORD__OAKFIELD`` is Oakfield's own.

    The key of personal links is never taken from a variable that holds for all schools.
    """
    mine = f"__{key.replace('-', '_').upper()}"
    own = {name.removesuffix(mine): value for name, value in environ.items() if name.endswith(mine)}
    return {name: value for name, value in environ.items() if name not in _OF_ONE_SCHOOL} | own


def heed_signals() -> None:
    """Let SIGTERM end this process as Ctrl-C does: what is under way is let go of in good order."""

    interrupts.heed(signal.SIGTERM, signal.SIGINT)
