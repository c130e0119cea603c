"""The database: schema, migrations and every line of SQL, a module a noun.

``database`` opens a register and gives transactions, ``decision`` is the way in which anything is decided, ``ledger``
keeps the records of it. ``schema`` draws the tables (``people_tables``, ``contact_tables``, ``decision_tables`` and
``card_tables`` those of their noun), ``migrate`` brings an older register to them.
"""
