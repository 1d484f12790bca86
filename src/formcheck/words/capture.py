"""How to film: one list for the page, the report, the command line, the API and the README."""

from dataclasses import dataclass
from typing import Final

from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import number, physical, physical_span

DISTANCE_M: Final = (4.0, 5.0)
"""Nearer, the picture bends towards its edges; further, the runner gets small."""

BEST_FPS: Final = 60.0
SLOW_FPS: Final = 30.0
EASY_PACE_M_S: Final = 3.0
"""A phone's usual rate, and a belt speed at which a foot moves 10 cm between two such frames."""

BEST_DURATION_S: Final = (10.0, 30.0)
"""Twenty steps or more; longer clips cost time and add little."""

CODES: Final = (
    "side_view",
    "steady",
    "whole_runner",
    "frame_rate",
    "light_and_clothes",
    "duration",
    "original_file",
    "both_sides",
)
"""In the order of doing."""


@dataclass(frozen=True, slots=True)
class Tip:
    """One piece of advice: a stable code, a title of a few words, and a sentence or two."""

    code: str
    title: str
    text: str


def tips(voice: Voice = ENGLISH) -> tuple[Tip, ...]:
    """All of it, in the order of doing."""
    shortest, longest = (number(end, 0) for end in BEST_DURATION_S)
    numbers = {
        "distance": physical_span("distance", *DISTANCE_M, voice),
        "fps": number(BEST_FPS, 0),
        "moves": physical("length", EASY_PACE_M_S / SLOW_FPS, voice),
        "shortest": shortest,
        "longest": longest,
    }
    return tuple(
        Tip(code, voice.say(f"capture.{code}.title", **numbers), voice.say(f"capture.{code}.text", **numbers))
        for code in CODES
    )
