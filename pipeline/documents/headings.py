"""Heading levels that never skip one, whatever the author's styles do: a tagged PDF and a web page need it so."""


class HeadingLevels:
    """Renumbers the levels of one document's headings in reading order.

    Headings of one given level under the same parent get the same level: 2, 2, 3, 1 become 1, 1, 2, 1.
    """

    def __init__(self) -> None:
        self._open: list[int] = []

    def settle(self, given: int) -> int:
        """Return the level to use for the next heading; ``given`` is the author's."""
        while self._open and self._open[-1] >= given:
            self._open.pop()
        self._open.append(given)
        return len(self._open)
