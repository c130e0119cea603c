"""Open a decision in the register: what commands and pages do before they hand it to the function that decides."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.errors import LedgerError
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store.database import Register


@contextmanager
def deciding(
    register: Register, root: Path, actor: str, now: datetime, *, even_unsigned: bool = False
) -> Iterator[Decision]:
    """Open one decision of ``actor``: kept whole, with a signed head over its records, or not at all.

    ``root`` is the workspace, where the ledger's key is. No run is kept out. ``even_unsigned`` is for what must never
    be refused, such as stopping mail: where it cannot be signed now it is kept, and signed once the key is back. Raises
    RegisterError where the register cannot be written, LedgerError where the ledger was signed with another key or does
    not agree with itself.
    """
    with register.transaction() as tx:
        yield Decision(tx, register.school, actor, now)
        try:
            ledger.sign(tx, register.school, ledger_key_path(root), now, whole=False)
        except LedgerError:
            if not even_unsigned:
                raise
