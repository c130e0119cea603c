"""The register as a database: opening, versions of its tables, damage, queues, safety copies."""
