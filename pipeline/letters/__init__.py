"""One letter a person a day: each contributor hands items to one stage, and no other place composes mail.

``registry`` lists what others than readers are told and ``contributors`` who say so; ``contributors.readings`` does of
readers. ``plan`` joins it by address, in the order of a letter; ``compose`` fills the templates; ``write`` keeps
requests, letters and what they tell.
"""
