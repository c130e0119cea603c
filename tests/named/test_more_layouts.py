"""Who is read in which role, from lay-outs and sentences that documents nobody had seen brought."""

from dataclasses import replace

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.named.contacts import find_contacts
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text

Named = list[tuple[str, str | None]]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We have a Designated Safeguarding Lead.\nThis is:\nAda Holt (Manager)", [("dsl", "Ada Holt")]),
        ("The headteacher and the DSL meet weekly.\nThey are:\nAda Holt", []),
        (
            "Section\tDesignated Senior Person\tTelephone\n"
            "Boys\tMr Ben Lowe\t01632 960101\nGirls\tMs Ada Holt\t01632 960102",
            [("dsl", "Ben Lowe"), ("dsl", "Ada Holt")],
        ),
        (
            "DSL: Ada Holt\nLink Governor: Mary Tallow",
            [("dsl", "Ada Holt"), ("safeguarding-governor", "Mary Tallow")],
        ),
        ("DSL\tAda Holt\nNominated Governor\tMr H Olson", [("dsl", "Ada Holt"), ("safeguarding-governor", "H Olson")]),
        ("Link Governor: Mary Tallow\nThe DSL is told.", []),
        ("DSL: Ada Holt\nLink Governor for maths: Mary Tallow", [("dsl", "Ada Holt")]),
        (
            "Deputy DSLs: Ben Lowe (years 3, 4) Tom Fox (years 5, 6), Cy Dale (EYFS)",
            [("deputy-dsl", "Ben Lowe"), ("deputy-dsl", "Tom Fox"), ("deputy-dsl", "Cy Dale")],
        ),
        (
            "Safeguarding Officers (Deputy DSLs): Ben Lowe – ext 239, Tom Fox – ext 240",
            [("deputy-dsl", "Ben Lowe"), ("deputy-dsl", "Tom Fox")],
        ),
        ("DSL & Designated Teacher for LAC- Ada Holt", [("designated-teacher", "Ada Holt"), ("dsl", "Ada Holt")]),
        ("Designated Safeguarding Lead (DSL) team\tAda Holt", [("dsl", "Ada Holt")]),
        ("The Designated Officer for child protection\tAda Holt 01632 960721\n(LADO)", [("lado", "Ada Holt")]),
        ("Name of lead in our example: Ben Lowe. He is asked by a girl at Moorland School.", []),
        ("Safeguarding: Preventing Extremism and Radicalisation", []),
        ("Signed by Chair of Governors:\nMoorland Catholic High School", []),
        ("Chair of Governors:\nAda Holt School Business Manager", [("chair-of-governors", "Ada Holt")]),
        (
            "DSL\tTom Fox\nDeputy DSL\tMrs Ada Holt\tMr Ben Lowe",
            [("dsl", "Tom Fox"), ("deputy-dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")],
        ),
        (
            "The DSL is Tom Fox. The deputy in her absence is Ada Holt.",
            [("dsl", "Tom Fox"), ("deputy-dsl", "Ada Holt")],
        ),
        (
            "The Deputy Designated Safeguarding lead(s) is/are\nAda Holt (Safeguarding Officer)",
            [("deputy-dsl", "Ada Holt")],
        ),
        ("Child Protection Co-ordinator\tMr Ben Lowe, Depute Rector\tMon to Fri", [("dsl", "Ben Lowe")]),
        (
            "Designated Safeguarding Lead (DSL):\nHead Teacher\tTom Fox\nDeputy Safeguarding Leads (DSLs):\n"
            "Nursery Leader\tAda Holt\nEarly Years Leader\tBen Lowe",
            [("dsl", "Tom Fox"), ("headteacher", "Tom Fox"), ("deputy-dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")],
        ),
        ("Task\tDesignated Senior Person\tTelephone\nKeys\tMr Ben Lowe\t01632 960101", []),
    ],
)
def test_who_is_read_in_which_role(text: str, named: Named) -> None:
    facts = extract_facts(document_from_text(f"Safeguarding Policy\n{text}\nThe end."))
    assert [(each.role, each.name) for each in facts.contacts] == named


def test_a_row_without_its_role_is_one_more_of_several() -> None:
    edges = (((60, 220), (304, 366), (424, 481)), ((304, 353), (424, 481)), ((60, 150), (304, 340), (424, 481)))
    for role, deputies in (("Deputy DSLs", ["Ben Lowe", "Cy Dale"]), ("Deputy DSL", ["Ben Lowe"])):
        text = f"{role}\tBen Lowe\t01632 960101\nCy Dale\t01632 960102\nCaretaker\tTom Fox\t01632 960103"
        document = document_from_text(text)
        blocks = [replace(block, edges=places) for block, places in zip(document.blocks, edges, strict=True)]
        lines = list_lines(replace(document, blocks=tuple(blocks)))
        assert [each.contact.name for each in find_contacts(lines)] == deputies
