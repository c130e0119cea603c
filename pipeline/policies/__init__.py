"""Policies and their versions: what lies in the folder, what was recorded, what was decided, how each stands."""
