"""Mail: what is written to people, the outbox that keeps it until it is gone, and the routes it goes by."""
