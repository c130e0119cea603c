"""Word files changed in place: only the words concerned, every other byte as it was; and the proof of it."""
