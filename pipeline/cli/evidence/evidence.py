"""``policy evidence``: the pack that opens offline, for the school, an inspector or the governors."""

from datetime import date, datetime, tzinfo
from pathlib import Path

import click

from pipeline.cli.passphrase import ask_passphrase
from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.errors import UsageError
from pipeline.wording import say_count, say_moment

PASSPHRASE = "POLICY_EVIDENCE_PASSPHRASE"
AS_AT = click.option("--as-at", metavar="DATE", help="As it was known at the end of that day, or at 2026-11-30T17:00.")
FOR = click.option(
    "--for",
    "reader",
    type=click.Choice(["school", "inspector", "governors"]),
    default="school",
    help="By name for the school; counts for an inspector; one page of figures for governors.",
)


@click.command("evidence", help="Make a pack of evidence: copies, figures, approvals, the ledger and proofs.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to put it in.")
@AS_AT
@FOR
@click.option("--names", is_flag=True, help="An inspector's by name too: then it is an encrypted ZIP alone.")
@pass_json_session
def evidence_command(session: Session, out: Path, as_at: str | None, reader: str, names: bool) -> None:
    """Make a pack of evidence."""
    from pipeline.evidence.pack import PackReader
    from pipeline.evidence.writing import EvidenceOrder, write_pack

    order = EvidenceOrder(PackReader(reader), read_moment(as_at, session.config.zone), names)
    if order.is_encrypted:
        why = "A pack that names people and leaves the school is encrypted"
        passphrase = ask_passphrase(session, PASSPHRASE, kept_as="evidence", of="the pack", why=why, new=True)
        order = EvidenceOrder(order.reader, order.as_at, names, passphrase)
    with session.open_register(create=False) as register:
        written = write_pack(register, session.config, out, order, actor=session.actor, now=session.now)
    pack = written.pack
    if session.as_json:
        print_json(
            {
                "folder": str(written.folder) if written.folder else None,
                "archive": str(written.archive),
                "as_at": pack.moment.at.isoformat(),
                "began": pack.moment.began.isoformat(),
                "for": reader,
                "names": pack.with_names,
                "files": len(pack.files),
                "missing": list(pack.missing),
                "head": f"{pack.moment.head.size}:{pack.moment.head.root_hash}",
                "was_there": written.was_there,
            }
        )
        return
    at = say_moment(pack.moment.at.astimezone(session.config.zone))
    if written.was_there:
        say(f"The same pack lies there already, to the byte: {written.folder}.")
    elif written.folder is not None:
        say(f"{written.folder}: {say_count(len(pack.files), 'file')}, as at {at}. Open index.html in it.")
        say(f"{written.archive} is the same in one file.")
    else:
        say(f"{written.archive}: {say_count(len(pack.files), 'file')}, as at {at}, encrypted (AES-256).")
        say("7-Zip, WinZip or Keka open it. Give the passphrase to its reader another way than the file.")
    for one in pack.missing:
        say(f"Its file is not there any more, or was changed: {one}.")


def read_moment(given: str | None, zone: tzinfo) -> date | datetime | None:
    """Return the day, or the moment on the clock of ``zone``, that was typed. Raises UsageError."""
    if given is None:
        return None
    try:
        if len(given) == len("2026-11-30"):
            return date.fromisoformat(given)
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise UsageError(f"“{given}” is no day; write it like 2026-11-30, or 2026-11-30T17:00.") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
