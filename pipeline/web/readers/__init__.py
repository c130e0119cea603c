"""Pages for members of staff, reached by their personal link."""
