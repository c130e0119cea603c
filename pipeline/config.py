"""Load ``config.toml``: the school, its contacts, its rules and its mail route. All faults are told at once.

Every key has a default, so an empty file is a working configuration. Keys are documented here, under each field, and in
the commented sample at the root of the repository; a test holds the two together.
"""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from pipeline.configuration.accounts import AccountsSection
from pipeline.configuration.calendar import CalendarSection, GovernorsSection, read_kept
from pipeline.configuration.contacts import (
    ContactSection,
    FormerContactSection,
    NextContactSection,
    TellContacts,
    TellSection,
)
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
from pipeline.configuration.reading import ReadingSection
from pipeline.configuration.trust import stand_in
from pipeline.configuration.values import (
    GroupKey,
    HostName,
    Line,
    SchoolKeyOrNone,
    Slugs,
    Text,
    TimeOfDay,
    TimeZone,
    WebAddress,
    WrongKeysError,
)
from pipeline.configuration.values import Section as _Section
from pipeline.configuration.words import RESTARTS, SettingsPage, Words
from pipeline.directory import Roster, Tenure
from pipeline.errors import ConfigurationError, Fault, UsageError, say_system_error
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.people import BY_HAND

_DEFAULT_TITLES = {Pronoun.SHE: "Ms", Pronoun.HE: "Mr", Pronoun.THEY: ""}


PDF_LOOKS = {
    "typst": "In the school’s look",
    "libreoffice": "As in Word, behind a front sheet (slower; where LibreOffice is installed)",
}
FILES = {"pdf": "PDF", "docx": "Word"}
_ACCOUNTS = (
    "One right, or several in brackets: owner and deputy-owner look after the policies; business-manager after people, "
    "mailings and settings; head is the headteacher; governor sees how policies stand and counts, nobody's name; "
    "head-of-team sees the names of a team; it is the IT provider: mail route, web address, sign-in. "
    "Which team, or teams, a head of team sees stands under [accounts.teams]."
)
POSTGRESQL = '"postgresql+psycopg://policy@db.example.org:5432/policy" is a database of PostgreSQL: docs/postgresql.md.'


class SchoolSection(_Section):
    """``[school]``"""

    name: Annotated[Line, Words("School name")] = ""
    """As it stands on the policies."""
    time_zone: TimeZone = "Europe/London"
    """Where the school's day begins and ends."""
    key: Annotated[SchoolKeyOrNone, Words("Which school of a shared register", example='"west-park-school"')] = ""
    """Only where several schools share one register and two have one name, or a new computer takes over."""
    trust: Annotated[Line, Words("Folder of the trust", example='""')] = ""
    """Where the trust that the school belongs to keeps its settings, if any: they hold for what is left out here."""


class ReviewSection(_Section):
    """``[review]``"""

    cycle_months: Annotated[int, Words("Months between reviews")] = Field(default=12, ge=1, le=120)
    """Where neither the policy nor the list of statutory policies gives a cycle."""
    remind_days: Annotated[tuple[int, ...], Words("Days of reminders before a review")] = (90, 60, 30, 14, 7, 0)
    """Days before a review is due on which its owner is told, each once."""
    overdue_every_days: Annotated[int, Words("Days between reminders of a late review")] = Field(
        default=7, ge=1, le=366
    )
    """A late review is brought up again after so many days."""
    escalate: Annotated[bool, Words("Tell the head and the chair of late reviews")] = False
    """The headteacher and the chair of governors are told as well."""
    default_owner: Annotated[Line, Words("Owner where nobody is named")] = ""
    """Who is told of reviews whose owner is not known: a work address, or a role such as headteacher. Until it is set
    such reviews are in the report, and nobody is emailed."""

    @model_validator(mode="after")
    def _days_are_sensible(self) -> "ReviewSection":
        if any(day < 0 or day > 730 for day in self.remind_days):
            raise WrongKeysError(Fault("remind_days", "each must be from 0 to 730"))
        return self


