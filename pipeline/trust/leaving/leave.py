"""Let a school leave its trust: its folder becomes a workspace of its own, with its whole history.

Each step is done whole or not at all, and what it leaves says whether it was done; if this is ended in the middle,
doing it again goes on there. From the first step to the last a note beside the school's register stops every program
that would write to it, nights, pages and mail included. So there are never two workspaces that could both mail.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.config import Config, load_config
from pipeline.configuration.trust import TRUST_NAME, Trust, parse_trust
from pipeline.errors import ConfigurationError, LedgerError, PolicyPipelineError, UsageError, say_system_error
from pipeline.handover.secrets import list_secrets
from pipeline.other_schools.exchange import forget_school
from pipeline.private_files import write_file
from pipeline.register.deciding import deciding
from pipeline.register.ledger.records import list_records
from pipeline.register.ledger.signed_heads import newest_head
from pipeline.register.store.for_run import open_workspace_register
from pipeline.register.store.location import register_path
from pipeline.register.store.marks import moved_note
from pipeline.register.store.moving import move_register, standing_still, was_moved
from pipeline.safety_copies.keeping import nightly_folder
from pipeline.settings.file import keep_before, read_settings, write_settings
from pipeline.trust.leaving import notes
from pipeline.trust.leaving.entry import without_school
from pipeline.trust.leaving.notes import HasLeft, OnItsWay
from pipeline.trust.leaving.plan import choose_place, plan_leaving
from pipeline.trust.leaving.settings import own_settings, ways_out
from pipeline.trust.school_night import alone, environ_of
from pipeline.trust.schools import list_schools, load_trust
from pipeline.workspace import CONFIG_NAME

_REST = ("", ".unfinished", ".unfinished-journal", "-wal", "-shm", "-journal", ".mark")
"""What a register that was begun and not finished may have left, behind its name."""


@dataclass(frozen=True, slots=True)
class LeavingOrder:
    """What is asked."""

    key: str
    out: Path | None
    """The school's workspace from now on; None where it stays in its place, or is on its way already."""
    actor: str
    now: datetime
    environ: Mapping[str, str]
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class LeaveReport:
    """What was done, or would be."""

    way: OnItsWay
    records: int
    """Of its ledger: as it stands in its new place, or for a dry run as it is."""
    secrets: tuple[str, ...]
    """What must be given anew where the school runs from now on, and where it comes from here; never what it is."""
    ways_out: tuple[str, ...]
    """Keys of its settings, with their values, that may mean another place now."""


def leave_trust(root: Path, order: LeavingOrder) -> LeaveReport:
    """Let a school leave the trust in ``root``; done again, it goes on where it was ended.

    Raises:
        UsageError: the key is no school's, or its workspace cannot be there.
        ConfigurationError: the trust's file or the school's has faults.
        RegisterError: the school's register cannot leave as it stands.
    """
    trust = load_trust(root)
    way = notes.list_leaving(trust.root).get(order.key)
    if way is None:
        way = _begin(trust, order)
        if order.dry_run:
            return _told(way, load_config(Path(way.folder) / CONFIG_NAME), way.records, order)
        notes.note_leaving(trust.root, way)
    elif order.dry_run:
        raise UsageError(f"{way.name} is on its way to {way.out} already. Without --dry-run this is finished.")
    else:
        way = _elsewhere(trust, way, order)
    if not _has_gone(way):
        _let_go(trust, way, order)
        _move(way)
    config = load_config(Path(way.out) / CONFIG_NAME)
    records, root_hash = _arrive(trust, way, config, order) if way.register else (0, "")
    day = order.now.astimezone(config.zone).date().isoformat()
    _forget(trust, HasLeft(way.key, way.name, day, way.out, records, root_hash))
    return _told(way, config, records, order)


def _begin(trust: Trust, order: LeavingOrder) -> OnItsWay:
    """Check everything, and return what is to be done. Raises as ``leave_trust``; nothing was changed then."""
    if trust.school(order.key) is None and (
        gone := [one for one in notes.list_left(trust.root) if one.key == order.key]
    ):
        raise UsageError(f"{gone[-1].name} left {trust.name} on {gone[-1].on}; its workspace was {gone[-1].to} then.")
    (school,) = list_schools(trust, [order.key])
    parse_trust(without_school(read_settings(trust.root / TRUST_NAME).text, order.key), root=trust.root)
    return plan_leaving(trust, school, order.out, order.now)


def _elsewhere(trust: Trust, way: OnItsWay, order: LeavingOrder) -> OnItsWay:
    """Return the way of a school that is on it, to another place where that is asked for and can be."""
    if order.out is None or str(order.out.resolve()) == way.out:
        return way
    if _has_gone(way):
        raise UsageError(f"{way.name} is in {way.out} already. Do this again without --out; then move it from there.")
    changed = replace(way, out=str(choose_place(trust, Path(way.folder), order.out)))
    notes.note_leaving(trust.root, changed)
    return changed


