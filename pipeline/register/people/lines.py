"""How the lines are written that say where one person stands: entries of fields; see ``situations``."""

BETWEEN_FIELDS = ":"
BETWEEN_ENTRIES = " "
