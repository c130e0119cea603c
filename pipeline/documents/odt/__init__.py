"""OpenDocument texts (.odt) read into a ``Document``."""
