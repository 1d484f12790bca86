"""Where experienced runners lie at a given speed: published measurements, smoothed over speed.

The table holds means and SDs that we computed from two data sets of treadmill running, one row per data set and
speed. ``find_reference`` turns it into a band for one further runner:

* Mean: a straight line over ln(speed) through the row means, weighted by the number of runners. Against a line over
  speed and a parabola, the logarithm leaves the smallest scatter or one within 2 % of it (cadence: 12 %), and unlike
  the parabola it cannot turn round at the ends.
* Spread: one SD for all speeds, pooled from the SDs within the rows and the rows' distance from the line; so a
  disagreement between the data sets widens the band.
* Width: t * SD * sqrt(1 + h), with h the uncertainty of the line at that speed (1/n in its middle, more at its
  ends). The same people ran at several speeds, so ``h`` and the degrees of freedom count people (13; 9 for lean),
  not rows.

What the band does not hold: the runner's speed is known within about 7 % when only leg lengths are known
(`scale.USUAL_LEG_M`), which moves the band for the foot by a hundredth of a leg. And MediaPipe's landmarks are not
joint centres: on our rendered runner its ankle sits 2 cm above, its hip 1.5 cm below, its leg is 4 % short. That
makes the foot's distance read high by less than a hundredth of a leg, and a speed from leg lengths 4 % high, which
raises the band by about as much. Both are left as they are: they are small against a band 0.12 leg wide.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import stdtrit

from formcheck.gait.measures.registry import MEASURES
from formcheck.records.report import ReferenceBand
from formcheck.records.track import Floats
from formcheck.words.catalogue import ENGLISH, Voice

SLOWEST_M_S: Final = 1.8
FASTEST_M_S: Final = 5.3
"""Speeds with a band: the 2 to 5 m/s that were measured and a little beyond; further out would be a guess."""

_COVERAGE: Final = 0.95


@dataclass(frozen=True, slots=True)
class DataSet:
    """A published data set: where it comes from and how many people of it are in the table."""

    citation: str
    people: int


@dataclass(frozen=True, slots=True)
class Row:
    """The runners of one data set at one speed: mean and SD by measure, in the measure's own unit."""

    data_set: DataSet
    speed_m_s: float
    runners: int
    values: dict[str, tuple[float, float]]


HAMNER: Final = DataSet("Hamner and Delp 2013, J Biomech 46:780, doi:10.1016/j.jbiomech.2012.11.024", people=9)
FUKUCHI: Final = DataSet("Fukuchi et al. 2017, PeerJ 5:e3298, doi:10.7717/peerj.3298", people=4)

UNITS: Final = {row.name: row.unit for row in MEASURES if row.compared}
"""Measures with a reference. Ankle and hip are joint centres; lean is acromion to hip, averaged over stance."""

_COLUMNS: Final = ("cadence", "contact_time", "foot_ahead_of_hip", "shank_angle", "knee_flexion", "trunk_lean")


def _row(data_set: DataSet, speed_m_s: float, runners: int, *values: tuple[float, float]) -> Row:
    return Row(data_set, speed_m_s, runners, dict(zip(_COLUMNS, values, strict=False)))


