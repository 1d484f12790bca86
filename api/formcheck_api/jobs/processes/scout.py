"""A process that looks at a few pictures of a clip before it is sent, ``python -m formcheck_api.jobs.processes.scout``.

The pose model is loaded once; then each line of standard input is a look, ``{"pictures": [JPEG in base64, ...],
"scale": pixels of the clip per pixel of the pictures}``, and each line of standard output what was seen,
``{"reasons": [{"code", "message", "advice"}, ...]}``; the reasons are those of a report. A process of its own for the
same reason as a worker: pictures may be hostile.
"""

import json
import os
import sys
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from formcheck.clip.picture import decode_jpeg
from formcheck.gait.camera.scene import find_view, leg_length_px
from formcheck.gait.select.presence import feet_outside_frac
from formcheck.gait.settings import Settings
from formcheck.judge.obstacles import END_ON
from formcheck.records.report import Reason
from formcheck.records.skeleton import Side
from formcheck.records.track import Image
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


def look(pictures: Sequence[Image], scale: float, follow: Follow) -> list[Reason]:
    """What stands in the way of measuring this clip, as far as a few of its pictures tell, the gravest first."""
    same = [picture for picture in pictures if picture.shape == pictures[0].shape]
    return judge(follow(same), scale, Settings())


def judge(followed: Followed, scale: float, settings: Settings) -> list[Reason]:
    """The same questions as a report's, as far as single pictures answer them."""
    track = followed.track
    if not np.isfinite(track.xy_px).any():
        return [reason("nobody_seen")]
    leg_px = scale * max(leg_length_px(track, side) for side in Side)
    seen = find_view(track, settings=settings.scene)
    is_oblique = seen.view == "unclear" or abs(seen.yaw_deg) > settings.scene.largest_yaw_deg
    end_on = END_ON.get(seen.view)
    found = (
        (feet_outside_frac(track) > settings.presence.feet_outside_frac, "feet_out_of_picture"),
        (end_on is not None, end_on),
        (end_on is None and is_oblique, "not_side_view"),
        (leg_px < settings.scene.min_leg_px, "runner_too_small"),
        (followed.people > 1, "several_people"),
    )
    return [reason(code) for applies, code in found if applies and code]


def answer(line: str, follow: Follow) -> dict[str, Any]:
    """The answer to one line."""
    asked = json.loads(line)
    try:
        pictures = [decode_jpeg(b64decode(each), largest_side_px=LARGEST_SIDE_PX) for each in asked["pictures"]]
    except ValueError as error:
        return {"error": str(error)}
    reasons = look(pictures, asked["scale"], follow)
    return {"reasons": [{"code": each.code, "message": each.message, "advice": each.advice} for each in reasons]}


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
