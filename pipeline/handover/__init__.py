"""The day on which the keeper of the program leaves the school: what changes hands, and the sheet for who follows.

``parties`` says who leaves and who follows, ``plan`` what would happen, ``carry_out`` does it; ``sheet`` gathers what
the person who follows has to know, and ``paper`` writes it.
"""
