"""JSON written by hand: read so that a typo is named, and written to be read by people."""

import json
from pathlib import Path
from typing import Any, Final

from formcheck.records.errors import TruthError
from formcheck.report.document.fields import shown
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

LINE_WIDTH: Final = 100
"""What fits is written on one line, so that a number that moved is one line of a diff."""


def read_json(path: Path) -> dict[str, Any]:
    """Read the object that a file holds.

    Raises
    ------
    TruthError
        It can't be read, is not a JSON object, or has a key twice, of which readers would silently take the last.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows begin a text with a byte order mark
        document = json.loads(text, object_pairs_hook=_each_key_once)
    except json.JSONDecodeError as error:
        there = text[error.pos :].partition("\n")[0].strip()
        why = say("error.truth.at", why=error.msg, there=shown(there)) if there else error.msg
        raise TruthError(say("error.truth.not_json", path=path, line=error.lineno, why=why)) from error
    except UnicodeDecodeError as error:
        raise TruthError(say("error.truth.not_utf8", path=path)) from error
    except (ValueError, RecursionError) as error:  # a key twice, a number of thousands of digits, thousands of brackets
        raise TruthError(say("error.truth.unreadable_json", path=path, why=error)) from error
    except OSError as error:
        raise TruthError(say("error.unreadable", path=path, why=error.strerror)) from error
    if not isinstance(document, dict):
        raise TruthError(say("error.truth.no_object", path=path, got=shown(document)))
    return document


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(say("error.truth.key_twice", key=shown(key)))
        found[key] = value
    return found


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
