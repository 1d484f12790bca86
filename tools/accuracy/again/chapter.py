"""The chapter "Did it change?" of docs/accuracy.md."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from scipy.special import ndtri

from formcheck.gait.measures.registry import HEADLINES
from formcheck.judge.comparison.common import is_another_runner
from formcheck.judge.comparison.compare import ALPHA
from formcheck.records.report import ErrorParts
from tools.accuracy.again.halved import Moved, halved_clips, mean_and_sd
from tools.accuracy.again.pairs import Filmed, Pair, filmed_left_out, in_longer_clips, pairs_of, smallest_change
from tools.accuracy.calibrate import without_spreads
from tools.accuracy.rings import Bench, pictured_tasks, rows_of
from tools.accuracy.table import markdown, title_of, written

HERE: Final = Path(__file__).parent
TITLE: Final = "## Did it change?"
SHOWN: Final = (
    *HEADLINES,
    "shank_angle",
    "knee_flexion",
    "contact_time",
    "cadence",
    "vertical_oscillation",
)
AGAIN: Final = "again_"
"""How the names of clips filmed again begin."""
FEWEST_PAIRS: Final = 5
"""Of fewer pairs an error is chance."""
RATES: Final = (30.0, 60.0, 120.0)
CLIPS: Final = (1, 2, 4)
SECONDS: Final = 10.0
UNCHANGED: Final = {"foot_ahead_of_hip": 0.005, "trunk_lean": 0.5}
"""True differences below it count as none."""
SOUGHT: Final = {"foot_ahead_of_hip": 0.02, "trunk_lean": 2.0}
"""The changes a coach works for."""
SHOWN_STEP: Final = {"foot_ahead_of_hip": 0.01, "trunk_lean": 1.0}
"""A peer's last digit."""
FOUND: Final = 0.9


@dataclass(frozen=True, slots=True)
class Study:
    """Clips of runners filmed more than once, each judged with what all others show, their pairs, and clips halved."""

    filmed: Sequence[Filmed]
    pairs: Sequence[Pair]
    halved: Sequence[Moved]


def study(model: str, bench: Bench) -> Study:
    """Judge every clip that is at hand, those filmed again included."""
    usual, again = replace(bench, at_hand=True), replace(bench, at_hand=True, ring="again")
    tasks = [(task, its) for its in (usual, again) for task in pictured_tasks([model], its)]
    bare = {"intervals": without_spreads()}
    rows = [row for its in (usual, again) for row in rows_of(pictured_tasks([model], its), replace(its, instead=bare))]
    filmed = filmed_left_out(tasks, rows, bench)
    return Study(filmed, pairs_of(filmed), halved_clips(model, usual))


def chapter(found: Study) -> str:
    """The chapter as it stands on the page."""
    environment = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=False, trim_blocks=True
    )
    return environment.get_template("chapter.md.j2").render(contents(found))


def contents(found: Study) -> dict[str, object]:
    """What fills the chapter's words."""
    people = [one for one in found.filmed if one.case.is_person]
    again = [one for one in people if AGAIN in one.case.name]
    return {
        "clips": len(found.filmed),
        "people_clips": len(people),
        "runners": len({one.runner for one in people}),
        "again": len(again),
        "pairs": len({(pair.first, pair.last) for pair in found.pairs}),
        "people_pairs": len({(p.first, p.last) for p in found.pairs if p.first.is_person}),
        "made": {measure: _made(found.pairs, measure) for measure in HEADLINES},
        "made_pairs": len(_among_again(found.pairs, HEADLINES[0])),
        "fewest_pairs": FEWEST_PAIRS,
        "smallest": smallest_table(people),
        "measures": measures_table(found.pairs, people),
        "known": known_table(found.pairs),
        "refused": refusals(people),
        "halved": len(found.halved),
        "moved": {measure: _moved(found.halved, measure) for measure in HEADLINES},
        "needed": {measure: clips_needed(people, measure) for measure in HEADLINES},
        "z": f"{_z():.2f}",
        "surely": f"{(_z() + float(ndtri(FOUND))) / _z():.2f}",
    }


def _made(pairs: Sequence[Pair], measure: str) -> str:
    """Error of differences between clips filmed again, some with a change that was made."""
    both = _among_again(pairs, measure)
    return written(float(np.sqrt(np.mean([pair.error**2 for pair in both]))) if both else np.nan, measure)


def _among_again(pairs: Sequence[Pair], measure: str) -> list[Pair]:
    return [p for p in pairs if p.measure == measure and AGAIN in p.first.name and AGAIN in p.last.name]


def _moved(halved: Sequence[Moved], measure: str) -> str:
    mean, sd = mean_and_sd(halved, measure)
    return f"{written(mean, measure, signed=True)} ± {written(sd, measure)}"


