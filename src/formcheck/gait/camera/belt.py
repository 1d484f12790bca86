"""What the stance foot draws: belt speed, the belt's line in the picture, and with it how the camera is turned.

In stance the foot rides the belt: a straight line at constant speed. MediaPipe's feet draw it to about 3 degrees only
(they tip as the heel lifts), so the edges of the room, where there are any, decide the roll. A belt seen from above and
at an angle slopes in the picture without any roll; its slope is read after yaw and pitch are undone.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from formcheck.gait.camera.pinhole import Aim
from formcheck.gait.events.contacts import SideContacts
from formcheck.gait.events.mean_step import FORWARD, UP, Channel
from formcheck.gait.settings import SceneSettings
from formcheck.records.gait import Turn, ViewSeen
from formcheck.records.skeleton import Side
from formcheck.records.track import FEWEST_UPRIGHT_PLACES, FOCAL_LONG_SIDES, Floats, PoseTrack, RunnerTrack, Uprights


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
            path = one.foot.at(since_s)[:, [Channel.ANKLE_FORWARD, Channel.HEEL_FORWARD]].mean(axis=1)
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


def roll_by_contacts(
    before: Turn, contacts: Iterable[SideContacts], view: ViewSeen, *, settings: SceneSettings
) -> Turn:
    """Camera roll as `find_roll`, from the contacts of each foot in a runner's frame turned by ``before``."""
    return find_roll(before, [belt_slope_deg(one, settings=settings) for one in contacts], view, settings=settings)


def find_roll(before: Turn, slopes_deg: list[float], view: ViewSeen, *, settings: SceneSettings) -> Turn:
    """Camera roll from what was known ``before`` and what the belt still slopes by in a runner's frame turned by that.

    Each cue weighs by its own error; ``slopes_deg``, one per foot, would be 0 had the frame been turned rightly.
    """
    known = [slope for slope in slopes_deg if np.isfinite(slope) and abs(slope) <= settings.largest_roll_deg]
    if not known:
        return before
    slope = float(np.mean(known))
    by_belt_deg = before.deg + (slope if view.heading == "right" else -slope)
    return _weighed(before, Turn(by_belt_deg, settings.belt_slope_spread_deg, ("belt line",)))


def room_roll(uprights: Uprights | None, *, incline_deg: float, settings: SceneSettings) -> Turn:
    """Camera roll from the room's edges, which bring their own expectation of a level phone; else that alone.

    Level edges without upright ones may be the treadmill's, and so are no use once that is known to be inclined.
    """
    if uprights is None or (incline_deg and uprights.upright_places < FEWEST_UPRIGHT_PLACES):
        return Turn(0.0, settings.roll_prior_deg, ("propped level",))
    return Turn(uprights.roll_deg, uprights.spread_deg, ("room edges",))


def find_yaw(view: ViewSeen, uprights: Uprights | None, *, settings: SceneSettings) -> Turn:
    """Camera yaw from the widths of shoulders and hips, and from level edges where these run along the belt.

    Edges that say quite another yaw are those of a wall that does not.
    """
    largest_deg = settings.largest_yaw_deg
    body = Turn(float(np.clip(view.yaw_deg, -largest_deg, largest_deg)), settings.body_yaw_spread_deg, ("body widths",))
    if uprights is None:
        return body
    edges = Turn(uprights.yaw_deg, uprights.yaw_spread_deg, ("room edges",))
    apart = abs(edges.deg - body.deg) / np.hypot(edges.spread_deg, body.spread_deg)
    return body if apart > settings.same_yaw_deviations else _weighed(body, edges)


def _weighed(one: Turn, other: Turn) -> Turn:
    weights = np.array([one.spread_deg, other.spread_deg]) ** -2.0
    return Turn(
        float(np.average([one.deg, other.deg], weights=weights)),
        float(weights.sum() ** -0.5),
        one.cues + other.cues,
    )


def aim_of(track: PoseTrack, roll: Turn, yaw: Turn, uprights: Uprights | None) -> Aim:
    """The camera as it is turned; its pitch is read from upright edges that converge, or else taken as none."""
    long_side_px = max(track.width_px, track.height_px)
    focal_px = FOCAL_LONG_SIDES * long_side_px
    converging = np.tan(np.radians(uprights.converging_deg)) if uprights else 0.0
    pitch_deg = float(np.degrees(np.arctan(FOCAL_LONG_SIDES * converging)))
    return Aim(roll.deg, pitch_deg, yaw.deg, focal_px, (track.width_px / 2, track.height_px / 2))


def belt_line_px(
    track: PoseTrack,
    real_time_s: Floats,
    side: Side,
    contacts: SideContacts,
    aim: Aim,
    *,
    rise_deg: float,
    settings: SceneSettings,
) -> tuple[float, float, float, float] | None:
    """Point and direction (x, y, dx, dy) in pixels of the line one foot rides; None where its stance was not seen.

    ``rise_deg`` is the belt's own tilt towards the picture's right.
    """
    if not np.isfinite(contacts.contact_time_s):
        return None
    flat = float(np.mean(settings.flat_stance))
    flat_s = [contact.strike_s + flat * contacts.contact_time_s for contact in contacts.contacts]
    rows = np.searchsorted(real_time_s, flat_s).clip(0, len(real_time_s) - 1)
    feet = np.stack([track.joint_px(side, joint)[rows] for joint in ("heel", "foot_index")])
    if not np.isfinite(feet).any():
        return None
    here = np.nanmedian(feet.reshape(-1, 2), axis=0)
    along = 0.01 * np.array([np.cos(np.radians(rise_deg)), np.sin(np.radians(rise_deg))])
    way = aim.in_picture(aim.on_plane(here) + along) - here
    dx, dy = way / np.hypot(*way)
    return float(here[0]), float(here[1]), float(dx), float(dy)
