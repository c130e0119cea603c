"""The database: schema, migrations and every line of SQL, a module a noun.

``store.database`` opens a register and gives transactions, ``decision`` is the way in which anything is decided,
``ledger.ledger`` keeps the records of it. ``tables.schema`` draws the tables (``tables.people``,
``tables.contacts``, ``tables.decisions`` and ``tables.cards`` those of their noun), ``store.migrate`` brings an older
register to them.
"""
