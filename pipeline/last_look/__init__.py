"""The last look at a finished copy: a plain check of its own that shares no rule with the planning."""
