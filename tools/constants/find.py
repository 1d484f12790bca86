"""Every named number that decides something in `formcheck.gait` and `formcheck.judge`, read from the code itself.

A constant is a number, or several that belong together: a field of a settings record or of a detector, an entry of a
table, a name in capitals of a module. Its reason is the comment or the docstring beside it.
"""

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any, Final, TypeGuard

import numpy as np

from formcheck.gait.settings import settings_for
from tools.architecture import MODULES

FOLDERS: Final = ("formcheck.gait.", "formcheck.judge.")
SETTINGS: Final = "formcheck.gait.settings"
OF_JUDGE: Final = ("formcheck.judge.", "formcheck.gait.settings.propagated", "formcheck.gait.settings.intervals")
NOT_TRIED: Final = {
    *("ANKLE", "FORWARD", "UP", "SHAPE", "_SIGN_DIRECTIONS"),  # places in arrays and signs
    *("TABLE", "HAMNER", "FUKUCHI"),  # what was measured of the reference runners
    *("LEG_PER_DEGREE", "GRAVITY_M_S2", "Z95", "_STEPS", "seed"),  # follow from mathematics, physics or chance
    "LANDMARK_ERROR_FRAC",  # a default that is bound when the program is loaded
}
"""Names that are no settings."""
UNITS: Final = {
    "ll_s": "leg lengths/s", "m_s": "m/s", "per_min": "1/min", "strides": "strides", "trunks": "trunks",
    "frac": "fraction", "share": "fraction", "shares": "fraction", "ratio": "ratio", "ll": "leg lengths",
    "deg": "°", "px": "px", "fps": "frames/s", "hz": "Hz", "s": "s", "g": "g", "m": "m",
}  # fmt: skip
"""By how a name ends, the longest first."""

Number = int | float
Leaf = Any  # a number, a tuple of numbers, or an array
Owner = tuple[type, str]


@dataclass(frozen=True, slots=True)
class Constant:
    """One constant: where it is, from the module's name ``root`` (the pose model's `Settings`: none) down ``path``."""

    title: str
    module: str
    root: str
    path: tuple[str | int, ...]
    value: Leaf
    why: str

    @property
    def name(self) -> str:
        """What it is called where it stands."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), self.root)

    @property
    def is_of_judge(self) -> bool:
        """Whether it changes what is made of a gait, and never the gait."""
        return self.module.startswith(OF_JUDGE) or self.path[:1] == ("intervals",) or self.root == "MEASURES"

    @property
    def unit(self) -> str:
        """By its name; empty where that does not say."""
        name = self.title.lower().split("[")[0]
        return next((unit for ending, unit in UNITS.items() if name.endswith(f"_{ending}")), "")


def find_constants(model: str) -> list[Constant]:
    """All of them, with the settings of one pose model."""
    found = list(_in_value(SETTINGS, "", settings_for(model)))
    for module in MODULES:
        if module.startswith(FOLDERS):
            for name in _names(module):
                found += _in_value(module, name, getattr(import_module(module), name))
    return found


def _names(module: str) -> Iterator[str]:
    """Names in capitals that a module gives a value to."""
    for node in ast.parse(MODULES[module].read_text(encoding="utf-8")).body:
        for target in _targets(node):
            if target.isupper() and target not in NOT_TRIED:
                yield target


def _targets(node: ast.stmt) -> list[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, ast.Assign):
        targets = [name for each in node.targets for name in (each.elts if isinstance(each, ast.Tuple) else [each])]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _in_value(module: str, root: str, value: Any) -> Iterator[Constant]:
    for path, leaf, owner in _leaves(value):
        if not np.any(leaf) or not np.isfinite(leaf).all() or NOT_TRIED.intersection(map(str, path)):
            continue  # also what is zero: it cannot be halved
        holder, field = owner or (None, "")
        place = holder.__module__ if holder else module
        reasons = _reasons(place) if place in MODULES else {}
        why = reasons.get(f"{holder.__name__}.{field}" if holder else root, "")
        yield Constant(_title(module, root, value, path, owner), module, root, path, leaf, why)


def _leaves(
    value: Any, path: tuple[str | int, ...] = (), owner: Owner | None = None
) -> Iterator[tuple[tuple[str | int, ...], Leaf, Owner | None]]:
    """Every number, and the record and field that hold it."""
    if is_leaf(value):
        yield path, value, owner
    elif is_dataclass(value):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name), (*path, field.name), (type(value), field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, (*path, key), owner)
    elif isinstance(value, tuple):
        for row, one in enumerate(value):
            yield from _leaves(one, (*path, row), owner)


def is_leaf(value: Any) -> TypeGuard[Leaf]:
    """Whether this is one constant."""
    if isinstance(value, tuple):
        return bool(value) and all(_is_number(one) for one in value)
    return _is_number(value) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool | Enum)


def _title(module: str, root: str, value: Any, path: tuple[str | int, ...], owner: Owner | None) -> str:
    if owner is None:
        return f"{module.rpartition('.')[2]}.{root}" + "".join(f"[{part}]" for part in path)
    holder, field = owner
    rest = path[path.index(field) + 1 :]
    within = "".join(f"[{part}]" for part in rest)
    row = value[path[0]] if isinstance(value, tuple) and isinstance(path[0], int) else None
    called = getattr(row, "name", "") or getattr(row, "measure", "")
    if called:
        return f"{root}.{called}.{field}"
    leg = f".{path[1]}" if path[:1] == ("offsets",) and len(path) > 2 else ""
    return f"{holder.__name__}{leg}.{field}{within}"


@cache
def _reasons(module: str) -> dict[str, str]:
    """Comment or docstring beside every name of a module, and beside every field of its classes."""
    source = MODULES[module].read_text(encoding="utf-8")
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and "fmt:" not in token.string
    }
    lines = source.splitlines()
    alone = {number for number in comments if lines[number - 1].lstrip().startswith("#")}
    tree = ast.parse(source)
    found = dict(_beside(tree.body, comments, alone))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}": why for name, why in _beside(node.body, comments, alone)}
    return found


def _beside(body: list[ast.stmt], comments: Mapping[int, str], alone: set[int]) -> Iterator[tuple[str, str]]:
    for node, following in zip(body, [*body[1:], None], strict=True):
        first = node.lineno
        while first - 1 in alone:
            first -= 1
        said = [comments[line] for line in range(first, (node.end_lineno or first) + 1) if line in comments]
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            said.append(" ".join(str(following.value.value).split()))
        for name in _targets(node):
            yield name, " ".join(said)
