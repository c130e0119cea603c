"""Which name belongs to which role, by the words that a text tells it with."""
