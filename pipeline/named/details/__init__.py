"""Telephone numbers and mail addresses as documents write them, and whose each is."""
