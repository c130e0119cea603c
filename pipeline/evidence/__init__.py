"""What can be shown of a day: as it is now, or as it was known then."""
