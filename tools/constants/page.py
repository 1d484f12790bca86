"""docs/constants.md: what every constant does, set into the words of constants.md.j2."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.constants.find import Constant, Leaf
from tools.constants.run import Trial

HERE: Final = Path(__file__).parent
KEPT: Final = "kept.toml"


@dataclass(frozen=True, slots=True)
class Tried:
    """One constant and what its variants did."""

    constant: Constant
    trials: tuple[Trial, ...]

    @property
    def differs(self) -> bool:
        """Whether anything at all changes in any report."""
        return any(trial.broke or any(effect.differs for effect in trial.effects.values()) for trial in self.trials)

    @property
    def matters(self) -> tuple[int, int, float]:
        """What it is sorted by: clips with other codes, numbers withheld or reported, the worst change of reach."""
        every = [effect for trial in self.trials for effect in trial.effects.values()]
        codes = max(sum(bool(effect.codes) for effect in trial.effects.values()) for trial in self.trials)
        return codes, sum(e.withheld + e.reported for e in every), max(_seen(e.reach for e in every), default=0.0)

    @property
    def shows(self) -> bool:
        """Whether anything is to be written of it."""
        return any(any(_effects(trial)) for trial in self.trials)


def write_page(
    constants: Sequence[Constant],
    done: Mapping[tuple[str, str], Trial],
    sample: Sequence[str],
    more: Sequence[str],
    path: Path,
) -> tuple[str, ...]:
    """Write the page from all that was tried on the cases of these names; the constants that nothing keeps.

    Those change nothing, and `KEPT` has no reason why they stay.
    """
    by_title: dict[str, list[Trial]] = {}
    for (title, _), trial in done.items():
        by_title.setdefault(title, []).append(trial)
    tried = [Tried(constant, tuple(by_title[constant.title])) for constant in constants if constant.title in by_title]
    showing = sorted((one for one in tried if one.shows), key=lambda one: one.matters, reverse=True)
    hidden = [one for one in tried if one.differs and not one.shows]
    nothing = [one for one in tried if not one.differs]
    kept = reasons_to_stay()
    environment = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    text = environment.get_template("constants.md.j2").render(
        count=len(tried),
        variants=sum(len(one.trials) for one in tried),
        sample=sample,
        more=more,
        showing=[row for one in showing for row in _rows(one)],
        hidden=[_named(one) for one in hidden],
        nothing=[(*_named(one), kept.get(one.constant.title, "")) for one in nothing],
    )
    path.write_text(text, encoding="utf-8")
    return tuple(one.constant.title for one in nothing if not kept.get(one.constant.title))


def reasons_to_stay() -> dict[str, str]:
    """Why constants stay that do nothing on any case, by their titles."""
    return tomllib.loads((HERE / KEPT).read_text(encoding="utf-8"))


def _rows(one: Tried) -> Iterator[tuple[str, ...]]:
    """A row for each variant whose effect shows; name, value and reason in the first alone."""
    changing = [(trial.way, cells) for trial in one.trials if any(cells := _effects(trial))]
    for number, (way, cells) in enumerate(changing):
        name, value, why = _named(one) if number == 0 else ("", "", "")
        yield name, value, way, *cells, why


def _named(one: Tried) -> tuple[str, str, str]:
    constant = one.constant
    return f"`{constant.title}`", f"{written(constant.value)} {constant.unit}".strip(), constant.why.replace("|", "\\|")


def _effects(trial: Trial) -> tuple[str, ...]:
    """Median and worst change of reach, lean and strikes; how many numbers are lost and won; clips with other codes."""
    every = list(trial.effects.values())
    if trial.broke:
        return (f"fails ({trial.broke})", *[""] * 4)
    numbers = (
        _median_and_worst((100 * e.reach for e in every), 1),
        _median_and_worst((e.lean_deg for e in every), 1),
        _median_and_worst((1e3 * e.strike_s for e in every), 1),
    )
    lost, won = sum(e.withheld for e in every), sum(e.reported for e in every)
    withheld = " ".join(part for part in (f"+{lost}" if lost else "", f"-{won}" if won else "") if part)
    changed = [e.codes for e in every if e.codes]
    return *numbers, withheld, f"{len(changed)} of {len(every)}" if changed else ""


def _median_and_worst(changes: Iterable[float], digits: int) -> str:
    seen = list(_seen(changes))
    if not seen or max(seen) < 0.5 * 10**-digits:
        return ""
    return f"{np.median(seen):.{digits}f}, {max(seen):.{digits}f}"


def _seen(changes: Iterable[float]) -> Iterator[float]:
    return (abs(change) for change in changes if np.isfinite(change))


def written(value: Leaf) -> str:
    """A constant's value in few digits."""
    if isinstance(value, np.ndarray):
        return f"{value.min():g} to {value.max():g}, {len(value)} values"
    if isinstance(value, tuple):
        return ", ".join(f"{one:.4g}" for one in value)
    return f"{value:.4g}"
