"""The desk of a trust: every school at a glance, and each school's own desk below ``/schools/`` in the same server."""
