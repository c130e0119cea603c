"""The lines of a run's report that say which policy stands on which site, and why one does not."""

from pathlib import Path

from pipeline.config import Config
from pipeline.publish.site import SiteReport
from pipeline.wording import say_count, say_list


def site_line(site: SiteReport) -> str:
    """Return both sites in one line: ``3 policies on the public site, 6 on the staff site``."""
    return f"{say_count(site.listed, 'policy', 'policies')} on the public site, {site.staff} on the staff site"


def site_lines(site: SiteReport, config: Config) -> list[str]:
    """Return what stands where, a sentence each; empty where nothing is published."""
    lines = []
    if site.public:
        lines.append(f"{_place(config.public_site)} (public): {say_list(site.public)}.")
    if site.kept_off:
        lines.append(f"{_place(config.staff_site)} has all of these, and for staff alone: {say_list(site.kept_off)}.")
    if site.nobody:
        lines.append(f"On neither site, by [publish] never: {say_list(site.nobody)}.")
    if site.second_yes:
        lines.append(
            f"{say_list(site.second_yes)}: named in [publish] also, but such a plan tells a stranger how the school "
            "protects itself or is a matter of staff. If it is to be public, name it in also_sensitive as well."
        )
    if site.without_pdf:
        lines.append(
            f"{say_list(site.without_pdf)}: gives somebody’s mobile number, so its PDF is not on the public site, and "
            "its web page there leaves the number out. Give the office’s number instead."
        )
    for folder in site.folders:
        held, new = say_count(folder.policies, "policy", "policies"), say_count(folder.written, "file")
        lines += folder.said or [f"{folder.folder} ({folder.audience}) has {held}, {new} new or replaced."]
    if site.unknown:
        lines.append(
            f"[publish] names {say_list(site.unknown)}, which is no policy here; 'policy status' has the names."
        )
    return lines


def _place(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"
