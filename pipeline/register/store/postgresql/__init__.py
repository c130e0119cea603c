"""A register in a PostgreSQL database, each school in a schema of its own; ``backend`` opens it."""
