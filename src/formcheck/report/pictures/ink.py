"""Lines, words and files: the few strokes every picture is made of.

All painting functions paint on the array they are given; only the modules beside this one call them, on
arrays of their own. Colours are RGB like the pictures; points are (x, y) in pixels and may be fractional.
"""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from formcheck.clip.whole_file import write_whole
from formcheck.records.errors import OutputError
from formcheck.records.track import Floats, Image
from formcheck.words.catalogue import ENGLISH

Colour = tuple[int, int, int]

# Okabe & Ito (2008), "Color Universal Design": eight colours that people with any colour vision tell apart.
ORANGE: Final = (230, 159, 0)
SKY_BLUE: Final = (86, 180, 233)
GREEN: Final = (0, 158, 115)
YELLOW: Final = (240, 228, 66)
VERMILLION: Final = (213, 94, 0)
PURPLE: Final = (204, 121, 167)
WHITE: Final = (245, 245, 245)
PALE: Final = (196, 202, 208)
NIGHT: Final = (18, 22, 28)

_SUBPIXEL_BITS: Final = 4  # lines follow the pose by 1/16 px, or a slow drift would jerk from pixel to pixel
_CASING: Final = 0.9  # dark rim on each side of a line, as a share of its width: it reads on any background
_HALO: Final = 0.13  # width of the dark rim around words, as a share of their size
_JPEG_QUALITY: Final = 88  # thin coloured lines stay clean; 1080 px weigh about 150 kB
_FONT: Final = "sans"  # OpenCV 5 carries this TrueType face inside (Rubik); it knows the degree sign


def stroke(image: Image, lines: Floats, colour: Colour, width_px: float) -> None:
    """Paint open lines (K, N, 2) with a dark rim. A line with an unseen point is left out whole."""
    seen = lines[np.isfinite(lines).all(axis=(1, 2))]
    paths = list(np.round(seen * (1 << _SUBPIXEL_BITS)).astype(np.int32))
    for ink, width in ((NIGHT, width_px * (1 + 2 * _CASING)), (colour, width_px)):
        cv2.polylines(image, paths, False, ink, max(1, round(width)), cv2.LINE_AA, _SUBPIXEL_BITS)


def line(start: Floats, end: Floats) -> Floats:
    """The straight line between two points (2,), as lines (1, 2, 2)."""
    return np.stack([start, end])[None]


def dashed(lines: Floats, dash_px: float) -> Floats:
    """Straight lines (K, 2, 2) cut into dashes (M, 2, 2), the gaps between them 0.8 dashes long."""
    dashes = [np.empty((0, 2, 2))]
    for start, end in lines[np.isfinite(lines).all(axis=(1, 2))]:
        length_px = max(float(np.hypot(*(end - start))), 1e-6)
        along = np.arange(0.0, length_px, 1.8 * dash_px)
        cut = np.stack([along, np.minimum(along + dash_px, length_px)], axis=1)
        dashes.append(start + cut[:, :, None] * (end - start) / length_px)
    return np.concatenate(dashes)


def toward(vector: Floats) -> Floats:
    """The vector (2,) at length 1; NaN when it has none."""
    length = float(np.hypot(*vector))
    return vector / length if length > 0 else np.full(2, np.nan)


def arc(centre: Floats, first: Floats, last: Floats, radius_px: float) -> Floats:
    """The short way round ``centre`` from direction ``first`` to ``last`` (2,), as lines (1, 16, 2)."""
    begin = np.arctan2(first[1], first[0])
    turn = (np.arctan2(last[1], last[0]) - begin + np.pi) % (2 * np.pi) - np.pi
    angle = begin + turn * np.linspace(0.0, 1.0, 16)
    points: Floats = centre + radius_px * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points[None]


def ring(image: Image, centre: Floats, radius_px: float, colour: Colour, width_px: float) -> None:
    """Paint a circle with a dark rim, if its centre was seen."""
    turn = np.linspace(0.0, 2 * np.pi, 33)
    stroke(image, centre + radius_px * np.stack([np.cos(turn), np.sin(turn)], axis=1)[None], colour, width_px)


