"""A mail's page as text: what each thing on a page becomes, and that no word is lost or said twice."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contacts.safety_lines import LinePiece, SafetyLines
from pipeline.errors import ConfigurationError
from pipeline.mail.as_text import as_text
from pipeline.mail.words import fill


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
        ("<p>One</p><h2>To <em>read</em></h2><p>Two</p>", "One\n\nTO READ\nTwo"),
        ("<h2>Ready</h2><ul><li>A</li><li>B<br>of B</li></ul><p>Two</p>", "READY\n* A\n* B\n  of B\n\nTwo"),
        ("<p>Do:</p><ol><li>A</li><li>B<br>of B</li></ol>", "Do:\n\n1. A\n2. B\n   of B"),
        ("<ul><li>A<div>more</div></li><li>B</li></ul>", "* A\n\n  more\n\n* B"),
        ("<ul><li>A<ul><li>a</li></ul></li><li>B</li></ul>", "* A\n  * a\n* B"),
        ("<ul><li></li><li>B</li></ul>", "* B"),
        ('<p>See <a href="https://a.example.org/x">your page</a>.</p>', "See your page.\nhttps://a.example.org/x"),
        ('<p>See <a href="https://a.example.org">https://a.example.org</a>.</p>', "See https://a.example.org"),
        ('<ul><li><a href="https://a.example.org/1">A</a>, late</li></ul>', "* A, late\n  https://a.example.org/1"),
        ('<p>Ring <a href="tel:+441632960111">01632 960111</a></p>', "Ring 01632 960111"),
        ('<p data-text="">Button</p><p data-text="&gt; ">Changed</p>', "> Changed"),
        ('<p data-text="--&#10;">Why</p>', "--\nWhy"),
        ("<p>01632\u00a0960111   at\n noon</p>", "01632\u00a0960111 at noon"),
        ("<table><tr><th>Day</th><td>Monday</td></tr><tr><td>B</td></tr></table>", "Day Monday\nB"),
        ('<p>One<!-- no --><style>p{}</style> <img alt="Crest" src="x"></p>', "One Crest"),
        ("<p>1 &lt; 2 &amp; 3 &gt; 2</p>", "1 < 2 & 3 > 2"),
        ("<!DOCTYPE html><html><head><title>T</title></head><body><p>One</p></body></html>", "One"),
        ("Bare words", "Bare words"),
        ("", ""),
    ],
)
def test_what_a_page_becomes(page: str, text: str) -> None:
    assert as_text(page) == text


WORD = st.text(st.characters(categories=["Ll"], max_codepoint=0x24F), min_size=1, max_size=6)
PAGES = st.recursive(
    WORD,
    lambda inner: st.tuples(
        st.sampled_from(["p", "div", "ul", "ol", "li", "span", "strong", "td", "blockquote", "br"]),
        st.lists(inner, max_size=4),
    ).map(
        lambda made: f"<{made[0]}>{' '.join(made[1])}</{made[0]}>" if made[0] != "br" else f"<br>{' '.join(made[1])}"
    ),
    max_leaves=20,
)


@given(PAGES)
def test_no_word_is_lost_and_none_said_twice(page: str) -> None:
    said = re.sub(r"[*]|\d+[.]", "", as_text(f"<div>{page}</div>"))
    assert "".join(said.split()) == "".join(re.sub("<[^>]*>", "", page).split())


FIELDS = {
    "school": "Oak & Ash School",
    "name": "Ada",
    "page_url": "https://policies.example.org/p/1",
    "code": "a1b2c3",
    "today": date(2026, 12, 7),
    "safety": SafetyLines((LinePiece("Go to Ada Holt."),), (LinePiece("In danger: 999."),)),
}


def _own(tmp_path: Path, **files: str) -> Path:
    for name, content in files.items():
        tmp_path.joinpath(name.replace("__", ".")).write_text(content, encoding="utf-8")
    return tmp_path


def test_a_schools_own_page_is_the_text_too_and_keeps_the_subject(tmp_path: Path) -> None:
    own = _own(tmp_path, link__html="<p>Dear {{ name }} of {{ school }}</p>")
    words = fill("link", FIELDS, override=own)
    assert words.text == "Dear Ada of Oak & Ash School\n"
    assert words.subject == "Oak & Ash School: the link to your page (7 December 2026)"


def test_a_schools_own_text_stands_beside_the_packaged_page_and_may_hold_its_pieces(tmp_path: Path) -> None:
    own = _own(
        tmp_path, link__txt='{% include "_safety.txt" %}\n\n\nYours: {{ page_url }}', _safety__html="<p>Ring & go</p>"
    )
    words = fill("link", FIELDS, override=own)
    assert words.text == "Ring & go\n\nYours: https://policies.example.org/p/1\n"
    assert "Open my page" in words.html


def test_a_schools_own_text_that_takes_a_macro_of_before_names_itself(tmp_path: Path) -> None:
    own = _own(tmp_path, link__txt='{% from "_copies.txt" import copies_of %}{{ copies_of([]) }}')
    with pytest.raises(ConfigurationError, match=r"link\.txt cannot be used"):
        fill("link", FIELDS, override=own)


def test_a_subject_that_cannot_be_filled_names_its_page(tmp_path: Path) -> None:
    own = _own(tmp_path, link__html="{% block subject %}{{ nmae }}{% endblock %}{% set a = 1 %}")
    with pytest.raises(ConfigurationError, match="'nmae' is undefined"):
        fill("link", FIELDS, override=own)
