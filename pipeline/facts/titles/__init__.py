"""What a document calls itself: where its title stands, what looks like one and what never is.

Read ``find`` first; ``shape`` cuts a line into a title, ``headings`` knows the lines that head a part.
"""
