"""How a clip's stored pictures must be turned to stand upright: the container's display matrix, all eight of them.

One number of degrees cannot say it: phones also store mirrored pictures (selfie cameras), and reading such a
matrix as a plain rotation turns the runner upside down.
"""

import struct
from dataclasses import dataclass

import numpy as np

from formcheck.records.track import Image


@dataclass(frozen=True, slots=True)
class Orientation:
    """Swap rows and columns, then flip: together the eight ways a rectangle fits on itself."""

    transposed: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def mirrored(self) -> bool:
        """Whether a player shows the mirror image of the stored pictures, and not just turns them."""
        return self.transposed ^ self.flip_x ^ self.flip_y

    def turned(self, quarters: int) -> "Orientation":
        """Turned clockwise by so many right angles more."""
        if quarters % 4 == 0:
            return self
        once = Orientation(not self.transposed, not self.flip_y, self.flip_x)
        return once.turned(quarters - 1)

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) once upright of a stored picture of that size; its own inverse."""
        return (height, width) if self.transposed else (width, height)

    def upright(self, image: Image) -> Image:
        """The picture (H, W, 3), or (H, W) in grey, as a player shows it, contiguous in memory."""
        if self.transposed:
            image = image.swapaxes(0, 1)
        return np.ascontiguousarray(image[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1])


def read_display_matrix(matrix: bytes | None) -> Orientation:
    """The orientation a display matrix asks for; without one, as stored.

    Nine native 32-bit integers ``a b u c d v x y w`` send a stored pixel (p, q), right and down, to
    (a p + c q + x, b p + d q + y): ISO/IEC 14496-12, track header; FFmpeg ``libavutil/display.h``. Only the signs
    and which pair is larger matter here: scale and shift do not change what is upright, and a matrix between two
    right angles goes to the nearer one.
    """
    if matrix is None:
        return Orientation()
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix)
    transposed = abs(b) + abs(c) > abs(a) + abs(d)
    to_x, to_y = (c, b) if transposed else (a, d)
    return Orientation(transposed, to_x < 0, to_y < 0)
