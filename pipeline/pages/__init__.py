"""Pages set anew: PDF and HTML copies, front sheets, the school's look."""
