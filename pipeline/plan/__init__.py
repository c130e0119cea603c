"""What changes in one copy when somebody else holds a role, and what stays: planned before anything is written."""
