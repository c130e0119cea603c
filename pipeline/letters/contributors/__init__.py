"""The contributors to a letter: each turns facts and a day into items."""
