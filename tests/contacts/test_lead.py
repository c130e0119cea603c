"""A day without a safeguarding lead is said first, with who stands in; so is cover."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.config import parse_config
from pipeline.contacts.confirmations import contacts_for_copy
from pipeline.contacts.lead_today import lead_notices

TODAY = date(2026, 11, 24)
LEAD = "[contacts.dsl]\nname = 'Deborah Field'\nphone = '01632 960101'\n"
DEPUTIES = (
    "[[contacts.deputy-dsl]]\nname = 'Tom Ash'\nphone = '01632 960142'\n[[contacts.deputy-dsl]]\nname = 'Priya Nand'\n"
)
HEAD = "[contacts.headteacher]\nname = 'Helen March'\nphone = '01632 960100'\n"
COVER = "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nphone = '01632 960155'\nfrom = {}\nuntil = {}\n"


def notices(text: str) -> tuple[str, ...]:
    config = parse_config(text, root=Path())
    return lead_notices(config, TODAY, contacts_for_copy(config, TODAY)[0])


def test_nothing_is_said_on_an_ordinary_day() -> None:
    assert notices(LEAD + DEPUTIES + COVER.format("2027-01-04", "2027-02-12")) == ()


def test_a_file_without_a_lead_says_where_to_name_one() -> None:
    fill_in = (
        "No safeguarding lead is named yet: fill in [contacts.dsl] in config.toml (name, phone, email, pronoun), then "
        "run again."
    )
    assert notices("") == (fill_in,)
    assert notices(HEAD) == (f"{fill_in} A worry about a child goes to the headteacher: Helen March (01632 960100).",)


def test_an_empty_post_names_the_next_lead_and_the_deputies() -> None:
    text = LEAD + "until = 2026-11-20\n" + DEPUTIES
    text += "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nfrom = 2027-01-04\n"
    assert notices(text) == (
        "Nobody is Designated Safeguarding Lead today. Jo Hill takes over on 4 January 2027. A worry about a child "
        "goes to the deputies: Tom Ash (01632 960142) and Priya Nand.",
    )


def test_a_day_without_a_lead_is_told_thirty_days_before() -> None:
    assert notices(LEAD + "until = 2026-12-23\n") == (
        "From 24 December 2026 nobody is Designated Safeguarding Lead: Deborah Field holds the role until then. Name "
        "who follows: an entry in [[contacts.next]] with from.",
    )
    assert notices(LEAD + "until = 2026-12-24\n") == ()
    both = LEAD.replace("[contacts.dsl]", "[[contacts.dsl]]") + "until = 2026-12-23\n"
    two = notices(both + both.replace("Deborah Field", "Jo Hill"))
    assert "Deborah Field and Jo Hill hold the role until then." in two[0]
    followed = LEAD + "until = 2026-11-30\n[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nfrom = "
    assert notices(f"{followed}2026-12-01") == ()
    assert notices(f"{followed}2027-01-04") == (
        "From 1 December 2026 nobody is Designated Safeguarding Lead: Deborah Field holds the role until then. Jo Hill "
        "takes over on 4 January 2027.",
    )


def test_one_deputy_or_the_headteacher_stands_in() -> None:
    one = notices(LEAD + "until = 2026-11-20\n[contacts.deputy-dsl]\nname = 'Tom Ash'\n" + HEAD)
    assert one[0].endswith("goes to the deputy: Tom Ash.")
    head = notices(LEAD + "until = 2026-11-20\n" + HEAD)
    assert head[0].endswith("goes to the headteacher: Helen March (01632 960100).")


def test_cover_is_said_with_its_last_day() -> None:
    assert notices(LEAD + COVER.format("2026-11-23", "2026-12-04")) == (
        "Jo Hill (01632 960155) is covering for Deborah Field as Designated Safeguarding Lead until 4 December 2026.",
    )


def test_a_number_that_nobody_rang_is_not_given() -> None:
    config = parse_config(LEAD + COVER.format("2026-11-23", "2026-12-04"), root=Path())
    directory = config.directory(TODAY)
    shown = replace(directory, holders=tuple(replace(each, phone="01632 960201") for each in directory.holders))
    assert lead_notices(config, TODAY, shown) == (
        "Jo Hill (01632 960201) is covering for Deborah Field as Designated Safeguarding Lead until 4 December 2026.",
    )


def test_a_lead_who_went_and_nobody_followed_is_an_empty_post_and_no_new_workspace() -> None:
    went = "[[contacts.former]]\nrole = 'dsl'\nname = 'Deborah Field'\nuntil = 2026-11-20\n"
    assert notices(went + HEAD) == (
        "Nobody is Designated Safeguarding Lead today. A worry about a child goes to the headteacher: "
        "Helen March (01632 960100).",
    )
