"""What differs between two texts of one policy, of which kind it is, and what readers are shown of it."""
