"""What is decided while a run is at work counts in that run."""

from datetime import UTC, datetime

from pipeline.config import load_config
from pipeline.run import run_pipeline
from tests.end_to_end.conftest import School


def test_cover_that_is_said_while_copies_are_made_stands_in_them_and_in_the_mails(west_park: School) -> None:
    said: list[int] = []

    def progress(stage: str, done: int, total: int) -> None:
        """Say that somebody stands in for the lead, for long, once the first copy is made."""
        if stage == "Making copies" and done == total - 1 and not said:
            cover = ("contacts", "--cover", "deputy-dsl", "--name", "Tom Ashgrove", "--until", "2026-12-18")
            said.append(west_park.policy(*cover).code)

    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    config = load_config(west_park.root / "config.toml")
    report = run_pipeline(config, today=now.date(), now=now, environ={}, progress=progress)
    assert said == [0]
    assert "Confidentiality Policy" in report.copies.made
    copy = (west_park.root / "distribution" / "copies" / "confidentiality.html").read_text(encoding="utf-8")
    assert "Tom Ashgrove" in copy
    assert west_park.mails()
    again = run_pipeline(config, today=now.date(), now=now, environ={})
    assert again.copies.made == []
