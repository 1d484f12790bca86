"""What findings say: every sentence, cue, exercise and source in one table.

Braces are filled by ``findings.py`` with numbers already printed for people. Titles are sentences to the runner. No
text names a disease or promises that one is avoided. Sources are those read by us; exercises, warm-up and weekly load
are common coaching advice without a study behind them, and say so. "Sets x repetitions" are a modest start of our own.
"""

from dataclasses import dataclass
from typing import Final

from formcheck.records.report import Level


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing formcheck can say, with blanks in braces."""

    level: Level
    title: str
    text: str
    cue: str = ""
    exercises: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


DINGENEN: Final = "Dingenen et al. 2018, doi:10.1016/j.ptsp.2018.06.009"
HEIDERSCHEIT: Final = "Heiderscheit et al. 2011, doi:10.1249/MSS.0b013e3181ebedf4"
LIEBERMAN: Final = "Lieberman et al. 2015, doi:10.1242/jeb.125500"
SOUZA: Final = "Souza 2016, PMC4714754"
TENG: Final = "Teng and Powers 2015, doi:10.1249/MSS.0000000000000436"
WILLE: Final = "Wille et al. 2014, PMC4297621"
YOUNG: Final = "Young et al. 2023, Sensors 23:696"
COACHING: Final = "Exercises: common coaching advice, not tested on this question"

SURE: Final = {
    "inside": "The whole interval lies inside the usual range.",
    "outside": "The whole interval lies outside the usual range.",
    "across": "The interval crosses the edge of the usual range, so it could be either side of it.",
    "unknown": "How exact this is could not be worked out.",
}
"""Where the 95 % interval lies against the band."""

SIGNS: Final = {
    ("shank_angle", True): "The shank, {value} from the vertical, reaches forward more than usual, which agrees. ",
    ("shank_angle", False): "The shank, {value} from the vertical, does not reach forward more than usual. ",
    ("knee_flexion", True): "The knee, bent {value}, is straighter than usual, which agrees. ",
    ("knee_flexion", False): "The knee, bent {value}, is not straighter than usual. ",
}
"""What the other two signs of overstriding say, by whether they agree."""

_MEASURED: Final = "{value} (95 % interval {interval}, {steps} steps, confidence {confidence})"
_USUAL_REACH: Final = (
    "At {speed} your {foot} lands {value} ahead of the hip, taken at the ankle (95 % interval {interval}, {steps} "
    "steps, confidence {confidence}). Experienced treadmill runners at that speed, a small group of mostly men, land "
    "{usual} ahead. {sure}"
)
_WHY_REACH: Final = (
    "The further ahead of the hip the foot lands, the more it brakes you; with a nearly straight knee the hamstring is "
    "also long when it has to hold pelvis and knee. No study has set a limit for this, so it is a comparison."
)
_LAND_SOONER: Final = "Let the foot come down a little sooner, closer to under the hip, on a softly bent knee."
_USUAL_LEAN: Final = (
    "Your trunk leans forward {value} on average while a foot is on the ground (95 % interval {interval}, {steps} "
    "steps, confidence {confidence}). Experienced treadmill runners at {speed}, a small group of mostly men, lean "
    "{usual}. {sure}"
)
_NO_BEST_LEAN: Final = "Studies disagree on which lean is best, so there is nothing to correct."
_HAMSTRINGS: Final = ("Nordic curls, 2 x 5", "Single-leg Romanian deadlifts, 2 x 8 each side")
_TRUNK: Final = ("Planks, 3 x 30 s", "Glute bridges, 2 x 10, for hip extension at push-off")
_ONE_SIDED: Final = ("Single-leg Romanian deadlifts, 2 x 8 each side", "Single-leg glute bridges, 2 x 8 each side")
_USUAL_CADENCE: Final = (
    "You take " + _MEASURED + ". Experienced treadmill runners at {speed}, a small group of mostly men, take {usual}. "
    "{sure} "
    "Cadence follows speed and body height, and no single number is right for everybody."
)
_APART: Final = (
    "The difference is {value} of the mean (95 % interval {interval}, {steps} steps, confidence {confidence}), more "
    "than its own error. {far_leg}Some difference is normal; one that stays over several clips is worth working on."
)
_FILM_BOTH: Final = (
    "Film once from each side before you change anything; then think of landing the same left and right."
)

ADVICE: Final = {
    "reach_typical": Advice(
        "ok",
        "Your landing is typical for this speed",
        _USUAL_REACH + " Landing ahead of the hip is normal, and further ahead at higher speed.",
        sources=(SOUZA,),
    ),
    "reach_short": Advice(
        "ok",
        "Your {foot} lands closer to the hip than usual at this speed",
        _USUAL_REACH + " That is the opposite of overstriding and brakes you less; nothing here asks for a change.",
        sources=(LIEBERMAN,),
    ),
    "reach_far_end": Advice(
        "watch",
        "Your {foot} lands at the far end of what is usual at this speed",
        _USUAL_REACH + " {signs}" + _WHY_REACH,
        _LAND_SOONER,
        _HAMSTRINGS,
        (LIEBERMAN, WILLE, SOUZA, COACHING),
    ),
    "reach_far": Advice(
        "watch",
        "Your {foot} lands further ahead of the hip than usual at this speed",
        _USUAL_REACH + " {signs}" + _WHY_REACH,
        _LAND_SOONER,
        _HAMSTRINGS,
        (LIEBERMAN, WILLE, SOUZA, COACHING),
    ),
    "reach_overstride": Advice(
        "act",
        "You are clearly overstriding: your {foot} lands far ahead of the hip",
        _USUAL_REACH + " {signs}" + _WHY_REACH,
        "Let the foot come down sooner, closer to under the hip, on a softly bent knee: quicker, shorter steps at the "
        "same speed.",
        _HAMSTRINGS,
        (LIEBERMAN, WILLE, SOUZA, COACHING),
    ),
    "reach_unsure": Advice(
        "info",
        "Where your {foot} lands is too uncertain to compare",
        "It was measured as " + _MEASURED + " ahead of the hip. That interval is wider than the whole usual range at "
        "{speed}, {usual}, so any verdict would be a guess.",
    ),
    "reach_uncompared": Advice(
        "info",
        "Your {foot} lands {value} ahead of the hip",
        "95 % interval {interval}, {steps} steps, confidence {confidence}. {no_band}",
    ),
    "lean_typical": Advice(
        "ok",
        "Your trunk leans as usual at this speed",
        _USUAL_LEAN + " " + _NO_BEST_LEAN,
        sources=(TENG,),
    ),
    "lean_upright": Advice(
        "ok",
        "You run more upright than most at this speed, which is a style and no fault",
        _USUAL_LEAN + " " + _NO_BEST_LEAN,
        sources=(TENG,),
    ),
    "lean_forward": Advice(
        "ok",
        "You lean further forward than most at this speed, which is a style and no fault",
        _USUAL_LEAN + " " + _NO_BEST_LEAN,
        sources=(TENG,),
    ),
    "lean_bent": Advice(
        "watch",
        "You run bent well forward",
        _USUAL_LEAN + " Beyond about 15° a lean is rare even among runners who lean a lot, and coaches advise "
        "against bending at the waist: it keeps the hamstring long.",
        "Run tall: lift the chest, look ahead, and let any lean come from the ankles, not the waist.",
        _TRUNK,
        (TENG, COACHING),
    ),
    "lean_back": Advice(
        "watch",
        "Your trunk leans back",
        "Your trunk leans {value} (minus is backward; 95 % interval {interval}, {steps} steps, confidence "
        "{confidence}) while a foot is on the ground. Even upright runners lean forward a few degrees as a rule; with "
        "the trunk behind the hips, the foot lands further in front of the body's weight.",
        "Run tall and lean a little forward from the ankles, as if somebody pulled gently at your breastbone.",
        _TRUNK,
        (TENG, COACHING),
    ),
    "lean_unsure": Advice(
        "info",
        "How your trunk leans is too uncertain to compare",
        "It was measured as " + _MEASURED + ", forward positive. That interval is wider than the whole usual range at "
        "{speed}, {usual}, so any verdict would be a guess.",
    ),
    "lean_uncompared": Advice(
        "info",
        "Your trunk leans {value}",
        "Forward is positive. 95 % interval {interval}, {steps} steps, confidence {confidence}. {no_band}",
    ),
    "reach_sides_differ": Advice(
        "watch",
        "Your {more} foot lands further ahead of the hip than your {less} foot",
        _APART,
        _FILM_BOTH,
        _ONE_SIDED,
        (YOUNG, DINGENEN, COACHING),
    ),
    "contact_sides_differ": Advice(
        "watch",
        "Your {more} foot stays on the ground longer than your {less} foot",
        _APART,
        _FILM_BOTH,
        _ONE_SIDED,
        (YOUNG, COACHING),
    ),
    "step_sides_differ": Advice(
        "watch",
        "Your {more} steps take longer than your {less} steps",
        _APART,
        _FILM_BOTH,
        _ONE_SIDED,
        (YOUNG, COACHING),
    ),
    "cadence_typical": Advice("ok", "Your cadence is usual for this speed", _USUAL_CADENCE, sources=(HEIDERSCHEIT,)),
    "cadence_low": Advice(
        "info", "Your cadence is lower than usual at this speed", _USUAL_CADENCE, sources=(HEIDERSCHEIT,)
    ),
    "cadence_high": Advice(
        "info", "Your cadence is higher than usual at this speed", _USUAL_CADENCE, sources=(HEIDERSCHEIT,)
    ),
    "cadence_quicker": Advice(
        "info",
        "A slightly quicker cadence is the simplest way to land closer",
        _USUAL_CADENCE + " Five to ten per cent more steps at the same speed reduce braking, and five strides a minute "
        "more brought the foot 6 % closer to the hip.",
        "Same speed, about {target}, 5 % more than now: a metronome helps, two minutes at a time.",
        sources=(HEIDERSCHEIT, LIEBERMAN),
    ),
    "reach_withheld": Advice("info", "Where your foot lands could not be told", "{why}"),
    "lean_withheld": Advice("info", "How your trunk leans could not be told", "{why}"),
    "view_end_on": Advice(
        "info",
        "Seen from {end}, landing and lean cannot be told",
        "How far ahead the foot lands and how the trunk leans show from the side only.",
        "Film from the side, square to the treadmill, with the lens at hip height.",
    ),
    "pelvis_unseen": Advice(
        "info",
        "Pelvic tilt is not measured",
        "The pose model, MediaPipe, has no markers on the pelvis, so nothing is said about how it tips.",
    ),
    "change_gently": Advice(
        "info",
        "If nothing hurts, there is no need to change",
        "There is no good evidence for changing the form of a runner who feels well. If you want to try: one thing at "
        "a time, warmed up with moving rather than held stretches, and with at most about a tenth more each week, as "
        "coaches advise; then film again. Pain that is sharp or lasts is for a professional to look at.",
        sources=(SOUZA,),
    ),
}
"""Everything that can be said, by the finding's code."""

NO_BAND: Final = {
    "speed_unknown": "The speed could not be told and usual values depend on it, so there is no comparison: give the "
    "treadmill's speed to get one.",
    "speed_outside": "The reference runners were measured at 7 to 18 km/h, so there is no comparison at your speed.",
}
"""Why there is nothing to compare with."""

FAR_LEG: Final = "One leg was further from the camera and partly hidden, so its side of the comparison is less sure. "
END: Final = {"rear": "behind", "front": "the front"}
