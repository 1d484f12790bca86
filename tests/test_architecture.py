"""Imports flow one way, every heavy library has one home, and importing formcheck costs nothing.

To add a module: place it in ``LAYERS``. To use a heavy library somewhere new: think twice, then ``HOMES``.
"""

import ast
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "formcheck"
FRONT_DOOR = "__init__"


@dataclass(frozen=True)
class Layer:
    """Modules that stand on the same level, the layers below that they know, and their libraries."""

    modules: tuple[str, ...]
    knows: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


ADAPTERS = ("video", "pose model", "bundle", "weights", "drawing", "background")
LAYERS = {
    "foundation": Layer(
        ("errors", "landmarks", "records", "assessment", "calibrated", "config", "json_file", "truth"), (), ("numpy",)
    ),
    "gait": Layer(("gait", "gait.*"), ("foundation",), ("numpy", "scipy")),
    "judgement": Layer(
        ("advice", "findings", "metres", "reference", "wording", "strides"), ("foundation", "gait"), ("numpy", "scipy")
    ),
    "presentation": Layer(
        ("charts", "figures", "measure_view", "plot", "report_json", "report_html", "report_view"),
        ("foundation", "judgement"),
        ("jinja2", "markupsafe", "numpy"),
    ),
    "video": Layer(("video", "video_*", "clip", "orientation"), ("foundation",), ("av", "numpy")),
    "pose model": Layer(
        ("landmarker", "landmarker_*", "offline", "people"), ("foundation",), ("mediapipe", "numpy", "scipy")
    ),
    "bundle": Layer(("bundle", "bundle_mask"), ("foundation",), ("flatbuffers", "mediapipe", "numpy")),
    "weights": Layer(("weights", "model_sources", "registries"), ("foundation", "bundle"), ("platformdirs",)),
    "drawing": Layer(("annotate", "annotate.*", "overlay"), ("foundation",), ("cv2", "numpy")),
    "background": Layer(("uprights",), ("foundation",), ("cv2", "numpy")),
    "assessment": Layer(("assess",), ("foundation", "gait", "judgement"), ("numpy",)),
    "composition": Layer(("analyze",), ("foundation", "gait", "assessment", "background", *ADAPTERS), ("numpy",)),
    "front door": Layer((FRONT_DOOR,), ("foundation", "assessment", "composition")),
    "verification": Layer(
        ("verify", "verify_junit", "verify_table", "verify_update"), ("foundation",), ("numpy", "rich")
    ),
    "verification run": Layer(("verify_run", "verify_worker"), ("foundation", "verification", "composition")),
    "answer": Layer(("artefacts",), ("foundation", "presentation", "video", "drawing")),
    "examination": Layer(("doctor",), ("foundation", "video", "pose model", "weights"), ("numpy",)),
    "shell": Layer(
        ("cli", "cli_*", "__main__"),
        (
            "front door",
            "foundation",
            "judgement",
            "presentation",
            "composition",
            "answer",
            "examination",
            "weights",
            "verification",
            "verification run",
        ),
        ("formcheck_api", "rich"),  # the service, imported by the commands that run it
    ),
}

HOMES = {
    "av": ("video", "video_*", "clip"),
    "mediapipe": ("landmarker", "landmarker_*", "bundle", "bundle_mask"),
    "cv2": ("annotate", "annotate.*", "overlay", "uprights"),
}

MAY_LOAD_HEAVY_LIBRARIES = (
    "video",
    "pose model",
    "bundle",
    "drawing",
    "background",
    "composition",
    "answer",
    "shell",
)
"""Layers whose import may load one, by themselves or by what they import; the others must stay cheap."""


@dataclass(frozen=True)
class Import:
    """One imported name as written: ``target`` dotted and absolute, ``top_level`` if it runs at import."""

    target: str
    top_level: bool
    line: int


def module_name(path: Path) -> str:
    """Name inside the package: ``gait.events`` for gait/events.py, ``gait`` for gait/__init__.py."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def layer_of(module: str) -> str:
    found = [name for name, layer in LAYERS.items() if matches(module, layer.modules)]
    assert len(found) == 1, f"place {module!r} in LAYERS (tests/test_architecture.py), once: {found}"
    return found[0]


def nodes_run_at_import(tree: ast.AST) -> set[ast.AST]:
    """Every node outside function bodies and outside what only a type checker reads."""
    found: set[ast.AST] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            and not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING")
        ]
    return found


def targets_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    assert node.level == 0, f"line {node.lineno}: write imports in full, from formcheck..."
    return [f"{node.module}.{alias.name}" for alias in node.names]


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    at_import = nodes_run_at_import(tree)
    return tuple(
        Import(target, node in at_import, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in targets_of(node)
    )


def own_module(target: str) -> str | None:
    """The module of ours an import reaches, None when it is not ours: formcheck.gait.events.find -> gait.events."""
    package, _, rest = target.partition(".")
    if package != "formcheck":
        return None
    names = rest.split(".")
    candidates = (".".join(names[:count]) for count in range(len(names), 0, -1))
    return next((name for name in candidates if name in MODULES), FRONT_DOOR)


def needed_at_import(module: str) -> set[str]:
    """Modules of ours that importing this one imports directly."""
    targets = (own_module(imported.target) for imported in imports_of(module) if imported.top_level)
    return {target for target in targets if target is not None} - {module}


def loaded_with(module: str) -> set[str]:
    """Modules of ours that importing this one runs, itself included."""
    loaded: set[str] = set()
    waiting = {module}
    while waiting:
        loaded |= waiting
        waiting = {target for name in waiting for target in needed_at_import(name)} - loaded
    return loaded


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_its_place_and_imports_only_what_that_may_know(module: str) -> None:
    own = layer_of(module)
    for imported in imports_of(module):
        target = own_module(imported.target)
        if target is not None:
            layer = layer_of(target)
            assert layer in (own, *LAYERS[own].knows), (
                f"{module}, line {imported.line}: {own} must not know {layer} ({target})"
            )


@pytest.mark.parametrize("module", MODULES)
def test_libraries_are_those_of_the_layer(module: str) -> None:
    own = layer_of(module)
    for imported in imports_of(module):
        library = imported.target.partition(".")[0]
        if library == "formcheck" or library in sys.stdlib_module_names:
            continue
        assert library in LAYERS[own].libraries, f"{module}, line {imported.line}: {own} must not use {library}"
        assert matches(module, HOMES.get(library, ("*",))), (
            f"{module}, line {imported.line}: {library} belongs to {', '.join(HOMES[library])}"
        )


@pytest.mark.parametrize("module", MODULES)
def test_a_module_outside_the_adapters_loads_no_heavy_library_when_imported(module: str) -> None:
    own = layer_of(module)
    if own in MAY_LOAD_HEAVY_LIBRARIES:
        return
    for name in loaded_with(module):
        heavy = {imported.target.partition(".")[0] for imported in imports_of(name) if imported.top_level} & set(HOMES)
        assert not heavy, f"importing {module} loads {', '.join(heavy)} by way of {name}: import it where it is called"


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(
        {module: needed_at_import(module) for module in MODULES}
    ).prepare()  # raises CycleError and names the circle


def test_layers_know_only_layers_above_them_in_the_table() -> None:
    names = list(LAYERS)
    for name, layer in LAYERS.items():
        assert all(names.index(known) < names.index(name) for known in layer.knows), name


def test_importing_formcheck_loads_no_heavy_library() -> None:
    check = f"import sys, formcheck; print(*sorted({set(HOMES)!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
