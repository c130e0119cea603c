"""How the rooms of the package are built: no folder too wide to read, no chain of imports too deep to follow."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "pipeline"
WIDEST = 20
"""Modules a folder holds at most."""
LONGEST = 12
"""Modules of one folder that import each other in a row, at most."""
LONGEST_OF_ALL = 30
"""Modules of the whole package that import each other in a row; it may only go down."""
ONE_FILE_AN_EDITION = "register/migrations/versions"
"""Steps of the tables, one file each: they are read in order, and none is ever taken away."""


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below it, packages left out."""
    found = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "__init__.py" and "_shipped" not in path.parts
    }
    assert len(found) > 400
    return found


def nodes_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when a module is imported: none of a function, none under ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from nodes_at_import(node)


def imports_among(files: Mapping[str, Path]) -> dict[str, set[str]]:
    """Which modules each module imports as it is imported itself."""
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        found[name] = set()
        for node in nodes_at_import(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline"):
                module = (node.module or "").removeprefix("pipeline").removeprefix(".")
                wanted = [module, *(f"{module}.{alias.name}".removeprefix(".") for alias in node.names)]
                found[name] |= {each for each in wanted if each in files}
    return found


def whole_package() -> dict[str, Path]:
    """Every module of the package by its dotted name below it, packages with more than a docstring among them."""
    packages = {
        ".".join(path.parent.relative_to(PACKAGE).parts): path
        for path in sorted(PACKAGE.rglob("*/__init__.py"))
        if "_shipped" not in path.parts and len(ast.parse(path.read_text(encoding="utf-8")).body) > 1
    }
    return modules() | packages


def imports_when_used(files: Mapping[str, Path]) -> dict[str, set[str]]:
    """Which modules each module imports: on top, inside a function, for types, or by its name."""
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        wanted: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline"):
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                known = {each for each in inner if each.removeprefix("pipeline.") in files}
                wanted |= known if known == inner else known | {node.module or ""}
            elif isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
                wanted |= {each.value for each in node.args if isinstance(each, ast.Constant)}
        inside = {each.removeprefix("pipeline.") for each in wanted if each.startswith("pipeline.")}
        found[name] = (inside & files.keys()) - {name}
    return found


def longest_chain(imports: Mapping[str, set[str]]) -> list[str]:
    """The longest row of modules in which each imports the next; there must be no ring among them."""

    @cache
    def below(name: str) -> tuple[str, ...]:
        return (name, *max((below(each) for each in imports[name]), key=len, default=()))

    for name in TopologicalSorter(imports).static_order():
        below(name)
    return list(max((below(name) for name in imports), key=len, default=()))


def test_no_folder_is_too_wide_to_read() -> None:
    folders = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in modules().values())
    wide = {name: count for name, count in folders.items() if count > WIDEST and name != ONE_FILE_AN_EDITION}
    assert wide == {}, "part a folder by what its modules are about"


def test_no_chain_of_imports_inside_a_folder_is_too_deep_to_follow() -> None:
    imports = imports_among(modules())
    deep = []
    for folder in {folder_of(name) for name in imports}:
        inside = {name: those for name, those in imports.items() if folder_of(name) == folder}
        chain = longest_chain({name: those & inside.keys() for name, those in inside.items()})
        deep += [chain] if len(chain) > LONGEST else []
    assert deep == []


def test_no_chain_of_imports_through_the_package_grows_and_none_is_a_ring() -> None:
    chain = longest_chain(imports_when_used(whole_package()))
    assert len(chain) <= LONGEST_OF_ALL, " > ".join(chain)


def test_an_import_inside_a_function_by_name_and_for_types_counts(tmp_path: Path) -> None:
    texts = {
        "top": "from pipeline.folder import lazy\n",
        "folder.lazy": "def late() -> None:\n    from pipeline.folder.named import value\n",
        "folder.named": "from importlib import import_module\nimport_module('pipeline.last')\n",
        "last": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pipeline.values import Value\n",
        "values": "",
    }
    files = {name: tmp_path / f"{name}.py" for name in texts}
    for name, path in files.items():
        path.write_text(texts[name], encoding="utf-8")
    assert longest_chain(imports_when_used(files)) == ["top", "folder.lazy", "folder.named", "last", "values"]


def folder_of(name: str) -> str:
    return name.rpartition(".")[0]


def test_a_chain_and_a_ring_are_found() -> None:
    row = {str(number): {str(number + 1)} for number in range(LONGEST)} | {str(LONGEST): set()}
    assert len(longest_chain({**row, "beside": {"3"}})) == LONGEST + 1
    with pytest.raises(CycleError):
        longest_chain({"a": {"b"}, "b": {"a"}})
