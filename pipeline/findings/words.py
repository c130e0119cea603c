"""Words that tell nothing where two things are held against each other: ``words.toml`` says what each kind is."""

from pipeline.text.rules import words_beside

words_of = words_beside(__file__)
"""Returns every word of some kinds, in small letters."""
