"""What is wrong with a value that a client sent, in one sentence that says what would be right."""

from typing import Any, Final

from pydantic_core import ErrorDetails

from formcheck.records.options import OPTIONS

_SENTENCES: Final = {
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_pattern_mismatch": "must match {pattern}",
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
}
"""Pydantic's kinds of error -> a sentence."""


def sentence(error: ErrorDetails) -> str:
    """Pydantic's error without its jargon."""
    field = str(error["loc"][-1]) if error["loc"] else ""
    limits: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "later_than":
            return error["msg"]
        case _ if field in OPTIONS:
            return _between(field, error["input"])
        case "string_too_long":
            return f"must have at most {limits['max_length']} characters"
        case "string_pattern_mismatch" if field == "label":
            return "must be one line without control characters"
        case "literal_error" | "enum":
            return f"must be {limits['expected'].replace(chr(39), '')}"
        case kind:
            return _SENTENCES[kind].format(**limits) if kind in _SENTENCES else error["msg"]


def one_line(name: str) -> str:
    """A client's own name for something, fit for a sentence: line breaks and the like are escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def _between(field: str, given: object) -> str:
    option = OPTIONS[field]
    text = f"must be between {option.low:g} and {option.high:g} {option.unit}"
    try:
        metres = float(str(given)) / 100
    except ValueError:
        return text
    is_height = field == "height_m" and option.low <= metres <= option.high
    return f"{text}; {given} looks like centimetres: send {metres:g}" if is_height else text
