"""Made-up reports with believable numbers, for tests of what is written and drawn from a Report."""

import math
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from formcheck.records.report import (
    BeltSpeed,
    Clip,
    Curve,
    ErrorParts,
    Evidence,
    Finding,
    KeyFrame,
    Measure,
    Measured,
    ModelUsed,
    Proportion,
    Quality,
    Reason,
    ReferenceBand,
    Report,
    Scale,
    SceneSeen,
    Series,
    Step,
    TimeScale,
)
from formcheck.records.skeleton import COUNT, INDEX, SKELETON, Side, index_of
from formcheck.records.track import Floats, PoseTrack, RunnerTrack
from formcheck.words.reasons import reason

FPS: Final = 60.0
DURATION_S: Final = 10.0
STRIDE_S: Final = 0.72
STANCE: Final = 0.37
"""Part of the stride on the ground."""

_STRIKE_AT: Final = {Side.LEFT: 0.21, Side.RIGHT: 0.21 + STRIDE_S / 2}
_REACH: Final = {Side.LEFT: 0.292, Side.RIGHT: 0.268}
_LEG_PX: Final = 330.0
_BACK_LL: Final = -0.42
_NAN: Final = math.nan

FEW_FRAMES: Final = reason("low_frame_rate", good_fps=50)
NOT_SIDE_ON: Final = reason("not_side_view")
TILTED: Final = reason("interval_too_wide")


def good_report() -> Report:
    """A runner from the left side at 3 m/s who reaches a little far; everything was measured."""
    steps = _steps()
    return Report(
        formcheck_version="0.1.0",
        created="2026-11-22T14:08:00Z",
        clip=Clip(
            "morning run.mp4", "3f" * 32, DURATION_S, 1280, 720, 600, 59.94, TimeScale(1.0, "assumed"), (0.2, 9.8)
        ),
        model=ModelUsed("pose_landmarker_full", "64" * 32),
        settings={"height_m": 1.75, "incline_pct": 0.0, "model": "full", "smoothing": {"cutoff_hz": 8.0}},
        scene=SceneSeen(
            "side", "left", Side.LEFT, "treadmill", 1.3, BeltSpeed(3.02, "m/s"), Scale(0.861, "height", 0.04)
        ),
        quality=Quality("good", (reason("several_people"),)),
        steps=steps,
        measures=_measures(),
        findings=_findings(),
        frames=_frames(steps),
        reference=_bands(),
        proportions={"leg_to_trunk": Proportion(1.51, 0.04), "thigh_to_shank": Proportion(1.04, 0.07)},
        curves=_curves(),
        evidence=_evidence(),
    )


def withheld_report() -> Report:
    """The same runner filmed obliquely at 30 fps by a tilted phone: both headlines withheld."""
    report = good_report()
    gone = {"foot_ahead_of_hip": NOT_SIDE_ON, "trunk_lean": TILTED, "contact_time": FEW_FRAMES}
    measures = {name: _silence(measure, gone.get(name)) for name, measure in report.measures.items()}
    return replace(
        report,
        clip=replace(report.clip, mean_fps=30.0),
        scene=replace(report.scene, camera_roll_deg=_NAN, scale=Scale(_NAN, "none"), belt_speed=BeltSpeed(_NAN, "m/s")),
        quality=Quality("poor", (NOT_SIDE_ON, TILTED)),
        steps=tuple(replace(step, toe_off_time_s=_NAN, values={"foot_ahead_of_hip": _NAN}) for step in report.steps),
        measures=measures,
        findings=(
            Finding("cadence_typical", "ok", "Your cadence is what runners at this speed have", "167 a minute."),
        ),
        frames=(),
        reference=(),
        curves={},
        evidence=None,
    )


def sample_pictures(report: Report) -> dict[str, bytes]:
    """A stick figure for every key frame, as JPEG."""
    return {frame.file: _draw(report.evidence.pose, frame.index) for frame in report.frames if report.evidence}


def reported(value: float, half: float, steps: int = 13, confidence: str = "high") -> Measured:
    parts = ErrorParts(0.5 * half / 1.96, 0.8 * half / 1.96, 0.332 * half / 1.96)
    interval = value - half, value + half
    return Measured(value, half * 1.4, interval, steps, confidence, error=parts)  # type: ignore[arg-type]


def _curves() -> dict[str, Curve]:
    percent = np.arange(101)
    made = {
        "trunk_lean": ("deg", 6.6 + np.cos(4 * np.pi * percent / 100)),
        "knee_flexion": ("deg", 45 - 33 * np.cos(2 * np.pi * percent / 100)),
        "foot_forward": ("leg_length", 0.29 * np.cos(2 * np.pi * percent / 100)),
        "foot_up": ("leg_length", -0.9 + 0.2 * np.clip(np.sin(2 * np.pi * (percent - 40) / 120), 0, 1)),
    }
    return {name: Curve(unit, Side.LEFT, tuple(mean.tolist()), 37.0) for name, (unit, mean) in made.items()}


