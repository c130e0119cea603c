"""Guards over the repository itself: its shape, its imports, its README and its pinned parts."""

import ast
import csv
import io
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from datetime import date
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from tokenize import COMMENT, generate_tokens

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline.cli import policy
from pipeline.config import Config, GroupSection, load_config
from pipeline.configuration.accounts import GoogleSection, MicrosoftSection
from pipeline.configuration.calendar import BodySection
from pipeline.configuration.contacts import ContactSection
from pipeline.configuration.declarations import DeclarationSection
from pipeline.configuration.mail import OAuthSection
from pipeline.configuration.people import MicrosoftPeopleSection
from pipeline.configuration.reading import ReadingRuleSection
from pipeline.decisions.table import DECISIONS
from tests.conftest import slow_first, some_cases
from tests.settings_reference import REFERENCE, SAMPLE, commented, reference

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

TOP_LEVEL = {
    ".ci", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "LICENSE", "Makefile",
    "README.md", "config.toml", "distribution", "docs", "pipeline", "policies", "pyproject.toml",
    "requirements-dev.txt", "requirements.txt", "run.cmd", "staff.csv", "templates", "test.cmd", "tests",
}  # fmt: skip

MODULE_MAP = (
    "__main__", "cli", "web", "decisions", "schedule", "simulation", "trust", "run", "stages", "evidence", "privacy",
    "handover", "publish", "papers", "other_schools", "letters", "lists", "acknowledgements", "fetched_lists", "mail",
    "copies", "word", "last_look", "pages", "contacts", "plan", "people", "policies", "findings", "changes",
    "settings", "safety_copies", "register", "facts", "catalogue", "workspace", "starting", "config", "configuration",
    "directory", "named", "labels", "text", "dates", "wording", "documents", "resources", "files", "outgoing",
    "secret_sources", "private_files", "model", "errors", "reasons", "places", "commands", "interrupts",
)  # fmt: skip
"""Imports point down this list only, or stay inside one name."""


def names_in_git() -> list[str]:
    """What git knows here; nothing in a copy without git."""
    if shutil.which("git") is None:
        return []
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return [name for name in listed.stdout.decode("utf-8").split("\0") if name] if listed.returncode == 0 else []


def tracked_files() -> list[Path]:
    """Every file git knows here; in a copy without git, every file of the places the design names."""
    if names := names_in_git():
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    places = [ROOT / name for name in sorted(TOP_LEVEL - {"distribution"})]
    inside = [path for place in places for path in (place.rglob("*") if place.is_dir() else [place])]
    return [path for path in inside if path.is_file() and "__pycache__" not in path.parts]


def tracked_texts() -> list[tuple[str, str]]:
    """Name and text of every tracked file that is text, this one left out (it holds what it looks for)."""
    texts = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content[:4096] and path != Path(__file__).resolve() and path.suffix != ".pdf":
            texts.append((path.relative_to(ROOT).as_posix(), content.decode("utf-8", errors="replace")))
    return texts


