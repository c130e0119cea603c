"""``policy ledger``: check the ledger, write it out, its newest head, and proofs for those who keep a head."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, pass_json_session, print_json, say, write_out
from pipeline.errors import ExitCode, LedgerError, UsageError, say_system_error
from pipeline.model.pick import pick
from pipeline.wording import say_count, say_list

if TYPE_CHECKING:
    from pipeline.register.ledger.check import LedgerCheck
    from pipeline.register.ledger.head_file import OutsideHead
    from pipeline.register.store.database import Register

_FILE = click.Path(path_type=Path, dir_okay=False)
_out_argument = click.argument("file", type=_FILE)


@click.group("ledger", help="Check the ledger, or write it out.")
def ledger_command() -> None:
    """Check the ledger, or write it out."""


@ledger_command.command("verify", help="Check every record, every signed head and every acknowledgement.")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="FILE",
    help="A head that was kept elsewhere: a checkpoint, a proof, an export, the clerk's mail, or SIZE:ROOT_HASH.",
)
@pass_json_session
def verify_command(session: Session, heads: Sequence[str]) -> int:
    """Check every record, every signed head and every acknowledgement."""
    from pipeline.register.ledger.evidence_prints import NOT_SEALED
    from pipeline.register.policies.contents import list_damaged_documents
    from pipeline.register.store.damage import say_damage

    given = [each for head in heads for each in _heads_in(head)]
    with session.open_to_look() as register:
        damage = register.find_damage()
        check = _check(session, register, given)
        with register.reading() as tx:
            documents = list_damaged_documents(tx, register.school)
    faults = [f"The register is damaged: {say_damage(each)}." for each in damage]
    faults += _say_doubt(register)
    faults += [
        f"{each.path}, version {each.version}: the document that the register keeps of it is damaged."
        for each in documents
    ]
    if session.as_json:
        newest = check.newest
        print_json(
            {
                "records": check.records,
                "heads": check.heads,
                "faults": [*check.faults, *faults],
                "notices": check.notices,
                "whole": not (check.faults or faults or check.doubts),
                "not_sealed": sorted(NOT_SEALED),
                "newest": newest and {**newest.statement(), "signature": newest.signature},
            }
        )
    else:
        _say_check(check, faults)
    return ExitCode.REGISTER if check.faults or faults else ExitCode.DONE


@ledger_command.command("export", help="Write the ledger to FILE for the stand-alone verifier.")
@_out_argument
@pass_json_session
def export_command(session: Session, file: Path) -> None:
    """Write the ledger to FILE for the stand-alone verifier."""
    from pipeline.register.ledger.key import ledger_key_path
    from pipeline.register.ledger.ledger import export, signing_key

    with session.open_to_look() as register:
        with register.reading() as tx:
            key = signing_key(tx, register.school, ledger_key_path(session.config.root))
        if _check(session, register).faults:
            raise LedgerError(
                "The ledger is not whole, so it is not written out under a seal. `policy ledger verify` says what is "
                "wrong; put the register's last safety copy back."
            )
        with register.reading() as tx:
            lines = list(export(tx, register.school, key, session.now))
    _write(file, "".join(lines))
    session.answer(
        {"file": str(file), "lines": len(lines)},
        f"The ledger was written to {file} ({say_count(len(lines), 'line')}).",
        f"Anybody can check it: python3 -I verify_ledger.py {file}",
    )


@ledger_command.command("head", help="Print the newest signed head as a checkpoint, or write it to FILE.")
@click.argument("file", type=_FILE, required=False)
@pass_json_session
def head_command(session: Session, file: Path | None) -> None:
    """Print the newest signed head as a checkpoint, or write it to FILE."""
    from pipeline.register.ledger.key import ledger_key_path
    from pipeline.register.ledger.ledger import signing_key
    from pipeline.register.ledger.tlog import make_checkpoint

    with session.open_to_look() as register, register.reading() as tx:
        key = signing_key(tx, register.school, ledger_key_path(session.config.root))
        checkpoint = make_checkpoint(tx, register.school, key)
    if file is not None:
        _write(file, checkpoint.note)
    if session.as_json:
        print_json(
            {
                "origin": checkpoint.origin,
                **pick(checkpoint.head, "size", "root_hash", "signed_at"),
                "public_key": key.public_key,
                "verifier_key": checkpoint.verifier_key,
                "checkpoint": checkpoint.note,
                "file": None if file is None else str(file),
            }
        )
    elif file is None:
        click.echo(checkpoint.note, nl=False)
    else:
        say(f"The newest head, over {say_count(checkpoint.head.size, 'record')}, was written to {file}.")
        say("Keep it outside the school's computers: whoever has it can tell later whether anything before it changed.")
        say(f"The key to check it with, in the form such tools take: {checkpoint.verifier_key}")


@ledger_command.command("proof", help="Write the proof that somebody's reading stands in the ledger to FILE.")
@_out_argument
@click.option("--person", metavar="PERSON", help="Whose reading: id, work address or whole name.")
@click.option("--policy", "slug", metavar="SLUG", help="Of which policy.")
@click.option("--record", type=click.IntRange(min=0), metavar="N", help="Any record instead, by its place.")
@pass_json_session
def proof_command(session: Session, file: Path, person: str | None, slug: str | None, record: int | None) -> None:
    """Write the proof that a person's reading stands in the ledger to FILE."""
    from pipeline.acknowledgements.receipts import find_reading_record
    from pipeline.register.ledger.key import ledger_key_path
    from pipeline.register.ledger.ledger import signing_key
    from pipeline.register.ledger.tlog import make_proof

    if (record is None) == (person is None or slug is None):
        raise UsageError("Say whose reading of what (--person and --policy), or which record (--record).")
    with session.open_to_look() as register, register.reading() as tx:
        key = signing_key(tx, register.school, ledger_key_path(session.config.root))
        if record is None:
            record = find_reading_record(tx, register.school, person or "", slug or "", session.today)
        proof = make_proof(tx, register.school, key, record)
    _write(file, proof)
    _say_proof(session, file, {"record": record}, f"The proof of record {record} was written to {file}.")


