"""What people declare once a school year: who is asked, what they said, who has not."""
