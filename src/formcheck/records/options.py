"""What a user may say about a run: one field a row, and everything that asks for it is made from these rows.

The command line's flags, the API's form, ``given`` in truth files and the tables of the documentation follow; beside
the row, `analyze_video` and `analyze_track` name a new option in their signatures, for their callers' editors.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from numbers import Real
from typing import Any, Final, Literal, get_args

from formcheck.records.errors import UsageError

ModelName = Literal["lite", "full", "heavy"]
MODEL_NAMES: Final[tuple[ModelName, ...]] = get_args(ModelName)
"""MediaPipe's pose models, the quickest first."""

LONGEST_CLIP_S: Final = 1800.0
"""Ten seconds are enough; half an hour is a phone left running."""


@dataclass(frozen=True, slots=True)
class Option:
    """How one option is asked for.

    The limits catch a wrong unit, centimetres for metres, not an unusual runner.
    """

    flag: str
    metavar: str
    low: float
    high: float
    unit: str
    example: str
    help: str
    default: float | None = None
    step: float | None = None  # of which the value is a multiple


def asked(option: Option) -> Any:
    """A dataclass field that is asked for so."""
    return field(default=option.default, metadata={"option": option})


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user says about the run and the clip; None where nothing was said.

    ``from_s`` and ``to_s`` bound the part to measure, on the clip's own clock.
    """

    height_m: float | None = asked(
        Option("--height-m", "M", 0.9, 2.5, "metres", "1.80", "height of the runner in metres: sets the scale")
    )
    speed_kmh: float | None = asked(
        Option(
            "--speed-kmh",
            "KMH",
            *(1.0, 45.0),
            "km/h",
            "11.5",
            "belt speed in km/h: sets the scale and checks the clip's clock",
        )
    )
    incline_pct: float = asked(
        Option(
            "--incline-pct",
            "PCT",
            *(-20.0, 45.0),
            "percent",
            "1.5",
            "treadmill incline in percent: lean is measured against gravity, not the belt",
            0.0,
        )
    )
    capture_fps: float | None = asked(
        Option(
            "--capture-fps",
            "FPS",
            *(10.0, 2000.0),
            "frames per second",
            "240",
            "frames per second the camera recorded, for slow motion saved at a lower rate",
        )
    )
    from_s: float | None = asked(
        Option(
            "--from",
            "SECOND",
            *(0.0, LONGEST_CLIP_S),
            "seconds",
            "12.5",
            "measure only from this second of the clip on; left out, the steady part is found",
        )
    )
    to_s: float | None = asked(
        Option(
            "--to",
            "SECOND",
            *(0.0, LONGEST_CLIP_S),
            "seconds",
            "12.5",
            "measure only up to this second of the clip; left out, the steady part is found",
        )
    )

    turn_deg: float = asked(
        Option(
            "--turn-deg",
            "DEG",
            *(0.0, 270.0),
            "degrees in steps of 90",
            "90",
            "turn the picture clockwise, for a clip that lies on its side or upside down",
            0.0,
            90.0,
        )
    )

    def about_the_run(self) -> dict[str, Any]:
        """These options as keyword arguments of `analyze_video`, also where a subclass has more."""
        return {name: getattr(self, name) for name in OPTIONS}

    @property
    def within_s(self) -> tuple[float, float]:
        """The part of the clip to measure; infinite where an end was left out."""
        return (self.from_s if self.from_s is not None else -math.inf, self.to_s if self.to_s is not None else math.inf)

    def check(self, *, any_clock: bool = False, as_flags: bool = False) -> None:
        """Raise UsageError where an option is not a number within its limits, or the part ends before it begins.

        ``any_clock``: the clock begins anywhere, at an epoch's time too, so the part's ends have no limits.
        ``as_flags``: errors name the command line's flags instead of the Python arguments.
        """
        for name, option in OPTIONS.items():
            value = getattr(self, name)
            if value is None or (
                any_clock and name in ("from_s", "to_s") and is_number(value) and math.isfinite(value)
            ):
                continue
            is_within = is_number(value) and option.low <= value <= option.high
            if not is_within or (option.step and value % option.step):
                limits = f"{option.low:g} and {option.high:g} {option.unit}"
                raise UsageError(f"{_given(name, value, as_flags)} must be a number between {limits}")
        start_s, end_s = self.within_s
        if start_s >= end_s:
            start, end = _given("from_s", start_s, as_flags), _given("to_s", end_s, as_flags)
            raise UsageError(f"{start} must be before {end}")


def _given(name: str, value: object, as_flag: bool) -> str:
    """An option with its value, as the caller wrote it."""
    text = f"{value:g}" if is_number(value) else repr(value)
    return f"{OPTIONS[name].flag} {text}" if as_flag else f"{name}={text}"


def table_of(record: type[RunOptions]) -> dict[str, Option]:
    """The options among the fields of a record, by name."""
    return {each.name: each.metadata["option"] for each in fields(record) if "option" in each.metadata}


OPTIONS: Final[Mapping[str, Option]] = table_of(RunOptions)
"""By the name of the Python argument, which the API's form and truth files share."""


def is_number(value: object) -> bool:
    """Whether a caller's value is a number, numpy's included; True and False are not."""
    return isinstance(value, Real) and not isinstance(value, bool)
