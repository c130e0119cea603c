"""Documents of others: an edition is asked of nobody until the owner releases it, then like any policy."""

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.changed import Compared
from pipeline.acknowledgements.listing import readings
from pipeline.catalogue.external import find_document
from pipeline.copies.orders import CopyReport
from pipeline.copies.shelf import refresh_copies
from pipeline.dates.calendar import school_day_from
from pipeline.errors import UsageError
from pipeline.model.facts import Facts
from pipeline.model.mail import MailKind
from pipeline.model.policies import ReviewState, RevisionKind, VersionStatus
from pipeline.policies.decisions.decide import issue, set_facts
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.drafts import show_waiting
from pipeline.policies.editions import EditionOffer, find_offer, list_offers, release_edition
from pipeline.policies.questions import list_questions
from pipeline.publish.recall import list_answers
from pipeline.publish.site import publish_site
from pipeline.register.deciding import deciding
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path, load_or_make_key
from pipeline.register.policies.policies import VersionRecord, add_policy, add_version, list_versions
from pipeline.web.readers.view import view_for
from tests.school import SECRET, Planned, School, at

SLUG = "kcsie-part-one"
BEFORE, AFTER = date(2025, 11, 24), date(2026, 9, 1)
"""A Monday and a Tuesday; the edition of 2026 applies since the second."""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as made:
        yield made


def release(school: School, today: date, reason: str | None = None) -> Decided:
    with deciding(school.register, school.root, "Jo Marsh", at(today)) as decision:
        return issue(decision, SLUG, kind=None, reason=reason, today=today)


def make_copies(school: School, today: date) -> CopyReport:
    return refresh_copies(school.register, school.config, school.standings(today), today=today, now=at(today))


def ask(school: School, today: date) -> Planned:
    make_copies(school, today)
    return school.plan(today)


def offers(school: School, today: date) -> tuple[EditionOffer, ...]:
    with school.register.reading() as tx:
        return list_offers(tx, school.key, school.config.reading, today)


def test_edition_is_offered_and_asks_nobody_until_it_is_released(school: School) -> None:
    school.add_person("Lee")
    (offer,) = offers(school, BEFORE)
    assert "'policy issue kcsie-part-one'" in offer.message
    assert school.standings(BEFORE) == ()
    assert ask(school, BEFORE).opened == ()
    assert school.messages() == ()


def test_released_edition_is_asked_for_with_its_address_and_counted_like_a_policy(school: School) -> None:
    row = school.add_person("Lee")
    assert "whoever is to read it is asked at the next run" in release(school, BEFORE).message
    plan = ask(school, BEFORE)
    assert [mail.titles for mail in plan.queued] == [("Keeping Children Safe in Education, Part One",)]
    assert plan.waiting_for_copy == ()
    (standing,) = school.standings(BEFORE)
    assert (standing.state, standing.version_label, standing.problems) == (ReviewState.LIVE_DOCUMENT, "2025", ())
    assert standing.reading_minutes == 40
    with school.register.reading() as tx:
        (version,) = list_versions(tx, school.key)
        counts = readings(tx, school.key, school.config, [standing], BEFORE)
        view = view_for(tx, school.key, school.config, SECRET, row, BEFORE, Compared())
    assert (counts[version.policy_id].done, counts[version.policy_id].required) == (0, 1)
    assert [one.policy.address for one in view.to_sign] == [standing.address]
    assert (standing.address or "").startswith("https://")
    school.record(row, version, BEFORE)
    with school.register.reading() as tx:
        assert readings(tx, school.key, school.config, [standing], BEFORE)[version.policy_id].done == 1
        view = view_for(tx, school.key, school.config, SECRET, row, BEFORE, Compared())
    assert [one.policy.address for one in view.has_read] == [standing.address]


def test_new_edition_waits_for_the_owner_though_the_one_before_was_released(school: School) -> None:
    row = school.add_person("Lee")
    release(school, BEFORE)
    ask(school, BEFORE)
    with school.register.reading() as tx:
        (version,) = list_versions(tx, school.key)
    school.record(row, version, BEFORE)
    assert ask(school, AFTER).opened == ()
    (standing,) = school.standings(AFTER)
    (problem,) = standing.problems
    assert problem.code == "edition-waiting"
    assert "The edition of 2026 is there" in problem.message
    assert "go on with the edition of 2025" in problem.message
    release(school, AFTER, "the lead has read it")
    (asked,) = ask(school, AFTER).opened
    assert asked.policy_id == standing.policy_id
    (after,) = school.standings(AFTER)
    assert (after.version_label, after.problems) == ("2026", ())


