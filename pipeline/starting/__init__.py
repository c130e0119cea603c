"""What starts the program without a person: entries of schedulers, and launchers on the desktop."""
