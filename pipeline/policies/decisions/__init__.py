"""What owners and governors decide: each a function that takes a ``Decision``."""
