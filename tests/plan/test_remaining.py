"""Nothing of somebody who goes stays in a role, or leads to them, in a form that the planning of words passes over."""

from dataclasses import replace

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan, carried_out
from pipeline.text.passages import Passage, PassageLink
from tests.builders import table_passages

NOW = Holder("dsl", "Gareth Pemberley", "Mr", "01632 960654", "g.pemberley@example.org", Pronoun.HE)
BEFORE = Holder("dsl", "Rosalind Thackeray", "Mrs", "01632 960321", "r.thackeray@example.org", Pronoun.SHE)
STATED = (Contact("dsl", "Rosalind Thackeray", "01632 960321", "r.thackeray@example.org"),)
LEAD = "The DSL is Mrs Rosalind Thackeray, 01632 960321, r.thackeray@example.org."


def plan(*passages: Passage, was: Holder = BEFORE) -> ReplacementPlan:
    named = (Contact("dsl", was.name, was.phone, was.email),)
    lead = Passage(read_place("paragraph 1"), f"The DSL is {was.name}, {was.phone}.")
    return plan_replacements((lead, *passages), named, Directory((NOW,), (was,)))


def line(text: str) -> Passage:
    return Passage(read_place("paragraph 2"), text)


@pytest.mark.parametrize(
    "text",
    [
        "DSL: Mrs Thackeray (Deputy Head)",
        "DSL: Mrs Thackeray, Head of Year 7",
        "The DSL is our deputy headteacher, Mrs Thackeray.",
        "The DSL is the SENCO, Mrs Thackeray.",
        "Mrs Rosalind Thackeray, our Deputy Headteacher, is the Designated Safeguarding Lead.",
        "The DSL, a former police officer, is Mrs Thackeray.",
    ],
)
def test_a_further_post_keeps_nobody_in_the_role(text: str) -> None:
    held = plan(line(text)).held
    assert held is not None
    assert "it stands as designated safeguarding lead, now Gareth Pemberley" in held


@pytest.mark.parametrize(
    "text", ["First aiders: Mrs Thackeray, Mr Bone", "The DSL is Mr Pemberley and the Prevent lead is Mrs Thackeray."]
)
def test_another_post_away_from_the_role_stays_and_is_listed(text: str) -> None:
    made = plan(line(text))
    assert made.held is None
    assert [str(each.reason) for each in made.left_on_purpose] == ["another capacity"]


def test_a_post_joined_with_the_role_is_asked_about() -> None:
    made = plan(line("The designated safeguarding lead and the designated teacher is Mrs Thackeray."))
    assert made.held is None
    assert [str(each.reason) for each in made.left] == [
        "another post stands there too: change it if it is not Gareth Pemberley’s"
    ]


@pytest.mark.parametrize("text", ["Previous DSL: Mrs Thackeray", "Our outgoing DSL is Mrs Thackeray."])
def test_who_held_the_role_before_is_not_made_the_successor(text: str) -> None:
    made = plan(line(text))
    assert made.held is None
    assert [str(each.reason) for each in made.left_on_purpose] == ["a past event"]


@pytest.mark.parametrize(
    "text",
    [
        "Rosalind Thackeray has been DSL since September 2019.",
        "Mrs Thackeray is on maternity leave until Easter.",
        "The DSL from 1 September will be Mrs Thackeray.",
        "DSL: Mr and Mrs Thackeray",
        "DSL: Mrs Rosalind Thackeray (BA Hons, NPQH)",
        "DSL: THACKERAY, Rosalind (Mrs)",
        "Mrs Thackeray is not the DSL.",
        "The DSL is no longer Mrs Thackeray.",
        "The DSL (not Mrs Thackeray) decides.",
        "Mrs Thackeray is no longer the DSL.",
        "Mrs Thackeray has left; ring the office.",
        "Mr Pemberley takes over from Mrs Thackeray.",
        "Mr Pemberley, replacing Mrs Thackeray, is the DSL.",
        "Mrs Thackeray’s successor as DSL is Mr Pemberley.",
    ],
)
def test_what_is_true_of_one_person_is_not_said_of_the_next(text: str) -> None:
    held = plan(line(text)).held
    assert held is not None
    assert "what is said there is true of this person alone" in held


