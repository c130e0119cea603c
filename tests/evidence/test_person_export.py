"""What is held on one person: all of it, and nobody else by name."""

import json
import re
from datetime import timedelta
from pathlib import Path

from pipeline.evidence.person_export import SOMEBODY, find_held, held_as_json, held_as_page
from pipeline.register.deciding import deciding
from pipeline.register.people.changes import put_away
from pipeline.register.people.held_on import NEVER_SHOWN
from tests.school import MONDAY, School, at, is_named


def test_everything_on_one_person_is_there_and_nobody_else(tmp_path: Path) -> None:
    with School(tmp_path, '[reading]\ndefault = "sign"\n[web]\nbase_url = "https://policies.example.org"\n') as school:
        version = school.add_policy("Confidentiality")
        lee, ash = school.add_person("Lee", manager="Jo Ash"), school.add_person("Ash")
        school.plan(MONDAY - timedelta(days=20))
        school.deliver(MONDAY - timedelta(days=20))
        school.record(lee, version)
        with deciding(school.register, school.root, "Jo Ash", at(MONDAY)) as decision:
            put_away(decision.tx, school.key, lee, MONDAY + timedelta(days=3), MONDAY, at(MONDAY), actor="Jo Ash")
        with school.register.reading() as tx:
            held = find_held(tx, school.key, school.find_person(lee.id))
            page = held_as_page(tx, school.key, held, school.config, MONDAY).decode("utf-8")
        data = json.loads(held_as_json(held))
    for name in ("person", "engagement", "away", "request", "acknowledgement", "message", "delivery", "told"):
        assert data["held"][name], name
    assert data["held"]["acknowledgement"][0]["method"] == "page"
    assert data["held"]["away"][0]["recorded_by"] == SOMEBODY
    assert data["held"]["engagement"][0]["manager"] == SOMEBODY
    assert "Confidentiality" in next(iter(data["letters"].values()))
    assert data["ledger"]
    for words in (page, json.dumps(data, ensure_ascii=False)):
        assert not is_named("Ash", words)
        assert "ash@example.org" not in words
        assert lee.token_key not in words
        assert "/my/…" in words
        assert not re.search(r"/my/\w", words)
    assert "lee@example.org" in page
    assert str(ash.id) not in {str(row["person"]) for row in data["held"]["message"]}
    assert not any(column in row for rows in data["held"].values() for row in rows for column in NEVER_SHOWN - {"key"})
