"""The reference clips by name: who runs, how, where, and from where it is filmed.

Nearly every clip changes one thing about the run or the filming, so that a number that moves says what moved it; who
runs and what they wear changes from clip to clip, as it does with the people who upload.
"""

from dataclasses import replace
from typing import Final

from formcheck.records.skeleton import Side
from tools.rendered_runner import ways
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.lens import Shake
from tools.rendered_runner.look import PALETTES, Look
from tools.rendered_runner.place import Bystander, Place
from tools.rendered_runner.preset import Expected, Preset
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.ways import fitted

# Bodies: lengths in metres; the default is a man of about 1.77 m.
SHORT: Final = Proportions(
    thigh_m=0.375, shank_m=0.370, trunk_m=0.450, shoulder_half_width_m=0.155, upper_arm_m=0.260, forearm_m=0.225
)
TALL: Final = Proportions(
    thigh_m=0.480, shank_m=0.475, trunk_m=0.550, shoulder_half_width_m=0.185, upper_arm_m=0.325, forearm_m=0.280
)

LEFT: Final = Camera(side=Side.LEFT, ahead_m=0.10, height_m=0.93)
RIGHT: Final = replace(LEFT, side=Side.RIGHT)
PORTRAIT: Final = replace(LEFT, width_px=720, height_px=1280, distance_m=3.0, focal_px=1080.0)


ASYMMETRIES: Final = ("foot_ahead_of_hip_asymmetry", "contact_time_asymmetry", "step_time_asymmetry")


def _steps_vary(way: GaitSettings, body: Proportions | None = None, **changes: float) -> GaitSettings:
    """A way of running whose steps differ from each other as steady runners' do."""
    own = fitted(way, body) if body else way
    return replace(own, step_time_sd_s=0.004, contact_sd_s=0.004, foot_ahead_of_hip_sd_ll=0.008, **changes)


def _withheld(reason: str, **scene: str | None) -> Expected:
    """Numbers withheld for that reason."""
    return Expected(measures=False, withheld=(reason,), reasons=(reason,), scene=scene)


