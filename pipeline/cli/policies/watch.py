"""``policy watch``: what the school's own website and VLE link to, each document judged."""

from collections.abc import Iterator

import click

from pipeline.cli.session import Session, pass_json_session, progress_bar
from pipeline.errors import ExitCode, UsageError
from pipeline.model.pick import pick
from pipeline.publish.watching import LinkVerdict, Watched, WatchedLink, watch
from pipeline.wording import say_count

_HEADINGS = {
    LinkVerdict.WRONG_LEAD: "Replace these at once: they name somebody who does not hold the role",
    LinkVerdict.REPLACED: "Replace these: they are no longer in use",
    LinkVerdict.ANOTHER_TEXT: "Other words than those in use; look which is right",
    LinkVerdict.MISSING: "Nothing came from these",
    LinkVerdict.UNREAD: "These could not be read",
    LinkVerdict.SAME_TEXT: "The right words, but not the copies of this program; put the copies there",
    LinkVerdict.CURRENT: "Current",
}


@click.command("watch", help="Judge each document that the school's website or VLE links to.")
@click.argument("pages", nargs=-1, metavar="[ADDRESS]...")
@pass_json_session
def watch_command(session: Session, pages: tuple[str, ...]) -> ExitCode:
    """Judge what pages link to: those named, else those of ``[publish] watch``."""
    wanted = pages or session.config.publish.watch
    if not wanted:
        raise UsageError(
            "Name the address of a page, such as policy watch https://www.example.org/policies, or put it under "
            "[publish] watch in config.toml."
        )
    with session.open_register(create=False) as register:
        found = watch(register, session.config, wanted, session.today, progress_bar(not session.as_json))
    session.answer(_as_json(found), *_show(found))
    return ExitCode.UNREADABLE if found.unopened else ExitCode.DONE


def _show(found: Watched) -> Iterator[str]:
    for page, why in found.unopened:
        yield f"{page} {why}."
    for verdict, heading in _HEADINGS.items():
        lines = [each for each in found.links if each.verdict is verdict]
        if lines:
            yield f"\n{heading}:"
        # A policy's page and its PDF are two links and one line.
        yield from dict.fromkeys("\n".join(_lines(each)) for each in lines)
    if found.not_linked:
        yield "\nMust be online, and no page looked at links to it:"
        yield from (
            f"  {policy.title}: put distribution/site/policies/{policy.slug}.pdf there." for policy in found.not_linked
        )
    others = sum(each.verdict is LinkVerdict.UNKNOWN for each in found.links)
    unknown = f"; {others} of no policy known here" if others else ""
    yield f"\n{say_count(len(found.links), 'link')} looked at{unknown}."
    if found.left_out:
        yield f"{say_count(found.left_out, 'link')} more were not looked at: name fewer pages at a time."


def _lines(link: WatchedLink) -> list[str]:
    name = link.title or link.words or link.address
    if link.verdict is LinkVerdict.CURRENT:
        return [f"  {name}"]
    instead = f" Put distribution/site/policies/{link.policy}.pdf in its place." if link.policy else ""
    return [f"  {name}: {link.told}{instead}", f"    {link.address} (on {link.page})"]


def _as_json(found: Watched) -> dict[str, object]:
    return {
        "links": [pick(each, "page", "address", "words", "verdict", "policy", "title", "told") for each in found.links],
        "unopened": [{"page": page, "why": why} for page, why in found.unopened],
        "not_linked": [pick(each, "slug", "title") for each in found.not_linked],
        "left_out": found.left_out,
    }
