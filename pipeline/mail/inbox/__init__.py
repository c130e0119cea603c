"""What comes back, read but not judged: the mailbox, one mail taken apart, its kind, its words, a bounce.

``acknowledgements.replies`` decides what each mail comes to. Whatever is read here was written by strangers: every
piece of it has a limit, and none of it is kept.
"""
