"""High dynamic range pictures (HLG, PQ: what phones film by default) brought to the ordinary range of brightness.

Shown unchanged their codes look washed out (HLG) or dark (PQ), and a pose model never saw such pictures. One curve per
colour channel is enough: on a rendered runner turned into HLG and back it leaves 3.5 levels of 255 (mean), where the
codes unchanged are 19 off and FFmpeg's own three-dimensional conversion 5, which takes ten seconds to set up.
Colours outside the ordinary gamut are not corrected: they look a little pale.
"""

from typing import Final

import numpy as np

from formcheck.records.track import Floats, Image

PQ_TRANSFER: Final = 16
HLG_TRANSFER: Final = 18
"""Transfer characteristics by their code in ITU-T H.273, table 3."""

SDR_WHITE_NITS: Final = 203.0
"""What a sheet of white paper is graded to in HDR (ITU-R BT.2408, section 2.2)."""

HLG_PEAK_NITS: Final = 1000.0
"""Peak of the screen that HLG's system gamma of 1.2 belongs to (ITU-R BT.2100, note 5f)."""

SHOULDER_FROM: Final = 0.8
"""Of SDR white: from here on highlights are rolled off instead of cut, so that a bright window keeps its frame."""


def to_ordinary_range(image: Image, transfer: int) -> Image:
    """The RGB picture (H, W, 3) as an ordinary screen would show it; itself when it is no HDR picture.

    ``transfer`` is its transfer characteristic, H.273.
    """
    curve = _CURVES.get(transfer)
    if curve is None:
        return image
    # Bytes through a table: a quarter of the time that numpy takes to index.
    return np.frombuffer(bytearray(image.tobytes().translate(curve)), np.uint8).reshape(image.shape)


def _hlg_nits(signal: Floats) -> Floats:
    """ITU-R BT.2100, table 5: inverse OETF, then the system gamma, here on each channel by itself."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return np.asarray(HLG_PEAK_NITS * scene**1.2)


def _pq_nits(signal: Floats) -> Floats:
    """ITU-R BT.2100, table 4: the EOTF of SMPTE ST 2084."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = signal ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1))


def _curve(nits: Floats) -> bytes:
    """A table of 256 codes: light with its highlights rolled off, in the sRGB curve (IEC 61966-2-1)."""
    light = nits / SDR_WHITE_NITS
    room = 1 - SHOULDER_FROM
    rolled = np.where(light < SHOULDER_FROM, light, 1 - room * np.exp(-(light - SHOULDER_FROM) / room))
    shown = np.where(rolled <= 0.0031308, 12.92 * rolled, 1.055 * rolled ** (1 / 2.4) - 0.055)
    return np.round(255 * shown).astype(np.uint8).tobytes()


_CODES: Final = np.arange(256) / 255
_CURVES: Final = {HLG_TRANSFER: _curve(_hlg_nits(_CODES)), PQ_TRANSFER: _curve(_pq_nits(_CODES))}
