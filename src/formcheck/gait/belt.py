"""What the stance foot draws: belt speed, the belt's line in the picture, and with it the camera's roll.

In stance the foot rides the belt: a straight line at constant speed. MediaPipe's feet draw it to about 3 degrees only
(they tip as the heel lifts), so the upright edges of the room, where there are any, decide the roll.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.config import SceneSettings
from formcheck.gait.events import FORWARD, UP, SideContacts
from formcheck.gait.scene import ViewSeen
from formcheck.landmarks import Side
from formcheck.records import Floats, PoseTrack, RunnerTrack, Uprights

ANKLE_FORWARD, HEEL_FORWARD = FORWARD[:2]


@dataclass(frozen=True, slots=True)
class Roll:
    """Camera roll (+ = camera turned clockwise as seen from behind it) and its standard error, degrees."""

    deg: float
    spread_deg: float
    witnesses: tuple[str, ...]


def belt_speed_ll_s(contacts: Mapping[Side, SideContacts], runner: RunnerTrack, *, settings: SceneSettings) -> float:
    """Backward speed of ankle and heel while the foot lies flat, leg lengths per second; NaN without a toe-off.

    A straight line through a whole stretch of stance, not the slope in its middle: there the legs cross, and a landmark
    that goes over to the other leg bends the path by several per cent. Each leg is measured by its own length, which
    takes care of the further one's being pictured smaller.
    """
    speeds = []
    for side, one in contacts.items():
        if np.isfinite(one.contact_time_s):
            since_s = _instants(one, settings.riding_stance)
            path = one.foot.at(since_s)[:, [ANKLE_FORWARD, HEEL_FORWARD]].mean(axis=1)
            speeds.append(-float(np.polyfit(since_s, path, 1)[0]) / runner.leg_ll[side])
    return float(np.mean(speeds)) if speeds else np.nan


def belt_slope_deg(contacts: SideContacts, *, settings: SceneSettings) -> float:
    """Slope of the stance foot's path in the runner's frame, + = the belt rises forward; NaN without a toe-off."""
    if not np.isfinite(contacts.contact_time_s):
        return np.nan
    path = contacts.foot.at(_instants(contacts, settings.flat_stance))
    forward, up = path[:, FORWARD].mean(axis=1), path[:, UP].mean(axis=1)
    return float(np.degrees(np.arctan(np.polyfit(forward, up, 1)[0])))


def _instants(contacts: SideContacts, shares: tuple[float, float]) -> Floats:
    first, last = shares
    return np.linspace(first * contacts.contact_time_s, last * contacts.contact_time_s, 40)


def find_roll(
    slopes_deg: list[float],
    view: ViewSeen,
    uprights: Uprights | None,
    track: PoseTrack,
    *,
    incline_deg: float,
    settings: SceneSettings,
) -> Roll:
    """Camera roll where the runner is, from upright edges, the belt's slope and how people prop phones.

    Each witness weighs by its own error; the belt's slope (``slopes_deg``, one per foot) is cleared of a given incline.
    Upright edges converge in a pitched camera: what counts is how an upright leans at the runner's place. They bring
    their own expectation of a level phone, so that is not counted twice.
    """
    if uprights is None:
        found = [("propped level", 0.0, settings.roll_prior_deg)]
    else:
        found = [("upright edges", uprights.lean_deg(_long_sides_off_centre(track)), uprights.spread_deg)]
    known = [slope for slope in slopes_deg if np.isfinite(slope) and abs(slope) <= settings.largest_roll_deg]
    if known:
        slope = float(np.mean(known)) - incline_deg
        found.append(("belt line", slope if view.heading == "right" else -slope, settings.belt_slope_spread_deg))
    names, rolls, spreads = zip(*found, strict=True)
    weights = np.array(spreads) ** -2.0
    return Roll(float(np.average(rolls, weights=weights)), float(weights.sum() ** -0.5), names)


def _long_sides_off_centre(track: PoseTrack) -> float:
    hips_x = np.nanmedian([track.joint_px(side, "hip")[:, 0] for side in Side])
    return float(hips_x - track.width_px / 2) / max(track.width_px, track.height_px)


def belt_line_px(
    track: PoseTrack, real_time_s: Floats, side: Side, contacts: SideContacts, *, rise_deg: float
) -> tuple[float, float, float, float] | None:
    """Point and direction (x, y, dx, dy) in pixels of the line one foot rides; None where its stance was not seen.

    ``rise_deg`` is the line's tilt in the picture, counter-clockwise +.
    """
    if not np.isfinite(contacts.contact_time_s):
        return None
    flat_s = [contact.strike_s + 0.35 * contacts.contact_time_s for contact in contacts.contacts]
    rows = np.searchsorted(real_time_s, flat_s).clip(0, len(real_time_s) - 1)
    feet = np.stack([track.joint_px(side, joint)[rows] for joint in ("heel", "foot_index")])
    if not np.isfinite(feet).any():
        return None
    x, y = np.nanmedian(feet.reshape(-1, 2), axis=0)
    return float(x), float(y), float(np.cos(np.radians(rise_deg))), float(-np.sin(np.radians(rise_deg)))
