"""Months as texts write them."""

import re

import pytest

from pipeline.dates.months import one_month


@pytest.mark.parametrize("text", ["January", "Jan", "May", "Sep", "Sept", "September", "Dec"])
def test_a_month_is_met_in_full_and_short(text: str) -> None:
    assert re.fullmatch(one_month(), text)


@pytest.mark.parametrize("text", ["Janu", "Mayor", "Septe", "Jun.", ""])
def test_what_is_no_month_is_not_met(text: str) -> None:
    assert re.fullmatch(one_month(), text) is None


def test_a_month_may_be_left_out() -> None:
    assert re.fullmatch(one_month("May"), "May") is None
    assert re.fullmatch(one_month("May"), "June")