def _has_gone(way: OnItsWay) -> bool:
    """Whether the folder is in its new place already."""
    return way.out != way.folder and not _is_there(way.folder) and _is_there(way.out)


def _is_there(folder: str) -> bool:
    return (Path(folder) / CONFIG_NAME).is_file()


# --- the steps -----------------------------------------------------------------------------------------------------


def _let_go(trust: Trust, way: OnItsWay, order: LeavingOrder) -> None:
    """Bring the register into the folder, stop anything that would write to it, and write the settings out."""
    config = load_config(Path(way.folder) / CONFIG_NAME)
    if not config.school.trust:
        return
    try:
        with alone(config, dry_run=False):
            _bring_register(config, way, order)
            before = read_settings(config.root / CONFIG_NAME)
            day = order.now.astimezone(config.zone).date().isoformat()
            text, _ = own_settings(before.text, config.root, way.register, day)
            keep_before(before, nightly_folder(config) / "settings", order.now)
            write_settings(before, before.with_text(text))
    except PolicyPipelineError:
        with suppress(PolicyPipelineError):
            if not _is_marked(config, way):
                notes.forget_leaving(trust.root, way.key)
        raise


def _is_marked(config: Config, way: OnItsWay) -> bool:
    """Whether anything was changed yet."""
    if not way.register:
        return False
    here = register_path(way.register, root=config.root)
    return moved_note(here).exists() or (bool(way.carried_from) and was_moved(config))


def _bring_register(config: Config, way: OnItsWay, order: LeavingOrder) -> None:
    if not way.register:
        return
    here = register_path(way.register, root=config.root)
    to = f"{Path(way.out) / way.register}"
    said = (
        f"{way.name} is leaving its trust, and that was ended before it was through. Do it again: policy trust leave "
    )
    note = f"{to}\n{said}{way.key}\n".encode()
    if way.carried_from:
        if not was_moved(config):
            for rest in _REST:
                here.with_name(here.name + rest).unlink(missing_ok=True)
            with open_workspace_register(config, create=False) as register:
                key = config.school.key
                move_register(register, way.register, root=config.root, school_key=key, now=order.now)
        write_file(moved_note(here), note, durable=True)
    elif not moved_note(here).exists():
        with (
            open_workspace_register(config, create=False, url=way.register) as register,
            standing_still(register, config.root),
        ):
            write_file(moved_note(here), note, durable=True)


def _move(way: OnItsWay) -> None:
    """Move the school's folder, in one step of the drive's own."""
    if way.out == way.folder:
        return
    folder, out = Path(way.folder), Path(way.out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.is_dir():
            out.rmdir()
        folder.rename(out)
    except OSError as error:
        raise UsageError(
            f"{folder} could not be moved to {out}: {say_system_error(error)}. End what has a file in it open ('policy "
            f"serve', Word), or name another place with --out, and do this again. Nothing is lost, and until then no "
            "program works in it."
        ) from error


def _arrive(trust: Trust, way: OnItsWay, config: Config, order: LeavingOrder) -> tuple[int, str]:
    """Let programs write to the register in its new place; return how long its ledger is, and the root of its head.

    Raises LedgerError where the ledger does not agree there, or is not the one that left.
    """
    moved_note(register_path(way.register, root=config.root)).unlink(missing_ok=True)
    with open_workspace_register(config, create=False) as register:
        with standing_still(register, config.root) as (_, records):
            if records < way.records:
                raise LedgerError(
                    f"The ledger in {way.out} has {records} records, and {way.records} left. Nothing more was done; "
                    "put the school's last safety copy back there."
                )
        began = datetime.fromisoformat(way.began_at)
        with deciding(register, config.root, order.actor, order.now) as decision:
            if not any(each.at >= began for each in list_records(decision.tx, decision.school, "left-trust")):
                decision.record("left-trust", {}, words={"trust": trust.name})
        with standing_still(register, config.root) as (tx, records):
            head = newest_head(tx, register.school)
    return records, head.root_hash if head else ""


def _forget(trust: Trust, one: HasLeft) -> None:
    """Take the school out of the trust's file; keep that it left, and nothing else of it."""
    before = read_settings(trust.root / TRUST_NAME)
    text = without_school(before.text, one.key)
    if text != before.text:
        try:
            parse_trust(text, root=trust.root)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{one.name} is in {one.to}, and {TRUST_NAME} would have faults without it: {error} Put that right and "
                "do this again."
            ) from error
        write_settings(before, before.with_text(text))
    forget_school(trust.root, one.key)
    notes.note_left(trust.root, one)
    notes.forget_leaving(trust.root, one.key)


def _told(way: OnItsWay, config: Config, records: int, order: LeavingOrder) -> LeaveReport:
    inside = f"the file {way.out}"
    environ = environ_of(order.environ, way.key)
    anew = [
        f"{one.what}: from {one.where}"
        for one in list_secrets(config, environ)
        if not one.where.startswith((inside, f"the file {way.folder}", "in somebody"))
    ]
    out = ways_out(config, Path(way.folder)) if way.out != way.folder else ()
    return LeaveReport(way, records, tuple(anew), out)
