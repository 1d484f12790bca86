"""What each pose model's landmarks and numbers are off by, read from calibrated.toml.

``python -m tools.accuracy calibrate`` writes that file. The offsets are those of the rendered clips that may be fitted
(``python -m tools.accuracy.offsets``): lengths over the clip, turns at foot strike. Between clips they scatter by 0.02
to 0.03 and 1 to 2 deg. The bodies are rendered, a third of them on measured people's joints; that real people are drawn
alike shows in their proportions alone.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from formcheck.gait.settings.legs import HipLevel, LegOffsets, OffsetSettings


@dataclass(frozen=True, slots=True)
class Calibration:
    """One pose model's errors: when they were found, on how many clips, and the standard errors that intervals use.

    ``timing``: by event detector, how late it is on this model's landmarks and its spread, seconds.
    """

    calibrated_on: date
    clips: int
    offsets: OffsetSettings
    strike_spread_s: float
    strike_spread_by_shoe_s: float
    spreads: Mapping[str, tuple[float, float]]
    clip_spreads: Mapping[str, tuple[float, float]]
    timing: Mapping[str, tuple[float, float]]


@cache
def calibrations() -> Mapping[str, Calibration]:
    """The calibration of every known pose model, by its name."""
    text = files(__package__).joinpath("calibrated.toml").read_text(encoding="utf-8")
    return MappingProxyType({model: _calibration(found) for model, found in tomllib.loads(text).items()})


def _calibration(found: Mapping[str, Any]) -> Calibration:
    return Calibration(
        calibrated_on=found["calibrated_on"],
        clips=found["clips"],
        offsets=_offsets(found["offsets"]) if "offsets" in found else OffsetSettings(),
        strike_spread_s=found["strike_spread_s"],
        strike_spread_by_shoe_s=found["strike_spread_by_shoe_s"],
        spreads={name: (near, far) for name, (near, far) in found["spreads"].items()},
        clip_spreads={name: (near, far) for name, (near, far) in found.get("clip_spreads", {}).items()},
        timing={name: (late_s, spread_s) for name, (late_s, spread_s) in found["timing"].items()},
    )


def _offsets(found: Mapping[str, Any]) -> OffsetSettings:
    near, far = (LegOffsets(**found[leg]) for leg in ("near", "far"))
    return OffsetSettings(near=near, far=far, hip=HipLevel(**found["hip"]), foot_slow_frac=found["foot_slow_frac"])
