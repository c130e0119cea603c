"""What a run says of the computer that it works on: what lies open to others, and its clock."""

from pipeline.private_files import mend_doors
from pipeline.register.jobs import note_run_day, run_day_before
from pipeline.register.store.location import register_path
from pipeline.secret_sources import say_open_files
from pipeline.settings.addresses import own_network_notices
from pipeline.stages.day import Day
from pipeline.wording import say_clock


def check_doors(day: Day) -> tuple[str, ...]:
    """Close what lay open to other accounts of this computer; return what to say of it."""
    path = register_path(day.config.register_.url, root=day.config.root)
    mended = mend_doors(day.config.root, day.config.distribution, path, write=not day.dry_run)
    return (*mended, *say_open_files(day.environ), *own_network_notices(day.config))


def check_clock(day: Day) -> tuple[str, ...]:
    """Return what to say where the days of the runs before let the computer's clock be doubted."""
    with day.register.transaction() as tx:
        later = note_run_day(tx, day.register.school, day.today, day.now)
        return say_clock(later, run_day_before(tx, day.register.school, day.today), day.today)
