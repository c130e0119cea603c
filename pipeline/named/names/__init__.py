"""Names of people: recognising them, their parts, their spellings, whether two are one person's."""
