"""The runner in frames that were not looked at, from the looks before and after.

In fast clips only some frames are looked at (`formcheck.vision.watch`): in a sixtieth of a second a joint does nothing
that its neighbours in time do not show.
"""

import numpy as np
from scipy.interpolate import PchipInterpolator

from formcheck.records.track import Floats, PoseTrack, runs


def fill_between(looks: PoseTrack, times_s: Floats) -> PoseTrack:
    """The track at all frames' times (T,), of which ``looks`` holds some.

    Between two looks that saw the runner joints move on PCHIP curves; elsewhere they are not seen.
    """
    if len(looks) == len(times_s):
        return looks
    look = np.searchsorted(times_s, looks.time_s)
    count = looks.xy_px.shape[1]
    seen = np.asarray(np.isfinite(looks.xy_px).all(axis=(1, 2)))
    xy_px, visibility = np.full((len(times_s), count, 2), np.nan), np.zeros((len(times_s), count))
    xy_px[look], visibility[look] = looks.xy_px, looks.visibility
    for start, end in runs(seen):
        if end - start < 2:
            continue
        inside = slice(look[start], look[end - 1] + 1)
        at_s, known_s = times_s[inside], looks.time_s[start:end]
        xy_px[inside] = PchipInterpolator(known_s, looks.xy_px[start:end])(at_s)
        for joint in range(count):
            visibility[inside, joint] = np.interp(at_s, known_s, looks.visibility[start:end, joint])
    return PoseTrack(times_s, xy_px, visibility, looks.width_px, looks.height_px)
