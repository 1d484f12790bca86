"""An example of every response about people, for the specification."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from formcheck.words.catalogue import ENGLISH

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
        "combined": f"/v1/sessions/{_SESSION_ID}/combined",
        "combined_page": f"/v1/sessions/{_SESSION_ID}/combined.html?expires=1795737600&signature=example",
    },
}

_SPEED: Final = {"ratio": 1.0, "interval95": [1.0, 1.0], "source": "told"}


def _compared(name: str, created: str) -> dict[str, Any]:
    sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    about = {"formcheck_version": "0.2.0", "model": "full", "near_side": "left", "fps": 59.94}
    return {"name": name, "sha256": sha256, "created": created, **about}


_BY: Final = {"measure": "foot_ahead_of_hip", "unit": "leg_length", "value": 0.0323}
_TEXT: Final = ENGLISH.say("difference.foot_ahead_of_hip.less", by="3 % of leg")
COMPARISON: Final[dict[str, Any]] = {
    "verdict": _TEXT,
    "schema_version": 1,
    "formcheck_version": "0.2.0",
    "before": [_compared("march.mp4", "2026-03-28T10:00:00Z")],
    "after": [_compared("april.mp4", "2026-04-25T10:00:00Z")],
    "speed": _SPEED,
    "refused": None,
    "notes": [],
    "differences": [
        {
            "measure": "foot_ahead_of_hip",
            "unit": "leg_length",
            "side": "left",
            "before": 0.2684,
            "after": 0.2361,
            "value": -0.0323,
            "interval95": [-0.0541, -0.0105],
            "clips": [1, 1],
            "correction": 0.0,
            "verdict": "changed",
            "limit": None,
            "reasons": [],
            "code": "difference.foot_ahead_of_hip.less",
            "text": _TEXT,
            "values": {"by": _BY},
        }
    ],
}


def _seen(side: str) -> dict[str, Any]:
    clip = _compared(f"{side}.mp4", "2026-11-24T21:20:00Z")
    del clip["fps"]
    return {**clip, "view": "side", "near_side": side, "grade": "good"}


def _near(value: float) -> dict[str, Any]:
    error = {"of_runner": 0.012, "of_clip": 0.011, "of_steps": 0.004}
    number = {"value": value, "spread": 0.009, "interval95": [round(value - 0.033, 4), round(value + 0.033, 4)]}
    return {**number, "steps": 14, "confidence": "high", "withheld": None, "error": error}


_WITHIN: Final = {"measure": "foot_ahead_of_hip", "unit": "leg_length", "value": 0.06}
_SIDES: Final = ENGLISH.say("sides.foot_ahead_of_hip.no_difference_larger_than", limit="6 % of leg")
COMBINED: Final[dict[str, Any]] = {
    "verdict": _SIDES,
    "analyses": ["an_7k3mq2x5vbn4c6dtzrjwhfpaye", "an_3mq27kx5vbn4c6dtzrjwhfpaye"],
    "left_out": [],
    "schema_version": 1,
    "formcheck_version": "0.2.0",
    "clips": [_seen("left"), _seen("right")],
    "refused": None,
    "notes": [],
    "measures": {
        "foot_ahead_of_hip": {
            "unit": "leg_length",
            "headline": _near(0.238),
            "left": _near(0.242),
            "right": _near(0.234),
        }
    },
    "apart": [
        {
            "measure": "foot_ahead_of_hip",
            "unit": "leg_length",
            "value": 0.008,
            "interval95": [-0.0437, 0.0597],
            "verdict": "no_difference_larger_than",
            "limit": 0.0597,
            "reasons": [],
            "code": "sides.foot_ahead_of_hip.no_difference_larger_than",
            "text": _SIDES,
            "values": {"limit": _WITHIN},
        }
    ],
    "findings": [],
}

TREND: Final[dict[str, Any]] = {
    "athlete": _ATHLETE_ID,
    "measure": "foot_ahead_of_hip",
    "unit": "leg_length",
    "formcheck_version": "0.2.0",
    "model": "full",
    "points": [
        {
            "session": _SESSION_ID,
            "date": "2026-04-25",
            "kind": "easy",
            "side": "left",
            "value": 0.2361,
            "interval95": [0.2102, 0.262],
            "clips": 1,
            "formcheck_version": "0.2.0",
            "model": "full",
            "comparable": True,
            "reason": None,
        }
    ],
    "since_first": COMPARISON,
    "since_previous": None,
}

PeopleName = Literal["athlete", "athletes", "session", "sessions", "remeasured", "comparison", "combined", "trend"]


def people_examples(queued: Mapping[str, Any]) -> dict[str, object]:
    """By name; ``queued`` is an analysis that waits."""
    again = {**queued, "session": _SESSION_ID}
    return {
        "athlete": ATHLETE,
        "athletes": {"athletes": [ATHLETE], "next": None},
        "session": SESSION,
        "sessions": {"sessions": [SESSION], "next": None},
        "comparison": COMPARISON,
        "combined": COMBINED,
        "trend": TREND,
        "remeasured": {"formcheck_version": "0.2.0", "queued": [again], "current": [], "gone": [_GONE], "left": 0},
    }
