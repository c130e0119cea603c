"""The value that belongs to a label, wherever the page has put it."""
