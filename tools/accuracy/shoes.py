"""Shoes followed in a rendered clip, kept from one run to the next.

They are looked for anew when the events of the landmarks have moved, or `formcheck.vision.shoes` has changed.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from formcheck.records.filmed import ShoePaths, ShoesAsked
from formcheck.records.skeleton import Side
from formcheck.vision import shoes
from formcheck.vision.watch import ShoesIn


@dataclass(frozen=True, slots=True)
class KeptShoes:
    """Satisfies `ShoeFollower`; what was found in ``clip`` is kept in ``folder``."""

    clip: Path
    sha256: str
    folder: Path

    def __call__(self, asked: ShoesAsked) -> ShoePaths:
        """A path for each instant."""
        instants = [
            (event, look, str(side), [round(at_s, 4) for at_s in asked.instants(event, side)])
            for event, look in asked.looks.items()
            for side in Side
        ]
        key = crc32(repr((instants, asked.leg_px, asked.slowed)).encode() + Path(shoes.__file__).read_bytes())
        kept = self.folder / f"{self.clip.stem}.{self.sha256[:8]}.{key:08x}.shoes.pickle"
        if kept.exists():
            found: ShoePaths = pickle.loads(kept.read_bytes())  # our own file
            return found
        found = ShoesIn(self.clip)(asked)
        draft = kept.with_suffix(".part")
        draft.write_bytes(pickle.dumps(found))
        draft.replace(kept)
        return found
