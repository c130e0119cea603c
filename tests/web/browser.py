"""A browser without scripts for tests: asks the application itself, keeps cookies, follows nothing by itself."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class Browser:
    """Asks ``app`` as if it were served at ``base_url``. Close it, or use it in a ``with`` statement."""

    def __init__(self, app: ASGIApp, base_url: str, client: str = "127.0.0.1") -> None:
        """``client`` is the address that it comes from."""
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(client, 50_000))
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the client and its event loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    @property
    def cookies(self) -> httpx.Cookies:
        """What the application has set."""
        return self._client.cookies

    def request(self, method: str, path: str, **fields: Any) -> httpx.Response:
        """Ask for a page in any way."""
        return self._runner.run(self._client.request(method, path, **fields))

    def get(self, path: str, **fields: Any) -> httpx.Response:
        """Look at a page."""
        return self.request("GET", path, **fields)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Post a form."""
        return self.request("POST", path, **fields)