@ledger_command.command("consistency", help="Write the proof that an older head is part of today's ledger to FILE.")
@click.argument("old")
@_out_argument
@pass_json_session
def consistency_command(session: Session, old: str, file: Path) -> None:
    """Write the proof that the newest head in OLD, a file or SIZE:ROOT_HASH, is part of today's ledger to FILE."""
    from pipeline.register.ledger.key import ledger_key_path
    from pipeline.register.ledger.ledger import signing_key
    from pipeline.register.ledger.tlog import make_consistency

    head = max(_heads_in(old), key=lambda each: each.size)
    with session.open_to_look() as register, register.reading() as tx:
        key = signing_key(tx, register.school, ledger_key_path(session.config.root))
        proof = make_consistency(tx, register.school, key, head.size, head.root_hash)
    _write(file, proof)
    said = f"That the head over {say_count(head.size, 'record')} is part of today's ledger is proved in {file}."
    _say_proof(session, file, {"old_size": head.size}, said)


@ledger_command.command("accept", help="Take the register as it stands although its seal is wrong; kept for good.")
@click.option("--reason", required=True, metavar="TEXT", help="What happened, and why it is kept.")
@pass_json_session
def accept_command(session: Session, reason: str) -> None:
    """Take the register as it stands although its seal is wrong; that it was is kept for good."""
    from pipeline.register.ledger.key import ledger_key_path
    from pipeline.register.ledger.ledger import accept

    if not reason.strip():
        raise UsageError("Say what happened, and why it is kept.")
    with session.writing() as decision:
        records = accept(decision.tx, decision.school, ledger_key_path(session.config.root), session.now)
        decision.record("accepted", {"records": records}, words={"reason": reason.strip()})
    session.answer(
        {"records": records},
        f"The register is taken as it stands, with {say_count(records, 'record')}; the ledger says so for good.",
    )


