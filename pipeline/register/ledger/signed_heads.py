"""The signed heads of the ledger: what each says, and which there are."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from pipeline.register.ledger.merkle import Tree
from pipeline.register.tables.decisions import ledger_frontier
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.schema import ledger_head

FORMAT = "policy-ledger/1"
KEY_CHANGED = "key-changed"
"""The kind of record that says which key signs from now on, signed by the key before."""
KEY_LOST = "key-lost"
"""The kind of record that says so where the key before is lost and could not sign that."""
ERASURE = "erasure"
"""The kind of record that says which openings of commitments were taken out, and by which two people."""
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


def key_change_statement(school: str, position: int, root_hash: str, before: str, public_key: str) -> dict[str, Field]:
    """Return what the key ``before`` signs when it hands over to another at a place in the ledger.

    ``root_hash`` is that of the records before ``position``.
    """
    return {
        "before": before,
        "format": FORMAT,
        "position": position,
        "public_key": public_key,
        "root_hash": root_hash,
        "school": school,
        "type": "key-change",
    }


_HEADS = Mapper(LedgerHead, ledger_head)


def list_heads(tx: Connection, school: str) -> tuple[LedgerHead, ...]:
    """Return the heads that were signed, smallest first."""
    return _HEADS.all(tx, _HEADS.select.where(ledger_head.c.school == school).order_by(ledger_head.c.size))


def newest_head(tx: Connection, school: str) -> LedgerHead | None:
    """Return the head over most records, None before the first."""
    mine = _HEADS.select.where(ledger_head.c.school == school)
    return _HEADS.first(tx, mine.order_by(ledger_head.c.size.desc()).limit(1))


def load_frontier(tx: Connection, school: str, head: LedgerHead) -> Tree | None:
    """Return the tree as it was when ``head`` was signed, None where it was not kept or does not come to that head."""
    row = tx.execute(select(ledger_frontier).where(ledger_frontier.c.school == school)).first()
    if row is None or row.size != head.size:
        return None
    try:
        tree = Tree(row.size, [bytes.fromhex(subtree) for subtree in row.subtrees.split()])
    except ValueError:
        return None
    return tree if tree.root().hex() == head.root_hash else None


def keep_frontier(tx: Connection, school: str, tree: Tree) -> None:
    """Keep how far the tree has grown, in place of what was kept before."""
    values = {"size": tree.size, "subtrees": " ".join(subtree.hex() for subtree in tree.subtrees)}
    mine = ledger_frontier.c.school == school
    if tx.execute(update(ledger_frontier).where(mine).values(**values)).rowcount == 0:
        tx.execute(insert(ledger_frontier).values(school=school, **values))
