"""JSON written by hand, read so that whatever is wrong with it is told with its line, and written to be read by people.

The standard library's reader keeps no positions; `_places` finds them again in a text that it accepts.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck.records.errors import TruthError

At = tuple[str | int, ...]
"""Keys and list positions that lead from the outermost value to one inside it."""

LONGEST_SHOWN: Final = 60
"""Of a wrong value, in letters."""
LINE_WIDTH: Final = 100
"""What fits is written on one line, so that a number that moved is one line of a diff."""
LARGEST: Final = sys.float_info.max

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def read_json(path: Path) -> "Node":
    """Read a file's outermost value.

    Raises
    ------
    TruthError
        It cannot be read, is no JSON, or gives a key twice, of which readers would silently take the last.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows begin a text with a byte order mark
        value = json.loads(text)
    except json.JSONDecodeError as error:
        there = text[error.pos :].partition("\n")[0].strip()
        found = f" at {_short(there)}" if there else ""
        raise TruthError(f"{path}: line {error.lineno}: this is no JSON: {error.msg}{found}") from error
    except UnicodeDecodeError as error:
        raise TruthError(f"{path}: this is no text in UTF-8") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise TruthError(f"{path}: this is no JSON that can be read: {error}") from error
    except OSError as error:
        raise TruthError(f"{path}: cannot be read: {error.strerror}") from error
    lines: dict[At, int] = {}
    for at, line in _places(text):
        if at in lines:
            raise TruthError(f"{path}: line {line}: {_dotted(at)}: is there already, on line {lines[at]}")
        lines[at] = line
    return Node(path, value, lines)


def _places(text: str) -> Iterator[tuple[At, int]]:
    """Every value of a text that `json.loads` accepts, with the line, counted from 1, that it or its key is on."""
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
            at[-1] = at[-1] + 1 if isinstance(at[-1], int) else None
        elif what != ":":
            is_key = bool(opened) and opened[-1] == "{" and at[-1] is None
            if is_key:
                at[-1] = str(json.loads(what))
            if is_key or not opened or opened[-1] == "[":
                yield tuple(key for key in at if key is not None), line
            if what in "{[":
                opened.append(what)
                at.append(0 if what == "[" else None)


def _dotted(at: At) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in at).lstrip(".")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a JSON file, and the way to it: whatever is wrong with it is told with its line."""

    file: Path
    value: Any
    lines: Mapping[At, int]
    at: At = ()

    def wrong(self, expected: str) -> TruthError:
        """Return the error that says what is expected here."""
        return TruthError(f"{self._here()}: expected {expected}, got {_short(json.dumps(self.value))}")

    def _here(self) -> str:
        return f"{self.file}: line {self.lines[self.at]}" + (f": {_dotted(self.at)}" if self.at else "")

    def keys(self, *known: str) -> "dict[str, Node]":
        """Return what an object holds; without ``known`` any key may stand in it."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        nodes = {key: Node(self.file, value, self.lines, (*self.at, key)) for key, value in self.value.items()}
        for key, node in nodes.items():
            if known and key not in known:
                raise TruthError(f"{node._here()}: unknown key, expected {', '.join(known)}")
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

    def number(self, low: float = -LARGEST, high: float = LARGEST) -> float:
        """Return a number no less than ``low`` and no more than ``high``."""
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if not is_number or not low <= self.value <= high:
            bounds = "" if low == -LARGEST else f" from {low:g} on" if high == LARGEST else f" from {low:g} to {high:g}"
            raise self.wrong(f"a number{bounds}")
        return float(self.value)

    def one_of(self, choices: Sequence[str]) -> str:
        """Return a text that is one of a few."""
        if self.value not in choices:
            raise self.wrong(" or ".join(choices))
        return str(self.value)


def json_text(value: Any, indent: str = "") -> str:
    """Return JSON in which whatever fits stands on one line, and the rest is broken at its outermost level."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (len(indent) + len(flat) <= LINE_WIDTH and not _is_deep(value)):
        return flat
    inner = f"{indent}  "
    if isinstance(value, list):
        parts, (first, last) = [json_text(item, inner) for item in value], "[]"
    else:
        named = [(json.dumps(key, ensure_ascii=False), json_text(item, inner)) for key, item in value.items()]
        parts, (first, last) = [f"{key}: {item}" for key, item in named], "{}"
    return f"{first}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{last}"


def _is_deep(value: dict[str, Any] | list[Any]) -> bool:
    """Whether objects or lists stand in it: a line for each of them."""
    return any(isinstance(item, dict | list) for item in (value.values() if isinstance(value, dict) else value))
