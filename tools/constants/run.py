"""Every variant on every case, kept as it goes: a run that was broken off goes on where it was."""

import json
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any, Final

from tools.accuracy.rings import Bench
from tools.constants.cases import MORE, SAMPLE, Specimen, specimens
from tools.constants.change import Variant, changed, settings_with, variants_of
from tools.constants.effect import Effect, Outcome, compare, outcome
from tools.constants.find import Constant

KEPT: Final = "constants.jsonl"


@dataclass(frozen=True, slots=True)
class Trial:
    """What one variant did, case by case; ``broke``: the exception it raised."""

    title: str
    way: str
    effects: Mapping[str, Effect]
    broke: str = ""


class Trials:
    """All that was tried with the program as it is; what was tried with another one is tried anew."""

    def __init__(self, model: str, bench: Bench) -> None:
        self.model, self.bench = model, bench
        self.sample = _known(specimens(SAMPLE, model, bench))
        self.more = _known(specimens(MORE, model, bench))
        every = (*self.sample, *self.more)
        self.program = "-".join(f"{before.written:08x}" for _, before in every)
        self.path = bench.folder / KEPT

    def done(self) -> dict[tuple[str, str], Trial]:
        """Those that are kept, by constant and way."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        rows = [row for row in map(json.loads, lines) if row["program"] == self.program]
        return {(row["title"], row["way"]): _trial(row) for row in rows}

    def run(self, constants: Sequence[Constant], seconds: float) -> bool:
        """Try what is not kept yet, on all processors, for so long; whether all is done."""
        done, ends = self.done(), time.monotonic() + seconds
        left = [v for c in constants for v in variants_of(c) if (v.constant.title, v.way) not in done]
        workers = ProcessPoolExecutor(self.bench.jobs, get_context("spawn"), _start, (self.model, self.bench))
        with self.path.open("a", encoding="utf-8") as kept, workers:
            tries = [workers.submit(_try, variant) for variant in left]
            for number, (variant, trial) in enumerate(zip(left, tries, strict=True)):
                if time.monotonic() > ends:
                    workers.shutdown(wait=False, cancel_futures=True)
                    print(f"\n{len(left) - number} to go: run it again.", file=sys.stderr)
                    return False
                print(f"\r{number} of {len(left)}: {variant.constant.title:60}", end="", file=sys.stderr, flush=True)
                kept.write(json.dumps(asdict(trial.result()) | {"program": self.program}) + "\n")
                kept.flush()
        return True

    def attempt(self, variant: Variant) -> Trial:
        """What a variant does to the cases; to the rarer ones where it does nothing to the first."""
        effects: dict[str, Effect] = {}
        try:
            for specimen, before in self.sample:
                effects[_name(specimen)] = compare(before, _under(variant, specimen, before))
            for specimen, before in self.more:
                if any(effect.differs for effect in effects.values()):
                    break
                effects[_name(specimen)] = compare(before, _under(variant, specimen, before))
        except Exception as error:  # an absurd value may break anything, and that is what is asked
            return Trial(variant.constant.title, variant.way, effects, type(error).__name__)
        return Trial(variant.constant.title, variant.way, effects)


_own: list[Trials] = []
"""Of a worker process."""


def _start(model: str, bench: Bench) -> None:
    _own.append(Trials(model, bench))


def _try(variant: Variant) -> Trial:
    return _own[0].attempt(variant)


def _known(cases: Iterator[Specimen]) -> list[tuple[Specimen, Outcome]]:
    return [(specimen, _under(None, specimen)) for specimen in cases]


def _under(variant: Variant | None, specimen: Specimen, before: Outcome | None = None) -> Outcome:
    gait = before.gait if before and variant and variant.constant.is_of_judge else None
    with changed(variant), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return outcome(specimen, settings_with(variant, specimen.case.model), gait)


def names_of(cases: Sequence[tuple[Specimen, Outcome]]) -> list[str]:
    """What the cases are called."""
    return [_name(specimen) for specimen, _ in cases]


def _name(specimen: Specimen) -> str:
    return f"{specimen.case.name}, {specimen.case.fps:.0f} fps"


def _trial(row: Mapping[str, Any]) -> Trial:
    effects = {name: Effect(**one | {"codes": tuple(one["codes"])}) for name, one in row["effects"].items()}
    return Trial(row["title"], row["way"], effects, row["broke"])
