"""Commands about readings: who has read what, declarations, papers, the form."""
