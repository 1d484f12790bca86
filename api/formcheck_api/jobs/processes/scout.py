"""A process that checks a few pictures of a clip before its upload, ``python -m formcheck_api.jobs.processes.scout``.

The pose model is loaded once; then each line of standard input is a look, ``{"pictures": [JPEG in base64, ...],
"scale": pixels of the clip per pixel of the pictures, "language": of the reader}``, and each line of standard output
what was seen, ``{"reasons": [{"code", "message", "advice"}, ...]}``; the reasons are those of a report, and
`clip_turned` says with ``"turn_deg"`` how to turn the pictures. A process of its own for the same reason as a worker:
pictures may be hostile.
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
from formcheck.judge.obstacles import find_framing_obstacles, has_company
from formcheck.records.filmed import Filmed
from formcheck.records.gait import Person
from formcheck.records.report import Reason
from formcheck.records.skeleton import INDEX, Side
from formcheck.records.track import Image, PoseTrack
from formcheck.vision.landmarker import Followed, picture_looker
from formcheck.vision.weights.models import find_model
from formcheck.words.catalogue import Voice
from formcheck.words.reasons import reason, reason_in
from formcheck_api.jobs.processes.limits import Limits, limit_this_process

CPU_S: Final = 3600
"""Of the whole process; a look takes about one."""
FILE_MB: Final = 1.0
LARGEST_SIDE_PX: Final = 1280
"""A picture that declares more is refused before memory is spent on it."""


Follow = Callable[[Sequence[Image]], Followed]


def look(pictures: Sequence[Image], scale: float, follow: Follow) -> list[Reason]:
    """Reasons against measuring this clip, as far as a few of its pictures show, the most important first."""
    same = [picture for picture in pictures if picture.shape == pictures[0].shape]
    return judge(follow(same), scale, Settings())


def judge(followed: Followed, scale: float, settings: Settings) -> list[Reason]:
    """The report's reasons about the filming, without those that single pictures can't show."""
    filmed = Filmed(
        seen_frac=followed.seen_frac, people=followed.people
    )  # which of several people runs, no single picture shows
    seen = find_person_in_stills(followed.track, settings=settings)
    is_facing_seen = True
    if isinstance(seen, Person):
        is_facing_seen = _points_ahead(seen.pose)
        seen = replace(seen, leg_px=scale * seen.leg_px)
    found = find_framing_obstacles(seen, filmed, settings=settings)
    answered = [each for each in found if each.code != "not_side_view" or is_facing_seen]
    return [*answered, reason("several_people")] if has_company(filmed) else answered


def _points_ahead(pose: PoseTrack) -> bool:
    """Whether a side view can be distinguished from an oblique one: a whole foot, or nose and ears, are visible."""
    feet = [(pose.joint_px(side, "heel"), pose.joint_px(side, "foot_index")) for side in Side]
    head = (pose.xy_px[:, INDEX["nose"]], pose.joint_px(Side.LEFT, "ear") + pose.joint_px(Side.RIGHT, "ear"))
    return any(np.isfinite(back + front).any() for back, front in (*feet, head))


def answer(line: str, follow: Follow) -> dict[str, Any]:
    """The response to one line."""
    asked = json.loads(line)
    try:
        pictures = [decode_jpeg(b64decode(each), largest_side_px=LARGEST_SIDE_PX) for each in asked["pictures"]]
    except ValueError as error:
        return {"error": str(error)}
    reasons = look(pictures, asked["scale"], follow)
    voice = Voice(asked["language"])
    return {"reasons": [_told(reason_in(each, voice)) for each in reasons]}


def _told(why: Reason) -> dict[str, Any]:
    """A reason for the page, which can turn the pictures itself."""
    turn = {"turn_deg": why.values["deg"]} if why.code == "clip_turned" and why.values else {}
    return {"code": why.code, "message": why.message, "advice": why.advice, **turn}


def main() -> None:
    """Answer looks until standard input ends, as it does with the service."""
    limit_this_process(Limits(int(sys.argv[1]), FILE_MB, CPU_S, niceness=0), None)  # a runner waits for each look
    own = os.dup(1)
    os.dup2(2, 1)  # what libraries print is not a response
    with picture_looker(find_model("full").path) as follow, os.fdopen(own, "w", encoding="utf-8") as out:
        follow([np.zeros((64, 64, 3), dtype=np.uint8)])  # loads the rest before anyone waits for it
        for line in sys.stdin:
            out.write(json.dumps(answer(line, follow)) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