PRESETS: Final = {
    "side_left_60fps": Preset(
        "an easy run at 2.8 m/s from the runner's left, reach 24 %, camera level and square: nothing special",
        _steps_vary(GaitSettings()),
        LEFT,
        duration_s=6.0,
    ),
    "reach_06_right": Preset(
        "lands almost under the hip: reach 6 % of the leg; slim, in tights",
        _steps_vary(ways.LOW_REACH, SHORT),
        RIGHT,
        body=SHORT,
        look=Look(girth=0.88, clothes="tights", hair="long", palette=PALETTES["bright"]),
        seed=2,
    ),
    "reach_14_lean_03_left": Preset(
        "reach 14 %, upright trunk: lean 3 degrees; tall",
        _steps_vary(ways.MODERATE_REACH, TALL, trunk_lean_deg=3.0),
        replace(LEFT, distance_m=3.9),
        body=TALL,
        look=Look(palette=PALETTES["pale"]),
        seed=3,
    ),
    "reach_22_right": Preset(
        "reach 22 %: what is usual at 2.8 m/s; dark skin",
        _steps_vary(ways.TYPICAL_REACH),
        RIGHT,
        look=Look(palette=PALETTES["dark skin"]),
        seed=4,
    ),
    "reach_30_lean_back_left": Preset(
        "overstrides: reach 30 % onto the heel, leaning back by 2 degrees; heavy",
        _steps_vary(ways.HIGH_REACH, trunk_lean_deg=-2.0),
        LEFT,
        look=Look(girth=1.22),
        seed=5,
    ),
    "lean_14_right": Preset(
        "bent forward: lean 14 degrees; loose trousers",
        _steps_vary(ways.TYPICAL_REACH, trunk_lean_deg=14.0),
        RIGHT,
        look=Look(clothes="trousers"),
        seed=6,
    ),
    "midfoot_30fps_right": Preset(
        "30 frames a second, landing on the midfoot: what most phones film unless told otherwise",
        _steps_vary(ways.MIDFOOT),
        RIGHT,
        look=Look(hair="long", palette=PALETTES["pale"]),
        fps=30.0,
        duration_s=8.0,
        seed=7,
    ),
    "forefoot_120fps_left": Preset(
        "120 frames a second, landing on the forefoot",
        _steps_vary(ways.FOREFOOT),
        LEFT,
        fps=120.0,
        duration_s=4.2,
        seed=8,
    ),
    "evening_120fps_right": Preset(
        "120 frames a second in a dim gym: black clothes before dark walls, long shutter, much noise",
        _steps_vary(ways.TYPICAL_REACH),
        RIGHT,
        look=Look(clothes="tights", palette=PALETTES["dark on dark"]),
        place=Place(room="dark gym"),
        fps=120.0,
        duration_s=4.2,
        shutter_s=1 / 130,
        grain=5.0,
        seed=9,
    ),
    "slow_motion_240fps_left": Preset(
        "240 frames a second saved to play at 30: eight times slower than life, and nothing in the file says so",
        _steps_vary(ways.TYPICAL_REACH),
        replace(LEFT, width_px=960, height_px=540, focal_px=810.0),
        fps=240.0,
        duration_s=3.3,
        slowed=8.0,
        seed=10,
        expect=Expected(without=("peak_knee_flexion_swing.right", "duty_factor.right"), reasons=("slow_motion",)),
    ),
    "fast_left": Preset("5 m/s", _steps_vary(ways.FAST), LEFT, seed=11),
    "slow_right": Preset("2 m/s: a jog with long contacts", _steps_vary(ways.SLOW), RIGHT, duration_s=6.0, seed=12),
    "lopsided_right": Preset(
        "the left foot reaches further, stays down longer and hands over later than the right",
        _steps_vary(ways.LOPSIDED),
        RIGHT,
        duration_s=6.0,
        seed=13,
    ),
    "uphill_left": Preset(
        "a treadmill at 6 per cent, told to the program: lean is against gravity, not against the belt",
        _steps_vary(ways.UPHILL),
        LEFT,
        place=Place(ground=Ground(incline_pct=6.0)),
        given={"incline_pct": 6.0},
        seed=14,
    ),
    "roll_05_right": Preset(
        "the phone leans: rolled by 5 degrees",
        _steps_vary(ways.TYPICAL_REACH),
        replace(RIGHT, roll_deg=5.0),
        seed=15,
        expect=Expected(without=ASYMMETRIES, far_leg=False, withheld=None),
    ),
    "roll_02_left": Preset(
        "the phone leans a little the other way: rolled by -2.5 degrees",
        _steps_vary(ways.TYPICAL_REACH),
        replace(LEFT, roll_deg=-2.5),
        look=Look(palette=PALETTES["dark skin"]),
        seed=27,
    ),
    "yaw_12_left": Preset(
        "the phone stands 12 degrees off square, a little ahead of the runner",
        _steps_vary(ways.TYPICAL_REACH),
        replace(LEFT, around_deg=-12.0),
        look=Look(clothes="tights"),
        seed=16,
    ),
    "handheld_right": Preset(
        "held in a hand, through a wide lens that bends the picture",
        _steps_vary(ways.TYPICAL_REACH),
        replace(RIGHT, distance_m=2.9, focal_px=900.0, k1=-0.08, shake=Shake(rms_deg=0.25, drift_deg=0.8, seed=3)),
        seed=17,
    ),
    "portrait_tag_left": Preset(
        "a portrait clip stored lying down, with a rotation tag; a short runner",
        _steps_vary(ways.TYPICAL_REACH, SHORT),
        PORTRAIT,
        body=SHORT,
        turn="quarter turn",
        seed=18,
    ),
    "selfie_right": Preset(
        "a selfie camera's file: stored as a mirror image, with a matrix that mirrors it back",
        _steps_vary(ways.TYPICAL_REACH),
        RIGHT,
        turn="mirrored",
        seed=19,
        expect=Expected(without=ASYMMETRIES, far_leg=False, withheld=None, reasons=("mirrored_picture",)),
    ),
    "dropped_frames_left": Preset(
        "a phone that is too hot: one frame in eight is missing, at random, and the others keep their times",
        _steps_vary(ways.TYPICAL_REACH),
        LEFT,
        dropped_frac=0.125,
        seed=20,
    ),
    "bystander_right": Preset(
        "somebody stands behind the treadmill and looks on",
        _steps_vary(ways.TYPICAL_REACH),
        RIGHT,
        place=Place(clutter="busy", bystander=Bystander()),
        seed=21,
    ),
    "post_left": Preset(
        "a long handrail at the wrist, and its post before the far leg",
        _steps_vary(ways.TYPICAL_REACH),
        LEFT,
        place=Place(console="post"),
        seed=22,
    ),
    "overground_left": Preset(
        "outdoors, running past a phone that stands still",
        _steps_vary(ways.BRISK),
        replace(LEFT, distance_m=7.5, width_px=1920, height_px=1080, focal_px=1350.0),
        place=Place(ground=Ground(surface="overground", start_m=-4.8), room="path"),
        duration_s=2.7,
        seed=23,
        expect=Expected(
            without=("peak_knee_flexion_swing", "duty_factor", "contact_time_asymmetry", "step_time_asymmetry"),
            far_leg=False,
            withheld=("interval_too_wide", "too_few_steps"),
        ),
    ),
    "rear": Preset(
        "from behind: no reach and no lean, but cadence",
        _steps_vary(ways.TYPICAL_REACH),
        replace(LEFT, around_deg=90.0, ahead_m=0.0),
        seed=24,
        expect=replace(_withheld("rear_view", view="rear", heading=None, near_side=None), also=("cadence",)),
    ),
    "oblique_left": Preset(
        "from half ahead: refused",
        _steps_vary(ways.TYPICAL_REACH),
        replace(LEFT, around_deg=-45.0),
        duration_s=4.0,
        seed=25,
        expect=_withheld("front_view"),
    ),
    "walking_right": Preset(
        "a walk: told so, and not judged as a run",
        _steps_vary(ways.WALK),
        RIGHT,
        fps=30.0,
        duration_s=6.0,
        seed=26,
        expect=_withheld("walking", view="side", heading="right", near_side="right"),
    ),
    "nobody": Preset(
        "an empty treadmill, its belt running",
        GaitSettings(),
        LEFT,
        empty=True,
        fps=30.0,
        duration_s=3.0,
        expect=_withheld("nobody_seen", view="unclear", heading=None, near_side=None, surface="unknown"),
    ),
}