@pytest.mark.parametrize(
    "text", ["If Mrs Thackeray is not available, tell the office.", "If not sure, ask Mrs Thackeray, the DSL."]
)
def test_what_to_do_without_the_lead_is_true_of_the_next_one_too(text: str) -> None:
    made = plan(line(text))
    assert made.held is None
    assert ("Mrs Thackeray", "Mr Pemberley") in [(each.before, each.after) for each in made.replacements]


def test_a_relative_of_the_person_is_none_of_the_successor() -> None:
    made = plan(line("Mrs Thackeray’s son attends the school."))
    assert [str(each.reason) for each in made.left_on_purpose] == ["another capacity"]


@pytest.mark.parametrize(
    ("name", "form", "now"),
    [
        ("Siobhan O’Brien", "Ms O'Brien", "Mr Pemberley"),
        ("Siobhan O'Brien", "S. O‘Brien", "G. Pemberley"),
        ("Jo-Anne Smith-Jones", "Mrs Smith\u2011Jones", "Mr Pemberley"),
        ("Zoë Müller", "Zoe\u0308 Mu\u0308ller", "Gareth Pemberley"),
        ("Zoë Müller", "Ms Muller", "Mr Pemberley"),
        ("Rosalind Thackeray", "R.J. Thackeray", "G. Pemberley"),
        ("Anil Rao", "Fr Anil Rao", "Mr Gareth Pemberley"),
        ("Anil Rao", "Revd Canon Anil Rao", "Mr Gareth Pemberley"),
    ],
)
def test_each_spelling_of_a_name_is_the_same_person(name: str, form: str, now: str) -> None:
    was = Holder("dsl", name, "", "01632 960321", None)
    made = plan(line(f"Tell {form} at once."), was=was)
    assert made.held is None
    lead = Passage(read_place("paragraph 1"), f"The DSL is {name}, 01632 960321.")
    assert carried_out((lead, line(f"Tell {form} at once.")), made)[1].text == f"Tell {now} at once."


@pytest.mark.parametrize("text", ["RT is the DSL.", "DSL: RT", "DSL (RT)"])
def test_initials_in_the_role_hold_the_copy(text: str) -> None:
    assert "they are the initials of Rosalind Thackeray" in (plan(line(text)).held or "")


@pytest.mark.parametrize(
    "rows",
    [(("DSL", "RT"), ("Deputy DSL", "BR")), (("RT", "DSL"), ("BR", "Clerk")), (("DSL", "Clerk"), ("RT", "BR"))],
)
def test_initials_in_the_cell_of_the_role_hold_the_copy(rows: tuple[tuple[str, str], ...]) -> None:
    assert "they are the initials of Rosalind Thackeray" in (plan(*table_passages(*rows)).held or "")


@pytest.mark.parametrize("text", ["He is called RT.", "The DSL keeps records of RT lessons."])
def test_letters_away_from_the_role_hold_nothing(text: str) -> None:
    assert plan(line(text)).held is None


def test_a_former_number_without_the_sign_of_its_country_is_changed() -> None:
    made = plan(line("Ring the DSL on 44 1632 960321 at once."))
    assert "44 1632 960321" in [each.before for each in made.replacements]
    assert made.held is None


@pytest.mark.parametrize("written", ["01632/960321", "[01632] 960321", "1632 960321", "960321", "44 (0) 1632/960321"])
def test_a_former_number_in_an_odd_form_holds_the_copy(written: str) -> None:
    made = plan(line(f"Ring the DSL on {written} at once."))
    assert written in (made.held or "")


@pytest.mark.parametrize("written", ["01234 960321", "1960321", "9603210", "01632 960322"])
def test_a_number_that_only_resembles_it_holds_nothing(written: str) -> None:
    assert plan(line(f"The caretaker’s number is {written}.")).held is None


