"""The folders are the pipeline: imports flow one way, every heavy library has one home, and importing costs nothing.

The order of the folders stands in `tools.architecture.PIPELINE`. Below it nothing is listed: folders are read.
"""

import os
import subprocess
import sys
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions

import pytest
from tools.architecture import MODULES, PIPELINE, ROOT, folder_of, imports_of, needs

HOMES = {
    "av": ("formcheck.clip",),
    "cv2": ("formcheck.vision.shoes", "formcheck.vision.uprights", "formcheck.report.pictures"),
    "jinja2": ("formcheck.report.page", "formcheck_api.page"),
    "mediapipe": ("formcheck.vision",),
    "pydantic": (
        "formcheck.report.document.fields",
        "formcheck.report.schema",
        "formcheck.cli.verify.truth",
        "formcheck_api",
    ),
    "rich": ("formcheck.cli",),
    "scipy": ("formcheck.gait", "formcheck.judge", "formcheck.report.charts", "formcheck.vision"),
}
"""Who may import a heavy library; the rest of the house takes what these make of it."""

CHEAP = {
    "measuring": (("formcheck.records", "formcheck.gait", "formcheck.judge"), set(HOMES) - {"scipy"}),
    "keys": (
        ("formcheck_api.access.commands", "formcheck_api.http.commands"),
        {"fastapi", "starlette", "uvicorn", "numpy"},
    ),
}
"""What imports these modules waits for none of these libraries."""

MEASURING = {"numpy", "scipy", "threadpoolctl", "markupsafe"}
"""What is enough for `analyze_track`, with Python itself; CONTRIBUTING.md says so."""

MEASURING_ALONE = """
import sys

class NothingElse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1:]:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, NothingElse())

import formcheck
from stick_runner import Camera, Runner, film
print(formcheck.analyze_track(film(Runner(), Camera(), 4.0)).measures["cadence"].headline.value)
"""

MOST_IN_A_FOLDER = 9


def within(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def place_of(module: str) -> tuple[int, int]:
    """Where a module stands in the pipeline; the front door of a package stands behind its folders."""
    package, folder = folder_of(module)
    order = PIPELINE[package]
    assert folder in ("", *order), f"{module}: place {folder!r} in PIPELINE"
    return list(PIPELINE).index(package), order.index(folder) if folder else len(order)


def test_a_folder_imports_only_those_before_it() -> None:
    pairs = [(module, name) for module in MODULES for name in needs(module) if name not in PIPELINE]
    assert [f"{module} imports {name}" for module, name in pairs if place_of(name) > place_of(module)] == []


def test_imports_are_written_in_full() -> None:
    found = [(module, each) for module in MODULES for each in imports_of(module)]
    assert [f"{module}:{each.line}" for module, each in found if each.target.startswith(".")] == []


def test_no_folders_import_each_other_in_a_circle() -> None:
    for folder in {name.rpartition(".")[0] for name in MODULES}:
        depth = folder.count(".") + 2 if folder else 1
        rooms = {name: ".".join(name.split(".")[:depth]) for name in MODULES if name.startswith(f"{folder}.")}
        graph: dict[str, set[str]] = {room: set() for room in rooms.values()}
        for name, room in rooms.items():
            graph[room] |= {rooms[other] for other in needs(name) if other in rooms} - {room}
        TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    things = {
        folder.relative_to(ROOT): [each.name for each in folder.iterdir() if not each.name.startswith(("_", "py."))]
        for folder in {path.parent for path in MODULES.values()}
    }
    assert {str(folder): names for folder, names in things.items() if len(names) > MOST_IN_A_FOLDER} == {}


def test_a_heavy_library_is_imported_at_its_home_only() -> None:
    found = [(module, each.target.partition(".")[0], each.line) for module in MODULES for each in imports_of(module)]
    away = [each for each in found if not within(each[0], HOMES.get(each[1], (each[0],)))]
    assert [f"{module}:{line} imports {library}" for module, library, line in away] == []


@pytest.mark.parametrize("use", CHEAP)
@pytest.mark.slow
def test_a_cheap_use_loads_no_heavy_library(use: str) -> None:
    places, heavy = CHEAP[use]
    modules = [name for name in MODULES if within(name, places)]
    check = (
        f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n"
        f"print(*sorted({heavy!r} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


@pytest.mark.slow
def test_a_track_is_measured_without_any_other_library() -> None:
    others = sorted(packages_distributions().keys() - MEASURING - {"formcheck"})
    places = os.pathsep.join([*filter(None, sys.path), str(ROOT / "tests" / "made")])
    found = subprocess.run(
        [sys.executable, "-c", MEASURING_ALONE, *others],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": places},
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_the_product_does_not_know_its_service() -> None:
    targets = {name: [each.target for each in imports_of(name)] for name in MODULES if name.startswith("formcheck.")}
    assert [name for name, found in targets.items() if any(each.startswith("formcheck_api") for each in found)] == []