def _silence(measure: Measure, why: Reason | None) -> Measure:
    if why is None:
        return measure
    nothing = Measured(_NAN, _NAN, (_NAN, _NAN), 0, "low", why)
    return Measure(measure.unit, nothing, nothing, nothing)


def _steps() -> tuple[Step, ...]:
    noise = np.random.default_rng(4)
    strikes = sorted((at, side) for side in Side for at in np.arange(_STRIKE_AT[side], DURATION_S - 0.4, STRIDE_S))
    return tuple(
        Step(
            side,
            float(at),
            float(at) + STANCE * STRIDE_S,
            0.9,
            {
                "foot_ahead_of_hip": _REACH[side] + noise.normal(0, 0.012),
                "shank_angle": 9.4 + noise.normal(0, 1.0),
                "knee_flexion": 12.0 + noise.normal(0, 1.5),
                "trunk_lean_at_strike": 5.8 + noise.normal(0, 0.6),
                "trunk_lean": 6.6 + noise.normal(0, 0.5),
                "thigh_extension": 18.0 + noise.normal(0, 1.5),
            },
        )
        for at, side in strikes
    )


def _measures() -> dict[str, Measure]:
    def sides(unit: str, left: float, right: float, half: float) -> Measure:
        return Measure(unit, reported(left, half), reported(left, half), reported(right, half * 1.6, 12, "medium"))

    def both(unit: str, value: float, half: float) -> Measure:
        return Measure(unit, reported(value, half, 25))

    hidden = reason("not_seen")
    return {
        "foot_ahead_of_hip": sides("leg_length", 0.292, 0.268, 0.021),
        "trunk_lean": both("deg", 6.6, 1.4),
        "heel_ahead_of_hip": sides("leg_length", 0.243, 0.221, 0.024),
        "foot_ahead_of_knee": sides("leg_length", 0.081, 0.074, 0.018),
        "leg_angle": sides("deg", 17.1, 15.8, 1.3),
        "shank_angle": sides("deg", 9.4, 8.8, 1.6),
        "knee_flexion": sides("deg", 12.0, 13.5, 2.2),
        "peak_knee_flexion_stance": sides("deg", 41.0, 39.5, 2.4),
        "peak_knee_flexion_swing": sides("deg", 97.0, 95.0, 3.1),
        "foot_angle": sides("deg", 11.0, 9.0, 2.5),
        "trunk_lean_at_strike": both("deg", 5.8, 1.5),
        "trunk_lean_range": both("deg", 3.2, 0.8),
        "thigh_extension": sides("deg", 18.0, 17.2, 2.0),
        "cadence": both("1/min", 166.7, 0.9),
        "contact_time": sides("s", 0.266, 0.271, 0.009),
        "flight_time": both("s", 0.094, 0.010),
        "duty_factor": sides("fraction", 0.37, 0.376, 0.013),
        "vertical_oscillation": both("leg_length", 0.094, 0.008),
        "step_time_asymmetry": both("fraction", -0.004, 0.021),
        "contact_time_asymmetry": both("fraction", -0.019, 0.034),
        "foot_ahead_of_hip_asymmetry": both("fraction", 0.086, 0.11),
        "belt_speed": both("m/s", 3.02, 0.06),
        "elbow_angle": Measure("deg", Measured(_NAN, _NAN, (_NAN, _NAN), 0, "low", hidden)),
        "head_forward": both("fraction", 0.12, 0.03),
    }


def _findings() -> tuple[Finding, ...]:
    source = "Hamner and Delp 2013, J Biomech 46:780, doi:10.1016/j.jbiomech.2012.11.024"
    return (
        Finding("cadence_typical", "ok", "Your cadence is what runners at this speed have", "167 steps a minute."),
        Finding(
            "reach_far",
            "watch",
            "Your feet land further ahead of the hips than usual at this speed",
            "The left ankle lands 29 % of a leg length ahead of the hip; experienced runners land at 20 to 31 % at "
            "this speed, most near 25 %. The further ahead the foot lands, the more it brakes and the longer the "
            "hamstring is when it has to hold the pelvis and the knee.",
            ("frames/01-left-foot_strike.jpg", "frames/04-right-foot_strike.jpg"),
            "Let the foot come down a little sooner, under a bent knee: try 5 % more steps a minute.",
            ("Nordic curls, 2 x 5", "Single-leg Romanian deadlifts, 3 x 8 each side"),
            (source, "Lieberman et al. 2015, J Exp Biol 218:3406, doi:10.1242/jeb.125500"),
        ),
        Finding("lean_typical", "ok", "Your trunk leans like other runners' at this speed", "6.6° forward in stance."),
        Finding("pelvis_unseen", "info", "Pelvic tilt is not measured", "The pose model has no marks on the pelvis."),
    )


def _frames(steps: tuple[Step, ...]) -> tuple[KeyFrame, ...]:
    chosen = [(step, steps[step].side) for step in (8, 9)]
    frames = []
    for step, side in chosen:
        strike, off = steps[step].strike_time_s, steps[step].toe_off_time_s
        for event, at in (("foot_strike", strike), ("mid_stance", (strike + off) / 2), ("toe_off", off)):
            file = f"frames/{len(frames) + 1:02d}-{side}-{event}.jpg"
            frames.append(KeyFrame(file, at, event, side, round(at * FPS), step))  # type: ignore[arg-type]
    return tuple(frames)


