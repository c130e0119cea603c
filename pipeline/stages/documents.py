"""The stages that read the folder, record what changed, make the copies and publish them."""

from collections.abc import Callable

from pipeline.copies.orders import CopyReport
from pipeline.copies.shelf import basis_of_copies, refresh_copies
from pipeline.documents.sandbox.containment import Containment
from pipeline.model.policies import PolicyStanding
from pipeline.model.progress import Progress
from pipeline.policies.intake.reading import ReadFile, read_files, reader_edition
from pipeline.policies.intake.record import files_to_read, record_readings
from pipeline.policies.intake.recording import RecordReport
from pipeline.policies.intake.scan import FoundFile, Scan
from pipeline.policies.standing import list_standings
from pipeline.publish.site import SiteReport, publish_site
from pipeline.register.decision import THE_RUN
from pipeline.register.policies import policies as policy_rows
from pipeline.register.policies.contents import find_damaged_in_force
from pipeline.register.states import keep_policies
from pipeline.stages.day import Day

_MOST_ROUNDS = 3
"""So often copies are looked through in one run where the office decides meanwhile."""


def read_changed(day: Day, scan: Scan, progress: Progress, on_start: Callable[[Containment], None]) -> list[ReadFile]:
    """Read the files that are new or changed since the last run; ``on_start`` is told how each child is held."""
    ocr = day.config.documents.ocr
    with day.register.reading() as tx:
        known = policy_rows.list_source_files(tx, day.register.school)
        damaged = find_damaged_in_force(tx, day.register.school)
    files = files_to_read(scan.files, known, reader_edition(ocr=ocr), damaged)
    readings = []
    for reading in read_files(files, ocr=ocr, on_start=on_start, known=day.helper.read):
        readings.append(reading)
        progress("Reading", len(readings), len(files))
    return readings


def say_scan(day: Day, scan: Scan) -> tuple[str, ...]:
    """Return what to say of the folder of policies itself: that it is empty, and what in it is unclear."""
    empty = f"{day.config.policies.name}/ holds no document yet: put the school's policies into it."
    return scan.unclear if scan.files else (empty, *scan.unclear)


def record_changes(day: Day, scan: Scan, readings: list[ReadFile]) -> tuple[RecordReport, tuple[FoundFile, ...]]:
    """Record what was read as policies, versions and drafts, all of it or nothing; name the files of it, too."""
    names = {"school_name": day.config.school.name, "trust_name": day.config.trust_name}
    with day.register.transaction() as tx:
        report = record_readings(tx, day.register.school, readings, scan.files, **names, today=day.today, now=day.now)
    return report, tuple(reading.file for reading in readings)


def stand(day: Day) -> tuple[PolicyStanding, ...]:
    """Return how every policy stands today."""
    with day.register.reading() as tx:
        return list_standings(tx, day.register.school, day.config, day.today)


def make_copies(day: Day, progress: Progress) -> CopyReport:
    """Make the copies that are missing or out of date; a dry run writes none.

    It takes minutes at a large school. Where it was decided otherwise meanwhile who may be named or what is in force,
    they are looked through again: nobody is mailed a copy that names who led when it was begun.
    """
    register, config, write, maker = day.register, day.config, not day.dry_run, day.helper.make
    made = CopyReport()
    for _ in range(_MOST_ROUNDS):
        before = basis_of_copies(register, config, day.today)
        report = refresh_copies(
            register, config, stand(day), today=day.today, now=day.now, write=write, progress=progress, maker=maker
        )
        made = report.following(made)
        if basis_of_copies(register, config, day.today) == before:
            break
    return made


def keep_what_stands(day: Day) -> None:
    """Keep how policies and versions stand once all is read and made, so that the day can be shown later."""
    with day.register.transaction() as tx:
        keep_policies(tx, day.register.school, actor=THE_RUN, now=day.now)


def publish(day: Day, standings: tuple[PolicyStanding, ...]) -> SiteReport | None:
    """Write the pages of the website; None in a dry run, which writes nothing."""
    return None if day.dry_run else publish_site(day.register, day.config, standings, day.today)
