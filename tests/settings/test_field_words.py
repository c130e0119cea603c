"""What the settings' tables say below their fields: read from their source, for every key of every table."""

from pipeline.config import ReviewSection
from pipeline.configuration.contacts import ContactSection, FormerContactSection, NextContactSection
from pipeline.settings.field_words import words_below_fields


def test_the_text_below_a_field_is_told_without_its_indent() -> None:
    told = words_below_fields(ReviewSection)
    assert set(told) <= set(ReviewSection.model_fields)
    assert all(text and "\n    " not in text and text == text.strip() for text in told.values())


def test_a_table_made_from_another_tells_its_words_and_its_own() -> None:
    base, former, coming = map(words_below_fields, (ContactSection, FormerContactSection, NextContactSection))
    assert base
    assert base.items() <= former.items()
    assert coming["from_"] != base["from_"]


def test_a_class_without_a_source_tells_nothing() -> None:
    made = type("Made", (), {"__module__": "pipeline.made"})
    assert words_below_fields(made) == {}
