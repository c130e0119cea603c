"""Who has declared what of each school year, never what it is: a spreadsheet and JSON."""

from pipeline.acknowledgements.declarations.listing import DeclarationLine
from pipeline.lists.columns import Column, Listing

DECLARATIONS: Listing[DeclarationLine] = Listing(
    "Declarations",
    ("declaration", "declarations"),
    (
        Column("", lambda line: line.person.person.person_id, "person_id"),
        Column("Name", lambda line: line.person.person.name, "name", width=28),
        Column("Person", lambda line: line.person.person.person_id, width=14),
        Column("", lambda line: line.request.declaration, "declaration"),
        Column("Declaration", lambda line: line.request.name, width=40),
        Column("", lambda line: line.request.school_year, "school_year"),
        Column("School year", lambda line: line.year, width=13),
        Column("", lambda line: line.request.statement_sha256, "statement_sha256"),
        Column("", lambda line: line.state, "state"),
        Column("State", lambda line: line.state.words, width=28),
        Column("", lambda line: line.said and line.said.method, "method"),
        Column("", lambda line: line.said and line.said.given_at, "given_at"),
        Column("To declare by", lambda line: line.request.due_on, "due_on"),
        Column("How", lambda line: line.said and line.said.method, width=14),
        Column("Said on", lambda line: line.said and line.said.given_at),
    ),
)
