"""What changes in one copy when another person holds a role, and what stays: planned before anything is written."""
