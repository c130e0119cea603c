"""Words of titles and of files' names that tell no policy from another: ``words.toml`` says what each kind is."""

from pipeline.text.rules import words_beside

words_of = words_beside(__file__)
"""Returns every word of some kinds, in small letters."""
