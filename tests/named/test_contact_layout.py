"""Tables, forms and lists of contacts: who is read in which role, over all layouts and wordings that schools use."""

from collections.abc import Iterator
from functools import lru_cache

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.named.names.people import drop_title
from tests.builders import paragraph, run, table, word_file
from tests.contact_layouts import Laid, lay_out, read_in

SEED = 20261124


def contacts_of(*body: str) -> list[tuple[str, str | None, str | None]]:
    content = word_file(paragraph("Safeguarding Policy"), *body)
    document = read_document_bytes(content, shown_as="contacts.docx", format=DocumentFormat.DOCX)
    return [(each.role, each.name, each.phone) for each in extract_facts(document).contacts]


def test_roles_over_columns_name_the_lead_of_each_school() -> None:
    rows = ("School", "DSL", "Tel"), ("Elm School", "Ada Holt", "01632 960101"), ("Oak School", "Ben Lowe", "")
    assert contacts_of(table(*rows)) == [("dsl", "Ada Holt", "01632 960101"), ("dsl", "Ben Lowe", None)]


def test_schools_over_columns_name_the_lead_of_each() -> None:
    rows = ("", "Elm School", "Oak School"), ("DSL", "Ada Holt", "Ben Lowe"), ("Tel", "01632 960101", "01632 960102")
    assert contacts_of(table(*rows)) == [("dsl", "Ada Holt", "01632 960101"), ("dsl", "Ben Lowe", "01632 960102")]


