"""Legs on the other leg's place: counted on rendered clips, and on measured runners with legs exchanged on purpose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from formcheck.records.skeleton import Side
from tools.accuracy.exchanged import KINDS, Exchanges, Zone, count_exchanges, pictured, put_in
from tools.accuracy.measured import trial_names
from tools.accuracy.pictured import kept_joints, pictured_case
from tools.accuracy.rings import Bench, bank_of, shot_of, work
from tools.accuracy.table import markdown
from tools.accuracy.virtual import Filming

RATES: Final = (60.0,)
NAMES: Final = {"pose model": "rendered clips, as the pose model sees them"} | {
    kind: f"measured runners, put in: {kind}" for kind in KINDS
}


@dataclass(frozen=True, slots=True)
class Track:
    """A shot by its name, or a measured runner with one kind of exchange put in."""

    model: str
    subject: str | Filming
    kind: str = "pose model"


def exchanges(model: str, bench: Bench) -> list[Exchanges]:
    """Every clip, and unless only those at hand are asked for every trial with every kind of exchange."""
    tracks = [Track(model, shot.name) for shot in bench.shots()]
    if bench.at_hand:
        return list(work(partial(_count, bench=bench), tracks, bench.jobs, "tracks looked through for exchanged legs"))
    trials = trial_names()[:1] if bench.quick else trial_names()
    tracks += [
        Track(model, Filming(trial, fps, near=Side.LEFT if index % 2 else Side.RIGHT), kind)
        for index, trial in enumerate(trials)
        for fps in RATES
        for kind in KINDS
    ]
    return list(work(partial(_count, bench=bench), tracks, bench.jobs, "tracks looked through for exchanged legs"))


def _count(track: Track, bench: Bench) -> Exchanges:
    subject, model = track.subject, track.model
    if isinstance(subject, Filming):
        bank = bank_of(model, subject.trial, bench)
        return count_exchanges(put_in(subject, track.kind, bank=bank, model=model))
    shot = shot_of(subject, bench)
    case = pictured_case(shot, model, bench.clips)
    return count_exchanges(pictured(case, shot, kept_joints(shot, bench.clips)))


def exchanges_table(found: Sequence[Exchanges]) -> str:
    """Share of legs, frame by frame, that lie on the other's place, by kind of exchange."""
    head = ["", "tracks", "before", "after", "near a strike, before", "after", "made wrong", "near, far leg hidden"]
    kinds = [kind for kind in NAMES if any(one.kind == kind for one in found)]
    return markdown(head, (_line(kind, [one for one in found if one.kind == kind]) for kind in kinds))


def _line(kind: str, tracks: Sequence[Exchanges]) -> list[str]:
    frames = sum(one.frames["all"] for one in tracks)
    hidden = (sum(one.hidden_frac[leg] for one in tracks) / len(tracks) for leg in (0, 1))
    zones: tuple[Zone, ...] = ("all", "strike")
    shares = [cell for zone in zones for cell in _before_after(tracks, zone)]
    worse = f"{100 * sum(one.worse for one in tracks) / frames:.2f} %"
    return [NAMES[kind], str(len(tracks)), *shares, worse, ", ".join(f"{100 * share:.0f} %" for share in hidden)]


def _before_after(tracks: Iterable[Exchanges], zone: Zone) -> tuple[str, str]:
    counts = [(one.before[zone], one.after[zone], one.frames[zone]) for one in tracks]
    before, after, frames = (sum(column) for column in zip(*counts, strict=True))
    return f"{100 * before / frames:.2f} %", f"{100 * after / frames:.2f} %"
