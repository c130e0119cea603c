"""Lists of people: opened, understood, compared and taken in."""
