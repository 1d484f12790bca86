"""The folders are the pipeline: imports flow one way, every heavy library has one home, and importing costs nothing.

The order of the folders stands in `PIPELINE`; a folder imports only those before it. Below it nothing is listed: the
folders themselves are read, and none of them may import another in a circle.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIPELINE = {
    "formcheck": ("records", "words", "clip", "vision", "gait", "judge", "report", "analyze", "cli"),
    "formcheck_api": ("records", "operations", "storage", "store", "access", "jobs", "uploads", "page", "http"),
}
"""Data flows from left to right; ``api`` stands behind all of formcheck."""

HOMES = {
    "av": ("formcheck.clip",),
    "cv2": ("formcheck.vision.uprights", "formcheck.report.pictures"),
    "jinja2": ("formcheck.report.html", "formcheck_api.page"),
    "mediapipe": ("formcheck.vision",),
    "rich": ("formcheck.cli",),
    "scipy": ("formcheck.gait", "formcheck.judge", "formcheck.report.charts", "formcheck.vision.people"),
}
"""Who may import a heavy library; the rest of the house takes what these make of it."""

PURE = ("formcheck.records", "formcheck.gait", "formcheck.judge", "formcheck")
"""Importing these loads no heavy library but numpy and scipy."""

MOST_IN_A_FOLDER = 9


@dataclass(frozen=True)
class Import:
    """One imported module as written: ``target`` dotted and absolute, ``at_import`` unless inside a function."""

    target: str
    at_import: bool
    line: int


def sources() -> Iterator[tuple[str, Path]]:
    for base in (ROOT / "src", ROOT / "api"):
        for path in sorted(base.rglob("*.py")):
            parts = path.relative_to(base).with_suffix("").parts
            if "versions" not in parts:  # of the database; they stand for themselves
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(sources())


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    found: list[Import] = []

    def visit(node: ast.AST, at_import: bool) -> None:
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}, line {node.lineno}: write imports in full, from formcheck..."
            found.extend(Import(f"{node.module}.{alias.name}", at_import, node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            found.extend(Import(alias.name, at_import, node.lineno) for alias in node.names)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, at_import and not inside)

    visit(ast.parse(MODULES[module].read_text(encoding="utf-8")), at_import=True)
    return tuple(found)


def own_module(target: str) -> str | None:
    """The module of ours an import reaches, None when it is not ours."""
    names = target.split(".")
    candidates = (".".join(names[:count]) for count in range(len(names), 0, -1))
    return next((name for name in candidates if name in MODULES), None)


def needs(module: str, *, at_import: bool = False) -> set[str]:
    reached = (own_module(each.target) for each in imports_of(module) if each.at_import or not at_import)
    return {name for name in reached if name is not None} - {module}


def within(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def place_of(module: str) -> tuple[int, int]:
    """Where a module stands in the pipeline: its package, then its folder in it; the front door stands last."""
    package, _, rest = module.partition(".")
    folder = rest.split(".")[0]
    order = PIPELINE[package]
    if folder in ("", "__main__"):
        return list(PIPELINE).index(package), len(order)
    assert folder in order, f"{module}: place {folder!r} in PIPELINE"
    return list(PIPELINE).index(package), order.index(folder)


@pytest.mark.parametrize("module", MODULES)
def test_a_folder_imports_only_those_before_it(module: str) -> None:
    later = [name for name in needs(module) if place_of(name) > place_of(module) and name != "formcheck"]
    assert later == []


def test_no_folders_import_each_other_in_a_circle() -> None:
    folders = {name.rpartition(".")[0] for name in MODULES} | {""}
    for folder in folders:
        inside = [name for name in MODULES if name.startswith(f"{folder}.") and name.count(".") > folder.count(".")]
        rooms = {name: ".".join(name.split(".")[: folder.count(".") + 2]) for name in inside}
        graph: dict[str, set[str]] = {}
        for name, room in rooms.items():
            graph.setdefault(room, set()).update({rooms[other] for other in needs(name) if other in rooms} - {room})
        TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


def test_no_folder_holds_more_than_can_be_seen_at_a_glance() -> None:
    folders = {path.parent for path in MODULES.values()}
    crowded = {
        str(folder.relative_to(ROOT)): len(things)
        for folder in folders
        if len(things := [each for each in folder.iterdir() if not each.name.startswith(("_", "py.typed"))])
        > MOST_IN_A_FOLDER
    }
    assert crowded == {}


@pytest.mark.parametrize("module", MODULES)
def test_a_heavy_library_is_imported_at_its_home_only(module: str) -> None:
    for each in imports_of(module):
        library = each.target.partition(".")[0]
        assert within(module, HOMES.get(library, (module,))), f"{module}, line {each.line}: {library} is not at home"


@pytest.mark.parametrize("package", PURE)
def test_importing_what_measures_loads_no_heavy_library(package: str) -> None:
    modules = [name for name in MODULES if within(name, (package,))] if package != "formcheck" else [package]
    heavy = set(HOMES) - {"scipy"}
    check = f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n"
    check += f"print(*sorted({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_the_product_does_not_know_its_service() -> None:
    knowing = [
        name
        for name in MODULES
        if name.startswith("formcheck.") and any(each.target.startswith("formcheck_api") for each in imports_of(name))
    ]
    assert knowing == []