@pytest.mark.parametrize(
    "written",
    [
        "r.thackeray(at)example.org",
        "R.Thackeray [at] example.org",
        "r.thackeray at example.org",
        "rosalind.thackeray at example dot org",
        "thackeray_r (at) example (dot) org",
    ],
)
def test_a_former_address_without_its_sign_holds_the_copy(written: str) -> None:
    named = (Passage(read_place("paragraph 1"), LEAD), line(f"Write to {written} at once."))
    assert written in (plan_replacements(named, STATED, Directory((NOW,), (BEFORE,))).held or "")


@pytest.mark.parametrize(
    "text",
    [
        "Meet r.thackeray at school.",
        "There is a thackeray at example.org.",
        "Look at example.org for more.",
        "The head at example.org.",
    ],
)
def test_words_that_only_stand_at_a_place_are_no_address(text: str) -> None:
    assert plan(line(text)).held is None


def test_a_word_that_an_initial_and_a_surname_would_make_is_no_name() -> None:
    was = Holder("dsl", "Sue Park", "Mrs", None, None)
    assert plan(line("A spark is enough. SPARK is our club."), was=was).left == ()


def test_a_number_parted_over_two_cells_holds_the_copy() -> None:
    made = plan(*table_passages(("Name", "Code", "Number"), ("Mrs Thackeray", "01632", "960321")))
    assert "960321" in (made.held or "")


@pytest.mark.parametrize(
    "target",
    ["https://wa.me/441632960321", "https://chat.example.org/?users=r.thackeray@example.org", "tel:01632960321,,12"],
)
def test_a_link_of_another_kind_to_whoever_goes_holds_the_copy(target: str) -> None:
    here = Passage(read_place("paragraph 2"), "Contact the DSL here", links=(PassageLink(16, 20, target),))
    made = plan_replacements((Passage(read_place("paragraph 1"), LEAD), here), STATED, Directory((NOW,), (BEFORE,)))
    assert "the link leads to whoever held the role before" in (made.held or "")


@pytest.mark.parametrize(
    "row", [("Rosalind", "Thackeray", "DSL"), ("R", "Thackeray", "DSL"), ("Mrs", "Thackeray", "DSL")]
)
def test_a_name_spread_over_cells_is_never_half_exchanged(row: tuple[str, ...]) -> None:
    made = plan(*table_passages(("First", "Surname", "Role"), row))
    assert "the name is broken over two lines or cells" in (made.held or "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Rosalind Thackeray Trust funds trips.", "Rosalind Thackeray Trust"),
        ("Mrs Thackeray Primary School is near.", "Mrs Thackeray Primary School"),
        ("Rosalind Thackeray Smith is the nurse.", "Rosalind Thackeray Smith"),
    ],
)
def test_what_only_begins_with_the_name_holds_the_copy(text: str, words: str) -> None:
    assert words in (plan(line(text)).held or "")


@pytest.mark.parametrize("head", ["Ext", "Ext.", "Extn", "Extension"])
def test_an_extension_in_a_column_of_its_own_holds_the_copy(head: str) -> None:
    made = plan(*table_passages(("Role", "Name", head), ("DSL", "Mrs Thackeray", "321")))
    assert "it is the extension of whoever held the role before" in (made.held or "")


@pytest.mark.parametrize(
    ("head", "said", "holds"),
    [
        ("Phone", "DSL 201", True),
        ("Telephone", "4412", True),
        ("Bleep", "44", True),
        ("Phone", "999", False),
        ("Phone", "01632 960654", False),
        ("Class", "201", False),
    ],
)
def test_a_short_number_in_a_column_of_telephones_holds_the_copy(head: str, said: str, *, holds: bool) -> None:
    rows = table_passages(["Role", "Name", head], ["DSL", "Rosalind Thackeray", said])
    assert (plan(*rows).held is not None) is holds


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("contact Rosalind Thackeray (DSL) immediately on ext. 4412", "ext. 4412"),
        ("Our DSL is Rosalind Thackeray, room B12, bleep 44.", "bleep 44"),
    ],
)
def test_an_extension_or_bleep_given_with_a_changed_name_holds_the_copy(text: str, kept: str) -> None:
    assert f"{kept} in paragraph 2 stands with the name" in (plan(line(text)).held or "")


