"""The school's own form: its steps in plain words, and its link with one reader's code."""

from pathlib import Path

import pytest

from pipeline.acknowledgements.forms.school_form import form_link, form_recipe
from pipeline.config import Config, parse_config


def _config(form_url: str) -> Config:
    text = f'[school]\nname = "Test Primary School"\n[web]\nform_url = "{form_url}"\n'
    return parse_config(text, root=Path())


@pytest.mark.parametrize(
    ("form_url", "link"),
    [
        ("https://forms.example/r?id=x&r1={code}", "https://forms.example/r?id=x&r1=0G7K-2QXM"),
        (
            "https://docs.example/viewform?usp=pp_url&entry.12={code}",
            "https://docs.example/viewform?usp=pp_url&entry.12=0G7K-2QXM",
        ),
        ("https://forms.example/r?id=x", "https://forms.example/r?id=x"),
        ("", ""),
    ],
)
def test_the_link_has_the_code_where_the_placeholder_stands_and_else_stays_as_it_is(form_url: str, link: str) -> None:
    assert form_link(_config(form_url), "0G7K-2QXM") == link


def test_what_an_address_could_mistake_is_written_so_that_it_cannot() -> None:
    assert form_link(_config("https://forms.example/r?a={code}&b=1"), "A&B=1 /?#é") == (
        "https://forms.example/r?a=A%26B%3D1%20%2F%3F%23%C3%A9&b=1"
    )


def test_the_recipe_names_both_forms_sign_in_and_where_the_link_goes() -> None:
    recipe = form_recipe(_config(""))
    for said in (
        "MICROSOFT FORMS",
        "GOOGLE FORMS",
        "Policies read at Test Primary School",
        "Only people in my organisation can respond",
        "Record name",
        "“Collect email addresses” to Verified",
        'form_url = "https://forms.example/…&r1234={code}"',
        "It is not set yet.",
        "policy acknowledge import FILE --preview",
    ):
        assert said in recipe
    assert max(map(len, recipe.splitlines())) <= 116


def test_the_recipe_says_how_the_address_stands_now() -> None:
    assert 'form_url = "https://forms.example/r?r1={code}"' in form_recipe(_config("https://forms.example/r?r1={code}"))
    assert "readers have to type their code" in form_recipe(_config("https://forms.example/r"))
