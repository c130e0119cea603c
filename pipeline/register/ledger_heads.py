"""The signed heads of the ledger: what each says, and which there are."""

from dataclasses import dataclass, fields

from sqlalchemy import select

from pipeline.register.database import Transaction
from pipeline.register.schema import ledger_head

FORMAT = "policy-ledger/1"
KEY_CHANGED = "key-changed"
"""The kind of record that says which key signs from now on."""
Field = str | int | None
"""What a record or a signed statement may hold."""


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """A signed statement: the first ``size`` records have this root."""

    school: str
    size: int
    root_hash: str
    """64 hexadecimal digits."""
    signed_at: str
    """As it was signed, see ``merkle.moment``."""
    public_key: str
    signature: str

    def statement(self) -> dict[str, Field]:
        """Return what is signed, in canonical form."""
        return {
            "format": FORMAT,
            "public_key": self.public_key,
            "root_hash": self.root_hash,
            "school": self.school,
            "signed_at": self.signed_at,
            "size": self.size,
            "type": "head",
        }


def list_heads(tx: Transaction, school: str) -> tuple[LedgerHead, ...]:
    """Return the heads that were signed, smallest first."""
    columns = (ledger_head.c[field.name] for field in fields(LedgerHead))
    rows = tx.execute(select(*columns).where(ledger_head.c.school == school).order_by(ledger_head.c.size))
    return tuple(LedgerHead(*row) for row in rows)