class DocumentsSection(_Section):
    """``[documents]``"""

    ocr: Annotated[bool, Words("Read scanned pages")] = False
    """Where a reader for them is installed."""
    pdf: Annotated[Literal["typst", "libreoffice"], Words("How PDF copies look", PDF_LOOKS)] = "typst"
    """How the PDF copies of Word files are made."""


class PublishSection(_Section):
    """``[publish]``"""

    also: Annotated[tuple[Line, ...], Words("Also on the website")] = ()
    """Policies for the public site besides those that must or are expected to be there, by short name."""
    also_sensitive: Annotated[tuple[Line, ...], Words("Sensitive ones on the website")] = ()
    """Plans for lockdown, emergencies, security and continuity, and rules for staff alone, need this second yes: name
    them here as well."""
    never: Annotated[tuple[Line, ...], Words("On neither website")] = ()
    """Policies for neither the public site nor the staff site, by short name."""
    public_address: Annotated[WebAddress, Words("Web address of the public site")] = ""
    """Such as https://www.example.org/policies. The sheet for the newsletter and the website editor's list name it."""
    staff_address: Annotated[WebAddress, Words("Web address of the staff site")] = ""
    """Such as https://vle.example.sch.uk/policies. Emails name it."""
    public_folder: Annotated[Line, Words("Folder that everybody can open")] = ""
    """One that other programs show to everybody, such as a synchronised one of SharePoint or OneDrive, or a VLE's file
    repository. Each public policy lies there at one name for good: link to it once."""
    staff_folder: Annotated[Line, Words("Folder that staff alone can open")] = ""
    """Likewise, with every policy."""
    folder_files: Annotated[tuple[Literal["pdf", "docx"], ...], Words("Kinds of files in those folders", FILES)] = (
        "pdf",
    )
    """As what each policy lies there."""
    watch: Annotated[tuple[WebAddress, ...], Words("Pages that link to your policies")] = ()
    """On the school's website or VLE, such as https://www.example.org/policies: each document that they link to is
    looked at."""

    @model_validator(mode="after")
    def _folders_are_two(self) -> "PublishSection":
        if self.public_folder and self.public_folder == self.staff_folder:
            raise WrongKeysError(
                Fault("staff_folder", "is the public_folder too, and everybody sees what is in that; name another")
            )
        if not self.folder_files:
            raise WrongKeysError(Fault("folder_files", "must not be empty; choose PDF, Word or both"))
        return self


class GroupSection(_Section):
    """``[groups.GROUP]``: people outside the staff who are told of policies and asked nothing, such as parents."""

    name: Text
    """How they are called, for more than one: “Parents and carers”."""
    policies: Slugs
    """What they are told of, by short name; or all, starters, each-year."""
    by_means: Annotated[Line, Words("How they are told")] = ""
    """Where nothing else is said: “the newsletter”."""


class WebSection(_Section):
    """``[web]``"""

    base_url: Annotated[WebAddress, Words("Web address of these pages")] = ""
    """Where staff reach them, such as https://policies.example.sch.uk; without it emails offer reply and form."""
    form_url: Annotated[
        WebAddress, Words("Web address of the school’s own form", in_file="`policy form recipe` says how to make it.")
    ] = ""
    """The form for “I have read”, with {code} where each reader's code goes; without, readers type their code."""
    allow_private: Annotated[
        tuple[HostName, ...],
        Words("Computers of the school’s own network", in_file='Like ["intranet.example.sch.uk"]; by hand alone.'),
    ] = ()
    """Those that addresses in the settings may lead to, such as a calendar or a VLE. Everything else inside is refused,
    also behind a redirect. Only your IT provider changes it, in the file itself."""


