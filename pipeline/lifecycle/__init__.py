"""What a document says of its own life: facts with their evidence, dates, contacts, and what changed between versions.

Stands between ``documents`` (which reads files) and ``register`` (which keeps what was read).
"""