def test_release_stands_in_the_ledger_with_who_said_so_and_the_record_is_kept(school: School) -> None:
    release(school, BEFORE, "read at the training day")
    with school.register.reading() as tx:
        lines = list(ledger.export(tx, school.key, load_or_make_key(ledger_key_path(school.root)), at(BEFORE)))
        (version,) = list_versions(tx, school.key)
    assert not any("Jo Marsh" in line or "training day" in line for line in lines)
    record = next(json.loads(line) for line in lines if "edition-released" in line)
    assert (record["fields"]["edition"], record["fields"]["sha256"]) == ("2025", version.sha256)
    assert (record["fields"]["address"], sorted(record["personal"])) == (version.address, ["actor", "reason"])
    assert not make_copies(school, BEFORE).damaged


def test_nothing_of_it_is_asked_of_the_owner(school: School) -> None:
    release(school, BEFORE)
    with school.register.reading() as tx:
        assert list_questions(tx, school.key, school.config, BEFORE) == ()


@pytest.mark.parametrize("called", ["kcsie", "keeping-children-safe-part-one", "keeping-children-safe-in-education"])
def test_it_is_released_by_the_names_it_goes_by_too(school: School, called: str) -> None:
    with deciding(school.register, school.root, "Jo Marsh", at(BEFORE)) as decision:
        issue(decision, called, kind=None, reason=None, today=BEFORE)
    assert [standing.slug for standing in school.standings(BEFORE)] == [SLUG]


def test_issue_shows_first_what_would_be_released(school: School) -> None:
    with school.register.reading() as tx:
        view = show_waiting(tx, school.key, SLUG, BEFORE)
    assert (view.number, view.label, view.kind) == (1, "2025", RevisionKind.ADOPTED)
    assert "published at https://" in view.headline
    assert "in force since 1 September 2025" in view.headline


def test_what_cannot_be_released_is_said(school: School) -> None:
    with deciding(school.register, school.root, "Jo Marsh", at(BEFORE)) as decision:
        with pytest.raises(UsageError, match="published by others"):
            issue(decision, SLUG, kind=RevisionKind.MINOR, reason=None, today=BEFORE)
        with pytest.raises(UsageError, match="released meanwhile"):
            issue(decision, SLUG, kind=None, reason=None, today=BEFORE, shown=7)
        with pytest.raises(UsageError, match=r"No edition of .* applies on 1 January 2020"):
            issue(decision, SLUG, kind=None, reason=None, today=date(2020, 1, 1))
    release(school, BEFORE)
    with pytest.raises(UsageError, match=r"The edition of 2025 .* is in use already"):
        release(school, BEFORE)


def test_another_address_of_the_same_edition_asks_nobody_again(school: School) -> None:
    row = school.add_person("Lee")
    release(school, BEFORE)
    ask(school, BEFORE)
    with school.register.reading() as tx:
        (version,) = list_versions(tx, school.key)
    school.record(row, version, BEFORE)
    document = find_document(SLUG)
    assert document is not None
    moved = replace(document.editions[0], address="https://www.example.org/part-one")
    offer = EditionOffer(document, moved, version)
    assert "another address now, https://www.example.org/part-one" in offer.message
    with deciding(school.register, school.root, "Jo Marsh", at(BEFORE)) as decision:
        assert "nobody is asked again" in release_edition(decision, offer, reason=None, today=BEFORE)
    plan = ask(school, BEFORE)
    assert (plan.opened, plan.queued) == ((), ())
    assert school.standings(BEFORE)[0].address == "https://www.example.org/part-one"


def test_document_that_lies_in_the_schools_own_folder_is_its_policy(school: School) -> None:
    with school.register.transaction() as tx:
        policy = add_policy(tx, school.key, SLUG, "Part One", SLUG, at(BEFORE))
    school.add_version(policy.id, RevisionKind.ADOPTED, title="Part One")
    assert offers(school, BEFORE) == ()
    with school.register.reading() as tx:
        assert find_offer(tx, school.key, SLUG, BEFORE) is None


def test_file_of_the_schools_own_that_comes_later_waits_as_any_draft_does(school: School) -> None:
    release(school, BEFORE)
    (standing,) = school.standings(BEFORE)
    with school.register.transaction() as tx:
        draft = VersionRecord(
            policy_id=standing.policy_id,
            sha256="11",
            path="part one.docx",
            status=VersionStatus.DRAFT,
            kind=RevisionKind.MAJOR,
            facts=Facts(title=standing.title),
            text="Part One, as the school keeps it",
            words=400,
        )
        add_version(tx, school.key, draft, at(BEFORE))
    assert [problem.code for problem in school.standings(AFTER)[0].problems] == ["draft-waiting"]
    with school.register.reading() as tx:
        assert show_waiting(tx, school.key, SLUG, AFTER).number == 2
    assert "its readers are asked again" in release(school, AFTER).message
    (own,) = school.standings(AFTER)
    assert own.address is None


