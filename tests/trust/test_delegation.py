"""A short name in the scheme of delegation that no policy has is told, with the nearest right one."""

from tests.trust.world import World


def test_a_slip_in_the_scheme_is_told_by_whoever_uses_it(trust: World) -> None:
    trust.add("oak", "Oak Primary School", policies=("Lettings Policy", "Rabbit Keeping Policy"))
    (trust.root / "policies" / "Minibus Policy.txt").write_text("Minibus Policy\n\nWho drives.\n", encoding="utf-8")
    assert trust.policy("trust", "run").code == 0
    path = trust.root / "trust.toml"
    right = 'rabbit-keeping = "school"\nminibus = "school"\nbehaviour = "school"\n'
    path.write_text(
        path.read_text(encoding="utf-8").replace("[delegation]\n", f"[delegation]\n{right}"), encoding="utf-8"
    )
    for command in (("status",), ("run", "--dry-run"), ("distribute", "--dry-run")):
        answer = trust.policy("trust", *command)
        assert "no policy has the short name" not in answer.err, "the catalogue, a school or the trust has each"
    text = path.read_text(encoding="utf-8").replace('behaviour = "school"', 'behavior = "school"')
    path.write_text(text.replace('key = "oak"', 'key = "oak"\ndelegation = { zzz = "school" }'), encoding="utf-8")
    for command in (("status",), ("run", "--dry-run"), ("distribute", "--dry-run"), ("status", "--json")):
        said = trust.policy("trust", *command).err
        assert "trust.toml, [delegation]: no policy has the short name 'behavior', so nothing is left" in said
        assert "Did you mean 'behaviour'?" in said
        assert "trust.toml, the delegation of oak: no policy has the short name 'zzz'" in said
        assert "minibus" not in said
