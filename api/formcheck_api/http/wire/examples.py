"""An example of every response, for the specification; a test checks each against its schema."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, Literal

from formcheck.words.capture import tips
from formcheck.words.catalogue import ENGLISH
from formcheck_api.http.wire.people.examples import PeopleName, people_examples
from formcheck_api.records.analyses import Options

_ID: Final = "an_7k3mq2x5vbn4c6dtzrjwhfpaye"
_PATH: Final = f"/v1/analyses/{_ID}"
_SIGNED: Final = "?expires=1795555800&signature=Yb1mK0m0tq1cJmJqk4rJ0nZt3b8qk3nq9m6l2yQeW0c"
_STAGE: Final = ENGLISH.say("stage.following")

LINKS: Final = {
    "self": _PATH,
    "events": f"{_PATH}/events",
    "report": f"{_PATH}/report",
    "report_html": f"{_PATH}/report.html{_SIGNED}",
    "overlay": f"{_PATH}/overlay.mp4{_SIGNED}",
    "frames": f"{_PATH}/frames",
}

QUEUED: Final[dict[str, Any]] = {
    "id": _ID,
    "state": "queued",
    "progress": 0.0,
    "stage": "",
    "queue_position": 0,
    "created": "2026-11-24T21:19:04.512Z",
    "started": None,
    "finished": None,
    "priority": "interactive",
    "label": "Ada, Tuesday",
    "session": None,
    "formcheck_version": None,
    "options": asdict(Options(height_m=1.78)),
    "clip": {
        "name": "run.mp4",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "bytes": 18400211,
    },
    "links": LINKS,
    "ready": [],
    "problem": None,
    "incomplete": None,
}

SUCCEEDED: Final[dict[str, Any]] = QUEUED | {
    "state": "succeeded",
    "progress": 1.0,
    "stage": "done",
    "formcheck_version": "0.1.0",
    "queue_position": None,
    "started": "2026-11-24T21:19:04.870Z",
    "finished": "2026-11-24T21:19:31.004Z",
    "ready": ["report", "frames", "report_html", "overlay"],
}

CANCELLED: Final[dict[str, Any]] = SUCCEEDED | {
    "state": "cancelled",
    "progress": 0.41,
    "stage": "cancelled",
    "ready": [],
}

PAGE: Final = {"analyses": [SUCCEEDED], "next": "/v1/analyses?limit=1&cursor=MjAyNi0xMS0yNA"}

FRAME: Final = {
    "file": "frames/left_foot_strike.jpg",
    "time_s": 3.417,
    "event": "foot_strike",
    "side": "left",
    "index": 205,
    "step": 0,
    "links": {"image": f"{_PATH}/frames/left_foot_strike.jpg{_SIGNED}"},
}

FRAMES: Final = {"frames": [FRAME]}

_MEASURED: Final = {
    "value": 0.2471,
    "spread": 0.0112,
    "interval95": [0.2214, 0.2728],
    "steps": 14,
    "confidence": "high",
    "withheld": None,
    "error": {"of_runner": 0.0068, "of_clip": 0.0104, "of_steps": 0.0042},
}

REPORT: Final[dict[str, Any]] = {
    "schema_version": 1,
    "formcheck_version": "0.1.0",
    "created": "2026-11-24T21:19:30Z",
    "clip": {
        "name": "run.mp4",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "duration_s": 12.0,
        "width_px": 1080,
        "height_px": 1920,
        "frame_count": 719,
        "mean_fps": 59.94,
        "time_scale": {"factor": 1.0, "source": "assumed"},
        "used_s": [0.2, 11.8],
        "parts": [{"start_s": 0.2, "end_s": 11.8, "left_out": None}],
    },
    "model": {"name": "full", "sha256": "f7651ca6b8ea0d7a1e5c5b5b3bb2c1f3c2b2c0b4b3f3a5a7d5c6e8f9a0b1c2d3"},
    "settings": {"told": {"height_m": 1.78}},
    "scene": {
        "view": "side",
        "heading": "right",
        "near_side": "left",
        "surface": "treadmill",
        "camera_roll_deg": 0.4,
        "belt_speed": {"value": 3.02, "unit": "m/s"},
        "scale": {"m_per_leg_length": 0.871, "source": "height", "spread_frac": 0.04},
    },
    "quality": {"grade": "good", "reasons": []},
    "steps": [
        {
            "side": "left",
            "strike_time_s": 3.417,
            "toe_off_time_s": 3.691,
            "confidence": 0.93,
            "foot_ahead_of_hip": 0.2471,
        }
    ],
    "measures": {
        "foot_ahead_of_hip": {"unit": "leg_length", "headline": _MEASURED, "left": _MEASURED, "right": None},
    },
    "findings": [
        {
            "code": "overstride_unlikely",
            "level": "ok",
            "title": ENGLISH.say("finding.overstride_unlikely.title"),
            "text": ENGLISH.say(
                "finding.overstride_unlikely.text",
                place=ENGLISH.say("place.ahead_of", foot=ENGLISH.say("foot.left"), count="13", of="20"),
            ),
            "evidence": ["frames/left_foot_strike.jpg"],
            "cue": "",
            "exercises": [],
            "sources": [],
            "standing": {
                "share_below": 0.6465,
                "above_most": 0.0694,
                "above_usual": 0.0084,
                "below_most": 0.0030,
                "below_usual": 0.0002,
            },
            "values": {
                "place": {
                    "code": "place.ahead_of",
                    "values": {"foot": {"code": "foot.left", "values": {}}, "count": 13, "of": 20},
                },
                "signs": [],
            },
        }
    ],
    "frames": [FRAME],
    "changes": [],
    "proportions": {"leg_to_trunk": {"value": 1.5127, "spread": 0.0412}},
    "curves": {
        "trunk_lean": {"unit": "deg", "side": "left", "mean": [6.1, 6.3], "toe_off_percent": 37.2},
    },
    "reference": [
        {
            "measure": "foot_ahead_of_hip",
            "unit": "leg_length",
            "speed_m_s": 3.02,
            "mean": 0.2369,
            "low": 0.1784,
            "high": 0.2953,
            "sd": 0.0255,
            "runners": 13,
            "source": "Hamner and Delp 2013",
            "citations": ["Hamner and Delp 2013"],
        }
    ],
}

MOTION: Final = {
    "time_s": [0.4, 0.4167],
    "trunk_lean": [6.1, None],
    "foot_ahead_of_hip": {"left": [0.251, 0.214], "right": [-0.31, -0.287]},
    "knee_flexion": {"left": [14.2, 18.9], "right": [88.1, 84.0]},
    "skeleton": {
        "head": {"forward": [0.11, 0.109], "up": [0.921, 0.918]},
        "left": {"knee": {"forward": [0.21, 0.19], "up": [-0.442, -0.447]}},
        "right": {"knee": {"forward": [-0.081, -0.02], "up": [-0.455, -0.46]}},
    },
}

GUIDANCE: Final = {
    "guidance": [{"code": tip.code, "title": tip.title, "text": tip.text} for tip in tips()[:1]],
    "largest_clip_mb": 500,
    "best_duration_s": [10.0, 30.0],
}

HEALTH: Final = {"status": "ok"}

USAGE: Final = {
    "clips_today": {"used": 12, "limit": 100},
    "minutes_today": {"used": 4.25, "limit": None},
    "storage_mb": {"used": 311.4, "limit": 5000},
    "waiting": 2,
    "resets": "2026-11-25T00:00:00Z",
}

_WEBHOOK_ID: Final = "wh_c4kz7vqm2xnb5hd3rjtwyfpaes"
WEBHOOK: Final[dict[str, Any]] = {
    "id": _WEBHOOK_ID,
    "url": "https://coach.example/formcheck",
    "created": "2026-11-24T20:02:11.480Z",
    "sequence": 17,
    "secret": None,
    "disabled": None,
    "disabled_why": None,
    "links": {"self": f"/v1/webhooks/{_WEBHOOK_ID}", "deliveries": f"/v1/webhooks/{_WEBHOOK_ID}/deliveries"},
}
_SENT: Final = "2026-11-24T21:19:12.003Z"
DELIVERY: Final[dict[str, Any]] = {
    "id": "msg_n3xk5vqz2cmb7hd4rjtwyfpaeu",
    "sequence": 17,
    "type": "webhook.test",
    "state": "delivered",
    "created": _SENT,
    "due": None,
    "delivered": "2026-11-24T21:19:12.851Z",
    "attempts": [{"at": "2026-11-24T21:19:12.851Z", "status": 204, "reason": None, "seconds": 0.113}],
    "body": f'{{"type": "webhook.test", "timestamp": "{_SENT}", "sequence": 17, "data": {{}}}}',
}

Name = Literal[
    "webhook",
    "new_webhook",
    "webhooks",
    "delivery",
    "deliveries",
    "queued",
    "succeeded",
    "cancelled",
    "page",
    "frames",
    "report",
    "motion",
    "guidance",
    "health",
    "usage",
    PeopleName,
]
JSON_EXAMPLES: Final[Mapping[str, object]] = people_examples(QUEUED) | {
    "queued": QUEUED,
    "succeeded": SUCCEEDED,
    "cancelled": CANCELLED,
    "page": PAGE,
    "frames": FRAMES,
    "report": REPORT,
    "motion": MOTION,
    "guidance": GUIDANCE,
    "health": HEALTH,
    "usage": USAGE,
    "webhook": WEBHOOK,
    "new_webhook": WEBHOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwbm1yb25pYw=="},
    "webhooks": {"webhooks": [WEBHOOK]},
    "delivery": DELIVERY,
    "deliveries": {"deliveries": [DELIVERY]},
}

EVENT: Final = {
    "event": "progress",
    "id": "3",
    "data": f'{{"id": "{_ID}", "state": "running", "progress": 0.41, "stage": "{_STAGE}", "ready": [], ...}}',
}
