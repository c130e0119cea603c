"""Load ``config.toml``: the school, its contacts, its rules and its mail route. All faults are told at once.

Every key has a default, so an empty file is a working configuration. Keys are documented here, under each field, and in
the commented sample at the root of the repository; a test holds the two together.
"""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from pipeline.configuration.accounts import AccountsSection
from pipeline.configuration.calendar import CalendarSection, GovernorsSection, read_kept
from pipeline.configuration.declarations import DeclarationSection
from pipeline.configuration.faults import (
    default_owner_fault,
    list_faults,
    say_faults,
    say_unreadable,
    sign_in_faults,
    sort_contacts,
)
from pipeline.configuration.inbox import InboxSection, inbox_faults
from pipeline.configuration.mail import MailSection
from pipeline.configuration.people import PeopleListSection, PeopleSection, microsoft_faults
from pipeline.configuration.trust import stand_in
from pipeline.configuration.values import (
    Address,
    GroupKey,
    HostName,
    Line,
    Names,
    PersonsName,
    Phone,
    SchoolKeyOrNone,
    Slugs,
    SpokenOf,
    Text,
    TimeOfDay,
    TimeZone,
    WebAddress,
    WorkerKinds,
    WrongKeysError,
)
from pipeline.configuration.values import Section as _Section
from pipeline.directory import Roster, Tenure
from pipeline.errors import ConfigurationError, Fault, UsageError, say_system_error
from pipeline.model import BY_HAND, Directory, Holder, Pronoun

_DEFAULT_TITLES = {Pronoun.SHE: "Ms", Pronoun.HE: "Mr", Pronoun.THEY: ""}


class SchoolSection(_Section):
    """``[school]``"""

    name: Line = ""
    """The school's name as it stands on its policies."""
    time_zone: TimeZone = "Europe/London"
    """Where the school's day begins and ends."""
    key: SchoolKeyOrNone = ""
    """Which school of a PostgreSQL register it is; left out, the one its name gave at first, for good."""
    trust: Line = ""
    """The folder of the trust it belongs to: its ``trust.toml`` stands in for what this file leaves out."""


class ContactSection(_Section):
    """``[contacts.dsl]``, ``[[contacts.deputy-dsl]]`` and every other role."""

    name: PersonsName
    """First and last name, without title."""
    title: Line | None = None
    """``Mrs``, ``Dr`` …; follows the pronoun where left out; ``""`` for none."""
    phone: Phone = ""
    """As it should stand in the policies."""
    email: Address = ""
    """The work address."""
    pronoun: SpokenOf = Pronoun.THEY
    """``she``, ``he`` or ``they``."""
    from_: date | None = Field(default=None, alias="from")
    """Their first day in the role; left out, they have held it all along."""
    until: date | None = None
    """Their last day in it; left out, they go on."""

    @model_validator(mode="after")
    def _days_are_in_order(self) -> "ContactSection":
        if self.from_ is not None and self.until is not None and self.until < self.from_:
            raise WrongKeysError(Fault("until", f"{self.until} is before the first day, {self.from_}"))
        return self


class FormerContactSection(ContactSection):
    """``[[contacts.former]]``: somebody who held a role; policies that still name them are told of."""

    role: Text
    """The role they held."""


class NextContactSection(ContactSection):
    """``[[contacts.next]]``: somebody who takes a role over on a day to come.

    With ``until`` they cover: after that day the one before holds the role again.
    """

    role: Text
    """The role they take."""
    from_: date = Field(alias="from")
    """Their first day in it."""
    replaces: Line = ""
    """Whom they follow or stand in for, by name: needed where several hold the role."""


class ReadingRuleSection(_Section):
    """``[[reading.rules]]``: what certain people are asked to do with certain policies."""

    policies: Slugs
    """Short names, or ``all``, ``starters`` (whoever joins is given them), ``each-year`` (all staff are told of)."""
    ask: Literal["sign", "read", "find", "nothing"]
    """What they are asked; ``nothing`` also takes it off their own page."""
    kinds: WorkerKinds = ()
    """As what they work here; left out, everybody."""
    roles: Names = ()
    """Words of their role: "teaching assistant" is also "Teaching Assistants (KS1)"."""
    teams: Names = ()
    """Words of their team."""
    whom: Line = ""
    """Who is meant, in words for those who are asked: "everybody who works with children"."""
    repeat: Literal["", "september"] | None = None
    """``september``: ask them again each school year; ``""``: do not; left out, as ``[reading]`` has it."""
    read_within_days: int | None = Field(default=None, ge=1, le=365)
    """How many days they have; left out, as ``[people]`` has it."""


