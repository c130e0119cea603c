"""Keep a school's policies in date, their copies right and its staff informed. Start reading at ``run.py``."""

__version__ = "0.1.0"
