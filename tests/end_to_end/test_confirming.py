"""``policy send`` as the office uses it: it shows what waits, asks for the number of people, and names who refused."""

import io
from collections.abc import Iterator

import pytest

from tests.end_to_end.conftest import School
from tests.mail.servers import ScriptedServer, scripted


class Terminal(io.StringIO):
    """Somebody at a terminal, who types what is given."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def waiting(stocked: School) -> Iterator[tuple[School, ScriptedServer]]:
    """A school whose first mailing by a mail server waits."""
    refused = {"no": "550 no such user"}
    script = lambda step, number: refused["no"] if (step, number) == ("rcpt", 4) else None  # noqa: E731
    with scripted(script) as server:
        send_by(stocked, server)
        assert stocked.policy("run").code == 0
        yield stocked, server


def send_by(school: School, server: ScriptedServer) -> None:
    """Let a school's mail go by a server, over one connection."""
    school.send_by(server.port)
    school.configure("connections = 2", "connections = 1")


def test_a_day_to_come_is_typed_before_mail_goes_as_if_it_were_that_day(
    stocked: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = "2098-06-02"
    with scripted() as server:
        send_by(stocked, server)
        stocked.configure("confirm_above = 20", "confirm_above = 0")
        for command in ("run", "deliver", "serve"):
            for typed in ("yes\n", ""):
                monkeypatch.setattr("sys.stdin", Terminal(typed))
                answer = stocked.policy(command, today=day)
                assert answer.code == 2
                assert "as if today were 2 June 2098" in " ".join(answer.out.split())
                assert "Nothing was sent." in answer.err
        assert server.taken == []
        monkeypatch.setattr("sys.stdin", Terminal(f"{day}\n"))
        assert stocked.policy("deliver", today=day).code == 0
        monkeypatch.setattr("sys.stdin", Terminal(""))
        assert stocked.policy("run", "--dry-run", today=day).code == 0
        assert stocked.policy("deliver", today="2020-06-02").code == 0


def name_of_lead(school: School) -> str:
    """Return the line of the settings that names the lead."""
    lines = (school.root / "config.toml").read_text("utf-8").splitlines()
    return next(line for line in lines[lines.index("[contacts.dsl]") :] if line.startswith("name ="))


def people(school: School) -> int:
    return int(school.policy("send", "--json").json["people"])


def test_on_a_terminal_the_number_of_people_is_typed(
    waiting: tuple[School, ScriptedServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    school, server = waiting
    number, before = people(school), len(server.taken)
    assert number > 3
    for typed, said in (("1", "You typed 1"), ("", "You typed nothing"), ("stop", "You typed nothing")):
        monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
        answer = school.policy("send", "--confirm")
        assert answer.code == 2
        assert f"{said}, and it is {number}: nothing was sent." in answer.err
        assert f"This writes to {number} people. Type the number to send: " in answer.out
        assert "mailed from another folder or computer as well, everybody gets them twice" in answer.out
    assert len(server.taken) == before
    monkeypatch.setattr("sys.stdin", Terminal(f"{number}\n"))
    answer = school.policy("send", "--confirm")
    assert f"Confirmed: the mailing to {number} people." in answer.out
    assert len(server.taken) > before


def test_without_a_terminal_the_number_is_an_option(waiting: tuple[School, ScriptedServer]) -> None:
    school, server = waiting
    number, before = people(school), len(server.taken)
    answer = school.policy("send", "--confirm")
    assert (answer.code, f"policy send --confirm --people {number}" in answer.err) == (2, True)
    assert school.policy("send", "--confirm", "--people", str(number + 1)).code == 2
    assert school.policy("send", "--people", str(number)).code == 2
    assert len(server.taken) == before
    assert school.policy("send", "--confirm", "--people", str(number), "--json").json["people"] == number
    assert len(server.taken) > before


def test_without_this_years_terms_nothing_is_let_go(waiting: tuple[School, ScriptedServer]) -> None:
    school, server = waiting
    number, before = people(school), len(server.taken)
    school.configure("terms = [", "terms = []  # [")
    answer = school.policy("send", "--confirm", "--people", str(number))
    assert answer.code == 2
    assert "[calendar] terms" in answer.err
    assert len(server.taken) == before


def test_what_waits_is_shown_with_people_minutes_and_once_known_the_end(
    waiting: tuple[School, ScriptedServer],
) -> None:
    school, _ = waiting
    number = people(school)
    shown = school.policy("send").out
    assert f"A mailing to {number} people waits, " in shown
    assert "of reading in all:" in shown
    assert "the last mail" not in shown
    school.configure("per_minute = 0", "per_minute = 1")
    assert "If it is let go now, the last mail is out at about " in school.policy("send").out
    assert school.policy("send", "--json").json["last_mail_at"].startswith("2026-11-24T")


def test_retrying_names_who_refused_mail(waiting: tuple[School, ScriptedServer]) -> None:
    school, _ = waiting
    assert "No mail is put off." in school.policy("send", "--retry").out
    answer = school.policy("send", "--confirm", "--people", str(people(school)))
    assert answer.code == 5
    told = school.policy("send", "--retry")
    assert "Refused in the last 30 days" in told.out
    assert "550 no such user" in told.out
    (refused,) = school.policy("send", "--retry", "--json").json["refused"]
    assert refused["to"] in told.out
    assert refused["to"] in school.policy("run").out
    assert school.policy("send", "--refused").code == 2
    # The server takes it now.
    assert school.policy("send", "--retry", "--refused").code == 0
    assert school.policy("send", "--retry", "--json").json["refused"] == []
    assert "--drop ADDRESS" not in school.policy("run").out
    assert school.policy("send", "--drop", refused["to"]).code == 2


def test_a_confirmation_sends_no_links_that_would_not_open(west_park: School) -> None:
    with scripted(lambda step, number: None) as server:
        send_by(west_park, server)
        west_park.configure('base_url = ""', 'base_url = "https://policies.example.org"')
        assert west_park.policy("run").code == 0
        number, before, key = people(west_park), len(server.taken), west_park.root / ".secrets" / "secret-key"
        right = key.read_text(encoding="ascii")
        key.write_text("another secret, as long as one has to be to sign links\n", encoding="ascii")
        held = west_park.policy("send", "--confirm", "--people", str(number))
        assert "All mail has been held" in held.out
        assert len(server.taken) == before
        key.write_text(right, encoding="ascii")
        assert west_park.policy("deliver").code == 0
        assert len(server.taken) > before


def test_what_was_planned_by_other_contacts_does_not_go(waiting: tuple[School, ScriptedServer]) -> None:
    school, server = waiting
    number, before = people(school), len(server.taken)
    lead = name_of_lead(school)
    school.configure(lead, 'name = "Dana Price"')
    answer = school.policy("send", "--confirm", "--people", str(number))
    assert answer.code == 2
    assert "The contacts were changed since the last run" in answer.err
    assert "The contacts were changed" in school.policy("send").out
    assert "The contacts were changed" in school.policy("send", "--json").json["outdated"]
    assert len(server.taken) == before
    school.configure('name = "Dana Price"', lead)
    assert school.policy("send", "--confirm", "--people", str(number)).code in (0, 5)
    assert len(server.taken) > before


def test_what_is_put_off_does_not_go_by_contacts_of_before(waiting: tuple[School, ScriptedServer]) -> None:
    school, server = waiting
    school.policy("send", "--confirm", "--people", str(people(school)))
    before = len(server.taken)
    lead = name_of_lead(school)
    school.configure(lead, 'name = "Dana Price"')
    with_refused = school.policy("send", "--retry", "--refused")
    assert "The contacts were changed since the last run" in with_refused.out
    assert len(server.taken) == before


def test_what_was_planned_by_another_staff_list_does_not_go(waiting: tuple[School, ScriptedServer]) -> None:
    school, server = waiting
    number, before, listed = people(school), len(server.taken), school.root / "staff.csv"
    listed.write_text(listed.read_text("utf-8") + "\n", "utf-8")
    answer = school.policy("send", "--confirm", "--people", str(number))
    assert answer.code == 2
    assert "staff.csv was changed since the last run" in answer.err
    assert len(server.taken) == before
    assert school.policy("run").code == 0
    assert school.policy("send", "--confirm", "--people", str(people(school))).code in (0, 5)
    assert len(server.taken) > before


def test_no_letter_asks_for_a_policy_that_was_taken_out_of_use_since(waiting: tuple[School, ScriptedServer]) -> None:
    school, server = waiting
    before, slug = len(server.taken), next(iter(school.status()))
    title = school.status()[slug]["title"]
    assert school.policy("set", slug, "withdrawn=yes", "--reason", "old").code == 0
    assert people(school) == 0, "every letter told of it"
    assert school.policy("run").code == 0
    school.policy("send", "--confirm", "--people", str(people(school)))
    others = [each["title"].encode() for each in school.status().values() if each["slug"] != slug]
    assert [mail for mail in server.taken[before:] if any(other in mail for other in others)]
    assert not [mail for mail in server.taken[before:] if title.encode() in mail]


def test_a_list_that_grew_by_more_than_a_fifth_is_looked_at_before_anybody_is_mailed(
    waiting: tuple[School, ScriptedServer],
) -> None:
    school, server = waiting
    school.policy("send", "--confirm", "--people", str(people(school)))
    listed = school.root / "staff.csv"
    heading, *rows = listed.read_text("utf-8").splitlines()
    columns = heading.split(",")

    def row(number: int, name: str) -> str:
        cells = {"person_id": f"P{number}", "first_name": name, "last_name": "Ashe"}
        cells["work_email"] = f"p{number}@example.org"
        return ",".join(cells.get(column, "") for column in columns)

    more = [row(*one) for one in enumerate(("Aaron", "Billy", "Cody", "Daisy", "Ella", "Freya", "George"))]
    few, many = more[:2], more
    before, day = len(server.taken), "2026-11-25"
    listed.write_text("\n".join([heading, *rows, *few, ""]), "utf-8")
    assert school.policy("run", today=day).code == 0
    assert len(server.taken) > before
    before, day = len(server.taken), "2026-11-27"
    listed.write_text("\n".join([heading, *rows, *many, ""]), "utf-8")
    assert school.policy("run", today=day).code == 0
    assert [mail for mail in server.taken[before:] if b"p6@example.org" in mail] == []
    assert "people are new in the list: are all of them staff?" in school.policy("send", today=day).out
    # Made afresh on the day after, since the copies name somebody else, it is no less looked at.
    before, day = len(server.taken), "2026-11-30"
    line = name_of_lead(school)
    school.configure(line, 'name = "June Holt"')
    assert school.policy("run", today=day).code == 0
    assert [mail for mail in server.taken[before:] if b"p6@example.org" in mail] == []
    assert "people are new in the list: are all of them staff?" in school.policy("send", today=day).out


def test_a_list_taken_in_days_before_the_next_run_is_looked_at_as_well(waiting: tuple[School, ScriptedServer]) -> None:
    school, server = waiting
    school.policy("send", "--confirm", "--people", str(people(school)))
    assert school.policy("run", today="2026-11-25").code == 0
    listed = school.root / "staff.csv"
    names = ("Ashe", "Birch", "Cole", "Dale", "Eden", "Frost", "Gill")
    more = [f"P{number},Ann,{name},p{number}@example.org,,,\n" for number, name in enumerate(names)]
    listed.write_text(listed.read_text("utf-8") + "".join(more), "utf-8")
    assert school.policy("staff", "import", str(listed), today="2026-11-26").code == 0
    before, day = len(server.taken), "2026-11-30"
    assert school.policy("run", today=day).code == 0
    assert [mail for mail in server.taken[before:] if b"p6@example.org" in mail] == []
    assert "7 people are new in the list: are all of them staff?" in school.policy("send", today=day).out
