"""The structure of the code, read from its folders and imports.

tests/unit/test_architecture.py holds the rules; `tools.documents` makes the picture in docs/architecture.md from it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

PIPELINE: Final = {
    "formcheck": ("records", "words", "clip", "vision", "gait", "judge", "report", "analyze", "cli"),
    "formcheck_api": ("records", "operations", "storage", "store", "access", "jobs", "uploads", "page", "http"),
}
"""Folders in the order in which data flows; each imports only those before it, and the service all of formcheck."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module as written: ``target`` with its dots, ``at_import`` unless inside a function."""

    target: str
    at_import: bool
    line: int


def _sources() -> Iterator[tuple[str, Path]]:
    for base in (ROOT / "src", ROOT / "api"):
        for path in sorted(base.rglob("*.py")):
            parts = path.relative_to(base).with_suffix("").parts
            if "versions" not in parts:  # steps of the database's history, run by their place alone
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES: Final = dict(_sources())


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """Every import of a module, in functions too."""
    found: list[Import] = []

    def visit(node: ast.AST, *, at_import: bool) -> None:
        if isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found.extend(Import(f"{base}.{alias.name}", at_import, node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            found.extend(Import(alias.name, at_import, node.lineno) for alias in node.names)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, at_import=at_import and not inside)

    visit(ast.parse(MODULES[module].read_text(encoding="utf-8")), at_import=True)
    return tuple(found)


def own_module(target: str) -> str | None:
    """The module of ours that an import reaches; None for any other."""
    names = target.split(".")
    candidates = (".".join(names[:count]) for count in range(len(names), 0, -1))
    return next((name for name in candidates if name in MODULES), None)


def needs(module: str) -> set[str]:
    """The modules of ours that a module imports."""
    reached = (own_module(each.target) for each in imports_of(module))
    return {name for name in reached if name is not None} - {module}


def folder_of(module: str) -> tuple[str, str]:
    """Package and folder (or top-level module) of a module, e.g. ("formcheck", "gait"); "" for the front door."""
    package, _, rest = module.partition(".")
    folder = rest.split(".")[0]
    return package, "" if folder == "__main__" else folder


def picture(package: str) -> str:
    """The folders of a package and what each takes from those before it, as a Mermaid flow chart."""
    order = PIPELINE[package]
    rows = ["```mermaid", "flowchart LR"]
    for folder in order[1:]:  # what everything knows, the records, would only be a web of lines
        known = {
            other
            for module in MODULES
            if folder_of(module) == (package, folder)
            for name in needs(module)
            for home, other in [folder_of(name)]
            if home == package and other not in ("", folder, order[0])
        }
        rows += [f"    {other} --> {folder}" for other in order if other in known] or [f"    {folder}"]
    return "\n".join([*rows, "```"])


def table(package: str) -> str:
    """Each folder of a package with the first line of its docstring."""
    rows = ["| folder | what it holds |", "| --- | --- |"]
    for folder in PIPELINE[package]:
        text = ast.get_docstring(ast.parse(MODULES[f"{package}.{folder}"].read_text(encoding="utf-8"))) or ""
        rows.append(f"| `{folder}` | {text.splitlines()[0]} |")
    return "\n".join(rows)


def chapter() -> str:
    """The folders of both packages, drawn and listed."""
    parts = [part for package in PIPELINE for part in (f"### {package}", picture(package), table(package))]
    return "\n\n".join(parts)
