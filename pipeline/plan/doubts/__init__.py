"""What a planned copy would keep that the owner should look at: each a question to the policy owner."""
