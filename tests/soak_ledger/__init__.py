"""Attacks on the ledger, and whether both verifiers find them; ``python -m tests.soak_ledger``."""