class ReadingSection(_Section):
    """``[reading]``: what staff are asked to do with each policy."""

    default: Literal["catalogue", "sign", "read", "find"] = "catalogue"
    """``catalogue``: sign what starters must be given or all staff told each year, find the rest."""
    sign: tuple[Line, ...] = ()
    """Policies (slugs) that staff read and acknowledge."""
    read: tuple[Line, ...] = ()
    """Policies that staff are sent, with nothing asked back."""
    find: tuple[Line, ...] = ()
    """Policies that staff are told where to find."""
    repeat: Literal["", "catalogue", "september"] = ""
    """``september``: ask again each school year though nothing changed; ``catalogue``: what all staff must be told."""
    remind_school_days: tuple[int, ...] = (-3, 0, 5)
    """School days around the day to read by on which a reader who has not answered is reminded; each once."""
    escalate: bool = False
    """Tell the line manager, then the head, of readings that stay late after the last reminder."""
    drip: int = Field(default=0, ge=0, le=12)
    """Over how many fortnights what September asks of one person is spread; 0 asks for all of it on one day."""
    rules: tuple[ReadingRuleSection, ...] = ()
    """Who is asked otherwise, by policy, role, team and kind; the narrowest rule holds."""

    @model_validator(mode="after")
    def _reminders_are_sensible(self) -> "ReadingSection":
        if any(abs(day) > 60 for day in self.remind_school_days):
            raise WrongKeysError(Fault("remind_school_days", "each must be from -60 to 60"))
        return self


class ReviewSection(_Section):
    """``[review]``"""

    cycle_months: int = Field(default=12, ge=1, le=120)
    """The review cycle where neither the document nor the catalogue gives one, in months."""
    remind_days: tuple[int, ...] = (90, 60, 30, 14, 7, 0)
    """Days before a review is due on which its owner is told; each once."""
    overdue_every_days: int = Field(default=7, ge=1, le=366)
    """A late review is brought up again after so many days."""
    escalate: bool = False
    """Tell the headteacher and the chair as well."""
    default_owner: Line = ""
    """Who is told of reviews whose owner nobody can tell: an address, or a role with a contact here."""

    @model_validator(mode="after")
    def _days_are_sensible(self) -> "ReviewSection":
        if any(day < 0 or day > 730 for day in self.remind_days):
            raise WrongKeysError(Fault("remind_days", "each must be from 0 to 730"))
        return self


class DocumentsSection(_Section):
    """``[documents]``"""

    ocr: bool = False
    """Read scanned pages where a reader for them is installed."""
    pdf: Literal["typst", "libreoffice"] = "typst"
    """What sets the PDF copies of Word files: ``typst`` in the school's look, ``libreoffice`` as they look in Word."""


class PublishSection(_Section):
    """``[publish]``"""

    also: tuple[Line, ...] = ()
    """Policies for the public site besides those that must or are expected to be there, by short name."""
    also_sensitive: tuple[Line, ...] = ()
    """The second yes for plans that tell how a school protects itself and rules of staff; also named in ``also``."""
    never: tuple[Line, ...] = ()
    """Policies for neither site."""
    public_address: WebAddress = ""
    """Where the public site is found, such as https://www.example.org/policies; sheets for others name it."""
    staff_address: WebAddress = ""
    """Where staff find the staff site, such as a page of the VLE; mails name it."""
    public_folder: Line = ""
    """A folder that a website or VLE shows to everybody, such as a synchronised one of SharePoint; empty for none."""
    staff_folder: Line = ""
    """A folder that staff alone can open, likewise."""
    folder_files: tuple[Literal["pdf", "docx"], ...] = ("pdf",)
    """As what each policy lies in those folders."""
    watch: tuple[WebAddress, ...] = ()
    """Pages of the school's website or VLE that link to policies; ``policy watch`` judges what they link to."""

    @model_validator(mode="after")
    def _folders_are_two(self) -> "PublishSection":
        if self.public_folder and self.public_folder == self.staff_folder:
            raise WrongKeysError(
                Fault("staff_folder", "is the public_folder too, and everybody sees what is in that; name another")
            )
        if not self.folder_files:
            raise WrongKeysError(Fault("folder_files", 'must not be empty; write ["pdf"], ["docx"] or both'))
        return self


class GroupSection(_Section):
    """``[groups.GROUP]``: people outside the staff who are told of policies and asked nothing, such as parents."""

    name: Text
    """How they are called, for more than one: "Parents and carers"."""
    policies: Slugs
    """What they are told of: short names, or ``all``, ``starters``, ``each-year`` as in ``[[reading.rules]]``."""
    by_means: Line = ""
    """How they are told where nothing else is said: "the newsletter"."""


