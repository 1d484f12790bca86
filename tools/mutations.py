"""Does `formcheck verify` notice? Break the program on purpose, one line at a time: ``python -m tools.mutations``.

Each mutation is a fault that a peer really has or that a hurried change could bring. The package is copied aside, one
line of the copy is changed, and the copy verifies the reference clips: a mutation that no clip notices is a hole in
the references. Neither a copy that crashes nor a known miss that a fault happens to mend counts as noticed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck.cli.verify.compare import mended

PACKAGE: Final = Path("src/formcheck")
FOLDER: Final = Path("fixtures/videos")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault: in which file, which text becomes which."""

    name: str
    file: str
    old: str
    new: str

    def fits(self, package: Path) -> bool:
        """Whether the text is there, once; if not, the program has moved on, and the mutation must follow."""
        return (package / self.file).read_text(encoding="utf-8").count(self.old) == 1

    def apply(self, package: Path) -> None:
        """Change a copy of the package."""
        path = package / self.file
        path.write_text(path.read_text(encoding="utf-8").replace(self.old, self.new), encoding="utf-8")


MUTATIONS: Final = (
    Mutation(
        "leg and shank angles the wrong way round",
        "gait/geometry.py",
        "np.degrees(np.arctan2(vector[..., 0], -vector[..., 1]))",
        "np.degrees(np.arctan2(-vector[..., 0], -vector[..., 1]))",
    ),
    Mutation(
        "lean the wrong way round",
        "gait/geometry.py",
        "np.degrees(np.arctan2(vector[..., 0], vector[..., 1]))",
        "np.degrees(np.arctan2(-vector[..., 0], vector[..., 1]))",
    ),
    Mutation(
        "frame number / frame rate for time",
        "clip/reader.py",
        "yield Frame(index, time_s, ",
        "yield Frame(index, index / (self.clip.fps or 30.0), ",
    ),
    Mutation(
        "mid-hip for the hip of the same side",
        "gait/measures/definitions.py",
        "    return Leg(hip, knee,",
        '    return Leg(runner.middle_ll("hip"), knee,',
    ),
    Mutation(
        "left and right not repaired",
        "gait/legs/swaps.py",
        "return RepairedSides(_with_legs(track, swapped, outliers), swapped, beat)",
        "return RepairedSides(track, swapped, beat)",
    ),
    Mutation(
        "MediaPipe's filter left on",
        "vision/landmarker.py",
        "detect_for_video(image, number * FILTER_OPEN_STEP_MS), job.size",
        "detect_for_video(image, round(1000 * frame.time_s)), job.size",
    ),
    Mutation(
        "camera roll not taken out",
        "gait/pipeline.py",
        "    runner = side_view.runner(roll)",
        "    runner = side_view.runner(replace(roll, deg=0.0))",
    ),
    Mutation(
        "strike at the ankle's lowest point",
        "gait/events/fuse.py",
        "    return fused(step, detectors.STRIKE, settings)",
        "    rides = step.after_foremost(settings.settled_after_s)\n"
        "    return Estimate(float(step.at_s[rides][np.argmin(step.paths[rides, 1])]), 0.01)",
    ),
    Mutation(
        "strike where the foot is furthest ahead",
        "gait/events/fuse.py",
        "    return fused(step, detectors.STRIKE, settings)",
        "    return Estimate(step.foremost_s, 0.01)",
    ),
    Mutation(
        "slow motion not noticed",
        "gait/settings/rhythm.py",
        "factors: tuple[float, ...] = (2.0, 4.0, 8.0)",
        "factors: tuple[float, ...] = (1.0,)",
    ),
    Mutation(
        "display matrix ignored",
        "clip/orientation.py",
        "    if matrix is None:\n",
        "    if True:\n",
    ),
    Mutation(
        "incline of the treadmill ignored",
        "gait/measures/definitions.py",
        "forward_of_vertical_deg(trunk) - incline_deg",
        "forward_of_vertical_deg(trunk)",
    ),
    Mutation(
        "far leg for the near leg",
        "gait/camera/scene.py",
        'Side.LEFT if heading == "left" else Side.RIGHT,',
        'Side.RIGHT if heading == "left" else Side.LEFT,',
    ),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What verify made of one broken copy."""

    name: str
    exit_code: int
    differing: dict[str, int]
    """Differences by clip."""
    failed: int
    """Clips that could not be analysed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when every mutation was noticed and the program as it is passes."""
    parser = argparse.ArgumentParser(prog="mutations", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="clips with their truth (default: %(default)s)")
    parser.add_argument("--only", nargs="+", default=[], help="words; mutations whose name holds one of them")
    asked = parser.parse_args(arguments)
    chosen = [m for m in MUTATIONS if not asked.only or any(word in m.name for word in asked.only)]
    outdated = [m.name for m in chosen if not m.fits(PACKAGE)]
    if outdated:
        parser.error(f"the program has changed where these mutations apply, so change them too: {', '.join(outdated)}")
    as_it_is = _tell(run(None, asked.folder))
    outcomes = [_tell(run(mutation, asked.folder)) for mutation in chosen]
    noticed = sum(bool(outcome.differing) for outcome in outcomes)
    print(f"{noticed} of {len(outcomes)} mutations noticed")
    return 0 if noticed == len(outcomes) and as_it_is.exit_code == 0 else 1


def run(mutation: Mutation | None, folder: Path) -> Outcome:
    """Verify the clips with a mutated copy of the package; None: with an unbroken one."""
    with tempfile.TemporaryDirectory() as aside:
        package = Path(aside) / "formcheck"
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
        if mutation is not None:
            mutation.apply(package)
        results = Path(aside) / "results.json"
        command = [sys.executable, "-m", "formcheck", "verify", str(folder), "--json", str(results)]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": aside}, stdout=subprocess.DEVNULL, check=False)
        clips = json.loads(results.read_text(encoding="utf-8"))["clips"] if results.exists() else []
    name = mutation.name if mutation else "(as it is)"
    return Outcome(name, done.returncode, count_differences(clips), sum(bool(clip["failure"]) for clip in clips))


def count_differences(clips: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many checks differ in each clip that differs, of what ``verify --json`` writes."""
    counts = {
        clip["clip"]: sum(check["verdict"] == "differs" and check["why"] != mended() for check in clip["checks"])
        for clip in clips
    }
    return {name: count for name, count in counts.items() if count}


def _tell(outcome: Outcome) -> Outcome:
    noticed = "noticed" if outcome.differing else f"exit {outcome.exit_code}"
    most = sorted(outcome.differing.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{clip} {count}" for clip, count in most[:4])
    total = sum(outcome.differing.values())
    failed = f"; {outcome.failed} could not be analysed" if outcome.failed else ""
    print(f"{outcome.name:45} {noticed:8} {total:4} differences in {len(most):2} clips: {shown}{failed}", flush=True)
    return outcome


if __name__ == "__main__":
    raise SystemExit(main())