def test_a_number_beside_two_people_is_nobodys() -> None:
    rows = ("DSL", "Deputy DSL", "Tel"), ("Ada Holt", "Ben Lowe", "01632 960101")
    assert contacts_of(table(*rows)) == [("dsl", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", None)]


def test_a_post_between_name_and_role_does_not_hide_the_lead() -> None:
    assert contacts_of(paragraph("Mrs Ada Holt, our Deputy Headteacher, is the DSL.")) == [("dsl", "Ada Holt", None)]
    assert contacts_of(paragraph("Mrs Ada Holt, the bursar, is not the DSL.")) == []


HEAD = ("Role", "Name", "Telephone")


def below(*lines: str) -> str:
    return "".join(map(paragraph, lines))


def merged_down(*rows: tuple[str, ...]) -> str:
    """A table whose first column is one cell, merged over all rows."""
    return (
        table(*rows)
        .replace("<w:tc>", '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', 1)
        .replace("<w:tr><w:tc><w:p>", "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p>")
    )


@pytest.mark.parametrize("phones", [("01632 960101", "01632 960102", "01632 960103"), ()])
def test_a_role_merged_down_over_several_rows_is_that_of_each_name_beside_it(phones: tuple[str, ...]) -> None:
    rows = zip(("Ada Holt", "Ben Lowe", "Cy Dale"), *([phones] if phones else []), strict=True)
    found = contacts_of(merged_down(*((("Deputy DSLs", "", "")[index], *row) for index, row in enumerate(rows))))
    numbers = phones or (None, None, None)
    assert found == [
        ("deputy-dsl", "Ada Holt", numbers[0]), ("deputy-dsl", "Ben Lowe", numbers[1]),
        ("deputy-dsl", "Cy Dale", numbers[2]),
    ]  # fmt: skip


def test_a_role_merged_down_over_the_details_of_one_person_names_that_one() -> None:
    found = contacts_of(merged_down(("DSL", "Ada Holt"), ("", "01632 960101"), ("", "Room 4")))
    assert found == [("dsl", "Ada Holt", "01632 960101")]


@pytest.mark.parametrize("head", [(), (HEAD,)])
def test_names_below_each_other_in_a_cell_are_two_people(head: tuple[tuple[str, str, str], ...]) -> None:
    names, phones = below("Ada Holt", "Ben Lowe"), below("01632 960101", "01632 960102")
    found = contacts_of(table(*head, ("DSL", names, phones)))
    assert found == [("dsl", "Ada Holt", "01632 960101"), ("dsl", "Ben Lowe", "01632 960102")]
    shared = contacts_of(table(*head, ("DSL", names, "01632 960101")))
    assert shared == [("dsl", "Ada Holt", None), ("dsl", "Ben Lowe", None)]
    paired = contacts_of(table(*head, (below("DSL", "Deputy DSL"), names, phones)))
    assert paired == [("dsl", "Ada Holt", "01632 960101"), ("deputy-dsl", "Ben Lowe", "01632 960102")]


@pytest.mark.parametrize("labels", [("Name", "Role", "Telephone"), ("Role", "Name", "Telephone")])
def test_a_form_gives_name_role_and_number_below_each_other(labels: tuple[str, ...]) -> None:
    values = {"Name": "Ada Holt", "Role": "DSL", "Telephone": "01632 960101"}
    rows = [(label, values[label]) for label in labels]
    assert contacts_of(table(*rows)) == [("dsl", "Ada Holt", "01632 960101")]


def test_names_over_their_roles_are_told_from_roles_over_names() -> None:
    over = ("Ada Holt", "DSL", "Ben Lowe", "Deputy DSL")
    under = ("DSL", "Ada Holt", "Deputy DSL", "Ben Lowe")
    wanted = [("dsl", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", None)]
    assert contacts_of(*map(paragraph, over)) == contacts_of(*map(paragraph, under)) == wanted


def test_a_number_below_a_line_of_two_people_is_nobodys() -> None:
    found = contacts_of(paragraph("DSLs: Ada Holt and Ben Lowe"), paragraph("Tel: 01632 960101"))
    assert found == [("dsl", "Ada Holt", None), ("dsl", "Ben Lowe", None)]


def test_a_role_under_a_name_that_is_not_read_goes_to_nobody_else() -> None:
    lines = ("Ada Holt", "DSL", "June May", "Deputy DSL", "Ben Lowe", "Headteacher")
    assert contacts_of(*map(paragraph, lines)) == [("dsl", "Ada Holt", None), ("headteacher", "Ben Lowe", None)]


def test_a_name_in_brackets_after_the_role_is_read() -> None:
    line = "Tell the Designated Safeguarding Lead (Mrs Ada Holt) or the Deputy DSL (Mr Ben Lowe)."
    assert contacts_of(paragraph(line)) == [("dsl", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", None)]


@pytest.mark.parametrize("role", ["Head of Safeguarding", "Safeguarding Team Leader", "DSO", "CPO", "DSP"])
def test_less_common_words_for_the_lead_are_read(role: str) -> None:
    assert contacts_of(paragraph(f"{role}: Ada Holt")) == [("dsl", "Ada Holt", None)]


@pytest.mark.parametrize("end", ["to be their deputies", "as the deputies", "to act as her deputies"])
def test_deputies_appointed_together_with_the_lead_are_read(end: str) -> None:
    line = f"The governors have appointed Ada Holt to be the DSL and Ben Lowe and Cy Dale {end}."
    assert contacts_of(paragraph(line)) == [
        ("dsl", "Ada Holt", None),
        ("deputy-dsl", "Ben Lowe", None),
        ("deputy-dsl", "Cy Dale", None),
    ]


@pytest.mark.parametrize("word", ["Previous", "Former", "The outgoing", "Our former school’s"])
def test_whoever_held_the_role_before_is_not_read_as_lead(word: str) -> None:
    lines = (f"{word} DSL: Cy Dale", "DSL: Ada Holt")
    assert contacts_of(*map(paragraph, lines)) == [("dsl", "Ada Holt", None)]


@lru_cache(maxsize=1)
def documents() -> tuple[tuple[Laid, tuple[Contact, ...]], ...]:
    return tuple((laid, read_in(laid)) for laid in lay_out(SEED, 16))


def _read_wrongly() -> Iterator[str]:
    for laid, contacts in documents():
        wanted = {(each.role, drop_title(each.name)): each.phone for each in laid.named}
        for each in contacts:
            if each.name and (each.role, each.name) not in wanted:
                yield f"{laid.layout}: {each.name} is no {each.role} in {laid.text}"
            elif each.name and each.phone and each.phone not in wanted[each.role, each.name]:
                yield f"{laid.layout}: {each.phone} is not {each.name}'s in {laid.text}"


def test_nobody_is_read_in_a_role_or_with_a_number_of_somebody_else() -> None:
    assert list(_read_wrongly()) == []


def test_nearly_everybody_is_read() -> None:
    wanted = sum(len(laid.named) for laid, _ in documents())
    hit = sum(
        len({(e.role, drop_title(e.name)) for e in laid.named} & {(e.role, e.name) for e in contacts})
        for laid, contacts in documents()
    )
    print(f"{hit} of {wanted} read")
    assert hit > wanted * 0.92


@pytest.mark.parametrize(
    "body",
    [
        [paragraph("DSL: Ada Holt"), paragraph("Deputy: Ben Lowe")],
        [paragraph("DSL: Ada Holt"), paragraph("Tel: 01632 960101"), paragraph("Deputy – Ben Lowe")],
        [paragraph("DSL: Ada Holt (Deputy: Ben Lowe)")],
        [paragraph("DSL: Ada Holt, deputy: Ben Lowe")],
        [table(("Designated Safeguarding Lead", "Ada Holt"), ("Deputy:", "Ben Lowe"))],
        [table(("Name", "Role"), ("Ada Holt", "DSL"), ("Ben Lowe", "Deputy"))],
        [table(("DSL", "Deputy"), ("Ada Holt", "Ben Lowe"))],
        [table(("DSL", "Ada Holt", "Deputy", "Ben Lowe"))],
        [paragraph("The DSL is Ada Holt and the deputy is Ben Lowe.")],
        [paragraph("The DSL is Ada Holt. Her deputy is Ben Lowe.")],
        [paragraph("The DSL is Ada Holt."), paragraph("The deputy is Ben Lowe.")],
        [paragraph("Ada Holt (DSL) and Ben Lowe (Deputy)")],
        [paragraph("Ada Holt has overall responsibility as DSL. Ben Lowe is her deputy.")],
        [paragraph("Speak to the DSL, Ada Holt, or the Deputy, Ben Lowe.")],
        [paragraph("If Ada Holt (our DSL) is away, contact the deputy (Ben Lowe).")],
        [paragraph("DSL – Ada Holt; Deputy – Ben Lowe")],
        [paragraph("The DSL is Ada Holt. In her absence Ben Lowe, the deputy, will act.")],
        [paragraph("Ada Holt, DSL"), paragraph("Ben Lowe, Deputy")],
    ],
)
def test_a_bare_deputy_below_or_behind_the_lead_is_the_leads(body: list[str]) -> None:
    assert [each[:2] for each in contacts_of(*body)] == [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]


def test_a_bare_deputy_below_anybody_else_is_nobodys() -> None:
    assert contacts_of(table(("DSL", "Ada Holt"), ("Headteacher", "Cy Dunn"), ("Deputy", "Ben Lowe"))) == [
        ("dsl", "Ada Holt", None),
        ("headteacher", "Cy Dunn", None),
    ]
    head = paragraph("Ada Holt (Headteacher and DSL) and Ben Lowe (Deputy)")
    assert ("deputy-dsl", "Ben Lowe", None) not in contacts_of(head)
    assert contacts_of(paragraph("The DSL is Ada Holt; the deputy head is Ben Lowe."))[:1] == [
        ("dsl", "Ada Holt", None)
    ]
    assert contacts_of(paragraph("Deputy: Ben Lowe"), paragraph("DSL: Ada Holt")) == [("dsl", "Ada Holt", None)]


def test_a_post_and_a_safeguarding_role_in_columns_of_their_own_are_both_the_persons() -> None:
    head = ("Name", "Position", "Safeguarding role")
    rows = head, ("Mrs Ada Holt", "Deputy Head", "DSL"), ("Mr Ben Lowe", "SENCO", "Deputy DSL")
    assert contacts_of(table(*rows)) == [
        ("dsl", "Ada Holt", None), ("senco", "Ben Lowe", None), ("deputy-dsl", "Ben Lowe", None),
    ]  # fmt: skip


def test_a_role_of_several_holds_for_the_rows_that_leave_its_cell_empty() -> None:
    rows = ("DSL", "Ada Holt", "01632 960101"), ("Deputy DSLs", "Ben Lowe", "01632 960102"), ("", "Cy Dale", "")
    people = contacts_of(table(("Role", "Name", "Phone"), *rows, ("Trust Director", "Ed Vane", "01632 960103")))
    assert people == [
        ("dsl", "Ada Holt", "01632 960101"),
        ("deputy-dsl", "Ben Lowe", "01632 960102"),
        ("deputy-dsl", "Cy Dale", None),
    ]


def test_who_stands_below_the_lead_without_a_role_is_no_lead() -> None:
    assert contacts_of(table(("Role", "Name"), ("DSL", "Ada Holt"), ("", "Ben Lowe"))) == [("dsl", "Ada Holt", None)]


def test_numbers_between_two_roles_are_of_the_first() -> None:
    head = ("Nursery", "DSL", "Mobile", "Deputy DSL")
    assert contacts_of(table(head, ("Alder Road", "Ada Holt", "07700 900123", "Ben Lowe"))) == [
        ("dsl", "Ada Holt", "07700 900123"),
        ("deputy-dsl", "Ben Lowe", None),
    ]


def test_a_number_told_by_the_first_name_is_nobody_elses() -> None:
    text = "Our DSL is Tracey Holt. The deputy is Ben Lowe. Tracey can be reached on 01632 960101."
    assert contacts_of(paragraph(text)) == [("dsl", "Tracey Holt", None), ("deputy-dsl", "Ben Lowe", None)]


def test_a_number_told_by_a_pronoun_is_of_who_was_named() -> None:
    text = "Our DSL is Tracey Holt. She can be reached on 01632 960101."
    assert contacts_of(paragraph(text)) == [("dsl", "Tracey Holt", "01632 960101")]


def test_one_of_several_in_a_cell_may_be_named_for_a_place() -> None:
    people = f"{run('Ben Lowe')}<w:r><w:br/></w:r>{run('Elm House: Cy Dale')}"
    numbers = f"{run('01632 960101')}<w:r><w:br/></w:r>{run('01632 960102')}"
    lead = f"<w:tr>{cell_of(run('DSL'))}{cell_of(run('Ada Holt'))}{cell_of(run(''))}</w:tr>"
    rows = f"{lead}<w:tr>{cell_of(run('Deputies'))}{cell_of(people)}{cell_of(numbers)}</w:tr>"
    assert contacts_of(f"<w:tbl>{rows}</w:tbl>")[1:] == [
        ("deputy-dsl", "Ben Lowe", "01632 960101"),
        ("deputy-dsl", "Cy Dale", "01632 960102"),
    ]


def cell_of(runs: str) -> str:
    return f"<w:tc><w:p>{runs}</w:p></w:tc>"


def test_a_post_below_a_name_is_not_the_role_of_the_column() -> None:
    cells = (
        cell_of(f"{run('Ada Holt')}<w:r><w:br/></w:r>{run('Headteacher')}"),
        cell_of(f"{run('Ben Lowe')}<w:r><w:br/></w:r>{run('Year 6 teacher')}"),
    )
    head = f"<w:tr>{cell_of(run('Designated Safeguarding Lead'))}{cell_of(run('Deputy DSL'))}</w:tr>"
    numbers = f"<w:tr>{cell_of(run('01632 960101'))}{cell_of(run('01632 960102'))}</w:tr>"
    assert contacts_of(f"<w:tbl>{head}<w:tr>{''.join(cells)}</w:tr>{numbers}</w:tbl>") == [
        ("dsl", "Ada Holt", "01632 960101"),
        ("headteacher", "Ada Holt", "01632 960101"),
        ("deputy-dsl", "Ben Lowe", "01632 960102"),
    ]


def test_a_number_told_by_the_first_name_in_the_next_line_is_nobody_elses() -> None:
    lines = (
        paragraph("Our DSL is Tracey Holt. The deputy is Ben Lowe."),
        paragraph("Tracey can be reached on 01632 960101."),
    )
    assert contacts_of(*lines) == [("dsl", "Tracey Holt", None), ("deputy-dsl", "Ben Lowe", None)]


def test_a_number_told_by_another_role_is_not_that_of_the_last_named() -> None:
    text = "The DSL is Ada Holt. The deputy DSL is Ben Lowe. The DSL can be reached on 01632 960101."
    assert contacts_of(paragraph(text)) == [("dsl", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", None)]


def test_a_number_below_several_names_of_a_cell_is_nobodys() -> None:
    people = "<w:r><w:br/></w:r>".join((run("Ben Lowe"), run("Cy Dale"), run("01632 960102")))
    head = f"<w:tr>{cell_of(run('DSL'))}{cell_of(run('Deputy DSLs'))}</w:tr>"
    row = f"<w:tr>{cell_of(run('Ada Holt'))}{cell_of(people)}</w:tr>"
    assert contacts_of(f"<w:tbl>{head}{row}</w:tbl>") == [
        ("dsl", "Ada Holt", None),
        ("deputy-dsl", "Ben Lowe", None),
        ("deputy-dsl", "Cy Dale", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Our DSL is Tracey Holt. The deputy is Tracey Lowe. Tracey can be reached on 01632 960101.",
        "The DSL is Ada Holt. The DSL for boarding is Ben Lowe. The DSL can be reached on 01632 960101.",
        "The DSL is Ada Holt. The deputy DSL is Ben Lowe. The DSL can be contacted by the police on 01632 960101.",
    ],
)
def test_a_number_told_of_one_of_two_does_not_go_to_the_first(text: str) -> None:
    assert contacts_of(paragraph(text))[0][2] is None


def test_a_post_that_is_a_role_below_a_name_counts_beside_the_column() -> None:
    cells = cell_of("<w:r><w:br/></w:r>".join((run("Ada Holt"), run("SENCO")))), cell_of(run("Ben Lowe"))
    head = f"<w:tr>{cell_of(run('DSL'))}{cell_of(run('Deputy DSL'))}</w:tr>"
    people = contacts_of(f"<w:tbl>{head}<w:tr>{''.join(cells)}</w:tr></w:tbl>")
    assert people == [("dsl", "Ada Holt", None), ("senco", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", None)]


def test_somebody_else_below_a_name_is_read_too() -> None:
    cells = cell_of("<w:r><w:br/></w:r>".join((run("Ada Holt"), run("and Cy Dale")))), cell_of(run("Ben Lowe"))
    head = f"<w:tr>{cell_of(run('DSLs'))}{cell_of(run('Deputy DSL'))}</w:tr>"
    people = contacts_of(f"<w:tbl>{head}<w:tr>{''.join(cells)}</w:tr></w:tbl>")
    assert people == [("dsl", "Ada Holt", None), ("dsl", "Cy Dale", None), ("deputy-dsl", "Ben Lowe", None)]


@pytest.mark.parametrize(
    "more",
    [
        "If she is unavailable, please contact Elmshire Council on 01632 960444.",
        "If she is away, tell a deputy on 01632 960444.",
        "In her absence the deputy can be reached on 01632 960444.",
        "When she is absent, contact the nursing team on 01632 960444.",
    ],
)
def test_a_number_of_somebody_else_to_be_asked_is_not_the_leads(more: str) -> None:
    assert contacts_of(paragraph(f"The DSL is Ada Holt. {more}"))[0] == ("dsl", "Ada Holt", None)


@pytest.mark.parametrize(
    "more", ["Please contact her on 01632 960101.", "You can ring Ada on 01632 960101.", "Tel 01632 960101"]
)
def test_a_number_by_which_the_lead_is_to_be_asked_is_hers(more: str) -> None:
    assert contacts_of(paragraph(f"The DSL is Ada Holt. {more}"))[0] == ("dsl", "Ada Holt", "01632 960101")


def lines_of(*lines: str) -> str:
    """The markup of a cell of several lines."""
    return paragraph(run("<br>".join(lines)).replace("&lt;br&gt;", "</w:t><w:br/><w:t>"))


@pytest.mark.parametrize("post", ["Headteacher", "SENCO", "Assistant Head", "MASH", "Year 6 teacher"])
def test_a_post_below_the_name_does_not_take_the_role_of_the_row(post: str) -> None:
    rows = ("DSL", lines_of("Mrs Ada Holt", post)), ("Deputy DSL", lines_of("Mr Ben Lowe", "Headteacher"))
    assert contacts_of(table(*rows)) == [("dsl", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", None)]
    turned = [(name, role) for role, name in rows]
    found = contacts_of(table(*turned))
    assert [each for each in found if each[0] in {"dsl", "deputy-dsl"}] == [
        ("dsl", "Ada Holt", None),
        ("deputy-dsl", "Ben Lowe", None),
    ]


def test_a_safeguarding_role_below_the_name_of_another_post_is_not_that_posts() -> None:
    rows = ("Headteacher", lines_of("Mrs Ada Holt", "DSL")), ("SENCO", lines_of("Mr Ben Lowe", "Deputy DSL"))
    assert [each[:2] for each in contacts_of(table(*rows))] == [("headteacher", "Ada Holt"), ("senco", "Ben Lowe")]


def test_a_card_may_give_a_person_several_roles() -> None:
    cards = lines_of("Mrs Ada Holt", "Headteacher", "DSL"), lines_of("Mr Ben Lowe", "SENCO", "Deputy DSL")
    found = {each[:2] for each in contacts_of(table(cards))}
    assert {("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe"), ("headteacher", "Ada Holt")} <= found


@pytest.mark.parametrize(
    "below", ["Rainbow Room", "Oak Class", "Elmshire Council", "Available daily", "Signature", "Matron", "Childline"]
)
def test_a_name_does_not_run_on_into_the_next_line_of_its_cell(below: str) -> None:
    assert contacts_of(table(("DSL", lines_of("Ada Holt", below)))) == [("dsl", "Ada Holt", None)]
    assert contacts_of(table(("DSL", lines_of("Mary Jane", "Holt")))) == [("dsl", "Mary Jane Holt", None)]
