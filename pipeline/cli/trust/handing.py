"""The trust's policies handed out, and compared with what schools have, on the screen and as JSON."""

from collections.abc import Sequence
from typing import Any

from pipeline.changes.differences import part_heading
from pipeline.cli.screen import Screen, plain, show_line, show_lines
from pipeline.configuration.trust import Trust
from pipeline.policies.decisions.drafts import say_kind
from pipeline.trust.differences import SchoolDifference
from pipeline.trust.distribute import Handed, Handing, kept_back
from pipeline.trust.documents import TrustPolicy, Unusable
from pipeline.wording import say_count, say_list

_MOST_PARAGRAPHS = 12


def show_handed(trust: Trust, handed: Sequence[Handed], unusable: Sequence[Unusable], *, dry_run: bool) -> None:
    """Print what was handed out: a line for all, what is kept back and why, then who got what, and what comes next."""
    console = Screen()
    written = [each for each in handed if each.state is Handing.WRITTEN]
    waits = kept_back(handed)
    if not handed and not unusable:
        show_line(console, f"{plain(trust.name)} has no policy in {trust.policies}, or no school yet.")
        return
    verb = "would be written" if dry_run else "written"
    rest = f", {say_count(len(waits), 'version')} kept back" if waits else ""
    show_line(console, f"{say_count(len(written), 'version')} {verb}{rest}. Nobody is mailed by this.", style="bold")
    show_lines(console, "These no school can have yet", [f"{one.path}: {' '.join(one.why)}" for one in unusable])
    show_lines(console, "Kept back", [f"{_where(each)}: {' '.join(each.said)}" for each in waits])
    for heading, state in (
        ("Would be written" if dry_run else "Written", Handing.WRITTEN),
        ("There already", Handing.UNCHANGED),
        ("The school's own, by the scheme of delegation", Handing.OWN),
    ):
        show_lines(console, heading, _by_policy([each for each in handed if each.state is state]))
    if written and not dry_run:
        console.print()
        show_line(
            console,
            "What comes next: 'policy trust run' reads them. A policy that is new to a school counts as in force "
            "there; a changed one waits for 'policy --workspace FOLDER issue SLUG' or approve, and mail to many for "
            "a yes.",
        )


def _where(each: Handed) -> str:
    return f"{each.school.name} ({each.school.key}), {each.policy.title}"


def _by_policy(handed: Sequence[Handed]) -> list[str]:
    titles = dict.fromkeys((each.policy.slug, each.policy.title) for each in handed)
    return [
        f"{title} ({slug}): {say_list([each.school.name for each in handed if each.policy.slug == slug])}"
        for slug, title in titles
    ]


def handed_as_json(handed: Sequence[Handed], unusable: Sequence[Unusable]) -> dict[str, Any]:
    """Return what was handed out as ``trust distribute --json`` prints it."""
    return {
        "handed": [
            {
                "school": each.school.key,
                "policy": each.policy.slug,
                "file": each.policy.path,
                "state": each.state.value,
                "said": list(each.said),
            }
            for each in handed
        ],
        "unusable": [{"file": one.path, "said": list(one.why)} for one in unusable],
    }


def show_differences(policy: TrustPolicy, found: Sequence[SchoolDifference]) -> None:
    """Print what the trust's version changes at each school; the same changes at several schools once."""
    console = Screen()
    show_line(
        console, f"{plain(policy.title)}: the trust's version against what each school has in force", style="bold"
    )
    groups: dict[tuple[object, ...], list[SchoolDifference]] = {}
    for one in found:
        groups.setdefault((one.kind, one.said, one.changes), []).append(one)
    for alike in groups.values():
        first = alike[0]
        console.print()
        console.print(plain(say_list([one.school.name for one in alike])), style="bold")
        kind = f"{say_kind(first.kind)}; " if first.kind else ""
        show_line(console, f"{kind}{first.said}.", indent="  ", always_broken=True)
        for number, change in enumerate(first.changes[:_MOST_PARAGRAPHS]):
            if heading := part_heading(first.changes, number):
                show_line(console, heading, indent="  ", style="bold")
            show_line(console, f"- {change.as_text}", indent="    ", always_broken=True)
        if (more := len(first.changes) - _MOST_PARAGRAPHS) > 0:
            show_line(console, f"and {more} more (--json has them all)", indent="    ")


def differences_as_json(found: Sequence[SchoolDifference]) -> list[dict[str, Any]]:
    """Return the differences as ``trust differences --json`` prints them."""
    return [
        {
            "school": one.school.key,
            "policy": one.policy.slug,
            "kind": one.kind.value if one.kind else None,
            "said": one.said,
            "kept_back": one.is_kept_back,
            "changes": [change.as_text for change in one.changes],
        }
        for one in found
    ]
