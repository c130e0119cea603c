"""Whoever has something to say in a letter: each turns facts and a day into items."""
