"""The ledger: what happened, in order, so that any later change of it shows; and its verifier."""
