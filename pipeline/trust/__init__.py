"""Several schools of one trust: laid out, looked at, their nights run, the trust's policies handed to each.

Each school is an ordinary workspace with a register of its own; nothing here decides for one.
"""
