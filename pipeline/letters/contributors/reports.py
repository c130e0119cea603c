"""What readers told from their page, to those who are to decide: the policy's owner, of the page as a whole the office.

Told once, the same hour where mail goes, else in the next plan. Nobody is told of what they said themself.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pipeline.config import Config
from pipeline.letters.addressed import Telling, only_here
from pipeline.letters.contributors.office import LOOKED_AT_FOR, OFFICE_TASKS, office_recipients
from pipeline.letters.others_day import OfficeItem, OthersDay
from pipeline.model.policies import PolicyStanding
from pipeline.people.obligations import has_left
from pipeline.policies.owners import Recipient, resolve_default_owner, resolve_owner
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.reader_reports import ReportKind, ReportRow, list_reports
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

_STAGE = "reader-report"


def list_reports_to_tell(day: OthersDay) -> Iterator[Telling]:
    """Yield who is to be told today of what readers said.

    What was said by a reader who has left since is told to nobody.
    """
    people = {row.id: row for row in day.people if not has_left(row.person, day.today)}
    policies = {standing.policy_id: standing for standing in day.standings}
    told = day.told_stages
    for report in list_recent_reports(day.tx, day.school, day.config, day.today):
        row, policy = people.get(report.person), policies.get(report.policy_id or 0)
        stage = f"{_STAGE} {report.id}"
        if row is None or (row.id, stage) in told or (policy is None) == (report.policy_id is not None):
            continue
        item = OfficeItem(
            _say(report, row, policy, day.config), row.id, stage, from_reader=True, policy_id=report.policy_id
        )
        for recipient in _recipients(day, row, policy):
            yield recipient, OFFICE_TASKS, item


def list_recent_reports(tx: Transaction, school: str, config: Config, today: date) -> tuple[ReportRow, ...]:
    """Return what readers told in the last two weeks and nobody has settled, oldest first."""
    reports = list_reports(tx, school, only_open=True)
    first = today - timedelta(days=LOOKED_AT_FOR.days)
    return tuple(one for one in reports if one.reported_at.astimezone(config.zone).date() >= first)


def say_reports(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> tuple[str, ...]:
    """Return a sentence for each of the last two weeks' reports, for the person who runs the program."""
    reports = list_recent_reports(tx, school, config, today)
    people = {row.id: row for row in list_people(tx, school, today)} if reports else {}
    policies = {standing.policy_id: standing for standing in standings}
    return tuple(
        _say(one, row, policies.get(one.policy_id or 0), config)
        for one in reports
        if (row := people.get(one.person)) is not None
        and not has_left(row.person, today)
        and (one.policy_id is None or one.policy_id in policies)
    )


def _recipients(day: OthersDay, row: PersonRow, policy: PolicyStanding | None) -> Sequence[Recipient]:
    """Return who is told: the owner, else the default owner, else the office; never the reader of themself."""
    mine = (row.person.work_email or "").casefold()
    owners = resolve_owner(policy.owner, day.directory, day.config) if policy is not None else ()
    ways = (
        owners,
        resolve_default_owner(day.directory, day.config) if policy is not None else (),
        office_recipients(day.directory, day.config, day.not_here),
    )
    others = ([one for one in only_here(way, day.not_here) if one.address.casefold() != mine] for way in ways)
    return next((found for found in others if found), [])


def _say(report: ReportRow, row: PersonRow, policy: PolicyStanding | None, config: Config) -> str:
    person, when = row.person, say_day(report.reported_at.astimezone(config.zone).date())
    title = policy.title if policy is not None else ""
    slug = policy.slug if policy is not None else ""
    where = f" ({person.work_email})" if person.work_email else ""
    said: dict[ReportKind, str] = {
        ReportKind.QUESTION: f"{person.name} asks about {title} (on {when}): ring, see or write to them{where}.",
        ReportKind.DONE: f"{person.name} said on {when} that they have read {title} already; no such reading is held. "
        "Ask them when and how. If they have: policy acknowledge record "
        f"{person.person_id} {slug} --by YOUR-NAME --on DAY. No reminder of it goes to them until "
        f"{say_day(report.rests_until) if report.rests_until else when}.",
        ReportKind.NOT_MY_JOB: f"{person.name} ({person.role or 'no role in the list'}) said on {when} that {title} is "
        "not for their work. Decide whether it is, and tell them. They are asked until you change it: who is asked "
        "what stands under [reading] in config.toml, what they do in the staff list.",
        ReportKind.NOT_ME: f"Somebody said on {when} that the page of {person.name} is not theirs: the mail to them"
        f"{where} reaches somebody else. Correct the address in the staff list, then end the link: policy staff link "
        f"{person.person_id} --revoke.",
        ReportKind.LEFT: f"On the page of {person.name} it was said on {when} that they work here no more. If so: "
        f"policy staff leaves {person.person_id} --on DAY. Until then they are asked as before.",
    }
    return said[report.kind]
