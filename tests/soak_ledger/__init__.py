"""Attacks on the ledger, and whether both verifiers find them; ``python -m tests.soak_ledger``."""

import os

# Schools are copied here, with one register each; the account would take the second one for an older one.
os.environ["POLICY_STATE_FOLDER"] = "none"
