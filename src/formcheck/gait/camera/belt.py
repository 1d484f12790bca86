"""What the stance foot draws: belt speed, the belt's line in the picture, and with it how the camera is turned.

In stance the foot rides the belt: a straight line at constant speed. MediaPipe's feet draw it to about 3 degrees only
(they tip as the heel lifts), so the edges of the room, where there are any, decide the roll. A belt seen from above and
at an angle slopes in the picture without any roll; its slope is read after yaw and pitch are undone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from formcheck.gait.camera.pinhole import Aim
from formcheck.gait.events.contacts import SideContacts
from formcheck.gait.events.mean_step import FORWARD, UP, Channel
from formcheck.gait.settings import SceneSettings
from formcheck.records.gait import Turn, ViewSeen
from formcheck.records.skeleton import Side
from formcheck.records.track import FEWEST_UPRIGHT_PLACES, FOCAL_LONG_SIDES, Floats, PoseTrack, RunnerTrack, Uprights

Rolls = tuple[tuple[float, Turn], ...]
"""Explanations of how far the camera is rolled, each with its share of the belief; the one to start from is first."""


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
    rolls: Rolls, contacts: Iterable[SideContacts], view: ViewSeen, *, settings: SceneSettings
) -> Turn:
    """Camera roll as `find_roll`, from the contacts of each foot in a runner's frame turned by the first roll."""
    return find_roll(rolls, [belt_slope_deg(one, settings=settings) for one in contacts], view, settings=settings)


def find_roll(rolls: Rolls, slopes_deg: list[float], view: ViewSeen, *, settings: SceneSettings) -> Turn:
    """Camera roll from what the room shows and what the belt slopes by in a runner's frame turned by the first roll.

    Each explanation is weighed by the belt's line, and each by how well that line fits it. Of a roll beyond the largest
    it is only known that it is large. ``slopes_deg``, one per foot, would be 0 had the frame been turned rightly.
    """
    known = [slope for slope in slopes_deg if np.isfinite(slope) and abs(slope) <= settings.largest_belt_slope_deg]
    if known:
        slope = float(np.mean(known))
        by_belt_deg = rolls[0][1].deg + (slope if view.heading == "right" else -slope)
        spread_deg = settings.belt_slope_spread_deg * float(np.sqrt(2 / len(known)))
        by_belt = Turn(by_belt_deg, spread_deg, ("belt line",))
        rolls = tuple((share * _fit(roll, by_belt), _weighed(roll, by_belt)) for share, roll in rolls)
    roll = _mixed(rolls)
    is_known = abs(roll.deg) <= settings.largest_roll_deg
    return roll if is_known else replace(roll, spread_deg=settings.largest_roll_deg)


def room_roll(uprights: Uprights | None, *, incline_deg: float, settings: SceneSettings) -> Rolls:
    """Explanations of what the room shows of the camera's roll: its edges, or else how people prop phones.

    Level edges without upright ones may be the treadmill's, and so are no use once that is known to be inclined. Edges
    turned further than people prop phones may be the treadmill's too, and so leave room for the other explanations.
    """
    tilted_share = settings.tilted_share
    propped = (
        (1 - tilted_share, Turn(0.0, settings.roll_prior_deg, ("propped level",))),
        (tilted_share, Turn(0.0, settings.tilted_spread_deg, ("propped badly",))),
    )
    if uprights is None or (incline_deg and uprights.upright_places < FEWEST_UPRIGHT_PLACES):
        return propped
    edges = Turn(uprights.roll_deg, uprights.spread_deg, ("room edges",))
    if abs(edges.deg) <= settings.steep_roll_deg:
        return ((1.0, edges),)
    trusted = settings.steep_edges_share
    return ((trusted, edges), *(((1 - trusted) * share, roll) for share, roll in propped))


def _fit(one: Turn, other: Turn) -> float:
    """Density of two turns' difference when both are of one camera."""
    spread_deg = np.hypot(one.spread_deg, other.spread_deg)
    return float(np.exp(-(((one.deg - other.deg) / spread_deg) ** 2) / 2) / spread_deg)


def _mixed(rolls: Rolls) -> Turn:
    """Mean and spread of a mixture of normal distributions, with the cues of the likeliest."""
    share, deg, spread_deg = np.array([(share, roll.deg, roll.spread_deg) for share, roll in rolls]).T
    share = share / share.sum()
    mean_deg = float(share @ deg)
    variance = share @ (spread_deg**2 + (deg - mean_deg) ** 2)
    return Turn(mean_deg, float(np.sqrt(variance)), rolls[int(np.argmax(share))][1].cues)


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
