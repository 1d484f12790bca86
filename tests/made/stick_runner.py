"""A stick figure with a prescribed gait, and a camera that films it: landmarks with a known truth.

Lengths are leg lengths (thigh + shank), the runner's frame is forward, left, up, and time starts with a left foot
strike. Around a strike the foot moves so that the detectors see of it what they see of nine measured runners (Fukuchi
et al. 2017, Hamner & Delp 2013): the ankle's height 4 to 8 ms before, the heel's speed within 2 ms. At
toe-off the knee is all but straightest and bends again by 30 degrees after a tenth of a second.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.interpolate import CubicHermiteSpline, CubicSpline, PchipInterpolator

from formcheck.gait.geometry import (
    above_horizontal_deg,
    ahead_of_vertical_deg,
    flexion_deg,
    forward_of_vertical_deg,
    rotate,
)
from formcheck.gait.settings import EventSettings
from formcheck.records.skeleton import COUNT, INDEX, Side, index_of
from formcheck.records.track import Floats, PoseTrack

ANKLE_HEIGHT = 0.09
STRIKE_DROP, STRIKE_SPEED_SHARE = 0.02, 0.9
LANDING_S, TURN_S = 0.026, 0.030
"""From strike until the foot rides the belt; from the foot furthest ahead until the strike."""

LOWEST_AFTER_MIDDLE_S = 0.004
"""Hips of measured runners fall fastest 25 ms after strike."""

REST = np.array([0.0, ANKLE_HEIGHT])
HEEL, TOE = np.array([-0.06, -ANKLE_HEIGHT]), np.array([0.17, -ANKLE_HEIGHT])
TIP = HEEL + (TOE - HEEL) / EventSettings().ball_share  # MediaPipe's toe; TOE is the ball, which leaves last
OFF_RISE, OFF_LIFT_S, OFF_PITCH_DEG = 0.018, 0.03, -48.0
TRUNK, NECK = 0.587, 0.25
HALF_WIDTHS = {"hip": 0.105, "shoulder": 0.22, "foot": 0.07}


@dataclass(frozen=True)
class Runner:
    """How the figure runs; angles in degrees, ``lean_deg`` against gravity, ``nod_deg`` around it twice a stride."""

    cadence_per_min: float = 166.0
    contact_s: float = 0.250
    belt_speed: float = 3.2
    reach: dict[Side, float] = field(default_factory=lambda: {Side.LEFT: 0.24, Side.RIGHT: 0.24})
    knee_at_strike_deg: float = 15.0
    foot_angle_deg: float = 6.0
    lean_deg: float = 7.0
    nod_deg: float = 1.0
    bounce: float = 0.05
    incline_deg: float = 0.0
    travel: float = 0.0
    tempo_wobble_s: float = 0.012

    @property
    def stride_s(self) -> float:
        """Mean duration of a stride."""
        return 120 / self.cadence_per_min

    def own_time(self, time_s: Floats) -> Floats:
        """Time in which every stride is equally long: the runner's rhythm drifts a little against the clock."""
        return time_s + self.tempo_wobble_s * np.sin(2 * np.pi * time_s / 4.3)

    def clock_time(self, own_s: Floats) -> Floats:
        """Inverse of ``own_time``."""
        time_s = np.asarray(own_s, dtype=np.float64)
        for _ in range(30):
            time_s = own_s - self.tempo_wobble_s * np.sin(2 * np.pi * time_s / 4.3)
        return time_s

    def _hip_height(self, own_s: Floats) -> Floats:
        """Lowest in mid-stance; with a negative ``bounce`` highest there, as walkers' hips are."""

        def wave(own_s: Floats) -> Floats:
            lowest_s = self.contact_s / 2 + LOWEST_AFTER_MIDDLE_S
            return -self.bounce * np.cos(4 * np.pi * (own_s - lowest_s) / self.stride_s)

        leg = np.cos(np.radians(self.knee_at_strike_deg / 2))
        at_strike = ANKLE_HEIGHT + STRIKE_DROP + np.sqrt(leg**2 - max(self.reach.values()) ** 2)
        return at_strike + wave(own_s) - wave(np.zeros(1))

    def _foot(self, side: Side, since_s: Floats) -> tuple[Floats, Floats]:
        """Ankle (T, 2) ahead of the hips and above the belt, and pitch (T,), at times since the last strike."""
        speed, off_s, stride_s = self.belt_speed, self.contact_s, self.stride_s
        heel_off_s, landed = 0.5 * off_s, self.reach[side] - (1 + STRIKE_SPEED_SHARE) / 2 * speed * LANDING_S
        angle = self.foot_angle_deg
        pitch_deg = PchipInterpolator(
            np.array([-0.06, 0, 0.06, heel_off_s, off_s, off_s + 0.09, stride_s - 0.06, stride_s, stride_s + 0.06]),
            np.array([angle, angle, 0.0, 0.0, OFF_PITCH_DEG, OFF_PITCH_DEG - 20, angle, angle, 0.0]),
        )

        def planted(t: Floats) -> Floats:
            toe_lift = OFF_RISE * np.clip((t - off_s + OFF_LIFT_S) / OFF_LIFT_S, 0, None) ** 2
            toe = np.stack((landed + TOE[0] - speed * (t - LANDING_S), toe_lift), axis=-1)
            return toe - turned(TOE, pitch_deg(t))

        fall = 2 * STRIKE_DROP / LANDING_S
        landing = CubicHermiteSpline(
            [-TURN_S, 0.0, LANDING_S],
            [
                [self.reach[side] + STRIKE_SPEED_SHARE / 2 * speed * TURN_S, STRIKE_DROP + 0.75 * fall * TURN_S],
                [self.reach[side], STRIKE_DROP],
                [landed, 0.0],
            ],
            [[0.0, -fall / 2], [-STRIKE_SPEED_SHARE * speed, -fall], [-speed, 0.0]],
        )
        leaving, rate = (
            planted(np.array([off_s]))[0],
            np.diff(planted(np.array([off_s - 1e-4, off_s])), axis=0)[0] / 1e-4,
        )
        swing_s = stride_s - TURN_S - off_s
        swing = CubicSpline(
            off_s + swing_s * np.array([0.0, 0.25, 0.45, 0.7, 1.0]),
            [
                leaving,
                [leaving[0] + 0.0, 0.38],
                [leaving[0] + 0.24, 0.53],
                [self.reach[side] - 0.05, 0.24],
                landing(-TURN_S) + REST,
            ],
            bc_type=((1, rate), (1, np.array([0.0, -fall / 2]))),
        )
        rides_s = (since_s > LANDING_S) & (since_s <= off_s)
        ankle = np.where(rides_s[:, None], planted(since_s), swing(since_s))
        lands = (since_s <= LANDING_S) | (since_s > stride_s - TURN_S)
        around = np.where(since_s > stride_s / 2, since_s - stride_s, since_s)
        ankle[lands] = landing(around[lands]) + REST
        return ankle, np.asarray(pitch_deg(since_s))

    def joints(self, time_s: Floats) -> dict[str, Floats]:
        """Every landmark (T, 3): forward, left, up from the belt under the hips' mean place."""
        own_s = self.own_time(np.asarray(time_s, dtype=np.float64))
        middle = np.stack((np.zeros_like(own_s), self._hip_height(own_s)), axis=1)
        lean_deg = self.lean_deg + self.incline_deg + self.nod_deg * np.cos(4 * np.pi * own_s / self.stride_s)
        up_trunk = np.stack((np.sin(np.radians(lean_deg)), np.cos(np.radians(lean_deg))), axis=1)
        neck = middle + TRUNK * up_trunk
        flat = {"nose": (neck + NECK * up_trunk + [0.13, 0.0], 0.0)}
        eye = flat["nose"][0] + np.array([-0.03, 0.03])
        for side, sign in ((Side.LEFT, 1), (Side.RIGHT, -1)):
            since_s = np.mod(own_s - (0.0 if side is Side.LEFT else self.stride_s / 2), self.stride_s)
            ankle, pitch_deg = self._foot(side, since_s)
            swing = 0.5 * np.cos(2 * np.pi * since_s / self.stride_s)
            elbow = neck + 0.33 * np.stack((-np.sin(swing), -np.cos(swing)), axis=1)
            paths = {
                "hip": (middle, "hip"),
                "knee": (knee(middle, ankle), "hip"),
                "ankle": (ankle, "foot"),
                "heel": (ankle + turned(HEEL, pitch_deg), "foot"),
                "foot_index": (ankle + turned(TIP, pitch_deg), "foot"),
                "shoulder": (neck, "shoulder"),
                "elbow": (elbow, "shoulder"),
                "ear": (neck + NECK * up_trunk, "foot"),
                **{end: (elbow + np.array([0.25, 0.05]), "shoulder") for end in ("wrist", "pinky", "index", "thumb")},
                **dict.fromkeys(("eye_inner", "eye", "eye_outer"), (eye, "foot")),
            }
            flat |= {f"{side}_{name}": (path, sign * HALF_WIDTHS[width]) for name, (path, width) in paths.items()}
            flat[f"mouth_{side}"] = (flat["nose"][0] - [0.02, 0.06], sign * 0.02)
        travelled = self.travel * np.asarray(time_s)
        return {
            name: np.stack((path[:, 0] + travelled, np.full(len(path), left), path[:, 1]), axis=1)
            for name, (path, left) in flat.items()
        }

    def strikes_s(self, side: Side, until_s: float) -> Floats:
        """Every foot strike of one side from 0 to ``until_s``."""
        first = 0.0 if side is Side.LEFT else self.stride_s / 2
        strikes = self.clock_time(np.arange(first, until_s + self.stride_s, self.stride_s))
        return strikes[strikes <= until_s]

    def offs_s(self, side: Side, until_s: float) -> Floats:
        """Toe-off after each of those strikes."""
        return self.clock_time(self.own_time(self.strikes_s(side, until_s)) + self.contact_s)

    def at_strike(self, side: Side) -> dict[str, float]:
        """What is true at this side's foot strike, by measure name."""
        instant = self.strikes_s(side, 2 * self.stride_s)[:1]
        joints = {name: path[:, ::2] for name, path in self.joints(instant).items()}
        hip, bent, ankle, heel, toe = (joints[f"{side}_{j}"] for j in ("hip", "knee", "ankle", "heel", "foot_index"))
        trunk = joints[f"{side}_shoulder"] - hip
        values = {
            "foot_ahead_of_hip": (ankle - hip)[:, 0],
            "heel_ahead_of_hip": (heel - hip)[:, 0],
            "foot_ahead_of_knee": (ankle - bent)[:, 0],
            "leg_angle": ahead_of_vertical_deg(ankle - hip),
            "shank_angle": ahead_of_vertical_deg(ankle - bent),
            "knee_flexion": flexion_deg(hip, bent, ankle),
            "foot_angle": above_horizontal_deg(toe - heel),
            "trunk_lean_at_strike": forward_of_vertical_deg(trunk) - self.incline_deg,
        }
        return {name: float(value[0]) for name, value in values.items()}

    def mean_lean_deg(self) -> float:
        """Trunk lean averaged over stance."""
        own_s = np.linspace(0, self.contact_s, 200)
        return self.lean_deg + float(np.mean(self.nod_deg * np.cos(4 * np.pi * own_s / self.stride_s)))


