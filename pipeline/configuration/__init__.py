"""The tables of ``config.toml`` and ``trust.toml``, and what is wrong with them; ``config`` puts them together."""
