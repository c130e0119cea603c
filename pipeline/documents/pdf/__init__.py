"""PDFs read into a ``Document``: words in reading order, tables, what a machine read."""