class WebSection(_Section):
    """``[web]``"""

    base_url: WebAddress = ""
    """Where staff reach this program's pages; without it mails offer the reply and the form."""
    form_url: WebAddress = ""
    """The school's own form for "I have read", with ``{code}`` where each reader's code goes; or without."""
    allow_private: tuple[HostName, ...] = ()
    """Computers of the school's own network that addresses in this file, and what they lead on to, may lead to, as the
    address names them; everything else there is refused."""


class RegisterSection(_Section):
    """``[register]``"""

    url: Line = "distribution/register.sqlite3"
    """A file beside this one, ``sqlite:///`` and a path, or ``postgresql+psycopg://`` and a database on a server."""


class ScheduleSection(_Section):
    """``[schedule]``"""

    daily_at: TimeOfDay = "06:30"
    """When ``policy serve`` runs the pipeline each day, local time."""

    @property
    def at(self) -> time:
        """``daily_at`` as a time of day."""
        return time.fromisoformat(self.daily_at)


class BackupSection(_Section):
    """``[backup]``: the safety copies that each day's run makes."""

    keep: int = Field(default=30, ge=0, le=1_000)
    """How many of them are kept; 0 makes none."""


TellContacts = Annotated[Literal["ask", "at-once", "nobody"], BeforeValidator(lambda value: _TELL.get(value, value))]
_TELL = {"staff": "at-once"}
"""Another word for the same."""


class TellSection(_Section):
    """``[contacts]`` itself: of its tables each is a role's."""

    tell: TellContacts = "ask"
    """Whether staff are written to when the lead, a deputy, the headteacher, the chair of governors or the LADO is
    another. "ask": it waits until somebody says when, and goes by itself after two school days. "at-once": it goes with
    the next run. "nobody": nobody is written to."""


class Config(_Section):
    """One workspace's configuration."""

    school: SchoolSection = SchoolSection.usual()
    contacts: dict[str, tuple[ContactSection, ...]] = Field(default_factory=dict)
    """By role, in the order of the file."""
    former_contacts: tuple[FormerContactSection, ...] = ()
    next_contacts: tuple[NextContactSection, ...] = ()
    tell_contacts: TellContacts = "ask"
    """``[contacts] tell``: whether staff are told of a change by a word, at once or not at all."""
    reading: ReadingSection = ReadingSection.usual()
    review: ReviewSection = ReviewSection.usual()
    governors: GovernorsSection = GovernorsSection.usual()
    calendar: CalendarSection = CalendarSection.usual()
    people: PeopleSection = PeopleSection.usual()
    documents: DocumentsSection = DocumentsSection.usual()
    mail: MailSection = MailSection.usual()
    inbox: InboxSection = InboxSection.usual()
    groups: dict[GroupKey, GroupSection] = Field(default_factory=dict)
    """By key, in the order of the file; nobody of them is mailed."""
    declarations: dict[GroupKey, DeclarationSection] = Field(default_factory=dict)
    """By key, in the order of the file."""
    publish: PublishSection = PublishSection.usual()
    web: WebSection = WebSection.usual()
    accounts: AccountsSection = AccountsSection.usual()
    register_: RegisterSection = Field(default=RegisterSection.usual(), alias="register")
    schedule: ScheduleSection = ScheduleSection.usual()
    backup: BackupSection = BackupSection.usual()
    root: Path = Path()
    """The workspace: the folder ``config.toml`` lies in."""
    trust_name: str = ""
    """The name of the trust it belongs to, from ``trust.toml``; empty for none."""

    @property
    def policies(self) -> Path:
        """The folder of source documents."""
        return self.root / "policies"

    @property
    def templates(self) -> Path:
        """The folder whose files override the packaged templates."""
        return self.root / "templates"

    @property
    def distribution(self) -> Path:
        """The folder of what comes out."""
        return self.root / "distribution"

    @property
    def public_site(self) -> Path:
        """The folder of the site for the public."""
        return self.distribution / "site"

    @property
    def staff_site(self) -> Path:
        """The folder of the site for staff."""
        return self.distribution / "staff-site"

    @property
    def staff_list(self) -> Path:
        """The staff list."""
        return self.root / self.people.source

    @property
    def people_lists(self) -> tuple[PeopleListSection, ...]:
        """Every list of people, the staff list first; that one is called as its file is."""
        return (PeopleListSection(name=self.people.source, source=self.people.source), *self.people.lists)

    def people_list(self, name: str | None) -> PeopleListSection:
        """Return the list of that name, None for the staff list; one that is not configured is a list of staff.

        Raises:
            UsageError: the name is kept for people who are added one by one, or is no name.
        """
        known = {one.name.casefold(): one for one in self.people_lists}
        if name is None:
            return self.people_lists[0]
        if not name.strip() or not name.isprintable():
            raise UsageError(f"{name!r} is no name of a list; write one line of ordinary characters after --source.")
        name = name.strip()
        if name.casefold() == BY_HAND:
            raise UsageError(
                f"{name!r} is the list of those added with 'policy staff add'; give the list another name."
            )
        return known.get(name.casefold()) or PeopleListSection(name=name, source=name)

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.school.time_zone)

    @property
    def roster(self) -> Roster:
        """Everybody's days in every role, those to come included."""
        return Roster.of(
            {role: tuple(_tenure(role, entry) for entry in entries) for role, entries in self.contacts.items()},
            tuple(_tenure(entry.role, entry, entry.replaces) for entry in self.next_contacts),
            tuple(_holder(entry.role, entry) for entry in self.former_contacts),
        )

    def directory(self, today: date) -> Directory:
        """Return who holds which role on ``today``, in the order of the file.

        An entry of ``[[contacts.next]]`` whose day has come takes the place of the one before, who joins ``former``,
        and gives it back after its ``until``.
        """
        return self.roster.on(today)


