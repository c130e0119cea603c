"""A person who works at several schools of a trust is asked once for its policies, by one of them.

Each school's night says, in a small private file in the trust's folder, of whom of its people the others know too where
they stand with the trust's policies, and reads what the others say there. ``night`` is the stage of a run; ``settling``
decides who asks.
"""
