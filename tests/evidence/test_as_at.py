"""Whatever is decided later, the picture of a day stays what it was at the end of that day."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.acknowledgements.corrections import correct_leaving, correct_reading
from pipeline.cli import policy as policy_group
from pipeline.config import load_config, parse_config
from pipeline.contacts.confirmations import Confirmation, confirm_contacts, note_contacts
from pipeline.contacts.cover import CoverOrder, order_cover
from pipeline.errors import RegisterError, UsageError
from pipeline.evidence.as_at import DayPicture, picture_as_at
from pipeline.mail.outbox import DeliveryReport
from pipeline.model.people import Person
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.decisions.corrections import correct_approval
from pipeline.policies.decisions.decide import Approval, approve_version, set_facts
from pipeline.register.decision import Decision
from pipeline.register.people.changes import add_person, change_person, put_away
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.policies import VersionRow, list_policies, list_versions, set_version_status
from pipeline.register.state_history import SETTINGS, keep_states
from pipeline.register.states import KEPT_SETTINGS, config_at, keep_everything, keep_settings, settings_of
from pipeline.register.store.database import Register
from pipeline.run import run_pipeline
from pipeline.web.preparing import live_config
from tests.evidence.todays_picture import picture_now
from tests.policies.folders import policy_text
from tests.school import MONDAY, TOML, School, at

DEPUTY = '[[contacts.deputy-dsl]]\nname = "Tom Ash"\nphone = "01632 960142"\nfrom = 2026-11-25\n'
OFFICE = '[contacts.office]\nname = "School office"\nphone = "01632 960100"\n'
SETTINGS_OF_DAYS = (
    '[reading]\ndefault = "sign"\n' + DEPUTY + OFFICE,
    '[reading]\ndefault = "read"\n' + DEPUTY,
    '[reading]\ndefault = "sign"\nrepeat = "september"\n[review]\nremind_days = [400]\n' + DEPUTY + OFFICE,
    '[reading]\ndefault = "sign"\n[calendar]\nclosed = ["2026-12-01..2026-12-04"]\n'
    + DEPUTY.replace("960142", "960143")
    + OFFICE
    + '[people.roles]\n"Site Manager" = ["site@example.org"]\n'
    + '[groups.parents]\nname = "Parents"\npolicies = ["lettings"]\n',
)


class Life:
    """A school that lives through days, and whatever may be decided on one."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.school = School(root, SETTINGS_OF_DAYS[0])
        self.chance = chance
        self.now = at(MONDAY, 7)
        self.names = iter(range(1000))

    @property
    def today(self) -> date:
        return self.now.date()

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def pick(self) -> PersonRow | None:
        with self.school.register.reading() as tx:
            people = list_people(tx, self.school.key, self.today)
        return self.chance.choice(people) if people else None

    def version(self) -> VersionRow | None:
        with self.school.register.reading() as tx:
            versions = list_versions(tx, self.school.key)
        return self.chance.choice(versions) if versions else None

    def slug(self) -> str:
        with self.school.register.reading() as tx:
            policies = list_policies(tx, self.school.key)
        return self.chance.choice(policies).slug if policies else "none"

    def decide(self, what: Callable[[Decision], object]) -> None:
        """Decide it, or not where it cannot be decided today; then nothing of it is kept."""
        with self.school.register.transaction() as tx:
            decision = Decision(tx, self.school.key, "Pat Clerk", self.tick())
            nested = tx.begin_nested()
            try:
                what(decision)
            except UsageError:
                nested.rollback()
            else:
                nested.commit()

    # --- what may happen ---

    def somebody_comes(self) -> None:
        name = f"Lee{next(self.names)}"
        new = Person(f"id-{name}", "Kim", name, f"{name}@example.org".lower(), "Teacher", None, None)
        with self.school.register.transaction() as tx:
            add_person(tx, self.school.key, new, "staff.csv", f"key-{name}", self.today, self.tick())

    def a_policy_is_new(self) -> None:
        self.school.add_policy(f"Policy {next(self.names)}", today=self.today)

    def a_text_changes(self) -> None:
        if (version := self.version()) is not None:
            kind = self.chance.choice([RevisionKind.MAJOR, RevisionKind.MINOR, RevisionKind.CONTACTS])
            self.school.add_version(version.policy_id, kind, title=f"Policy of {version.policy_id}", today=self.today)

    def one_awaits_approval(self) -> None:
        if (version := self.version()) is not None and version.status is VersionStatus.APPROVED:
            with self.school.register.transaction() as tx:
                set_version_status(tx, version.id, VersionStatus.PENDING_APPROVAL)

    def one_is_approved(self) -> None:
        approval = Approval(self.today, "Governors", str(next(self.names)))
        slug, today = self.slug(), self.today
        self.decide(lambda it: approve_version(it, slug, approval, default_cycle_months=12, today=today))

    def an_approval_was_recorded_in_error(self) -> None:
        slug = self.slug()
        self.decide(lambda it: correct_approval(it, slug, reason="error", number=None, default_cycle_months=12))

    def a_fact_is_overruled(self) -> None:
        said = self.chance.choice(["next_review=2028-08", "title=Another name", "withdrawn=yes", "withdrawn=no"])
        slug, today = self.slug(), self.today
        self.decide(lambda it: set_facts(it, slug, [said], reason="as I know", today=today))

    def all_are_asked(self) -> None:
        self.school.plan(self.today)

    def somebody_reads(self) -> None:
        row, version = self.pick(), self.version()
        if row is not None and version is not None:
            self.school.record(row, version, self.today)

    def a_reading_was_recorded_in_error(self) -> None:
        row, slug = self.pick(), self.slug()
        if row is not None:
            self.decide(lambda it: correct_reading(it, row, slug, reason="error"))

    def somebody_changes(self) -> None:
        row = self.pick()
        if row is None:
            return
        after = self.chance.choice(
            [
                replace(row.person, role="Cook"),
                replace(row.person, last_name=f"Day{next(self.names)}"),
                replace(row.person, leave_on=self.today - timedelta(days=1)),
                replace(row.person, leave_on=self.today + timedelta(days=2)),
            ]
        )
        with self.school.register.transaction() as tx:
            change_person(tx, self.school.key, row, after, self.today, self.tick(), actor="Pat Clerk")

    def somebody_is_away(self) -> None:
        if (row := self.pick()) is not None:
            until = self.chance.choice([None, self.today + timedelta(days=3)])
            with self.school.register.transaction() as tx:
                put_away(tx, self.school.key, row, until, self.today, self.tick(), actor="Pat Clerk")

    def somebody_had_not_left(self) -> None:
        row, today = self.pick(), self.today
        if row is not None:
            self.decide(lambda it: correct_leaving(it, row, reason="error", today=today))

    def settings_change(self) -> None:
        self.school.config = parse_config(TOML + self.chance.choice(SETTINGS_OF_DAYS), root=self.school.root)

    def a_number_is_confirmed(self) -> None:
        config, today = self.school.config, self.today
        self.decide(lambda it: confirm_contacts(it, config, Confirmation("deputy-dsl", "rang"), today=today))

    def somebody_stands_in(self) -> None:
        config, today = self.school.config, self.today
        order = self.chance.choice([CoverOrder("deputy-dsl", today + timedelta(days=1)), CoverOrder("dsl")])
        self.decide(lambda it: order_cover(it, config, order, today=today))

    def end_of_day(self) -> tuple[datetime, DayPicture]:
        """Take contacts as a run does, keep what changed, and take the picture."""
        school, self.now = self.school, at(self.today, 22)
        with school.register.transaction() as tx:
            note_contacts(tx, school.key, school.config, self.today, self.tick())
            keep_everything(tx, school.key, school.config, actor="the daily run", now=self.tick())
            picture = picture_now(tx, school.key, school.config, self.today)
        moment = self.tick()
        self.now = at(self.today + timedelta(days=1), 7)
        return moment, picture


