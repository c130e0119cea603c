"""Who is asked to read what, the links and codes they answer with, and the readings that are recorded.

What is asked: ``situation`` says where a person stands, ``counting`` which versions one reading covers, ``asking``
which requests a day opens, closes and dates anew, ``fortnightly_parts`` what of a September waits, ``changed`` what is
new since the last reading. What is answered: ``links`` and ``codes`` say whose and which request it is, ``keys`` looks
after the key of both, ``record`` is the one door to an acknowledgement, ``paper`` enters sheets, ``forms.export`` the
school's own form, ``corrections`` takes back. ``listing`` says who has and who has not, ``sheet`` as a spreadsheet.

``letters`` says it to the readers.
"""
