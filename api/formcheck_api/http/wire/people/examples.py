"""An example of every response about people, for the specification."""

from collections.abc import Mapping
from typing import Any, Final, Literal

_ATHLETE_ID: Final = "at_q5x2mnb4vkc7zjrd3hwtyfpaes"
_SESSION_ID: Final = "se_w2k7vq4mzc3xnbhd5rjtyfpaeu"
_GONE: Final = "an_5zd2c7vqxm3kbnhw4rjtyfpaeo"

ATHLETE: Final[dict[str, Any]] = {
    "id": _ATHLETE_ID,
    "name": "Ada",
    "height_m": 1.7,
    "units": "metric",
    "notes": "Left hamstring, since March",
    "created": "2026-11-02T09:12:44.120Z",
    "links": {
        "self": f"/v1/athletes/{_ATHLETE_ID}",
        "sessions": f"/v1/sessions?athlete={_ATHLETE_ID}",
        "trend": f"/v1/athletes/{_ATHLETE_ID}/trend",
    },
}

SESSION: Final[dict[str, Any]] = {
    "id": _SESSION_ID,
    "athlete": _ATHLETE_ID,
    "date": "2026-11-24",
    "kind": "easy",
    "shoes": "Daily trainer",
    "speed_kmh": 11.0,
    "notes": None,
    "created": "2026-11-24T21:18:50.004Z",
    "clips": ["an_7k3mq2x5vbn4c6dtzrjwhfpaye"],
    "links": {
        "self": f"/v1/sessions/{_SESSION_ID}",
        "athlete": f"/v1/athletes/{_ATHLETE_ID}",
        "analyses": f"/v1/analyses?session={_SESSION_ID}",
    },
}

PeopleName = Literal["athlete", "athletes", "session", "sessions", "remeasured"]


def people_examples(queued: Mapping[str, Any]) -> dict[PeopleName, object]:
    """By name; ``queued`` is an analysis that waits."""
    again = {**queued, "session": _SESSION_ID}
    return {
        "athlete": ATHLETE,
        "athletes": {"athletes": [ATHLETE], "next": None},
        "session": SESSION,
        "sessions": {"sessions": [SESSION], "next": None},
        "remeasured": {"formcheck_version": "0.2.0", "queued": [again], "current": [], "gone": [_GONE], "left": 0},
    }
