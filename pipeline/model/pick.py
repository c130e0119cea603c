"""Parts of a thing by their names, for JSON and for what templates are given."""

from typing import Any


def pick(one: object, *names: str) -> dict[str, Any]:
    """Return attributes by their names, in the order asked for. Raises AttributeError where there is none."""
    return {name: getattr(one, name) for name in names}