def test_document_taken_out_of_use_is_offered_no_more(school: School) -> None:
    release(school, BEFORE)
    with deciding(school.register, school.root, "Jo Marsh", at(BEFORE)) as decision:
        set_facts(decision, SLUG, ["withdrawn=yes"], reason="read on paper", today=BEFORE)
    assert offers(school, AFTER) == ()
    with pytest.raises(UsageError, match="withdrawn=no"):
        release(school, AFTER)


def test_document_that_the_rules_ask_of_nobody_is_not_offered(tmp_path: Path) -> None:
    with School(tmp_path, f'[reading]\nfind = ["{SLUG}"]\n') as school:
        assert offers(school, BEFORE) == ()


def test_short_form_is_released_for_those_whom_a_rule_asks_and_its_end_is_told(tmp_path: Path) -> None:
    rules = '[[reading.rules]]\npolicies = ["kcsie-annex-a"]\nask = "sign"\nroles = ["cook"]\n'
    with School(tmp_path, rules) as school:
        cook, _ = school.add_person("Lee", role="Cook"), school.add_person("Ray")
        with deciding(school.register, school.root, "Jo Marsh", at(BEFORE)) as decision:
            issue(decision, "kcsie-annex-a", kind=None, reason=None, today=BEFORE)
        assert [one.person for one in ask(school, BEFORE).opened] == [cook.id]
        (standing,) = school.standings(AFTER)
        assert [problem.code for problem in standing.problems] == ["edition-ended"]


def test_staff_site_leads_to_where_it_is_read_and_no_code_is_printed_for_it(school: School) -> None:
    release(school, BEFORE)
    make_copies(school, BEFORE)
    standings = school.standings(BEFORE)
    assert publish_site(school.register, school.config, standings, BEFORE).failed is None
    page = (school.config.staff_site / "index.html").read_text(encoding="utf-8")
    assert f'<a href="{standings[0].address}">Keeping Children Safe in Education, Part One</a>' in page
    assert "Keeping Children Safe" not in (school.config.public_site / "index.html").read_text(encoding="utf-8")
    with school.register.reading() as tx:
        assert list_answers(tx, school.key, school.config.zone) == []


def test_letter_says_where_it_is_read_in_both_parts_and_speaks_of_no_copy(school: School) -> None:
    school.add_person("Lee")
    release(school, BEFORE)
    ask(school, BEFORE)
    assert school.deliver(BEFORE).written == 1
    for words in _parts_of_newest(school):
        assert str(school.standings(BEFORE)[0].address) in words
        assert "ttached" not in words
        assert "The cop" not in words


@pytest.mark.parametrize(
    ("toml", "of_the_copy"),
    [
        ("", "The copy is attached once more."),
        ("[mail]\nattach_below_mb = 0\n", "The copy is in the folder"),
        (
            '[web]\nbase_url = "https://policies.example.org"\n[mail]\nattach_below_mb = 0\n',
            "The copy is on your page, at the address below.",
        ),
    ],
)
def test_reminder_says_where_it_is_read_and_speaks_of_the_copies_of_others_only(
    tmp_path: Path, toml: str, of_the_copy: str
) -> None:
    reminded = school_day_from(BEFORE + timedelta(days=14), -3, ())
    for with_policy in (False, True):
        with School(tmp_path / str(with_policy), toml) as school:
            school.add_person("Lee")
            release(school, BEFORE)
            make_copies(school, BEFORE)
            [released] = school.standings(BEFORE)
            if with_policy:
                school.add_policy("Behaviour")
            school.plan(BEFORE)
            school.deliver(BEFORE)
            assert [letter.kinds for letter in school.plan(reminded).queued] == [(MailKind.REMINDER,)]
            assert school.deliver(reminded).written == 1
            for words in _parts_of_newest(school):
                assert "Where it is: " in words
                assert str(released.address) in words
                assert (of_the_copy in words) == with_policy
                assert words.count("The cop") == with_policy


def _parts_of_newest(school: School) -> tuple[str, str]:
    """The text and the HTML of the mail that was written last."""
    newest = max((school.config.distribution / "outbox").glob("*.eml"), key=lambda path: path.name)
    message = email.message_from_bytes(newest.read_bytes(), policy=email.policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()
