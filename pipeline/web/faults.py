"""What is said when something is wrong with a page, a school's and a trust's alike."""

import logging
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from pipeline.errors import RegisterError, RenderError
from pipeline.web.site import Site

_log = logging.getLogger(__name__)
_FAULT = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Something went wrong</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body><main class="width"><h1>Something went wrong here</h1>
<p>Please try again, or tell the school office.</p></main></body></html>
"""
"""Without a template, since one may be what went wrong."""


def fault_handlers(
    site: Site, not_found: Callable[[Request, Exception], Response]
) -> dict[Any, Callable[[Request, Exception], Response]]:
    """Return what is said when something is wrong; ``not_found`` answers for an address that there is not."""

    def unavailable(request: Request, error: Exception) -> Response:
        _log.error("a page could not be shown: %s", error)
        return site.page("fault.html", title="Please try again in a minute", status=503)

    def aborted(request: Request, error: Exception) -> Response:
        # Nobody is there to be answered any more; the log has one line of it.
        _log.warning("a request was broken off before it had come whole")
        return Response(status_code=400)

    return {
        HTTPException: not_found,
        RegisterError: unavailable,
        RenderError: unavailable,
        ClientDisconnect: aborted,
        Exception: _fault,
    }


def _fault(request: Request, error: Exception) -> Response:
    # The last edge: the server logs the error itself; the reader gets a page that says what to do.
    return HTMLResponse(_FAULT, 500)
