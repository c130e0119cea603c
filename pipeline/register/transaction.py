"""An open transaction of the register: what every line of SQL runs on, whichever database holds it."""

from typing import TypeAlias

from sqlalchemy import Connection

Transaction: TypeAlias = Connection
"""A connection inside a transaction; every function of the register that reads or writes takes one."""
