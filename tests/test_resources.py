"""Packaged templates are compiled once a process, however many schools it serves."""

from pathlib import Path

import jinja2
import pytest

from pipeline.resources import page_environment, render_page


def test_packaged_template_is_compiled_once_for_two_schools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page_environment(tmp_path / "one").get_template("pages/_layout.html")
    compiled: list[str] = []
    monkeypatch.setattr(jinja2.Environment, "compile", lambda *given, **named: compiled.append("again"))
    page_environment(tmp_path / "two").get_template("pages/_layout.html")
    assert compiled == []


def test_template_that_was_changed_is_compiled_again(tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_text("one", encoding="utf-8")
    assert render_page("own.html", tmp_path) == "one"
    own.write_text("two", encoding="utf-8")
    page_environment.cache_clear()
    assert render_page("own.html", tmp_path) == "two"
