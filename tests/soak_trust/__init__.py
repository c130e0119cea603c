"""A trust's nights, whose processes are killed: every letter, copy and request exactly once in each register."""
