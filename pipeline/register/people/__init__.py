"""Rows on people, what stands where of one person, and taking a person out."""
