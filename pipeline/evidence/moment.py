"""Which moment a pack shows: now, one that the office names, or that of the pack that was kept on a day, else its end.

A pack that was made notes its moment in the ledger. Asked for the same day later, the same moment is shown again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from pipeline.errors import UsageError
from pipeline.register.ledger.records import first_record, list_records
from pipeline.register.ledger.signed_heads import LedgerHead, list_heads
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

PACK_RECORD = "evidence-pack"
"""What the ledger calls the making of a pack; a pack never shows its own making."""


@dataclass(frozen=True, slots=True)
class PackMoment:
    """What a pack is the picture of."""

    at: datetime
    began: datetime
    """When the first record of all was made."""
    head: LedgerHead
    """The newest signed head by then."""


@dataclass(frozen=True, slots=True)
class EarlierPack:
    """A pack that was made, as the ledger notes it."""

    at: datetime
    """Its moment."""
    reader: str
    size: int
    root_hash: str


def list_packs(tx: Transaction, school: str) -> tuple[EarlierPack, ...]:
    """Return every pack that was made, oldest first."""
    return tuple(
        EarlierPack(
            datetime.fromisoformat(each.fields["at"]), each.fields["for"], each.fields["size"], each.fields["root"]
        )
        for each in list_records(tx, school, PACK_RECORD)
    )


def find_moment(
    tx: Transaction, school: str, wanted: date | datetime, now: datetime, zone: tzinfo, reader: str
) -> PackMoment:
    """Return the moment to show: ``wanted`` itself, or of a day that of the last pack kept on it, else its end.

    Raises:
        UsageError: where records begin later, or nothing of then was ever signed.
    """
    began = _began(tx, school)
    kept = [pack for pack in list_packs(tx, school) if pack.reader == reader]
    if isinstance(wanted, datetime):
        at = wanted
    else:
        of_day = [pack.at for pack in kept if pack.at.astimezone(zone).date() == wanted]
        at = of_day[-1] if of_day else min(end_of(wanted, zone), now)
    if at < began:
        raise UsageError(
            f"Records begin on {say_day(began.astimezone(zone).date())}: of an earlier day there is nothing."
        )
    same = next((pack for pack in kept if pack.at == at), None)
    heads = list_heads(tx, school)
    if same is not None:
        fitting = [head for head in heads if (head.size, head.root_hash) == (same.size, same.root_hash)]
    else:
        fitting = [head for head in heads if datetime.fromisoformat(head.signed_at) <= at]
    if not fitting:
        raise UsageError("Nothing that was recorded by then was ever signed, so it proves nothing. Choose a later day.")
    return PackMoment(at, began, max(fitting, key=lambda head: head.size))


def _began(tx: Transaction, school: str) -> datetime:
    first = first_record(tx, school)
    if first is None:
        raise UsageError("Nothing is recorded yet, so there is nothing to show; 'policy run' begins the records.")
    return first.at


def end_of(day: date, zone: tzinfo) -> datetime:
    """Return the last moment of a day at the school."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC) - timedelta(microseconds=1)