def _check(session: Session, register: "Register", given: Sequence["OutsideHead"] = ()) -> "LedgerCheck":
    """Hold the ledger against all that is known of it, what this account noted outside of the workspace too."""
    from pipeline.register.ledger.check import Against, verify
    from pipeline.register.ledger.head_file import heads_of_marks, read_outside
    from pipeline.register.ledger.key import find_key, ledger_key_path, load_or_make_key
    from pipeline.register.ledger.ledger import signed_by

    path = ledger_key_path(session.config.root)
    marks = heads_of_marks(register.school, register.known_marks())
    with register.reading() as tx:
        key = find_key(path, signed_by(tx, register.school) or "") or (
            load_or_make_key(path) if path.exists() else None
        )
        against = Against(key, read_outside(path.parent), marks, given)
        public_key = key.public_key if key is not None else None
        return verify(tx, register.school, signed=True, public_key=public_key, against=against)


def _say_doubt(register: "Register") -> list[str]:
    """Return what the marks say against the register, in the words of a run; nothing where it is the newest there is.

    One that the office put back by command, copied or brought along is on record, and none of the ledger's faults.
    """
    from pipeline.mail.holds import say_hold
    from pipeline.register.store.marks import HoldReason

    doubted = register.doubt in (HoldReason.OLDER, HoldReason.OTHER, HoldReason.UNREADABLE)
    return [say_hold(register.doubt, register)] if doubted and register.doubt is not None else []


def _say_check(check: "LedgerCheck", faults: Sequence[str]) -> None:
    from pipeline.register.ledger.evidence_prints import NOT_SEALED

    say(_say_first(check, faults))
    for fault in check.faults:
        say(f"  {fault}")
    for fault in faults:
        say(fault)
    for notice in check.notices:
        say(f"To know: {notice}")
    say(f"Not sealed, so that a change of it does not show here: {say_list(sorted({*NOT_SEALED.values()}))}.")
    if check.newest is not None:
        newest = check.newest
        say(f"The newest signed head: {newest.size}:{newest.root_hash}")
        say(f"Signed {newest.signed_at} with the key {newest.public_key}")


def _say_first(check: "LedgerCheck", faults: Sequence[str]) -> str:
    """Return the line that sums up: "whole" only where no line behind it says otherwise."""
    counts = f"{say_count(check.records, 'record')}, {say_count(check.heads, 'signed head')}"
    if check.faults:
        return f"The ledger is broken ({counts}):"
    if faults:
        return f"The register is not in order, though the ledger agrees with itself ({counts}):"
    if check.doubts:
        return f"Nothing disagrees that can be checked ({counts}), but not everything can be:"
    return f"The ledger is whole: {counts}."


def _heads_in(words: str) -> Sequence["OutsideHead"]:
    """Return the heads that a file, or the argument itself, speaks of. Raises UsageError where there is none."""
    from pipeline.register.ledger.head_file import read_heads

    try:
        content = words.encode("utf-8") if ":" in words and not Path(words).exists() else Path(words).read_bytes()
    except OSError as error:
        raise UsageError(f"{words} cannot be read ({say_system_error(error)}).") from error
    found = read_heads(content)
    if not found:
        raise UsageError(f"{words} holds no head of a ledger: give a checkpoint, a proof, an export or SIZE:ROOT_HASH.")
    return found


def _say_proof(session: Session, file: Path, values: dict[str, int], said: str) -> None:
    session.answer(
        {"file": str(file), **values},
        said,
        f"Anybody can check it: python3 -I verify_ledger.py {file} --key PUBLIC_KEY",
    )


def _write(file: Path, words: str) -> None:
    write_out(file, words.encode("utf-8"))
