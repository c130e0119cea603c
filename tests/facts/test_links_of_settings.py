"""Linked policies as clubs, childminders, agencies and trusts print them; what stands beside them and is none."""

import pytest

from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text

TWO = ["Visits Policy", "Duck Policy"]
CASES = [
    # What ends a list, and what in it is nobody's policy.
    ("Linked policies\nVisits Policy\nDuck Policy\nLinks to national policy:\nNational Pond Standards 3,6\nPonds", TWO),
    ("Links to other policies\nVisits Policy\nDuck Policy\nWhen looking at your policy, please think of ponds.", TWO),
    ("Linked policies:\nVisits Policy\nDuck Policy\nFind out more:\nPond Society of Moorland\nPond Visits Plan", TWO),
    ("Linked policies:\n• Visits Policy\n• Duck Policy\n• Pond and Social Care Standards\n• Pond Inspectorate", TWO),
    ("Related documents: Visits; Behaviour; Ofsted; National Society of Ducks", ["Visits", "Behaviour"]),
    ("See also ‘Making ponds real: Being Wet’, in particular the five ducks.", []),
    # How items are marked.
    ("Linked policies:\n• Visits Policy (see our website)\n• 2.3 Duck Policy", TWO),
    ("Related policies\n07 Visits Policy\n07.1 Duck Policy\n12 Goose Policy", [*TWO, "Goose Policy"]),
    ("Related documents:\n(a) Visits Policy\n(b) Duck Policy\n(c) Pond Regulations 2024", TWO),
    ("This policy is to be read with: POL-07 Visits Policy, POL-12 Duck Policy and POL-13 Goose Policy.",
     [*TWO, "Goose Policy"]),
    # How they are announced.
    ("Other useful policies\n- Visits Policy\n- Duck Policy", TWO),
    ("Other useful Pre-school policies\nWhistleblowing\nSafer Recruitment", ["Whistleblowing", "Safer Recruitment"]),
    ("Related policies: Medication; Equality and Inclusion", ["Medication", "Equality and Inclusion"]),
    ("This document is a supplement to the Visits & Ducks policy. It deals with ponds.", ["Visits & Ducks policy"]),
    ("This policy should be read in connection with the Pond Conduct Policy which sets out how we are kind.",
     ["Pond Conduct Policy"]),
    ("Related policies\nSee also our Lost Duck Policy, Coming and Going Policy.",
     ["Lost Duck Policy", "Coming and Going Policy"]),
    ("(To be read alongside our policies on Behaviour; Duck Visits and Whistleblowing)",
     ["Behaviour", "Duck Visits", "Whistleblowing"]),
    ("Read with:\nSafeguarding / Duck Visits / Ponds / Searching and Confiscation",
     ["Safeguarding", "Duck Visits", "Ponds", "Searching and Confiscation"]),
    ("Please also read my Visits, Lost Duck and Behaviour policies.", ["Visits", "Lost Duck", "Behaviour policies"]),
    ("See also our Health and Safety and Illness and Accidents policies.",
     ["Health and Safety", "Illness and Accidents policies"]),
    ("This policy goes with my Visits Policy.", ["Visits Policy"]),
    ("For more detail see our Visits Policy and our Coming and Going Policy and our Duck Policy.",
     ["Visits Policy", "Coming and Going Policy", "Duck Policy"]),
    ("Related policies\nRead this with our Visits, Ducks and Ponds policies.", ["Visits", "Ducks", "Ponds policies"]),
    ("Linked policies\nHealth and Safety / Equality", ["Health and Safety", "Equality"]),
    ("See also our policies on Managing Ducks and Health and Safety.", ["Managing Ducks", "Health and Safety"]),
    ("Other policies to look at\nWhistleblowing\nThis policy was adopted by\tElm School", ["Whistleblowing"]),
    ("This is used together with our Visits Policy.", ["Visits Policy"]),
    ("Please read this with my Visits Policy.", ["Visits Policy"]),
    ("Linked policies\nVisits Policy\nChildren with health needs who cannot attend school",
     ["Visits Policy", "Children with health needs who cannot attend school"]),
    # In a sentence.
    ("This should be read in conjunction with the group’s Visits Policy, and Duck\nPolicy\nWe are kind.", TWO),
    ("This policy should be read alongside the setting’s Visits Policy and our Duck Policy.", TWO),
    ("This policy also links with my duck procedures, wet feet, pond checks, no splashing and outings policy.",
     ["duck procedures", "wet feet", "pond checks", "no splashing", "outings policy"]),
    ("It is to be read in conjunction with our Behaviour, Attendance and Duck Policy.",
     ["Behaviour", "Attendance", "Duck Policy"]),
    ("Also refer to our Visits Policy and Duck policy for information on ponds.", ["Visits Policy", "Duck policy"]),
    ("They know key policies within the setting especially Visits, Ducks and Pond Care, and will keep to them.",
     ["Visits", "Ducks", "Pond Care"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), CASES)
def test_linked_policies_of_any_setting_are_read(text: str, names: list[str]) -> None:
    assert list(extract_facts(document_from_text(f"Pond Policy\n{text}")).linked_policies) == names