def imported_modules(path: Path) -> set[str]:
    """The first name under ``pipeline`` of every import in a file, those inside functions included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            module = node.module or ""
            names = [f"pipeline.{alias.name}" for alias in node.names] if module == "pipeline" else [module]
        found |= {name.split(".")[1] for name in names if name.startswith("pipeline.") and "__" not in name}
    return found


def upward_imports(files: list[tuple[str, Path]]) -> list[str]:
    """Each import that does not point down the module map, as ``file -> module``."""
    rank = {name: position for position, name in enumerate(MODULE_MAP)}
    return [
        f"{path.name} ({home}) -> {target}"
        for home, path in files
        for target in sorted(imported_modules(path) - {home})
        if rank[target] <= rank[home]
    ]


def package_files() -> list[tuple[str, Path]]:
    """Every module of the package with the name it belongs to on the module map."""
    package = ROOT / "pipeline"
    return [
        (path.relative_to(package).parts[0].removesuffix(".py"), path)
        for path in sorted(package.rglob("*.py"))
        if path != package / "__init__.py" and "_shipped" not in path.parts
    ]


def test_top_level_holds_only_what_the_design_names() -> None:
    names = names_in_git()
    if not names:
        pytest.skip("this copy of the repository is without git, so it cannot be told what belongs to it")
    assert {name.split("/")[0] for name in names} <= TOP_LEVEL


def test_every_module_has_its_place_on_the_map() -> None:
    assert {home for home, _ in package_files()} <= set(MODULE_MAP)


def test_imports_point_down_the_module_map() -> None:
    assert upward_imports(package_files()) == []


def test_an_import_that_points_up_is_found_wherever_it_stands(tmp_path: Path) -> None:
    module = tmp_path / "calendar.py"
    module.write_text("def late() -> None:\n    from pipeline.register import ledger\n", encoding="utf-8")
    assert upward_imports([("dates", module)]) == ["calendar.py (dates) -> register"]


def test_every_line_of_sql_stands_in_the_register() -> None:
    texts = {path: path.read_text(encoding="utf-8") for home, path in package_files() if home != "register"}
    assert [path.name for path, text in texts.items() if re.search(r"^\s*(?:from|import) sqlalchemy", text, re.M)] == []


ONE_FILE_WHATEVER_ITS_LENGTH = {
    "register/ledger/verify_ledger.py": "a program of one file, handed to whoever checks an export or a proof",
}
"""Modules that may be longer than 500 lines, each with the reason; migrations are never touched once shipped."""


NAMES_OF_SEVERAL_CLASSES = 8
"""How many class names of the package mean more than one class; it may only go down."""


def test_one_class_name_means_one_thing() -> None:
    classes = Counter(
        node.name
        for _, path in package_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    shared = sorted(name for name, count in classes.items() if count > 1)
    assert len(shared) <= NAMES_OF_SEVERAL_CLASSES, f"name a new class by what it alone is: {shared}"


WORDS_THAT_NAME_NOBODY = 45
"""How often docstrings and comments of the package say "whoever" or "somebody"; it may only go down, below 50."""


def test_docstrings_and_comments_say_who() -> None:
    """Who is meant is the office, the reader, the caller, the person who signed in: name them."""
    found = Counter[str]()
    for _, path in package_files():
        source = path.read_text(encoding="utf-8")
        said = [
            node.value.value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        ]
        said += [each.string for each in generate_tokens(io.StringIO(source).readline) if each.type == COMMENT]
        found[path.name] += sum(len(re.findall(r"\b(?:whoever|somebody)\b", text, re.IGNORECASE)) for text in said)
    assert found.total() <= WORDS_THAT_NAME_NOBODY, f"say who is meant: {found.most_common(8)}"


def test_modules_have_at_most_500_lines_and_functions_40() -> None:
    long = []
    for _, path in package_files():
        source, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT / "pipeline").as_posix()
        if "migrations/versions" not in name and name not in ONE_FILE_WHATEVER_ITS_LENGTH:
            long += [f"{name}: {count} lines" for count in [len(source.splitlines())] if count > 500]
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations/versions" not in name:
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                long += [f"{name}, {node.name}: {count} lines"] if count > 40 else []
    assert long == []


def literal_letters(node: ast.expr) -> int:
    """How many characters of a pattern are written out where it is compiled."""
    inside = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return sum(len(text) for text in inside if isinstance(text, str))


def test_no_pattern_is_longer_than_300_characters() -> None:
    """What is a list of phrases is data: docs/where-a-rule-goes.md."""
    long = [
        f"{path.relative_to(ROOT / 'pipeline').as_posix()}, line {node.lineno}"
        for _, path in package_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith(("re.", "compiled_lazily"))
        and node.args
        and literal_letters(node.args[0]) > 300
    ]
    assert long == []


def test_where_a_rule_goes_names_only_what_is_there_and_every_file_of_rules() -> None:
    page = (ROOT / "docs" / "where-a-rule-goes.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)+(?:\.\w+|/))`", page))
    assert sorted(name for name in named if not any((part / name).exists() for part in (ROOT, ROOT / "pipeline"))) == []
    package = ROOT / "pipeline"
    files = {path.relative_to(package).as_posix() for path in package.rglob("*.toml") if "_shipped" not in path.parts}
    assert files - named == set()


def commands_of(group: click.Group, prefix: str) -> list[tuple[str, click.Command]]:
    """Every command below ``group`` with its name in full, such as ``policy staff import``."""
    context = click.Context(group)
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        full = f"{prefix} {name}"
        found += commands_of(command, full) if isinstance(command, click.Group) else [(full, command)]
    return found


DECLARED_COMMANDS = {one.words.command for one in DECISIONS}
"""They stand in ``docs/reference/decisions.md``, which ``tests/decisions`` holds to them."""


def test_every_command_is_in_the_readme() -> None:
    missing = []
    for full, _ in commands_of(policy, "policy"):
        if full.removeprefix("policy ") in DECLARED_COMMANDS:
            continue
        *group, last = full.split()
        row = rf"^\| `{' '.join(group)}\b.*\b{last}\b" if len(group) > 1 else rf"^\| `{full}\b"
        if not re.search(row, README, re.MULTILINE):
            missing.append(full)
    assert missing == []


def test_readme_names_no_command_that_is_not_there() -> None:
    there = {full for full, _ in commands_of(policy, "policy") if full.removeprefix("policy ") not in DECLARED_COMMANDS}
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `policy ")]
    under = "|".join(sorted({full.split()[2] for full in there if len(full.split()) > 2}))
    named = {words for row in rows for words in re.findall(rf"`(policy [a-z-]+(?: (?:{under})\b)?)", row)}
    assert named == there


def test_readme_does_not_say_that_nothing_is_typed_while_the_office_is_given_commands() -> None:
    mails = (ROOT / "pipeline" / "letters" / "contributors" / "office.py").read_text(encoding="utf-8")
    gives_commands = re.search(r"policy (?:pack|acknowledge|send) ", mails) is not None
    says_none = "no command has to be typed" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert not (gives_commands and says_none)


_HELD_OR = re.compile(r"assert [\w.]*held(?: is not None)? or ")


def test_no_test_passes_because_everything_is_held() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.lstrip().startswith("assert ") and _HELD_OR.search(line)
    ]
    assert found == []


def test_every_option_says_what_it_does() -> None:
    silent = [
        f"{full} {option.opts[-1]}"
        for full, command in commands_of(policy, "policy")
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def config_keys() -> list[tuple[str, str]]:
    """Each table of the configuration with each of its keys."""
    keys = []
    for name, field in Config.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            keys += [(field.alias or name, inner.alias or key) for key, inner in field.annotation.model_fields.items()]
    keys.remove(("accounts", "people"))  # in the file they are the keys themselves
    for name, section in (("microsoft", MicrosoftSection), ("google", GoogleSection)):
        keys += [(f"accounts.{name}", key) for key in section.model_fields]
    keys += [("mail.oauth", key) for key in OAuthSection.model_fields]
    keys += [("people.microsoft", key) for key in MicrosoftPeopleSection.model_fields]
    keys += [("contacts", "tell")]  # kept apart from the roles that stand below it
    keys += [("contacts.ROLE", field.alias or key) for key, field in ContactSection.model_fields.items()]
    keys += [("groups.GROUP", key) for key in GroupSection.model_fields]
    keys += [("declarations.KEY", key) for key in DeclarationSection.model_fields]
    keys += [("governors.bodies.BODY", key) for key in BodySection.model_fields]
    keys += [("[reading.rules]", key) for key in ReadingRuleSection.model_fields]
    keys += [("[contacts.former]", key) for key in ("role", "until")]
    keys += [("[contacts.next]", key) for key in ("from", "until", "replaces")]
    return keys


@pytest.mark.parametrize(("table", "key"), config_keys())
def test_every_configuration_key_is_in_the_reference_and_the_sample(table: str, key: str) -> None:
    name, text = re.sub(r"\.(GROUP|KEY|BODY)$", ".NAME", table), REFERENCE.read_text(encoding="utf-8")
    section = text.partition(f"\n`[{name}]`")[2].partition("\n## ")[0]
    nested = f"[{table}.{key}"
    assert f"\n| `{key}` |" in section or nested in text, f"{table}.{key} is not in the reference of settings"
    sample = SAMPLE.read_text(encoding="utf-8")
    assert re.search(rf"^[# ]*{key} = ", sample, re.MULTILINE) or nested in sample


def test_sample_and_reference_say_what_stands_at_each_field_of_the_settings() -> None:
    written = "they are written anew by: python -m tests.settings_reference"
    assert commented(SAMPLE.read_text(encoding="utf-8")) == SAMPLE.read_text(encoding="utf-8"), written
    assert reference() == REFERENCE.read_text(encoding="utf-8"), written


def test_every_configuration_key_does_something_or_is_said_not_to() -> None:
    said = {"accounts.py", "calendar.py", "declarations.py", "faults.py", "mail.py"}
    sections = {ROOT / "pipeline" / "config.py", *(ROOT / "pipeline" / "configuration" / name for name in said)}
    program = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "pipeline").rglob("*.py") if path not in sections
    )
    keys = {key for table, key in config_keys() if "contacts" not in table}
    unread = {key for key in keys if not re.search(rf"\.{key}_?\b", program)}
    not_yet = README.partition("## What it does not do yet")[2]
    assert unread == {key for key in keys if f"`{key}`" in not_yet}


def test_sample_configuration_loads() -> None:
    assert load_config(ROOT / "config.toml").school.name == "West Park School"


def test_no_file_names_a_package_index_or_a_place_on_a_machine() -> None:
    forbidden = re.compile(
        r"pypi\.org|pythonhosted|--(?:extra-)?index-url|--find-links|--trusted-host|(?<![\w.])/(?:tmp|work|root)/\w"
    )
    found = [f"{name}: {match.group()}" for name, text in tracked_texts() for match in forbidden.finditer(text)]
    assert found == []


def test_nothing_is_left_to_be_done_later_in_a_comment() -> None:
    marker = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
    assert [name for name, text in tracked_texts() if marker.search(text) and name != "LICENSE"] == []


PINNED = re.compile(r"([a-z0-9-]+)((?:\[[a-z0-9, -]+\])?)==(\S+)( ; [^:]+?)?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*")


def pinned_lines(name: str) -> list[re.Match[str]]:
    """Each line of a requirements file, checked: part, extras, version, marker, hashes."""
    logical = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    matches = [(line, PINNED.fullmatch(line)) for line in logical]
    assert [line[:80] for line, match in matches if match is None] == []
    return [match for _, match in matches if match is not None]


def requirements(name: str) -> dict[str, str]:
    """Each pinned part of a requirements file with its version."""
    return {line.group(1): line.group(3) for line in pinned_lines(name)}


def test_parts_are_pinned_with_hashes_and_the_tests_use_the_same_ones() -> None:
    program, tests = requirements("requirements.txt"), requirements("requirements-dev.txt")
    assert program.items() <= tests.items()


def extras_asked_for(part: str) -> set[tuple[str, str]]:
    """The extras an installed part asks of others here, as (other part, extra); none where it is not installed."""
    try:
        needed = [Requirement(line) for line in metadata.requires(part) or []]
    except metadata.PackageNotFoundError:
        return set()
    here = [need for need in needed if need.marker is None or need.marker.evaluate({"extra": ""})]
    return {(canonicalize_name(need.name), extra) for need in here for extra in need.extras}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_part_is_pinned_with_the_extras_others_ask_of_it(name: str) -> None:
    """The pip that comes with Python 3.11 refuses ``coverage==7`` where another part asks for ``coverage[toml]``."""
    written = {
        (line.group(1), extra) for line in pinned_lines(name) for extra in re.split(", ?", line.group(2).strip("[]"))
    }
    asked = {pair for part in requirements(name) for pair in extras_asked_for(part)}
    assert asked - written == set()


def test_every_declared_part_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=\[ ]", line)[0] for line in project["dependencies"]}
    assert declared <= requirements("requirements.txt").keys()
    development = {re.split(r"[<>=\[ ]", line)[0] for line in project["optional-dependencies"]["dev"]}
    assert development <= requirements("requirements-dev.txt").keys()


def test_wheel_takes_templates_guides_and_sample_configuration_from_their_one_place() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    places = build["targets"]["wheel"]["force-include"]
    assert {"templates", "config.toml", "docs/guides"} <= places.keys()
    assert all((ROOT / place).exists() for place in places)
    tracked = {path.relative_to(ROOT).parts[:2] for path in tracked_files()}
    assert ("pipeline", "_shipped") not in tracked


def test_windows_commands_have_windows_line_ends() -> None:
    for name in ("run.cmd", "test.cmd"):
        content = (ROOT / name).read_bytes()
        assert content.count(b"\r\n") == content.count(b"\n") > 0


def test_both_set_ups_take_the_same_parts_and_run_the_same_checks() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    windows = (ROOT / "run.cmd").read_text(encoding="utf-8") + (ROOT / "test.cmd").read_text(encoding="utf-8")
    for step in ("--require-hashes --only-binary :all:", "--no-index --no-deps --no-build-isolation -e ."):
        assert step in makefile
        assert step in windows
    steps = re.findall(r"\$\(VENV_PYTHON\) (-m (?:ruff|mypy|pytest).*)", makefile.replace(" $(COUNTED)", ""))
    checks = [step.removesuffix(" $(ARGS)") for step in steps if "-m slow" not in step and "--cov" not in step]
    assert len(checks) == 4
    assert all(check in windows for check in checks)


def test_continuous_integration_runs_every_test_and_fails_where_too_few_lines_are_run() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make test PYTHON=\S+ COUNT=lines$", called, re.MULTILINE)
    assert "COUNTED := $(if $(COUNT),--cov --cov-report=term-missing --cov-fail-under=96)\n" in makefile
    assert re.search(r"^make test-slow PYTHON=\S+$", called, re.MULTILINE)
    run = r"\n{}: check\n(?:\t.*\n)*?\tenv .* -n 4 --dist worksteal -m {} {}\$\(ARGS\)\n"
    assert re.search(run.format("test", '"not slow"', r"\$\(COUNTED\) "), makefile)
    assert re.search(run.format("test-slow", "slow", ""), makefile)


def test_a_run_that_asks_for_fewer_cases_leaves_out_no_test() -> None:
    cases = {"a[1]", "a[2]", "a[3]", "a[4]", "b[x]", "b[y]", "c"}
    assert some_cases(cases, 3) == {"a[1]", "a[2]", "a[4]", "b[x]", "b[y]", "c"}
    assert some_cases(cases, 1) == {"a[1]", "b[x]", "c"}


def test_each_worker_begins_with_slow_modules_and_ends_with_quick_ones_and_none_is_left_out() -> None:
    slow = {"a": 2, "c": 1, "f": 1}
    tests = [f"{module}{number}" for module in "abcdefgh" for number in range(5)]
    for workers in (1, 2, 3, 4, 7):
        found = slow_first(tests, slow, workers, path_of=lambda each: each[0])
        assert sorted(found) == sorted(tests)
        assert found == slow_first(tests, slow, workers, path_of=lambda each: each[0])
        whole = [first for first, second in pairwise(found) if first[0] in slow and first[0] == second[0]]
        assert len(whole) == 4 * len(slow), "a slow module stays together"
    found = slow_first(tests, slow, 2, path_of=lambda each: each[0])
    assert [found[0][0], found[20][0], found[25][0]] == ["a", "c", "f"]
    assert {each[0] for each in (*found[5:20], *found[30:])} == set("bdegh")
    assert slow_first(tests, {}, 3, path_of=lambda each: each[0]) == tests


def test_sample_staff_are_twelve_invented_people_four_of_them_special() -> None:
    with (ROOT / "staff.csv").open(encoding="utf-8", newline="") as lines:
        people = list(csv.DictReader(lines))
    assert list(people[0]) == ["person_id", "first_name", "last_name", "work_email", "role", "start_date", "leave_date"]
    assert len({person["person_id"] for person in people}) == len(people) == 12
    without_mail = {person["person_id"] for person in people if not person["work_email"]}
    starting = {
        person["person_id"] for person in people if date.fromisoformat(person["start_date"]) > date(2026, 11, 24)
    }
    left = {person["person_id"] for person in people if person["leave_date"]}
    assert (len(without_mail), len(starting), len(left)) == (2, 1, 1)
    assert len(without_mail | starting | left) == 4
    assert all(person["work_email"].endswith("@example.org") for person in people if person["work_email"])
    assert "Sheffield" not in {person["last_name"] for person in people}


def test_sample_policies_are_five_word_files_and_a_pdf() -> None:
    suffixes = sorted(path.suffix for path in (ROOT / "policies").iterdir() if not path.name.startswith(("~$", ".")))
    assert suffixes == [".docx"] * 5 + [".pdf"]