# fmt: off
TABLE: Final = (
    #    data set  m/s   n   cadence   contact, s      ankle ahead, leg  shank, deg  knee, deg    lean, deg
    _row(HAMNER,  2.0, 9, (158, 7), (0.315, 0.022), (0.177, 0.024), (2.0, 1.9), (15.5, 3.0), (6.3, 1.6)),
    _row(FUKUCHI, 2.5, 3, (155, 3), (0.295, 0.016), (0.197, 0.012), (5.9, 1.4), (11.0, 3.0)),
    _row(HAMNER,  3.0, 9, (167, 8), (0.251, 0.021), (0.239, 0.023), (5.4, 2.3), (15.5, 3.0), (7.3, 1.6)),
    _row(FUKUCHI, 3.5, 2, (167, 5), (0.235, 0.011), (0.247, 0.023), (6.8, 0.4), (15.0, 1.0)),
    _row(HAMNER,  4.0, 9, (177, 8), (0.214, 0.017), (0.283, 0.029), (7.6, 2.1), (16.6, 3.0), (8.1, 1.9)),
    _row(FUKUCHI, 4.5, 2, (176, 7), (0.203, 0.008), (0.273, 0.002), (7.0, 2.0), (18.0, 4.0)),
    _row(HAMNER,  5.0, 9, (194, 9), (0.186, 0.013), (0.315, 0.032), (8.5, 2.9), (18.5, 3.0), (8.6, 1.8)),
)
# fmt: on
"""Our computation from the data sets, mean and SD over runners; Fukuchi et al. put no markers on the trunk.

At the first touch of the sole, on the markers' clock, which is what a camera sees. Hamner and Delp's published force
has passed a low-pass, so that its 50 N crossing comes 7 to 17 ms before the touch: the filter was undone (against raw
force put through the same filter: within 2 ms). Fukuchi et al.'s markers lag their raw force by 5.5 +- 1.5 ms.
"""


def find_reference(speed_m_s: float) -> tuple[ReferenceBand, ...]:
    """The band of every measure with a reference at this speed; empty outside 1.8 to 5.3 m/s or for NaN.

    A band is the mean and the 95 % prediction interval of one runner like those of the table: few, experienced,
    mostly men. The module's docstring explains the method. Units: leg lengths, degrees, steps per minute, seconds.
    """
    if not SLOWEST_M_S <= speed_m_s <= FASTEST_M_S:
        return ()
    return tuple(_band(measure, unit, speed_m_s) for measure, unit in UNITS.items())


def _band(measure: str, unit: str, speed_m_s: float) -> ReferenceBand:
    rows = [row for row in TABLE if measure in row.values]
    mean, half, sd = _predict(measure, rows, speed_m_s)
    citations = tuple(dict.fromkeys(row.data_set.citation for row in rows))
    band = ReferenceBand(measure, unit, speed_m_s, mean, mean - half, mean + half, "", sd, _people(rows), citations)
    return replace(band, source=source_in(band))


def _predict(measure: str, rows: list[Row], speed_m_s: float) -> tuple[float, float, float]:
    """Mean at a speed, half the width of the prediction interval for one runner, and the SD between runners."""
    runners = np.array([row.runners for row in rows], dtype=np.float64)
    means, sds = np.array([row.values[measure] for row in rows], dtype=np.float64).T
    line = _terms(np.array([row.speed_m_s for row in rows]))
    at = _terms(np.array([speed_m_s]))[0]
    normal = line.T * runners @ line
    coefficients = np.linalg.solve(normal, line.T * runners @ means)
    scatter = np.sum((runners - 1) * sds**2) + np.sum(runners * (means - line @ coefficients) ** 2)
    variance = scatter / (runners.sum() - len(at))
    people = _people(rows)
    line_uncertainty = at @ np.linalg.solve(normal, at) * runners.sum() / people
    t = stdtrit(people - len(at), (1 + _COVERAGE) / 2)
    return float(at @ coefficients), float(t * math.sqrt(variance * (1 + line_uncertainty))), math.sqrt(variance)


def _terms(speed_m_s: Floats) -> Floats:
    return np.column_stack([np.ones_like(speed_m_s), np.log(speed_m_s)])


def _people(rows: list[Row]) -> int:
    return sum(data_set.people for data_set in {row.data_set for row in rows})


def source_in(band: ReferenceBand, voice: Voice = ENGLISH) -> str:
    """Where a band comes from, in the reader's words; that of an older report as it was written."""
    if not band.citations:
        return band.source
    citations = voice.say("joined.citations").join(band.citations)
    return voice.say("reference.source", citations=citations, people=band.runners)
