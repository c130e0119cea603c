"""What goes out to others than staff: the pages for the school's website or VLE."""
