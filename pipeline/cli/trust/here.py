"""Where a command of a trust begins: the trust's folder, its file, its day."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pipeline.cli.session import Session

if TYPE_CHECKING:
    from pipeline.configuration.trust import Trust
    from pipeline.trust.schools import School


def trust_root(session: Session) -> Path:
    """Return the trust's folder: as ``--workspace`` names it, else the nearest upwards with a ``trust.toml``."""
    from pipeline.trust.schools import find_trust

    return session.workspace.resolve() if session.workspace is not None else find_trust(Path.cwd())


def find(session: Session) -> "Trust":
    """Read the trust's file. Raises ConfigurationError, with every fault of it."""
    from pipeline.trust.schools import load_trust

    return load_trust(trust_root(session))


def moment(session: Session, trust: "Trust") -> datetime:
    """Return the present moment; with ``--today`` that day at the present time of day, on the trust's clock."""
    zone = ZoneInfo(trust.section.time_zone)
    here = datetime.now(zone)
    if session.today_given is not None:
        here = datetime.combine(session.today_given, here.time(), tzinfo=zone)
    return here.astimezone(UTC)


def say_doubts(trust: "Trust", schools: "Sequence[School]") -> None:
    """Say on the error stream what in the trust's file is no fault and cannot be meant so."""
    from pipeline.trust.delegation import delegation_doubts

    for line in delegation_doubts(trust, schools):
        click.echo(line, err=True)