WALKER = Runner(
    cadence_per_min=112.0,
    contact_s=0.64,
    belt_speed=1.4,
    reach={Side.LEFT: 0.33, Side.RIGHT: 0.33},
    knee_at_strike_deg=28.0,
    lean_deg=3.0,
    bounce=-0.02,
)


def turned(vector: Floats, angle_deg: Floats) -> Floats:
    """One vector (2,) turned counter-clockwise by each angle (T,): (T, 2)."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.stack((c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]), axis=-1)


def knee(hip: Floats, ankle: Floats) -> Floats:
    """The knee (T, 2) between hip and ankle, both segments half a leg long, bent forward."""
    line = ankle - hip
    apart = np.hypot(*line.T)
    if apart.max() > 1:
        raise ValueError(f"the leg would have to be {apart.max():.3f} leg lengths long")
    aside = np.sqrt(0.25 - apart**2 / 4) / apart
    return hip + line / 2 + aside[:, None] * np.stack((-line[:, 1], line[:, 0]), axis=1)


@dataclass(frozen=True)
class Camera:
    """Where the phone stands: ``azimuth_deg`` 0 on the runner's right, 90 in front, 180 left, -90 behind.

    ``roll_deg`` + = turned clockwise as seen from behind; ``sway_px`` how far a hand wanders; ``noise`` SD of a
    landmark in leg lengths; ``slow`` how many times slower than life the clip plays; ``fps`` of the clip as played.
    """

    fps: float = 60.0
    azimuth_deg: float = 0.0
    roll_deg: float = 0.0
    leg_px: float = 260.0
    width_px: int = 1280
    height_px: int = 720
    sway_px: float = 0.0
    noise: float = 0.01
    slow: float = 1.0
    frame_phase: float = 0.3
    timing_jitter: float = 0.0


def film(runner: Runner, camera: Camera, duration_s: float = 8.0, *, seed: int = 1) -> PoseTrack:
    """The landmarks of ``duration_s`` real seconds, on the clip's own clock."""
    rng = np.random.default_rng(seed)
    frames = np.arange(int(duration_s * camera.slow * camera.fps))
    clip_s = (frames + camera.frame_phase + camera.timing_jitter * rng.uniform(-0.5, 0.5, len(frames))) / camera.fps
    joints = runner.joints(clip_s / camera.slow)
    body = np.full((len(frames), COUNT, 3), np.nan)
    for name, path in joints.items():
        body[:, INDEX[name]] = path
    picture = _pictured(body, runner, camera) * camera.leg_px
    picture += rng.normal(0, camera.noise * camera.leg_px, picture.shape)
    sway = camera.sway_px * np.stack((np.sin(2 * np.pi * clip_s / 5.1), np.cos(2 * np.pi * clip_s / 3.7)), axis=1)
    xy_px = picture * [1.0, -1.0] + sway[:, None] + [camera.width_px / 2, camera.height_px / 2]
    seen = np.full((len(frames), COUNT), 0.95)
    return PoseTrack(clip_s, xy_px, seen, camera.width_px, camera.height_px)


