"""What a trust's night did at each school, on the screen."""

from pipeline.cli.screen import Screen, plain, show_line, show_lines
from pipeline.configuration.trust import Trust
from pipeline.trust.outcomes import NightOutcome, NightReport, SchoolNight
from pipeline.wording import say_count


def say_school(one: SchoolNight) -> str:
    """Return what a school's night came to, in a line."""
    again = " (taken up again after its process was ended)" if one.attempts > 1 and one.figures else ""
    if one.outcome is NightOutcome.STOPPED:
        return f"{one.name}: not finished; the night was ended before. The next one goes on."
    if one.figures is None:
        return f"{one.name}: {' '.join(one.said)}"
    figures = one.figures
    said = [
        f"{say_count(figures.policies, 'policy', 'policies')}" if figures.policies else "",
        f"{figures.read} read" if figures.read else "",
        f"{say_count(figures.needs_you, 'policy needs', 'policies need')} somebody" if figures.needs_you else "",
        f"{say_count(figures.notices, 'notice')} in its report" if figures.notices else "",
        f"{say_count(figures.written, 'mail')} written" if figures.written else "",
        f"{say_count(figures.sent, 'mail')} sent" if figures.sent else "",
        f"{say_count(figures.waiting, 'person', 'people')} wait for a mailing to be confirmed"
        if figures.waiting
        else "",
    ]
    told = "; ".join(filter(None, said)) or "nothing to do"
    return f"{one.name}: {told}{again}. {' '.join(one.said)}".rstrip()


def show_night(trust: Trust, report: NightReport) -> None:
    """Print what a night did: how many schools went through, then what each came to, those with a fault first."""
    console = Screen()
    wrong = [one for one in report.schools if one.code or one.outcome is NightOutcome.STOPPED]
    seconds = (report.ended_at - report.began_at).total_seconds()
    through = len(report.schools) - len(wrong)
    dry = "This is a dry run: nothing was written or sent. " if report.dry_run else ""
    show_line(
        console,
        f"{dry}{plain(trust.name)}: {through} of {say_count(len(report.schools), 'school')} went through in "
        f"{seconds:.0f} seconds, {report.workers} at once.",
        style="bold",
    )
    show_lines(console, "These need you", [f"{say_school(one)}{_what_next(one)}" for one in wrong])
    show_lines(console, "Schools", [say_school(one) for one in report.schools if one not in wrong])
    if any(one.figures and one.figures.waiting for one in report.schools):
        show_line(console, "A mailing is let go at each school by itself: policy --workspace FOLDER send --confirm")


def _what_next(one: SchoolNight) -> str:
    if one.outcome is NightOutcome.FAILED:
        return f" When that is put right: policy trust run --school {one.key}"
    return ""
