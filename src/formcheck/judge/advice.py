"""What can be said, by the finding's code: how urgent it is, which exercises go with it, and where it comes from.

The sentences are ``finding.<code>`` in the catalogue. No text names a disease or promises that one is avoided. Sources
are those read by us; exercises, warm-up and weekly load are common coaching advice without a study behind them, and say
so. "Sets x repetitions" are a modest start of our own.
"""

from dataclasses import dataclass
from typing import Final, Literal

from formcheck.records.report import Level


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing formcheck can say; ``compared`` with the reference runners, whose source it then cites."""

    level: Level
    sources: tuple[str, ...] = ()
    exercises: Literal["hamstrings", "trunk", "one_sided"] | None = None
    compared: bool = False


DINGENEN: Final = "Dingenen et al. 2018, doi:10.1016/j.ptsp.2018.06.009"
HEIDERSCHEIT: Final = "Heiderscheit et al. 2011, doi:10.1249/MSS.0b013e3181ebedf4"
LIEBERMAN: Final = "Lieberman et al. 2015, doi:10.1242/jeb.125500"
SOUZA: Final = "Souza 2016, PMC4714754"
TENG: Final = "Teng and Powers 2015, doi:10.1249/MSS.0000000000000436"
WILLE: Final = "Wille et al. 2014, PMC4297621"
YOUNG: Final = "Young et al. 2023, Sensors 23:696"

_FAR: Final = (LIEBERMAN, WILLE, SOUZA)

ADVICE: Final = {
    "overstride_unlikely": Advice("ok", (SOUZA,), compared=True),
    "overstride_possible": Advice("watch", _FAR, "hamstrings", compared=True),
    "overstride_likely": Advice("act", _FAR, "hamstrings", compared=True),
    "reach_uncompared": Advice("info"),
    "reach_withheld": Advice("info"),
    "reach_changes": Advice("info"),
    "lean_changes": Advice("info"),
    "lean_typical": Advice("ok", (TENG,), compared=True),
    "lean_upright": Advice("ok", (TENG,), compared=True),
    "lean_forward": Advice("ok", (TENG,), compared=True),
    "lean_bent": Advice("watch", (TENG,), "trunk", compared=True),
    "lean_back": Advice("watch", (TENG,), "trunk"),
    "lean_unsure": Advice("info", compared=True),
    "lean_uncompared": Advice("info"),
    "lean_withheld": Advice("info"),
    "reach_sides_differ": Advice("watch", (YOUNG, DINGENEN), "one_sided"),
    "contact_sides_differ": Advice("watch", (YOUNG,), "one_sided"),
    "step_sides_differ": Advice("watch", (YOUNG,), "one_sided"),
    "cadence_typical": Advice("ok", (HEIDERSCHEIT,), compared=True),
    "cadence_low": Advice("info", (HEIDERSCHEIT,), compared=True),
    "cadence_high": Advice("info", (HEIDERSCHEIT,), compared=True),
    "cadence_quicker": Advice("info", (HEIDERSCHEIT, LIEBERMAN), compared=True),
    "view_end_on": Advice("info"),
    "pelvis_unseen": Advice("info"),
    "change_gently": Advice("info", (SOUZA,)),
}
