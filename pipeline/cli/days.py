"""A day as an option of a command."""

import re
from datetime import date
from typing import Any

import click

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class DayParameter(click.ParamType[date]):
    """A day, best written ``YYYY-MM-DD``; one written otherwise is read day first, and said back in words."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or say how it is written."""
        if isinstance(value, date):
            return value
        if _ISO_DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.fail(f"{value!r} is not a day of the calendar; write it like 2026-11-24.", param, ctx)
        return self._read_words(value, param, ctx)

    def _read_words(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from pipeline.dates.written import parse_date
        from pipeline.model.dates import Precision
        from pipeline.wording import say_day

        read = parse_date(value)
        if read is None or read.precision is not Precision.DAY:
            self.fail(
                f"{value!r} is not a whole day with its year; write it like 24 November 2026 or 2026-11-24.", param, ctx
            )
        day = date.fromisoformat(read.value)
        click.echo(f"{value!r} is taken for {say_day(day)}.", err=True)
        return day