def _tenure(role: str, entry: ContactSection, replaces: str = "") -> Tenure:
    return Tenure(_holder(role, entry), entry.from_, entry.until, replaces or None)


def _holder(role: str, entry: ContactSection) -> Holder:
    title = _DEFAULT_TITLES[entry.pronoun] if entry.title is None else entry.title
    return Holder(role, entry.name, title, entry.phone or None, entry.email or None, entry.pronoun)


def load_config(path: Path, *, root: Path | None = None) -> Config:
    """Read the configuration file at ``path``, that of the workspace ``root`` where it lies elsewhere for a moment.

    Raises:
        ConfigurationError: with every fault of the file, a sentence each, naming the key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(f"{path} is not there; 'policy init' lays out a workspace.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read: {say_system_error(error)}. Save it with the encoding UTF-8 (Notepad: Save as)."
        ) from error
    return with_calendar(parse_config(text, root=(root or path.parent).resolve(), name=path.name))


def with_calendar(config: Config) -> Config:
    """Return the configuration with what the school's own calendar gave last beside its own days."""
    kept = read_kept(config.distribution, config.calendar.ics) if config.calendar.ics else None
    if kept is None:
        return config
    calendar, governors, given = config.calendar, config.governors, kept.meetings or {}
    bodies = {
        key: body.model_copy(update={"meetings": _joined(body.meetings, given.get(key, ()))})
        for key, body in governors.bodies.items()
    }
    meetings = _joined(governors.meetings, given.get("governing-body", ()))
    closed, terms = _joined(calendar.closed, kept.closed), _joined(calendar.terms, kept.terms)
    updates = {
        "calendar": calendar.model_copy(update={"closed": closed, "terms": terms}),
        "governors": governors.model_copy(update={"meetings": meetings, "bodies": bodies}),
    }
    return config.model_copy(update=updates)


def _joined(own: tuple[Any, ...], given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the days of a file as they stand there, with those of the calendar that are not among them."""
    more = sorted(set(given) - set(own))
    return tuple(sorted((*own, *more))) if more else own


def parse_config(text: str, *, root: Path, name: str = "config.toml") -> Config:
    """Read the text of a configuration file.

    Raises:
        ConfigurationError: with every fault, a sentence each, naming the key.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name} cannot be read: {say_unreadable(text, error)}") from error
    stood_in = stand_in(tables, root)
    tables = stood_in.tables
    faults = [*stood_in.faults, *sort_contacts(tables)]
    try:
        config = Config.model_validate({**tables, "root": root, "trust_name": stood_in.trust_name}, strict=False)
    except ValidationError as error:
        faults += [fault for item in error.errors(include_url=False) for fault in say_faults(item)]
        faults += _unclear_followers(tables)
        raise ConfigurationError(*(stood_in.placed(fault, name) for fault in faults)) from error
    faults += config.roster.faults
    names = {role: [entry.name for entry in entries] for role, entries in config.contacts.items()}
    faults += list_faults(config.people.source, [one.name for one in config.people.lists])
    faults += inbox_faults(config.inbox, config.mail)
    faults += microsoft_faults(config.people)
    faults += default_owner_fault(config.review.default_owner, names, config.people.roles)
    faults += sign_in_faults(config.accounts.microsoft.is_used, config.accounts.google.is_used, config.web.base_url)
    if faults:
        raise ConfigurationError(*(stood_in.placed(fault, name) for fault in faults))
    return config


def _unclear_followers(tables: dict[str, Any]) -> tuple[Fault, ...]:
    """Return what is unclear among the contacts of a file that has other faults: all are told at once."""
    contacts = {key: tables[key] for key in ("contacts", "former_contacts", "next_contacts") if key in tables}
    try:
        return Config.model_validate(contacts, strict=False).roster.faults
    except ValidationError:
        return ()
