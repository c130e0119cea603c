"""The owner's desk: pages that show how everything stands. Signed in only; nothing is changed here.

``picture`` is what they share, ``listing`` how lists are filtered and paged; each other module has the pages of one
subject. What is done about anything is a command, and the pages say which.
"""