def test_a_bleep_behind_a_room_in_the_cell_beside_a_changed_name_holds_the_copy() -> None:
    held = plan(*table_passages(["DSL", "Rosalind Thackeray", "B12, bleep 44"])).held
    assert "bleep 44" in (held or "")


@pytest.mark.parametrize("head", ["Extra training", "External course"])
def test_a_year_below_another_heading_is_no_extension(head: str) -> None:
    assert plan(*table_passages(("Role", "Name", head), ("DSL", "Mrs Thackeray", "2025"))).held is None


@pytest.mark.parametrize("post", ["Deputy Headteacher", "SENCO", "First Aider", "Assistant Head"])
def test_a_further_post_in_the_cell_to_the_right_is_never_given_to_the_successor(post: str) -> None:
    made = plan(*table_passages(("Name", "Role"), ("Mrs Thackeray", post), ("Mrs Thackeray", "DSL")))
    assert made.held is None
    assert [str(each.where) for each in made.left_on_purpose] == ["table 1, row 2, column 1"]
    assert [str(each.where) for each in made.replacements if each.before == "Mrs Thackeray"] == [
        "table 1, row 3, column 1"
    ]


@pytest.mark.parametrize(
    "text",
    ["Tollgate School, High Street. Tel: 01632 960321", "Fax: 01632 960321", "To report an absence ring 01632 960321."],
)
def test_a_number_that_stands_as_the_schools_holds_the_copy(text: str) -> None:
    assert "it may be the school’s own number" in (plan(line(text)).held or "")


def test_a_number_of_the_lead_alone_follows_the_role() -> None:
    made = plan(line("Ring 01632 960321 at once."))
    assert made.held is None
    assert [each.before for each in made.replacements][-1] == "01632 960321"


def test_a_mail_link_whose_subject_names_whoever_goes_holds_the_copy() -> None:
    target = "mailto:r.thackeray@example.org?subject=For%20Mrs%20Thackeray"
    here = Passage(read_place("paragraph 2"), "Write to the DSL here", links=(PassageLink(17, 21, target),))
    made = plan_replacements((Passage(read_place("paragraph 1"), LEAD), here), STATED, Directory((NOW,), (BEFORE,)))
    assert "the mail it opens names whoever held the role before" in (made.held or "")


@pytest.mark.parametrize(
    "passages",
    [
        [line("DSL: Mrs Thackeray Deputy Headteacher")],
        [line("DSL: Mrs Thackeray\tDeputy Headteacher")],
        table_passages(("DSL", "Mrs Thackeray", "Deputy Headteacher")),
        table_passages(("Role", "Name", "Telephone", "Position"), ("DSL", "Mrs Thackeray", "01632 960321", "SENCO")),
    ],
)
def test_a_post_behind_the_name_is_asked_about(passages: list[Passage]) -> None:
    made = plan(*passages)
    assert [str(each.reason) for each in made.left] == [
        "another post stands there too: change it if it is not Gareth Pemberley’s"
    ]


@pytest.mark.parametrize(
    "passages",
    [
        [line("DSL: Mrs Thackeray, Deputy DSL: Mr Bone")],
        [line("DSL: Mrs Thackeray – Headteacher: Mr Bone")],
        [line("DSL: Mrs Thackeray, Deputy DSL (DDSL): Tom Bone, Headteacher: Ann Lee")],
        [line("DSL: Mrs Thackeray\tHeadteacher: Mr Bone")],
        table_passages(("DSL", "Mrs Thackeray", "01632 960321", "Headteacher", "Mr Bone")),
        table_passages(("DSL", "Mrs Thackeray", "01632 960321"), ("Deputy DSL", "Tom Bone", "01632 960322")),
        table_passages(("DSL", "Mrs Thackeray"), ("Headteacher", "Ann Lee")),
    ],
)
def test_the_post_of_the_next_name_is_not_asked_about(passages: list[Passage]) -> None:
    made = plan(*passages)
    assert (made.held, made.left, made.left_on_purpose) == (None, (), ())
    assert "Mr Pemberley" in {each.after for each in made.replacements}


