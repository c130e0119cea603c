"""Changing ``config.toml`` for a caller: its words and comments stay as they are, but for the value that changes.

``text`` changes the words, ``file`` reads and writes them, ``keys`` says which settings there are and of what kind,
``change`` decides and records, ``contacts`` changes who holds a role.
"""
