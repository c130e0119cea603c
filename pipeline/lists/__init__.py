"""Every list, declared once: its columns, how it is narrowed and ordered; the pages, files and commands show it."""