def _bands() -> tuple[ReferenceBand, ...]:
    source = "Hamner and Delp 2013 and Fukuchi et al. 2017, our computation; few, mostly male, experienced runners"
    return (
        ReferenceBand("foot_ahead_of_hip", "leg_length", 3.02, 0.253, 0.198, 0.308, source, 0.0241, 13),
        ReferenceBand("trunk_lean", "deg", 3.02, 6.9, 3.4, 10.4, source, 1.404, 9),
        ReferenceBand("cadence", "1/min", 3.02, 167.0, 151.0, 183.0, source, 7.0, 13),
        ReferenceBand("contact_time", "s", 3.02, 0.263, 0.22, 0.306, source, 0.0188, 13),
    )


def _evidence() -> Evidence:
    time_s = np.arange(0, DURATION_S, 1 / FPS)
    xy_ll, knee_deg = np.full((len(time_s), COUNT, 2), _NAN), {}
    lean_deg = (
        6.6 + 1.6 * np.sin(4 * np.pi * (time_s - 0.3) / STRIDE_S) + np.random.default_rng(1).normal(0, 0.3, len(time_s))
    )
    hip = np.column_stack([0 * time_s, 0.04 * np.cos(4 * np.pi * time_s / STRIDE_S)])
    neck = hip + 0.62 * np.column_stack([np.sin(np.radians(lean_deg)), np.cos(np.radians(lean_deg))])
    xy_ll[:, INDEX["nose"]] = neck + np.array([0.12, 0.2])
    for side in Side:
        phase = (time_s - _STRIKE_AT[side]) / STRIDE_S % 1
        ankle = _ankle_ll(phase, _REACH[side]) + hip
        knee = _knee_ll(hip, ankle)
        swing = 0.25 * np.sin(2 * np.pi * phase + np.pi)
        elbow = neck + np.column_stack([swing - 0.05, 0 * swing - 0.33])
        parts = {"shoulder": neck, "hip": hip, "knee": knee, "ankle": ankle, "elbow": elbow}
        parts |= {
            "wrist": elbow + np.array([0.27, 0.05]),
            "heel": ankle - [0.07, 0.07],
            "foot_index": ankle + np.array([0.17, -0.06]),
        }
        for joint, path in parts.items():
            xy_ll[:, index_of(side, joint)] = path
        knee_deg[side] = _bend_deg(hip, knee, ankle)
    pose = PoseTrack(time_s, [640, 340] + xy_ll * [-_LEG_PX, -_LEG_PX], np.ones((len(time_s), COUNT)), 1280, 720)
    runner = RunnerTrack(time_s, xy_ll, _LEG_PX, dict.fromkeys(Side, 1.0), "left", Side.LEFT)
    nothing = {side: np.full(len(time_s), _NAN) for side in Side}
    return Evidence(0, pose, runner, Series(lean_deg, knee_deg, nothing, nothing), {})


def _ankle_ll(phase: Floats, reach: float) -> Floats:
    """A foot that rides the belt in stance and swings forward in an arc, seen from the hip."""
    swing = np.clip((phase - STANCE) / (1 - STANCE), 0, 1)
    back = reach + (_BACK_LL - reach) * phase / STANCE
    forth = _BACK_LL + (reach - _BACK_LL) * (swing - np.sin(2 * np.pi * swing) / (2 * np.pi) * 1.25)
    up = -0.93 + 0.5 * np.sin(np.pi * swing) ** 2 * (1.25 - swing)
    return np.column_stack([np.where(phase < STANCE, back, forth), up])


def _knee_ll(hip: Floats, ankle: Floats) -> Floats:
    """The knee of two equal segments of half a leg, bent forward."""
    middle, along = (hip + ankle) / 2, ankle - hip
    length = np.hypot(*along.T)
    bulge = np.sqrt(np.maximum(0.25 - (length / 2) ** 2, 0))[:, None]
    return middle + bulge * np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None]


def _bend_deg(hip: Floats, knee: Floats, ankle: Floats) -> Floats:
    thigh, shank = knee - hip, ankle - knee
    cosine = np.sum(thigh * shank, axis=1) / (np.hypot(*thigh.T) * np.hypot(*shank.T))
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def _draw(pose: PoseTrack, index: int) -> bytes:
    image = np.full((720, 640, 3), 205, np.uint8)
    cv2.rectangle(image, (0, 668), (640, 720), (90, 90, 90), -1)
    points = pose.xy_px[index] - [320, 0]
    for a, b in SKELETON:
        if np.all(np.isfinite(points[[a, b]])):
            cv2.line(
                image, points[a].astype(int).tolist(), points[b].astype(int).tolist(), (178, 114, 0), 7, cv2.LINE_AA
            )
    return cv2.imencode(".jpg", image)[1].tobytes()
