"""Data protection: what is held on people and why, who may be erased, and doing that with two people.

``look`` tells what stands in the way, what stays and what goes; ``erase`` asks, agrees and does; ``retention`` finds
who left long ago, and whom an older register brought back; ``purposes`` is the record of what is held.
"""
