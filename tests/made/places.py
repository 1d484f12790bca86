"""Where this checkout and its reference clips are."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CLIPS: Final = ROOT / "fixtures" / "videos"
CLIP: Final = CLIPS / "side_left_60fps.mp4"
"""The reference clip for what one clip shows: six seconds of a rendered runner, seen from the side."""
