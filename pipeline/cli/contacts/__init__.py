"""``policy contacts``: the directory, doubts, settling."""
