"""The tables of the register as SQLAlchemy draws them."""
