"""Rows of what people were asked, read, declared and said."""
