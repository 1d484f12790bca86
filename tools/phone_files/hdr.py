"""Ordinary pictures as an HDR camera would have stored them: HLG or PQ, BT.2020, 10 bit (ITU-R BT.2100, BT.2408)."""

from typing import Literal

import numpy as np
from av.video.frame import VideoFrame

from formcheck.records.track import Floats, Image

Transfer = Literal["hlg", "pq"]
CODES = {"hlg": 18, "pq": 16}
"""Transfer characteristics, ITU-T H.273 table 3."""

BT709_TO_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""Linear light (ITU-R BT.2087)."""

LUMA = np.array([0.2627, 0.6780, 0.0593])
WHITE_NITS = 203.0


def hdr_picture(image: Image, transfer: Transfer) -> VideoFrame:
    """One picture, yuv420p10le with all its colour tags."""
    height, width = image.shape[:2]
    picture = VideoFrame(width, height, "yuv420p10le")
    luma, blue, red = _codes(_signal(image, transfer))
    for plane, codes in zip(picture.planes, (luma, blue[::2, ::2], red[::2, ::2]), strict=True):
        rows = np.zeros((plane.height, plane.line_size // 2), np.uint16)
        rows[:, : plane.width] = codes[: plane.height, : plane.width]
        plane.update(rows.tobytes())
    picture.colorspace, picture.color_primaries, picture.color_range = 9, 9, 1
    picture.color_trc = CODES[transfer]
    return picture


def _signal(image: Image, transfer: Transfer) -> Floats:
    shown = image / 255.0
    light = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4) @ BT709_TO_BT2020.T
    return _pq(light * WHITE_NITS) if transfer == "pq" else _hlg(light * WHITE_NITS)


def _pq(nits: Floats) -> Floats:
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = (nits / 10_000) ** m1
    return np.asarray(((c1 + c2 * power) / (1 + c3 * power)) ** m2)


def _hlg(nits: Floats) -> Floats:
    """Inverse system gamma of 1.2 on the luminance, then the OETF: what a camera does."""
    shown = nits / 1000.0
    scene = shown * np.maximum(shown @ LUMA, 1e-6)[..., None] ** (1 / 1.2 - 1)
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    return np.asarray(np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c))


def _codes(signal: Floats) -> tuple[Floats, Floats, Floats]:
    """Luma and colour differences, 10 bit, limited range."""
    luma = signal @ LUMA
    blue, red = (signal[..., 2] - luma) / 1.8814, (signal[..., 0] - luma) / 1.4746
    return np.round(64 + 876 * luma), np.round(512 + 896 * blue), np.round(512 + 896 * red)
