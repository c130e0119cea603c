"""What a document calls itself: where its title stands, what looks like one and what never is.

Read ``find`` first; ``look`` knows what a title looks like, ``cut`` takes off a line what is no part of it.
"""
