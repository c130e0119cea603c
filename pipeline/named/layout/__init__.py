"""What tables, columns and lists say of who belongs to which role."""