def _pictured(body: Floats, runner: Runner, camera: Camera) -> Floats:
    """Right and up in the picture (T, 33, 2) in leg lengths from its centre, one leg above the belt."""
    azimuth = np.radians(camera.azimuth_deg)
    right = np.cos(azimuth) * body[..., 0] + np.sin(azimuth) * body[..., 1]
    middle = np.cos(azimuth) * runner.travel * 4.0 if runner.travel else 0.0
    level = np.stack((right - middle, body[..., 2] - 1.0), axis=-1)
    return rotate(level, camera.roll_deg + float(np.cos(azimuth)) * runner.incline_deg)


def exchanged(track: PoseTrack, frames: np.ndarray, joints: tuple[str, ...] = ("knee", "ankle", "heel", "foot_index")):
    """The track with left and right legs exchanged in ``frames``, as a pose model does where they cross."""
    xy_px = np.array(track.xy_px)
    for joint in joints:
        left, right = (index_of(side, joint) for side in Side)
        xy_px[frames, left], xy_px[frames, right] = track.xy_px[frames, right], track.xy_px[frames, left]
    return PoseTrack(track.time_s, xy_px, track.visibility, track.width_px, track.height_px)


def turned_picture(track: PoseTrack, quarters: int) -> PoseTrack:
    """The track of a picture turned counter-clockwise by quarter turns, as one filmed on its side without a tag."""
    xy_px, width_px, height_px = np.array(track.xy_px), track.width_px, track.height_px
    for _ in range(quarters):
        xy_px = np.stack((xy_px[..., 1], width_px - xy_px[..., 0]), axis=-1)
        width_px, height_px = height_px, width_px
    return PoseTrack(track.time_s, xy_px, track.visibility, width_px, height_px)


def hidden(track: PoseTrack, frames: np.ndarray, landmarks: list[int]) -> PoseTrack:
    """The track with ``landmarks`` unseen in ``frames``: MediaPipe still guesses a place but says it doubts it."""
    visibility = np.array(track.visibility)
    visibility[np.ix_(np.flatnonzero(frames), landmarks)] = 0.1
    return PoseTrack(track.time_s, track.xy_px, visibility, track.width_px, track.height_px)


def near_ms(found_s: Floats, truth_s: Floats) -> Floats:
    """For every true instant, by how many milliseconds the nearest found one comes late."""
    nearest = np.abs(found_s[:, None] - truth_s).argmin(axis=0)
    return np.asarray(1e3 * (found_s[nearest] - truth_s))
