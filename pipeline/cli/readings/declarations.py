"""``policy acknowledge declared``, and what ``acknowledge list`` says of declarations: apart from readings."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.wording import say_day, say_method

if TYPE_CHECKING:
    from pipeline.acknowledgements.declarations.listing import DeclarationCount, DeclarationLine


def say_declarations(
    lines: "Sequence[DeclarationLine]",
    counts: "Sequence[DeclarationCount]",
    zone: ZoneInfo,
    *,
    late: bool,
    by_name: bool,
) -> Iterator[str]:
    """Yield what a list says of declarations: their counts, and with ``by_name`` a line for each person."""
    for line in lines if by_name else ():
        said = line.state.words
        if line.said is not None:
            said += f" on {say_day(line.said.given_at.astimezone(zone).date())} ({say_method(line.said.method)})"
        elif line.request.closed_at is None:
            said += f", by {say_day(line.request.due_on)}"
        yield f"{line.person.person.name}: {line.request.name} ({line.year}): {said}"
    if by_name and not lines and not late:
        yield (
            "Nobody has been asked to declare anything yet. What staff declare stands under [declarations] in "
            "config.toml."
        )
    elif by_name and not lines:
        yield "Nobody is late."
    for count in counts:
        yield f"Declaration “{count.name}”, {count.year}: {count.words}."
