"""Which page of the desk is for whom: asked before a page is shown, and by the navigation before a link to it."""

from pipeline.web.rights import Action, Who

_NEEDED: dict[str, Action] = {
    "/": Action.SEE_DESK,
    "/readings": Action.SEE_DESK,
    "/statutory": Action.SEE_DESK,
    "/contacts/change": Action.CHANGE_CONTACTS,
    "/settings": Action.SEE_SETTINGS,
    "/settings/{table}": Action.SEE_SETTINGS,
}
"""Every other page names people, of everybody."""


def needed(path: str) -> Action:
    """Return what somebody must be allowed to do to be shown the page at a path, as the routes write it."""
    return _NEEDED.get(path, Action.SEE_NAMES)


def opens(who: Who, path: str) -> bool:
    """Return whether somebody may open a page."""
    return who.may(needed(path))
