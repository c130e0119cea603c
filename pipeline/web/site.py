"""What every page needs: the register, the configuration of the moment, the clock, and how a page is rendered."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from starlette.responses import HTMLResponse

from pipeline.config import Config, load_config
from pipeline.configuration.calendar import KEPT_NAME
from pipeline.configuration.trust import TRUST_NAME
from pipeline.contacts.confirmations import contacts_without_register
from pipeline.contacts.safety_lines import SafetyLines, safety_lines
from pipeline.errors import ConfigurationError, RegisterError
from pipeline.files import stamp_of
from pipeline.pages.look import Look
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.resources import render_page
from pipeline.schedule import silent_since
from pipeline.web.desk.session_memory import Kept
from pipeline.web.desk.work import LongWork
from pipeline.web.look import look_of
from pipeline.web.memo import Memo
from pipeline.web.readers.shared import Shared, shared_of
from pipeline.web.readers.surnames import without_surname

_log = logging.getLogger(__name__)
_GOES_BY_BEFORE = "Until it is put right everything goes by what stood there before."


class LiveConfig:
    """The configuration as the file has it now, so that a new lead shows without a restart.

    A file that was broken since the start changes nothing until it is put right; ``faults`` says what is wrong with it.
    """

    def __init__(
        self, config: Config, path: Path | None = None, *, on_change: Callable[[Config], None] = lambda config: None
    ) -> None:
        self._config, self._on_change = config, on_change
        self.faults: tuple[str, ...] = ()
        self._path = path or config.root / "config.toml"
        self._seen = self._stamp()

    def __call__(self) -> Config:
        """Return the configuration of this moment."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._config = self._load()
            except ConfigurationError as error:
                self.faults = tuple(str(error).splitlines())
                _log.warning("%s", self.say_faults())
                return self._config
            self.faults = ()
            self._on_change(self._config)
        return self._config

    def say_faults(self) -> str:
        """Return what is wrong with the file and what holds meanwhile; empty while it can be used."""
        return " ".join([*(f"{fault.rstrip('.')}." for fault in self.faults), _GOES_BY_BEFORE]) if self.faults else ""

    def _load(self) -> Config:
        """Read the file. Raises ConfigurationError."""
        return load_config(self._path)

    def _stamp(self) -> tuple[tuple[int, int] | None, ...]:
        config = self._config
        of_trust = stamp_of(config.root / config.school.trust / TRUST_NAME) if config.school.trust else None
        return stamp_of(self._path), stamp_of(config.distribution / KEPT_NAME), of_trust


@dataclass(frozen=True, slots=True)
class Site:
    """What every page needs."""

    register: Register
    config: LiveConfig
    secret: str
    """Signs personal links and their forms."""
    clock: Callable[[], datetime]
    last_ran_at: Callable[[], datetime | None]
    """When the daily run last finished well."""
    schedules: bool
    """Whether the daily run is started from here."""
    note_recorded: Callable[[], None] = lambda: None
    """Called behind each reading that was recorded, so that the ledger is signed."""
    ask_for_link: Callable[[str], None] = lambda address: None
    """Given the work address of a person who wants a sign-in link by mail; returns at once and says nothing of them."""
    address: str = ""
    """Where the pages are on this very machine, such as ``http://127.0.0.1:8000``."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Where secrets of sign-in services are looked up."""
    wake: Callable[[], None] = lambda: None
    """Has what is due looked at now, where this program does it by itself; returns at once."""
    memo: Memo = field(default_factory=Memo)
    """What pages worked out, until what it rests on is another."""
    work: LongWork = field(default_factory=LongWork)
    """What goes on behind the pages."""
    kept: Kept = field(default_factory=Kept)
    """What the desk remembers of a session between two pages."""
    began_at: datetime | None = None
    """When this program began to run by itself; None where that is not known."""
    trust: str = ""
    """The name of the trust whose server these pages are part of; empty where the school serves itself."""
    sign_in_command: str = "policy sign-in"
    """What prints a link, or a code, on the computer itself."""
    serve_command: str = "policy serve"
    """What serves these pages."""
    settings_name: str = "config.toml"
    """The file in which it stands who may sign in."""

    def look(self) -> Look:
        """Return the school's colour and logo as the files have them now."""
        return look_of(self.memo, self.config().templates)

    def shared(self, tx: Transaction, school: str, config: Config, today: date) -> Shared:
        """Return what all pages share of the register as ``tx`` sees it."""
        return shared_of(self.memo, tx, school, config, today)

    def silent_since(self, last_run: datetime | None) -> datetime | None:
        """Return since when the daily run that starts from here is missing; None while all is well."""
        if not self.schedules or self.began_at is None:
            return None
        return silent_since(last_run, self.began_at, self.clock())

    def today(self, now: datetime) -> date:
        """Return the school's day at ``now``."""
        return now.astimezone(self.config().zone).date()

    def page(self, template: str, *, title: str, status: int = 200, **fields: object) -> HTMLResponse:
        """Render a page with what every page has: the school's name and logo, and today's safety lines."""
        return self.page_hiding("", template, title=title, status=status, fields=fields)

    def page_hiding(
        self, surname: str, template: str, *, title: str, status: int, fields: Mapping[str, object]
    ) -> HTMLResponse:
        """Render a page whose form asks for ``surname``: in the safety lines it stands by its initial."""
        config = self.config()
        html = render_page(
            f"pages/{template}",
            config.templates,
            school=config.school.name or "Your school",
            safety=without_surname(self.safety(config), surname),
            logo=self.look().logo is not None,
            title=title,
            trust=self.trust,
            sign_in_command=self.sign_in_command,
            serve_command=self.serve_command,
            settings_name=self.settings_name,
            **fields,
        )
        return HTMLResponse(html, status_code=status)

    def safety(self, config: Config) -> SafetyLines:
        """Return whom a worry goes to now, as the register says for each page, so that cover shows at once."""
        today = self.today(self.clock())
        try:
            with self.register.reading() as tx:
                return self.shared(tx, self.register.school, config, today).contacts.safety
        except RegisterError:
            # The page that says the register cannot be reached names whom to go to all the same.
            return safety_lines(contacts_without_register(config, today))
