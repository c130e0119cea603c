"""What people declare each school year: counts of each answer, who waits to say something, who has not answered."""

from collections.abc import Sequence

from pipeline.acknowledgements.declarations.listing import DeclarationLine, DeclarationState, list_declaration_lines
from pipeline.people.obligations import has_left
from pipeline.web.desk.listing import Choice, page_of, read_filters
from pipeline.web.desk.readings.readings import READINGS, declarations_of
from pipeline.web.desk.view import DESK, Answer, Crumb, View

DECLARATIONS = Crumb("Declarations", "/readings/declarations")
_FIRST = (DeclarationState.WISHES, DeclarationState.LATE, DeclarationState.OWED, DeclarationState.AWAY)
"""What the office is to do something about comes first."""
_STATES = {state.name.lower(): state.words for state in DeclarationState if state is not DeclarationState.CLOSED}


def declaration_lines(view: View) -> Sequence[DeclarationLine]:
    """Return the lines of those who have not left, what waits first; nothing that is not asked any more."""
    lines = [
        line
        for line in list_declaration_lines(view.tx, view.school, view.today)
        if line.state is not DeclarationState.CLOSED and not has_left(line.person.person, view.today)
    ]
    order = {state: place for place, state in enumerate(_FIRST)}
    return sorted(lines, key=lambda line: (order.get(line.state, len(order)), -line.request.school_year))


def show_declarations(view: View) -> Answer:
    """Show the counts of each declaration, and below them who stands how."""
    lines = declaration_lines(view)
    names = {line.request.declaration: line.request.name for line in lines}
    query = view.request.query_params
    choices = Choice("declaration", "Declaration", names), Choice("state", "State", _STATES)
    filters = read_filters("/readings/declarations", query, *choices)
    wanted, state = filters.of("declaration"), _STATES.get(filters.of("state"), "")
    found = [
        line
        for line in lines
        if (not wanted or line.request.declaration == wanted)
        and (not state or line.state.words == state)
        and filters.finds(line.person.person.name, line.request.name)
    ]
    fields = {
        "filters": filters,
        "counts": declarations_of(view),
        "page": page_of(found, filters, per_page=20),
        "waits": frozenset(_FIRST),
    }
    return Answer("declarations.html", "Declarations", fields, (DESK, READINGS), at="/readings")
