"""Which address of signing in shows what."""

from starlette.routing import Route

from pipeline.web.sessions import Sessions
from pipeline.web.sign_in.oidc_pages import OidcPages
from pipeline.web.sign_in.pages import SignInPages
from pipeline.web.sign_in.session_pages import SessionPages
from pipeline.web.site import Site


def sign_in_routes(site: Site, sessions: Sessions) -> list[Route]:
    """Return the pages of signing in and out, of sessions and of the second step."""
    pages, lists, oidc = (
        SignInPages(site, sessions),
        SessionPages(site, sessions),
        OidcPages(site, sessions),
    )
    return [
        Route("/sign-in", pages.ask, methods=["GET"]),
        Route("/sign-in", pages.send_link, methods=["POST"]),
        Route("/sign-in/{token}", pages.show, methods=["GET"]),
        Route("/sign-in/{token}", pages.sign_in, methods=["POST"]),
        Route("/sign-in/with/{provider}", oidc.lead_to_sign_in, methods=["GET"]),
        Route("/sign-in/from/{provider}", oidc.come_back, methods=["GET"]),
        Route("/sign-out", pages.sign_out, methods=["POST"]),
        Route("/sessions", lists.show, methods=["GET"]),
        Route("/sessions/end", lists.end, methods=["POST"]),
        Route("/second-step", lists.show_step, methods=["GET"]),
        Route("/second-step", lists.take_step, methods=["POST"]),
        Route("/second-step/with/{provider}", oidc.lead_to_step, methods=["GET"]),
    ]
