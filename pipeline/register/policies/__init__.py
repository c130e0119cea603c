"""Rows of policies: versions, files, copies, decisions, confirmed contacts, websites."""
