"""A process that looks at a few pictures of a clip before it is sent, ``python -m formcheck_api.jobs.processes.scout``.

The pose model is loaded once; then each line of standard input is a look, ``{"pictures": [JPEG in base64, ...],
"scale": pixels of the clip per pixel of the pictures}``, and each line of standard output what was seen,
``{"reasons": [{"code", "message", "advice"}, ...]}``; the reasons are those of a report, and `clip_turned` says with
``"turn_deg"`` how to turn the pictures. A process of its own for the same reason as a worker: pictures may be hostile.
"""

import json
import os
import sys
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from formcheck.clip.picture import decode_jpeg
from formcheck.gait.select.person import find_person_in_stills
from formcheck.gait.settings import Settings
from formcheck.judge.obstacles import Filmed, find_framing_obstacles, has_company, turn_to_upright_deg
from formcheck.records.gait import Person
from formcheck.records.report import Reason
from formcheck.records.skeleton import INDEX, Side
from formcheck.records.track import Image, PoseTrack
from formcheck.vision.landmarker import Followed, picture_looker
from formcheck.vision.weights.models import find_model
from formcheck.words.reasons import reason
from formcheck_api.jobs.processes.limits import Limits, limit_this_process

CPU_S: Final = 3600
"""Of the whole process; a look takes about one."""
FILE_MB: Final = 1.0
LARGEST_SIDE_PX: Final = 1280
"""A picture that declares more is refused before memory is spent on it."""


Follow = Callable[[Sequence[Image]], Followed]


def look(pictures: Sequence[Image], follow: Follow) -> Followed:
    """Who is in a few pictures of a clip."""
    return follow([picture for picture in pictures if picture.shape == pictures[0].shape])


def judge(followed: Followed, scale: float, settings: Settings) -> list[Reason]:
    """What stands in the way of measuring this clip, as far as single pictures can tell, the gravest first."""
    filmed = Filmed(seen_frac=followed.seen_frac, people=followed.people)  # who of several runs, no picture tells
    seen = find_person_in_stills(followed.track, settings=settings)
    is_facing_seen = True
    if isinstance(seen, Person):
        is_facing_seen = _points_ahead(seen.pose)
        seen = replace(seen, leg_px=scale * seen.leg_px)
    found = find_framing_obstacles(seen, filmed, settings=settings)
    answered = [each for each in found if each.code != "not_side_view" or is_facing_seen]
    return [*answered, reason("several_people")] if has_company(filmed) else answered


def turn_deg(followed: Followed, settings: Settings) -> int:
    """By how much the pictures are to be turned clockwise, so that the person in them stands upright."""
    seen = find_person_in_stills(followed.track, settings=settings)
    return turn_to_upright_deg(seen.turned_deg, settings) if isinstance(seen, Person) else 0


def _points_ahead(pose: PoseTrack) -> bool:
    """Whether anything is seen by which a side view is told from a slanting one: a whole foot, or nose and ears."""
    feet = [(pose.joint_px(side, "heel"), pose.joint_px(side, "foot_index")) for side in Side]
    head = (pose.xy_px[:, INDEX["nose"]], pose.joint_px(Side.LEFT, "ear") + pose.joint_px(Side.RIGHT, "ear"))
    return any(np.isfinite(back + front).any() for back, front in (*feet, head))


def answer(line: str, follow: Follow) -> dict[str, Any]:
    """The answer to one line."""
    asked = json.loads(line)
    try:
        pictures = [decode_jpeg(b64decode(each), largest_side_px=LARGEST_SIDE_PX) for each in asked["pictures"]]
    except ValueError as error:
        return {"error": str(error)}
    followed = look(pictures, follow)
    reasons = judge(followed, asked["scale"], Settings())
    told = [{"code": each.code, "message": each.message, "advice": each.advice} for each in reasons]
    turn = {"clip_turned": {"turn_deg": turn_deg(followed, Settings())}}
    return {"reasons": [each | turn.get(each["code"], {}) for each in told]}


def main() -> None:
    """Answer looks until standard input ends, as it does with the service."""
    limit_this_process(Limits(int(sys.argv[1]), FILE_MB, CPU_S, niceness=0), None)  # somebody waits for each look
    own = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    with picture_looker(find_model("full").path) as follow, os.fdopen(own, "w", encoding="utf-8") as out:
        follow([np.zeros((64, 64, 3), dtype=np.uint8)])  # loads the rest before anybody waits for it
        for line in sys.stdin:
            out.write(json.dumps(answer(line, follow)) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
