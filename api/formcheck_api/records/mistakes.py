"""What is wrong with a value that a client sent, in one sentence that says what to send instead.

The sentences are ``mistake.<code>`` of the catalogue. A value with limits names its own where it is declared (`says`),
so that no phrase of pydantic, no pattern and no type of Python reaches a client.
"""

from typing import Any

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import ErrorDetails, PydanticCustomError

from formcheck.records.options import OPTIONS
from formcheck.words.catalogue import ENGLISH


def mistaken(code: str, **values: object) -> PydanticCustomError:
    """For a validator to raise: the mistake of a code."""
    return PydanticCustomError("mistake", "{says}", {"says": ENGLISH.say(f"mistake.{code}", **values)})


def says(code: str, **values: object) -> WrapValidator:
    """For a field or parameter, behind its limits: whatever is wrong with the value, this is what the client reads."""

    def checked(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
        try:
            return check(value)
        except ValidationError:
            raise mistaken(code, **values) from None

    return WrapValidator(checked)


def sentence(error: ErrorDetails) -> str:
    """Pydantic's error without its jargon."""
    field = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "mistake":  # as `mistaken` makes it
            return error["msg"]
        case _ if field in OPTIONS:
            return _between(field, error["input"])
        case "literal_error" | "enum":
            return ENGLISH.say("mistake.choice", choices=error["ctx"]["expected"].replace("'", ""))
        case "missing" | "extra_forbidden" as kind:
            return ENGLISH.say(f"mistake.{kind}")
        case "model_type":
            return ENGLISH.say("mistake.object")
        case _:
            return ENGLISH.say("mistake.other")


def one_line(name: str) -> str:
    """A client's own name for something, fit for a sentence: line breaks and the like are escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def _between(field: str, given: object) -> str:
    option = OPTIONS[field]
    limits = {"low": f"{option.low:g}", "high": f"{option.high:g}", "unit": option.unit}
    try:
        metres = float(str(given)) / 100
    except ValueError:
        return ENGLISH.say("mistake.between", **limits)
    is_height = field == "height_m" and option.low <= metres <= option.high
    if not is_height:
        return ENGLISH.say("mistake.between", **limits)
    return ENGLISH.say("mistake.centimetres", **limits, given=given, metres=f"{metres:g}")
