"""Any change of holders among the same people: every line ends with whoever holds its role, or the copy waits."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.plan.values import ReplacementPlan
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, table, word_file

PEOPLE = ("Ann Lee", "Bob Ray", "Cy Fox", "Deborah Sheffield", "Jo van Dyke", "Ida O’Neill")
ROLES = {
    "dsl": "Designated Safeguarding Lead",
    "deputy-dsl": "Deputy DSL",
    "headteacher": "Headteacher",
    "senco": "SENCO",
}
OFFICE = "01632 960100"


def phone_of(person: str) -> str:
    return f"01632 96020{PEOPLE.index(person)}"


def email_of(person: str) -> str:
    return f"{person.rsplit(maxsplit=1)[-1].replace('’', '').lower()}@example.org"


@st.composite
def holdings(draw: st.DrawFn, people: tuple[str, ...] = PEOPLE) -> dict[str, tuple[str, str]]:
    """Who holds each role, each person one role at most, with a number of their own or the office's."""
    chosen = draw(st.permutations(people))
    shared = draw(st.sampled_from([True, False, False]))
    return {role: (chosen[at], OFFICE if shared else phone_of(chosen[at])) for at, role in enumerate(ROLES)}


def stated(held: dict[str, tuple[str, str]]) -> list[Contact]:
    return [Contact(role, person, phone, email_of(person)) for role, (person, phone) in held.items()]


def directory(held: dict[str, tuple[str, str]], entries: set[str]) -> Directory:
    return Directory(
        tuple(
            Holder(role, person, "", phone, email_of(person), Pronoun.THEY)
            for role, (person, phone) in held.items()
            if role in entries
        )
    )


@settings(max_examples=60, deadline=None)
@given(holdings(), holdings(), st.sets(st.sampled_from(sorted(ROLES)), min_size=1), st.booleans())
def test_every_line_ends_with_the_holder_of_its_role_or_the_copy_waits(
    before: dict[str, tuple[str, str]], now: dict[str, tuple[str, str]], entries: set[str], as_table: bool
) -> None:
    rows = [(ROLES[role], person, phone, email_of(person)) for role, (person, phone) in before.items()]
    lines = [paragraph(f"{role}: {person}, {phone}, {email}") for role, person, phone, email in rows]
    original = word_file(
        table(*rows) if as_table else "".join(lines), paragraph("Joanne Leeson rays, foxes and Leeds.")
    )
    copy = regenerate_docx(original, stated(before), directory(now, entries))
    if copy.plan.held:
        assert copy.content == original
        return
    held = {role: now[role] if role in entries else before[role] for role in ROLES}
    expected = [(ROLES[role], person, phone, email_of(person)) for role, (person, phone) in held.items()]
    text = "".join(paragraph(f"{role}: {person}, {phone}, {email}") for role, person, phone, email in expected)
    wanted = word_file(table(*expected) if as_table else text, paragraph("Joanne Leeson rays, foxes and Leeds."))
    assert _words(copy.content) == _words(wanted)
    again = regenerate_docx(copy.content, stated(held), directory(now, entries))
    assert again.plan.replacements == ()


def _words(content: bytes) -> list[str]:
    from pipeline.word.regenerate import verify_copy

    return [passage.text for passage in verify_copy(content, content, ReplacementPlan())]
