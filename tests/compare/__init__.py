"""What the program makes of every document at hand, at two commits: ``python -m tests.compare --base COMMIT``."""