def dot(image: Image, centre: Floats, radius_px: float, colour: Colour) -> None:
    """Paint a disc with a dark rim, if its centre was seen."""
    if np.isfinite(centre).all():
        x, y = (round(float(value)) for value in centre)
        cv2.circle(image, (x, y), round(radius_px * 1.4), NIGHT, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(image, (x, y), round(radius_px), colour, cv2.FILLED, cv2.LINE_AA)


def write(
    image: Image, text: str, at: tuple[float, float], size_px: float, colour: Colour, *, bold: bool = False
) -> None:
    """Write one line of text; ``at`` is the left end of its base line."""
    place = (round(at[0]), round(at[1]))
    cv2.putText(image, text, place, colour, cv2.FontFace(_FONT), round(size_px), 700 if bold else 400)


def write_with_halo(
    image: Image, text: str, at: tuple[float, float], size_px: float, colour: Colour, *, bold: bool = False
) -> None:
    """Write one line of text over a soft dark halo, which reads on light and on dark."""
    mask = np.zeros_like(image)
    write(mask, text, at, size_px, (255, 255, 255), bold=bold)
    rim_px = max(1, round(_HALO * size_px))
    y, x = (slice(max(int(low), 0), int(high)) for low, high in _around(text, at, size_px, 4 * rim_px, bold=bold))
    part = mask[y, x, 0]
    if not part.size:
        return
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim_px + 1, 2 * rim_px + 1))
    cover = cv2.GaussianBlur(cv2.dilate(part, brush), (0, 0), rim_px / 1.5).astype(np.float64)[:, :, None] / 255
    image[y, x] = np.round(image[y, x] * (1 - cover) + np.array(NIGHT) * cover)
    write(image, text, at, size_px, colour, bold=bold)


def _around(
    text: str, at: tuple[float, float], size_px: float, room_px: float, *, bold: bool
) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where a line of text and some room around it reach, down and across."""
    width = text_width(text, size_px, bold=bold)
    return (at[1] - size_px - room_px, at[1] + 0.4 * size_px + room_px), (at[0] - room_px, at[0] + width + room_px)


def text_width(text: str, size_px: float, *, bold: bool = False) -> int:
    """Width of a line of text in pixels."""
    box = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace(_FONT), round(size_px), 700 if bold else 400)
    return int(box[2])


def fill(image: Image, low: tuple[float, float], high: tuple[float, float], colour: Colour, cover: float = 1.0) -> None:
    """Paint the rectangle from corner ``low`` to ``high``, letting 1 - ``cover`` of the picture shine through."""
    height, width = image.shape[:2]
    x0, x1 = (min(max(round(x), 0), width) for x in (low[0], high[0]))
    y0, y1 = (min(max(round(y), 0), height) for y in (low[1], high[1]))
    if x0 >= x1 or y0 >= y1:
        return
    if cover < 1.0:
        part = image[y0:y1, x0:x1]
        part[:] = np.round(part * (1.0 - cover) + np.array(colour) * cover)
    else:  # a quarter of the time that NumPy takes to repeat three numbers
        cv2.rectangle(image, (x0, y0), (x1 - 1, y1 - 1), colour, cv2.FILLED)


def look_through(image: Image, zoom: float, shift: Floats, size: tuple[int, int]) -> Image:
    """A new picture of ``size`` (width, height): ``image`` enlarged by ``zoom``, then moved by ``shift`` pixels."""
    if zoom < 1:  # shrinking needs an average over the source pixels, or edges crumble
        image = np.asarray(cv2.resize(image, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        zoom = 1.0
    move = np.array([[zoom, 0.0, shift[0]], [0.0, zoom, shift[1]]])
    seen = cv2.warpAffine(image, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, dtype=np.uint8)


def write_jpeg(path: Path, image: Image) -> None:
    """Write an RGB picture as JPEG, whole or not at all. Raises OutputError."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise OutputError(ENGLISH.say("error.output.no_jpeg", name=path.name))
    write_whole(path, data.tobytes())
