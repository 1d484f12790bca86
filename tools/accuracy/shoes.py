"""Shoes followed in a rendered clip, kept from one run to the next.

They are looked for anew when the strikes of the landmarks have moved, or `formcheck.vision.shoes` has changed.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from formcheck.analyze import ShoesIn
from formcheck.records.gait import ShoePaths, Strikes
from formcheck.vision import shoes


@dataclass(frozen=True, slots=True)
class KeptShoes:
    """Satisfies `ShoeFollower`; what was found in ``clip`` is kept in ``folder``."""

    clip: Path
    sha256: str
    folder: Path

    def __call__(self, asked: Strikes) -> ShoePaths:
        """A path for each strike."""
        strikes = [(str(side), times_s.round(4).tolist()) for side, times_s in sorted(asked.strikes_s.items())]
        key = crc32(repr((strikes, asked.leg_px, asked.slowed)).encode() + Path(shoes.__file__).read_bytes())
        kept = self.folder / f"{self.clip.stem}.{self.sha256[:8]}.{key:08x}.shoes.pickle"
        if kept.exists():
            found: ShoePaths = pickle.loads(kept.read_bytes())  # our own file
            return found
        found = ShoesIn(self.clip)(asked)
        draft = kept.with_suffix(".part")
        draft.write_bytes(pickle.dumps(found))
        draft.replace(kept)
        return found
