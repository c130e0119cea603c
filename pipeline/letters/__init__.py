"""One letter a person a day: each contributor hands items to one stage, and no other place composes mail.

``contributors.readings``, ``contributors.reviews``, ``contributors.late`` and ``contributors.office`` say who is to be
told of what; ``plan`` joins it by address, in the order of a letter; ``compose`` fills the templates; ``write`` keeps
requests, letters and what they tell.
"""
