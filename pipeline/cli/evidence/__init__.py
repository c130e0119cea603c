"""Commands about evidence: the pack, the ledger, the keys."""
