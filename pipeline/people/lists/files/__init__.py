"""The file of a list, whichever program exported it, as rows of text."""
