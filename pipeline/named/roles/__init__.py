"""Roles in a text: their wordings, where one is spoken of, and what else a post may be."""
