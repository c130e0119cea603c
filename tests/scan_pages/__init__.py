"""A long scan of readers' pages served by the real program: ``make scan-pages``."""
