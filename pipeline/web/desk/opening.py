"""Which page of the desk is for whom: asked before a page is shown, and by the navigation before a link to it."""

import re

from pipeline.decisions.rights import Action, Who

_NEEDED: dict[str, Action] = {
    "/": Action.SEE_DESK,
    "/figures": Action.SEE_DESK,
    "/ahead": Action.SEE_DESK,
    "/readings": Action.SEE_DESK,
    "/statutory": Action.SEE_DESK,
    "/reviews/calendar.ics": Action.SEE_DESK,
    "/people": Action.SEE_TEAM,
    "/people/questions": Action.LOOK_AFTER_PEOPLE,
    "/people/{person}": Action.SEE_TEAM,
    "/policies/{slug}/readers": Action.SEE_TEAM,
    "/contacts/change": Action.CHANGE_CONTACTS,
    "/mail-route": Action.SEE_ROUTE,
    "/settings": Action.SEE_SETTINGS,
    "/settings/{table}": Action.SEE_SETTINGS,
}
"""Every other page names people, of everybody."""
_PATTERNS = tuple((re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), action) for path, action in _NEEDED.items())
_EVERYBODYS = ("/sessions", "/help", "/style.css", "/logo", "/c/")


def needed(path: str) -> Action:
    """Return what a person must be allowed to do to be shown the page at a path, or at one as the routes write it."""
    if path in _NEEDED:
        return _NEEDED[path]
    return next((action for pattern, action in _PATTERNS if pattern.fullmatch(path)), Action.SEE_NAMES)


def opens(who: Who, address: str) -> bool:
    """Return whether a person may open the page at an address of the desk."""
    path = address.partition("?")[0].partition("#")[0]
    return path.startswith(_EVERYBODYS) or who.may(needed(path))