class RegisterSection(_Section):
    """``[register]``"""

    url: Annotated[Line, Words("Where the register is", in_file=POSTGRESQL)] = "distribution/register.sqlite3"
    """A file in the school's folder, or a database on a server. A password never stands here."""


class ScheduleSection(_Section):
    """``[schedule]``"""

    daily_at: Annotated[TimeOfDay, Words("Time of day")] = "06:30"
    """When the daily update begins."""

    @property
    def at(self) -> time:
        """``daily_at`` as a time of day."""
        return time.fromisoformat(self.daily_at)


class BackupSection(_Section):
    """``[backup]``: the safety copies that each day's run makes."""

    keep: Annotated[int, Words("Backups kept")] = Field(default=30, ge=0, le=1_000)
    """Each daily update makes one; 0 makes none."""


class Config(_Section):
    """One workspace's configuration."""

    school: Annotated[SchoolSection, SettingsPage("The school")] = SchoolSection.usual()
    contacts: dict[str, tuple[ContactSection, ...]] = Field(default_factory=dict)
    """By role, in the order of the file."""
    former_contacts: tuple[FormerContactSection, ...] = ()
    next_contacts: tuple[NextContactSection, ...] = ()
    tell_contacts: Annotated[TellContacts, SettingsPage("When staff hear of new contacts", model=TellSection)] = "ask"
    """Copies, pages and the lines on whom to go to change at once, whether staff are written to or not."""
    reading: Annotated[ReadingSection, SettingsPage("What staff are asked to read")] = ReadingSection.usual()
    review: Annotated[ReviewSection, SettingsPage("Reviews")] = ReviewSection.usual()
    governors: Annotated[GovernorsSection, SettingsPage("Governors")] = GovernorsSection.usual()
    calendar: Annotated[CalendarSection, SettingsPage("Terms and closed days")] = CalendarSection.usual()
    people: Annotated[PeopleSection, SettingsPage("People")] = PeopleSection.usual()
    documents: Annotated[DocumentsSection, SettingsPage("Documents")] = DocumentsSection.usual()
    mail: Annotated[MailSection, SettingsPage("Mail route", of_route=True)] = MailSection.usual()
    inbox: Annotated[InboxSection, SettingsPage("The mailbox that is read", of_route=True)] = InboxSection.usual()
    """The mailbox in which undelivered emails and answers arrive. It is read only: nothing in it is moved or marked."""
    groups: Annotated[dict[GroupKey, GroupSection], SettingsPage("Groups that are told, not asked")] = Field(
        default_factory=dict
    )
    """Parents, pupils, agencies: nobody of them is emailed. That they were told is recorded, of what and when."""
    declarations: Annotated[dict[GroupKey, DeclarationSection], SettingsPage("What staff declare each school year")] = (
        Field(default_factory=dict)
    )
    """Everybody it is for is asked once in each school year, in their email and on their own page: “I have nothing to
    declare”, or that they have something, which is then said in person. What it is is kept nowhere here."""
    publish: Annotated[
        PublishSection, SettingsPage("Websites", in_file="They are distribution/site and distribution/staff-site.")
    ] = PublishSection.usual()
    """The public site has what must or is expected to be online; the staff site has all policies."""
    web: Annotated[WebSection, SettingsPage("Addresses of the pages", of_route=True)] = WebSection.usual()
    accounts: Annotated[AccountsSection, SettingsPage("Who may sign in", of_route=True, in_file=_ACCOUNTS)] = (
        AccountsSection.usual()
    )
    """By work address. A link is sent to the address; nobody has a password. An account taken out ends at once."""
    register_: Annotated[RegisterSection, SettingsPage("The register", of_route=True, note=RESTARTS)] = Field(
        default=RegisterSection.usual(), alias="register"
    )
    schedule: Annotated[ScheduleSection, SettingsPage("The daily update", note=RESTARTS)] = ScheduleSection.usual()
    backup: Annotated[BackupSection, SettingsPage("Backups")] = BackupSection.usual()
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
