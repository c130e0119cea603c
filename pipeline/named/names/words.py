"""Words that are no names, names that are words too, posts and particles: ``words.toml``, which says what each kind is.

For code that reads or takes apart a name. The file is read when a word is first asked about, as most commands never
ask.
"""

from pipeline.text.rules import words_beside

words_of = words_beside(__file__)
"""Returns every word of some kinds, in small letters."""
