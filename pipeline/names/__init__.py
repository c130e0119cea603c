"""A person's name as schools write it: its letters and signs, its parts, and whether two names are one person's."""
