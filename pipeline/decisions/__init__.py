"""Every decision, declared once: its form, command, JSON, reference and tests are made of the declaration.

``declare`` says what a declaration is; ``table`` lists them all. ``cli.declared`` makes the commands and
``web.desk.declared`` the forms.
"""