def clips_needed(people: Sequence[Filmed], measure: str) -> int | None:
    """Clips of ten seconds a side with which a sought change is found in nine of ten comparisons."""
    error = _typical(people, measure)
    if error is None:
        return None
    least = smallest_change(error, _z() + float(ndtri(FOUND)))
    return int(np.ceil((least / SOUGHT[measure]) ** 2))


def refusals(people: Sequence[Filmed]) -> dict[str, str]:
    """How many pairs of clips of one runner, and of two, are refused by their proportions."""
    pairs = [(a.runner == b.runner, is_another_runner([a.report], [b.report])) for a, b in combinations(people, 2)]
    return {
        name: _share([refused for is_one, refused in pairs if is_one is same])
        for name, same in (("one", True), ("two", False))
    }


def _z() -> float:
    return float(-ndtri(ALPHA / 2 / len(HEADLINES)))


def _typical(people: Iterable[Filmed], measure: str, fps: float | None = None) -> ErrorParts | None:
    """The median error of a measure in clips of ten seconds."""
    errors = [in_longer_clips(one.report, measure, SECONDS) for one in people if fps in (None, one.case.fps)]
    known = [(each.of_runner, each.of_clip, each.of_steps) for each in errors if each is not None]
    return ErrorParts(*np.median(known, axis=0).tolist()) if known else None


def smallest_table(people: Sequence[Filmed]) -> str:
    """The smallest changes of the headline numbers, by frame rate and clips a side."""
    lines = []
    for measure in HEADLINES:
        for fps in RATES:
            error = _typical(people, measure, fps)
            if error is not None:
                cells = [written(smallest_change(error, _z(), clips), measure) for clips in CLIPS]
                lines.append([title_of(measure, _leg(measure)), f"{fps:.0f}", *cells])
    return markdown(["", "frames/s", *(f"{n} clip{'s' * (n > 1)} a side" for n in CLIPS)], lines)


def measures_table(pairs: Sequence[Pair], people: Sequence[Filmed]) -> str:
    """Every shown measure: the error's parts in clips of ten seconds, and pairs against the truth."""
    lines = []
    for measure in SHOWN:
        error, chosen = _typical(people, measure), [pair for pair in pairs if pair.measure == measure]
        if error is None or not chosen:
            continue
        held = [abs(pair.error) <= pair.half for pair in chosen]
        of = [pair.error for pair in chosen if pair.first.is_person] or [np.nan]
        parts = [written(part, measure) for part in (error.of_runner, error.of_clip, error.of_steps)]
        rms = written(float(np.sqrt(np.mean(np.square(of)))), measure)
        half = written(float(np.median([pair.half for pair in chosen])), measure)
        lines.append([title_of(measure, _leg(measure)), *parts, rms, half, f"{sum(held)} of {len(held)}"])
    head = ["", "of the runner", "of the clip", "of the steps, 10 s", "difference, RMSE", "interval ±", "held"]
    return markdown(head, lines)


def known_table(pairs: Sequence[Pair]) -> str:
    """False alarms and changes found, beside a difference of two bare numbers."""
    lines = []
    for measure in HEADLINES:
        chosen = [pair for pair in pairs if pair.measure == measure]
        alike = [pair for pair in chosen if abs(pair.true) < UNCHANGED[measure]]
        sought, step = SOUGHT[measure], SHOWN_STEP[measure]
        by_chance = [pair.is_called() for pair in alike]
        bare = [abs(pair.found) >= step for pair in alike]
        true = [pair for pair in chosen if abs(pair.true) >= 0.75 * sought]
        lines.append(
            [
                title_of(measure, _leg(measure)),
                _share(by_chance),
                _share(bare),
                f"{written(sought, measure)}: {_share([_finds(pair, sought) for pair in chosen])}",
                _share([pair.is_called() and pair.found * pair.true > 0 for pair in true]),
                _share([abs(pair.found) >= step and pair.found * pair.true > 0 for pair in true]),
            ]
        )
    head = [
        "",
        "unchanged, called changed",
        "by two numbers alone",
        "found when added",
        "true differences beyond it, found",
        "by two numbers alone",
    ]
    return markdown(head, lines)


def _finds(pair: Pair, change: float) -> bool:
    """Whether a change of this size would have been found on top of a pair's error."""
    return pair.half < abs(pair.error + change)


def _share(of: Sequence[bool]) -> str:
    return f"{sum(of)} of {len(of)}" if of else "-"


def _leg(measure: str) -> str:
    return "both" if measure in ("trunk_lean", "cadence", "vertical_oscillation") else "near"


def into_page(path: Path, text: str) -> None:
    """Put a new chapter in the place of the page's old one."""
    page = path.read_text(encoding="utf-8")
    old = re.compile(rf"{re.escape(TITLE)}\n.*?(?=\n## )", re.DOTALL)
    path.write_text(old.sub(lambda _: text.rstrip("\n") + "\n", page), encoding="utf-8")
