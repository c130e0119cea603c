"""Mail under random kills: no mail lost, none sent after its reason is gone, and every repeat in the ledger."""
