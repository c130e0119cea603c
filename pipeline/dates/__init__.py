"""Dates as schools write them, and pure rules of the calendar: school years, meetings, states, days for mail."""
