"""The pages: staff record their reading, the owner sees the register. GET shows, POST records.

``server`` runs it all, ``app`` joins the routes, ``readers.personal`` and ``dashboard`` are the pages, ``guard`` the
headers and the refusal of forged posts, ``sessions`` the owner's sign-in, ``attempts`` the patience with mistyped
surnames.
"""
