"""What is wrong with a value that a client sent, in one sentence that says what would be right."""

from typing import Any

from pydantic_core import ErrorDetails

from formcheck.records.options import OPTIONS


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
        case _:
            return error["msg"]


def _between(field: str, given: object) -> str:
    option = OPTIONS[field]
    text = f"must be between {option.low:g} and {option.high:g} {option.unit}"
    try:
        metres = float(str(given)) / 100
    except ValueError:
        return text
    is_height = field == "height_m" and option.low <= metres <= option.high
    return f"{text}; {given} looks like centimetres: send {metres:g}" if is_height else text
