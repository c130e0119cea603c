"""``policy trust evidence``: the packs of several schools in one file."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from pipeline.cli.evidence.evidence import AS_AT, FOR, PASSPHRASE, read_moment
from pipeline.cli.passphrase import ask_passphrase
from pipeline.cli.session import Session, pass_json_session
from pipeline.cli.trust.here import find, moment
from pipeline.wording import say_count


@click.command("evidence")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to put it in.")
@click.option("--school", "keys", multiple=True, metavar="KEY", help="This school alone; may be repeated.")
@AS_AT
@FOR
@click.option("--names", is_flag=True, help="An inspector's by name too: then each is an encrypted ZIP.")
@pass_json_session
def evidence_command(
    session: Session, out: Path, keys: tuple[str, ...], as_at: str | None, reader: str, names: bool
) -> int:
    """Make each school's pack of evidence, all in one file; a school of which none can be made is named."""
    from pipeline.evidence.pack import PackReader
    from pipeline.evidence.writing import EvidenceOrder
    from pipeline.trust.evidence import write_evidence
    from pipeline.trust.outcomes import worst
    from pipeline.trust.schools import list_schools

    trust = find(session)
    zone, now = ZoneInfo(trust.section.time_zone), moment(session, trust)
    order = EvidenceOrder(PackReader(reader), read_moment(as_at, zone), names)
    if order.is_encrypted:
        why = "A pack that names people and leaves the school is encrypted"
        passphrase = ask_passphrase(session, PASSPHRASE, kept_as="evidence", of="the packs", why=why, new=True)
        order = EvidenceOrder(order.reader, order.as_at, names, passphrase)
    name = f"evidence-{now.astimezone(zone):%Y-%m-%d-%H%M}"
    made = write_evidence(list_schools(trust, keys), out, order, name=name, actor=session.actor, now=now)
    session.answer(
        {
            "archive": str(made.archive),
            "schools": [one.key for one in made.schools],
            "left_out": {one.school.key: list(one.said) for one in made.left_out},
            "missing": list(made.missing),
        },
        f"{made.archive}: {say_count(len(made.schools), 'school')}, a folder each.",
        *(f"Left out: {one.school.name} ({one.school.key}). {' '.join(one.said)}" for one in made.left_out),
        *(f"Its file is not there any more, or was changed: {file}." for file in made.missing),
    )
    return worst([one.code for one in made.left_out])
