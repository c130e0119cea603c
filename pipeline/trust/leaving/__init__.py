"""A school leaves its trust, and takes its history along as a workspace of its own.

``plan`` says what would happen, ``leave`` does it, ``settings`` writes what came from the trust into the school's own
file, ``notes`` is what the trust keeps of it: which schools are on their way, and which have left.
"""
