"""The trust's own site: ``trust.toml`` of the moment, and what every page of the trust has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import HTMLResponse

from pipeline.config import Config
from pipeline.configuration.trust import TRUST_NAME, Trust
from pipeline.contacts.safety_lines import LinePiece, SafetyLines
from pipeline.trust.own_settings import own_settings
from pipeline.trust.schools import load_trust
from pipeline.web.site import LiveConfig, Site

_SAFETY = SafetyLines(
    (
        LinePiece("Worried about a child?", strong=True),
        LinePiece(" Go to the safeguarding lead of the child’s school, in person or by telephone, now."),
    ),
    (
        LinePiece("About an adult at a school:", strong=True),
        LinePiece(" its headteacher. "),
        LinePiece("About a headteacher:", strong=True),
        LinePiece(" the chair of its governors or trustees, or the local authority designated officer (LADO). "),
        LinePiece("In danger now:", strong=True),
        LinePiece(" "),
        LinePiece("999", phone="999"),
        LinePiece("."),
    ),
)
"""A trust has no lead of its own; each school's pages name theirs."""


class LiveTrust(LiveConfig):
    """``trust.toml`` as it stands now; while it is broken what was good stays, and ``faults`` says what is wrong."""

    def __init__(self, root: Path) -> None:
        """Read it. Raises ConfigurationError, with every fault."""
        self.trust: Trust = load_trust(root)
        super().__init__(own_settings(self.trust), root / TRUST_NAME)

    def _load(self) -> Config:
        trust = load_trust(self.trust.root)
        config = own_settings(trust)
        self.trust = trust
        return config

    def now(self) -> Trust:
        """Return the trust of this moment."""
        self()
        return self.trust


@dataclass(frozen=True, slots=True)
class NamedSchool:
    """A school as pages name it that anybody may see."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class TrustSite(Site):
    """What every page of the trust needs."""

    names: Callable[[], Sequence[NamedSchool]] = tuple
    """Each school's name, as it is known."""

    def page_hiding(
        self, surname: str, template: str, *, title: str, status: int, fields: Mapping[str, object]
    ) -> HTMLResponse:
        """Render a page of the trust; the one for signing in names the schools, whose people sign in there."""
        more = {"schools": self.names()} if template == "sign_in_first.html" else {}
        # Without "super()", which a class with slots does not have.
        return Site.page_hiding(self, surname, template, title=title, status=status, fields={**fields, **more})

    def safety(self, config: Config) -> SafetyLines:
        """Return whom a worry goes to: the child's school."""
        return _SAFETY
