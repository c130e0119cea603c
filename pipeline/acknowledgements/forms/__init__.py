"""Readings taken over from a form's export: which column is what, whose row, which answer."""
