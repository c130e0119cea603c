"""What waits for the owner when a run is over."""

from pipeline.acknowledgements.listing import LateReader, find_late
from pipeline.policies.editions import EditionOffer, list_offers
from pipeline.policies.questions import Question, list_questions
from pipeline.register.policies import policies as policy_rows
from pipeline.stages.day import Day


def list_what_waits(day: Day) -> tuple[tuple[Question, ...], tuple[LateReader, ...]]:
    """Return what the owner is to settle, and who is late with a reading."""
    school, config, today = day.register.school, day.config, day.today
    with day.register.reading() as tx:
        return list_questions(tx, school, config, today), find_late(tx, school, config, today)


def list_editions(day: Day) -> tuple[EditionOffer, ...]:
    """Return the editions of others' documents that wait for the owner's word."""
    with day.register.reading() as tx:
        return list_offers(tx, day.register.school, day.config.reading, day.today)


def list_unreadable(day: Day) -> tuple[policy_rows.SourceFile, ...]:
    """Return the files that lie in the folder and could not be read."""
    with day.register.reading() as tx:
        files = policy_rows.list_source_files(tx, day.register.school).values()
    return tuple(file for file in files if file.error_code is not None and file.vanished_at is None)
