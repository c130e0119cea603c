"""The policies schools keep, whom each must be given to, and the editions of guidance they cite: rules as data."""
