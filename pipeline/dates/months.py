"""The months as texts write them: names, short names, and patterns of both; ``model`` has the names."""

from pipeline.model.dates import MONTHS

SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
"""Jan, Feb … Dec; ``Sept`` is met in texts too."""
MONTHS_SMALL = tuple(map(str.casefold, MONTHS))
SHORT_MONTHS_SMALL = tuple(map(str.casefold, SHORT_MONTHS))
BEGINS_MONTH = f"(?:{'|'.join(SHORT_MONTHS)})"
"""A pattern of the first letters of a month; small letters and capitals are the asker's."""


def one_month(*but: str) -> str:
    """Return a pattern of one month, in full or short, the months ``but`` left out (by their names)."""
    return f"(?:{'|'.join(_either(name) for name in MONTHS if name not in but)})"


def _either(name: str) -> str:
    if name == "September":
        return "Sept?(?:ember)?"
    return f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name
