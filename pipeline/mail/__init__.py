"""Mail: what a letter is made of, the outbox that keeps it until it is gone, and the routes it goes by.

``words`` fills templates, ``mailings`` holds letters to staff until their owner lets them go, ``outbox`` says what may
go now, ``delivery`` sends it by a ``routes.transport`` at the ``routes.pace`` a mail service allows,
``routes.envelope`` makes the bytes, ``holds`` says why nothing goes. What letters say is decided in ``letters``.
"""