@pytest.mark.parametrize(
    "line",
    [
        "Contact the DSL on 01632 960277.",
        "DSL: 01632 960277",
        "Designated Safeguarding Lead – tel. 01632 960277",
        "The safeguarding lead’s mobile number is 07700 900123.",
        "Deputy DSL: b.tolley@example.org",
        "At weekends, the DSL can be reached on 01632 960277.",
    ],
)
def test_a_number_given_for_a_lead_without_a_name_that_nobody_has_holds_the_copy(line: str) -> None:
    lead = Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", "j.okafor@example.org", Pronoun.SHE)
    deputy = Holder("deputy-dsl", "Tom Ash", "Mr", "01632 960124", "t.ash@example.org", Pronoun.HE)
    office = Holder("office", "School office", "", "01632 960110", "office@example.org", Pronoun.THEY)
    school = Directory((lead, deputy), office=office)
    made = plan_replacements([Passage(read_place("paragraph 1"), line)], (), school)
    assert "is nobody’s in config.toml" in (made.held or "")
    for known in (
        "Contact the DSL on 01632 960123 or (01632) 960110.",
        "Contact the DSL, or the LADO on 01632 960300.",
        "Ring the DSL, or the NSPCC on 0808 800 5000.",
        "The DSL rings the social care hub on 01632 960301.",
        "E-mail the DSL at dsl@example.org.",
        "Previous DSL: 01632 960277",
        "Signed by the DSL: 01632 960277",
        "Tell Caoimhe, the DSL, on 01632 960199.",
    ):
        assert plan_replacements([Passage(read_place("paragraph 1"), known)], (), school).held is None, known


@pytest.mark.parametrize("line", ["Report to the headteacher or to the LADO on 01632 960377.", "LADO: 01632 960377"])
def test_a_number_given_for_the_lado_holds_the_copy_where_the_contacts_give_another(line: str) -> None:
    lead = Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", None, Pronoun.SHE)
    lado = Holder("lado", "Jo Hart", "Ms", "01632 960301", None, Pronoun.SHE)
    passage = Passage(read_place("paragraph 1"), line)
    made = plan_replacements([passage], (), Directory((lead, lado)))
    assert "is given for the local authority designated officer" in (made.held or "")
    assert plan_replacements([passage], (), Directory((lead,))).held is None
    assert plan_replacements([passage], (), Directory((lead, replace(lado, phone=None)))).held is None
    both = [Passage(read_place("paragraph 1"), "Our LADO: 01632 960301"), Passage(read_place("paragraph 2"), line)]
    assert plan_replacements(both, (), Directory((lead, lado))).held is None


@pytest.mark.parametrize(
    "text",
    [
        "The DSL is Mrs Thackeray. She can be reached on 01632 960321 (out of hours 07700 900177).",
        "The DSL is Mrs Thackeray. Staff may reach her on 01632 960321 or 07700 900177 at any time.",
        "The DSL is Mrs Thackeray. Write to her at r.thackeray@example.org or ring 07700 900177.",
    ],
)
def test_a_second_number_behind_one_that_changes_is_asked_about(text: str) -> None:
    held = plan(line(text)).held
    assert held is not None
    assert "07700 900177 in paragraph 2 stands with the name of whoever held the role before" in held


def test_a_number_behind_words_of_its_own_is_no_second_number_of_the_lead() -> None:
    made = plan(line("The DSL is Mrs Thackeray, 01632 960321. In danger ring the council on 01632 960800."))
    assert made.held is None


