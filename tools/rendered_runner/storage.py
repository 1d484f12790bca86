"""How a clip's pictures are put into a file: the frame rate it plays at, and how phones turn what they store."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Turn = Literal["as seen", "quarter turn", "mirrored"]

QUALITY_CRF: Final = 25
"""x264's scale: edges stay clean, and all clips together stay below 12 MB."""
ENCODER_PRESET: Final = "slow"
CLOCK: Final = Fraction(1, 90_000)
NOMINAL_FPS: Final = 60
"""Told to the encoder's rate control only: each picture carries its own time."""
ONE: Final = 1 << 16
"""Of a display matrix: fixed point, 16.16."""

STORED: Final[dict[Turn, Callable[[Picture], Picture]]] = {
    "as seen": lambda picture: picture,
    "quarter turn": np.rot90,
    "mirrored": np.fliplr,
}
"""What a phone stores of the upright picture: a sensor lies across, a selfie camera shows a mirror image."""

MATRIX: Final[dict[Turn, list[int] | None]] = {
    "as seen": None,
    "quarter turn": [0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30],
    "mirrored": [-ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30],
}
"""The display matrix that undoes it (ISO/IEC 14496-12, track header)."""


def write_clip(
    path: Path, size_px: tuple[int, int], pictures: Iterable[Picture], times_s: NDArray[np.float64], turn: Turn
) -> None:
    """Encode upright pictures of (width, height), RGB, each shown from its own time on."""
    with av.open(path, "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=NOMINAL_FPS)
        stream.width, stream.height = size_px[::-1] if turn == "quarter turn" else size_px
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = CLOCK
        stream.options = {"crf": str(QUALITY_CRF), "preset": ENCODER_PRESET}
        stream.set_display_matrix(MATRIX[turn])
        for upright, time_s in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(STORED[turn](upright)), format="rgb24")
            frame.pts, frame.time_base = round(time_s / CLOCK), CLOCK
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
