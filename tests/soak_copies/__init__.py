"""Copies of thousands of generated Word files, each checked against what was planted in it."""
