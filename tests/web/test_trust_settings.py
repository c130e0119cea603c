"""What a served page takes in of files that change: the trust's file holds in every school at once."""

from pathlib import Path

from pipeline.config import load_config
from pipeline.web.site import LiveConfig
from pipeline.web.trust.own_site import LiveTrust

TRUST = '[trust]\nname = "Vale"\n[every_school.reading]\ndefault = "{}"\n[[schools]]\nkey = "oak"\nfolder = "oak"\n'


def test_a_change_of_the_trusts_file_holds_on_a_schools_desk_without_a_restart(tmp_path: Path) -> None:
    school = tmp_path / "oak"
    school.mkdir()
    (tmp_path / "trust.toml").write_text(TRUST.format("sign"), encoding="utf-8")
    (school / "config.toml").write_text('[school]\nname = "Oak"\ntrust = ".."\n', encoding="utf-8")
    live = LiveConfig(load_config(school / "config.toml"))
    assert live().reading.default == "sign"
    (tmp_path / "trust.toml").write_text(TRUST.format("read") + "\n", encoding="utf-8")
    assert live().reading.default == "read"
    (tmp_path / "trust.toml").write_text("broken", encoding="utf-8")
    assert live().reading.default == "read"


def test_a_trusts_file_that_breaks_changes_nothing_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "trust.toml"
    path.write_text(TRUST.format("sign"), encoding="utf-8")
    live = LiveTrust(tmp_path)
    assert (live().school.name, live.faults) == ("Vale", ())
    path.write_text(TRUST.format("sign") + "nonsense = 1\n", encoding="utf-8")
    assert live.now().name == "Vale"
    assert len(live.faults) == 1
    assert "nonsense" in live.faults[0]
    path.write_text(TRUST.format("sign").replace("Vale", "Dale Trust"), encoding="utf-8")
    assert (live.now().name, live().school.name, live.faults) == ("Dale Trust", "Dale Trust", ())
