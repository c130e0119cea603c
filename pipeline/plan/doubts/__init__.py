"""What a planned copy would keep that somebody should look at: each a question to the policy owner."""
