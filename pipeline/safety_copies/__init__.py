"""Safety copies: everything that a school could not make again, in one file, and putting it back."""