HAPPENS = [
    Life.somebody_comes, Life.a_policy_is_new, Life.a_text_changes, Life.one_awaits_approval, Life.one_is_approved,
    Life.an_approval_was_recorded_in_error, Life.a_fact_is_overruled, Life.all_are_asked, Life.somebody_reads,
    Life.a_reading_was_recorded_in_error, Life.somebody_changes, Life.somebody_is_away, Life.somebody_had_not_left,
    Life.settings_change, Life.a_number_is_confirmed, Life.somebody_stands_in,
]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    days=st.lists(st.lists(st.sampled_from(range(len(HAPPENS))), max_size=8), min_size=2, max_size=7),
    seed=st.integers(0, 2**16),
)
def test_the_picture_of_a_day_is_later_what_it_was_at_its_end(days: list[list[int]], seed: int) -> None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        life = Life(Path(folder), random.Random(seed))
        with life.school:
            for _ in range(2):
                life.somebody_comes()
                life.a_policy_is_new()
            taken = []
            for happens in days:
                for number in happens:
                    HAPPENS[number](life)
                taken.append(life.end_of_day())
            with life.school.register.reading() as tx:
                for moment, picture in taken:
                    later = picture_as_at(tx, life.school.key, life.school.config, moment)
                    for part in DayPicture.__dataclass_fields__:
                        assert getattr(later, part) == getattr(picture, part), (moment, part)


