"""The way to Microsoft or Google and back: for signing in, and for the second step of a session."""

import hashlib
import logging
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.sign_ins import SignInWay
from pipeline.web.gate import PROVIDERS, Gate, own_path
from pipeline.web.sessions import Opened, Sessions, account_of, browser_of, give_step, name_of, open_session
from pipeline.web.sign_in.oidc import STEP_WITHIN_SECONDS, Errand, Identity, OidcError, Provider
from pipeline.web.site import Site

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

_log = logging.getLogger(__name__)
_ERRAND = "policy_errand"
"""The cookie that binds what comes back to the browser that was sent; it lasts ten minutes."""
_ERRAND_SECONDS = 600
_NO_ACCOUNT = (
    "Your address has no account here. Ask whoever looks after the policies: they decide who has one, under [accounts] "
    "in {settings}."
)
_TOO_MANY_GROUPS = (
    "You are in more groups than Microsoft names, so nobody can tell here whether one of them gives you an account. "
    "Your IT provider can give it by an app role instead: README.md says how, under “Signing in”."
)
_NOT_FRESH = (
    "{said} did not say that you have just given your password, so this does not count as the second step. Use a code "
    "instead; your IT provider can mend it: README.md says how, under “Signing in”."
)


class OidcPages:
    """``/sign-in/with/…``, ``/second-step/with/…`` and ``/sign-in/from/…``."""

    def __init__(self, site: Site, sessions: Sessions) -> None:
        self._site, self._sessions, self._gate = site, sessions, Gate(site, sessions)
        self._providers: dict[str, tuple[object, Provider]] = {}

    def lead_to_sign_in(self, request: Request) -> Response:
        """Send the browser to a provider. A link of another site shows the page with the choice instead.

        Source: OWASP ASVS 5.0, 7.6.2: nobody is signed in without having done something for it.
        """
        if request.headers.get("sec-fetch-site") == "cross-site":
            return RedirectResponse("/sign-in", status_code=303)
        return self._lead(request, session=0, then="/")

    def lead_to_step(self, request: Request) -> Response:
        """Send the browser of a person signed in to a provider once more."""
        who = self._sessions.who(request)
        if who is None or who.account is None:
            return self._gate.ask_to_sign_in()
        return self._lead(request, session=who.session, then=own_path(request.query_params.get("then", "/")))

    def come_back(self, request: Request) -> Response:
        """Take in who came back: open a session, or note the second step of the one that is open."""
        errand = self._errand_of(request)
        provider = self._provider(request) if errand is not None else None
        if errand is None or provider is None or errand.provider != request.path_params["provider"]:
            return self._refused("This took too long, or was begun in another browser. Begin again.", "no-errand")
        try:
            identity = provider.read_who(f"{self._back(errand.provider)}?{request.url.query}", errand)
            opened, then = self._take(request, errand, identity)
        except OidcError as error:
            return self._refused(str(error), error.code)
        response = RedirectResponse(then, status_code=303)
        self._sessions.set_cookie(response, opened.token)
        self._drop_errand(response)
        return response

    def _take(self, request: Request, errand: Errand, identity: Identity) -> tuple[Opened, str]:
        """Decide on who came back. Raises OidcError where they are not let in."""
        site, keeper, way = self._site, self._sessions.keeper, SignInWay(errand.provider)
        is_fresh = identity.signed_in_at is not None and time.time() - identity.signed_in_at <= STEP_WITHIN_SECONDS
        with site.register.reading() as tx:
            account = account_of(
                tx, site.register.school, keeper.config, identity.address, keeper.today, groups=identity.groups
            )
            named = name_of(tx, site.register.school, keeper.config, account, keeper.today) if account else ""
        if account is None:
            if identity.has_more_groups and keeper.config.accounts.microsoft.groups:
                raise OidcError(_TOO_MANY_GROUPS, "too-many-groups")
            raise OidcError(_NO_ACCOUNT.format(settings=site.settings_name), "no-account")
        who = self._sessions.who(request) if errand.session else None
        with deciding(site.register, keeper.root, named, keeper.now, even_unsigned=True) as decision:
            if not errand.session:
                opened = open_session(
                    decision, account=account, named=named, way=way, browser=browser_of(request), has_step=is_fresh,
                    groups=identity.groups, replaces=self._sessions.token_of(request),
                )  # fmt: skip
                return opened, "/"
            refusal = None
            if who is None or who.session != errand.session or who.account != account:
                refusal = OidcError("You came back as somebody else than you are signed in as.", "another-account")
            elif not is_fresh:
                refusal = OidcError(_NOT_FRESH.format(said=PROVIDERS[errand.provider]), "not-fresh")
            if refusal is None:
                return give_step(decision, errand.session, way), errand.then
            _record_refusal(decision, errand, refusal)
        raise refusal

    def _lead(self, request: Request, *, session: int, then: str) -> Response:
        provider = self._provider(request)
        if provider is None:
            return self._refused("Nobody signs in this way here.", "not-configured", status=404)
        try:
            address, errand = provider.lead_there(session=session, then=then)
        except OidcError as error:
            return self._refused(str(error), error.code, status=503)
        response = RedirectResponse(address, status_code=303)
        response.set_cookie(
            self._cookie_name, self._serializer().dumps(asdict(errand)), max_age=_ERRAND_SECONDS, path="/",
            secure=self._is_https, httponly=True, samesite="lax",
        )  # fmt: skip
        return response

    def _provider(self, request: Request) -> Provider | None:
        name, accounts = str(request.path_params["provider"]), self._site.config().accounts
        if name not in PROVIDERS or not getattr(accounts, name).is_used:
            return None
        section = getattr(accounts, name)
        kept = self._providers.get(name)
        if kept is None or kept[0] != (section, self._back(name)):
            provider = Provider(name, accounts, self._site.environ, self._back(name))
            kept = self._providers[name] = ((section, self._back(name)), provider)
        return kept[1]

    def _back(self, provider: str) -> str:
        """Return the address that people come back to; a provider is told it beforehand and refuses every other."""
        return f"{self._site.config().web.base_url}/sign-in/from/{provider}"

    def _errand_of(self, request: Request) -> Errand | None:
        from itsdangerous import BadData

        try:
            fields = self._serializer().loads(request.cookies.get(self._cookie_name, ""), max_age=_ERRAND_SECONDS)
            return Errand(**fields)
        except (BadData, TypeError):
            return None

    def _serializer(self) -> "URLSafeTimedSerializer":
        from itsdangerous import URLSafeTimedSerializer

        return URLSafeTimedSerializer(
            self._site.secret, salt="policy-pipeline.sign-in-errand", signer_kwargs={"digest_method": hashlib.sha256}
        )

    @property
    def _is_https(self) -> bool:
        return self._site.config().web.base_url.startswith("https://")

    @property
    def _cookie_name(self) -> str:
        return f"__Host-{_ERRAND}" if self._is_https else _ERRAND

    def _drop_errand(self, response: Response) -> None:
        response.delete_cookie(self._cookie_name, path="/", secure=self._is_https, httponly=True, samesite="lax")

    def _refused(self, why: str, code: str, *, status: int = 403) -> Response:
        _log.warning("somebody was not signed in by a provider: %s", code)
        response = self._site.page("sign_in_refused.html", title="You are not signed in", status=status, why=why)
        self._drop_errand(response)
        return response


def _record_refusal(decision: Decision, errand: Errand, refusal: OidcError) -> None:
    decision.record("second-step-refused", {"session": errand.session, "way": errand.provider, "reason": refusal.code})