@pytest.mark.parametrize(
    "text",
    [
        "Talk to Rosalind, our safeguarding lead, or Tom.",
        "Talk to Rosalind (DSL) or Tom.",
        "Our DSL is Rosalind.",
        "Safeguarding lead: Rosalind",
    ],
)
def test_the_first_name_alone_of_a_former_lead_beside_the_role_holds_the_copy(text: str) -> None:
    held = plan(line(text)).held
    assert held is not None
    assert "“Rosalind” in paragraph 2 may be Rosalind Thackeray, who is no longer designated safeguarding lead" in held


@pytest.mark.parametrize("text", ["Talk to Gareth, our safeguarding lead.", "Rosalind reads to Year 2 on Fridays."])
def test_a_first_name_of_todays_lead_or_away_from_the_role_holds_nothing(text: str) -> None:
    assert plan(line(text)).held is None


def test_nobody_is_called_gone_where_two_leads_of_a_document_cannot_be_told_apart() -> None:
    lines = (
        Passage(read_place("paragraph 1"), "The DSLs are Rosalind Thackeray and Melissa Quarmby."),
        line("DSL: Rosalind"),
    )
    named = (Contact("dsl", "Rosalind Thackeray"), Contact("dsl", "Melissa Quarmby"))
    held = plan_replacements(lines, named, Directory((NOW,))).held
    assert held is not None
    assert "cannot be told" in held
    assert "no longer" not in held


HEAD = Holder("headteacher", "Odile Hart", "Dr", "01632 960444", "o.hart@example.org", Pronoun.SHE)
WAS_HEAD = Holder("headteacher", "Rosalind Thackeray", "Mrs", "01632 960321", None, Pronoun.SHE)


def plan_of_heads(*passages: Passage) -> ReplacementPlan:
    return plan_replacements(passages, (), Directory((HEAD,), (WAS_HEAD,)))


@pytest.mark.parametrize(
    "text",
    [
        "Head: Rosalind Thackeray",
        "Head – Mrs Rosalind Thackeray",
        "HT: Rosalind Thackeray, 01632 960321",
        "Our Head: Mrs R Thackeray",
        "First aid: Ann Pike, 01632 960999; Head: Mrs Thackeray",
        "DSL: Ann Pike; HT: R. Thackeray",
        "Ask our head, Mrs Rosalind Thackeray, at any time.",
        "Ask the head, Rosalind Thackeray.",
    ],
)
def test_head_alone_with_the_former_headteachers_name_holds_the_copy(text: str) -> None:
    held = plan_of_heads(line(text)).held or ""
    assert "seems to be the headteacher there, who is Odile Hart now" in held


@pytest.mark.parametrize(
    "text", ["Rosalind Thackeray (Head), 01632 960321", "Ann Pike (Cook), Rosalind Thackeray – Head"]
)
def test_head_behind_that_name_leaves_it_nowhere(text: str) -> None:
    made = plan_of_heads(line(text))
    assert made.held is None
    assert "Thackeray" not in carried_out([line(text)], made)[0].text


def test_so_it_does_in_the_cell_beside_and_the_number_does_not_change_alone() -> None:
    rows = table_passages(("Head", "Rosalind Thackeray", "01632 960321"), ("Cook", "Ann Pike", "01632 960999"))
    assert "Odile Hart now" in (plan_of_heads(*rows).held or "")


@pytest.mark.parametrize(
    "text",
    [
        "Head of Year 4: Rosalind Thackeray",
        "MASH: Rosalind Thackeray (Head)",
        "The head of the club is Rosalind Thackeray.",
        "She nods her head. Rosalind Thackeray came on the day.",
        "Head: Odile Hart",
        "Head: Ann Pike",
        "Head Cook: Rosalind Thackeray",
        "Deputy Head: Rosalind Thackeray",
        "Ann Pike, Year Head: Rosalind Thackeray",
        "Rosalind Thackeray, Head of Music",
        "Rosalind Thackeray (Head Cook)",
    ],
)
def test_another_head_and_another_name_do_not(text: str) -> None:
    assert "seems to be the headteacher" not in (plan_of_heads(line(text)).held or "")