@pytest.mark.parametrize("toml", SETTINGS_OF_DAYS)
def test_settings_that_were_kept_are_the_same_settings_again(toml: str, tmp_path: Path) -> None:
    with School(tmp_path, toml) as school:
        with school.register.transaction() as tx:
            keep_everything(tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY))
        other = parse_config('[school]\nname = "Another"\n[mail]\nper_day = 7\n', root=tmp_path)
        with school.register.reading() as tx:
            then = config_at(tx, school.key, other, at(MONDAY))
    for name in KEPT_SETTINGS:
        assert getattr(then, name) == getattr(school.config, name)
    assert then.mail.per_day == 7, "what is not kept is today's"


def test_what_does_not_change_is_written_down_once(tmp_path: Path) -> None:
    with School(tmp_path, SETTINGS_OF_DAYS[0]) as school:
        school.add_policy("Lettings")
        with school.register.transaction() as tx:
            first = keep_everything(tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY))
            assert first == len(KEPT_SETTINGS) + 2
            assert keep_everything(tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY, 10)) == 0


def test_before_anything_was_kept_a_day_shows_what_was_kept_first(tmp_path: Path) -> None:
    with School(tmp_path, SETTINGS_OF_DAYS[0]) as school:
        version = school.add_policy("Lettings")
        school.add_person("Lee")
        with school.register.transaction() as tx:
            keep_everything(tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY, 23))
        with school.register.reading() as tx:
            early = picture_as_at(tx, school.key, school.config, at(MONDAY, 12))
            before = picture_as_at(tx, school.key, school.config, at(MONDAY - timedelta(days=30)))
    assert [one.version and one.version.id for one in early.policies] == [version.id]
    assert (before.policies, before.people) == ((), ())
    assert before.settings == settings_of(school.config)


def test_runs_and_commands_keep_what_changed_in_the_settings(tmp_path: Path) -> None:
    def policy(day: int, *arguments: str) -> None:
        called = ["--workspace", str(tmp_path), "--today", f"2026-11-{day}", *arguments]
        assert CliRunner().invoke(policy_group, called, catch_exceptions=False).exit_code == 0

    def number(register: Register, day: int) -> str:
        with register.reading() as tx:
            midnight = at(date(2026, 11, day) + timedelta(days=1), 0)
            then = config_at(tx, register.school, load_config(config), midnight - timedelta.resolution)
        return then.contacts["dsl"][0].phone

    config = tmp_path / "config.toml"
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "lettings.txt").write_text(policy_text("Lettings Policy"), encoding="utf-8")
    config.write_text(TOML, encoding="utf-8")
    policy(24, "run")
    config.write_text(TOML.replace("960101", "960155"), encoding="utf-8")
    policy(25, "set", "lettings", "owner=Headteacher", "--reason", "as agreed")
    config.write_text(TOML.replace("960101", "960166"), encoding="utf-8")
    policy(26, "run")
    with School(tmp_path, "") as school:
        live = live_config(school.register, school.config, lambda: at(date(2026, 11, 27)))
        config.write_text(TOML.replace("01632 960101", "07700 900177"), encoding="utf-8")
        assert live().contacts["dsl"][0].phone.endswith("177")
        assert [number(school.register, day)[-3:] for day in (24, 25, 26, 27)] == ["101", "155", "166", "177"]


def test_settings_of_a_newer_program_are_told_and_not_guessed(tmp_path: Path) -> None:
    with School(tmp_path, SETTINGS_OF_DAYS[0]) as school, school.register.transaction() as tx:
        known = {SETTINGS: {"value": {"default": "by telepathy"}}}
        keep_states(tx, school.key, "reading", known, actor="Pat Clerk", now=at(MONDAY))
        with pytest.raises(RegisterError, match="cannot be read by this one"):
            picture_as_at(tx, school.key, school.config, at(MONDAY))


def test_a_run_does_not_put_its_settings_over_what_was_changed_while_its_mail_went(tmp_path: Path) -> None:
    changed = TOML.replace("960101", "960155")

    def change_meanwhile(*_: object, **__: object) -> DeliveryReport:
        with school.register.transaction() as tx:
            keep_settings(tx, school.key, parse_config(changed, root=tmp_path), actor="the pages", now=at(MONDAY, 7))
        return DeliveryReport()

    (tmp_path / "policies").mkdir()
    with School(tmp_path, "") as school, pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.stages.mail.deliver", change_meanwhile)
        run_pipeline(parse_config(TOML, root=tmp_path), today=MONDAY, now=at(MONDAY, 6), environ={})
        with school.register.reading() as tx:
            kept = [config_at(tx, school.key, school.config, at(MONDAY, hour)) for hour in (6, 20)]
    assert [config.contacts["dsl"][0].phone[-3:] for config in kept] == ["101", "155"]
