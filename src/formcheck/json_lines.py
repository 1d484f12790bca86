"""JSON written by hand, read so that whatever is wrong with it is told with its line.

The standard library's reader keeps no positions; `lines_of` finds them again in a text that it accepts.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck.errors import TruthError

At = tuple[str | int, ...]
"""Keys and list positions that lead from the outermost value to one inside it."""

LONGEST_SHOWN: Final = 60
"""Of a wrong value, in letters."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def lines_of(text: str) -> dict[At, int]:
    """Lines, counted from 1, of a text that `json.loads` accepts; of a key given twice the first."""
    lines: dict[At, int] = {(): 1}
    opened: list[str] = []
    at: list[str | int | None] = []
    line, seen_to = 1, 0
    for token in _TOKEN.finditer(text):
        line, seen_to = line + text.count("\n", seen_to, token.start()), token.start()
        what = token[0]
        if what in "}]":
            opened.pop()
            at.pop()
        elif what == ",":
            at[-1] = _after(at[-1])
        elif what != ":":
            if opened and opened[-1] == "{" and at[-1] is None:
                at[-1] = str(json.loads(what))
            lines.setdefault(tuple(key for key in at if key is not None), line)
            if what in "{[":
                opened.append(what)
                at.append(0 if what == "[" else None)
    return lines


def _after(key: str | int | None) -> int | None:
    """What comes behind a comma: the next list item, or a key yet to be read."""
    return key + 1 if isinstance(key, int) else None


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a JSON file, and the way to it: whatever is wrong with it is told with its line."""

    file: Path
    value: Any
    lines: Mapping[At, int]
    at: At = ()

    def wrong(self, expected: str) -> TruthError:
        """Return the error that says what is expected here."""
        there = json.dumps(self.value)
        there = there if len(there) <= LONGEST_SHOWN else f"{there[:LONGEST_SHOWN]}..."
        return TruthError(f"{self._here()}: expected {expected}, got {there}")

    def _here(self) -> str:
        name = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.at).lstrip(".")
        return f"{self.file}: line {self.lines.get(self.at, 1)}" + (f": {name}" if name else "")

    def keys(self, *known: str) -> "dict[str, Node]":
        """Return what an object holds; without ``known`` any key may stand in it."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        nodes = {key: Node(self.file, value, self.lines, (*self.at, key)) for key, value in self.value.items()}
        for key, node in nodes.items():
            if known and key not in known:
                raise TruthError(f"{node._here()}: unknown key, expected one of {', '.join(known)}")
        return nodes

    def need(self, key: str, nodes: "dict[str, Node]") -> "Node":
        """Return a key that must be there."""
        if key not in nodes:
            raise TruthError(f"{self._here()}: {key} is missing")
        return nodes[key]

    def items(self) -> "list[Node]":
        """Return what a list holds."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return [Node(self.file, value, self.lines, (*self.at, index)) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.wrong("a text")
        return self.value

    def number(self, low: float = -math.inf) -> float:
        """Return a number no less than ``low``."""
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if not is_number or not math.isfinite(self.value) or self.value < low:
            raise self.wrong("a number" if low == -math.inf else f"a number from {low:g} on")
        return float(self.value)

    def one_of(self, choices: Sequence[str]) -> str:
        """Return a text that is one of a few."""
        if self.value not in choices:
            raise self.wrong(f"one of {', '.join(choices)}")
        return str(self.value)
