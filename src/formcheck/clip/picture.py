"""Single pictures as bytes: decoding a JPEG that a stranger sent (PyAV)."""

import av
import numpy as np

from formcheck.records.track import Image


def decode_jpeg(data: bytes, *, largest_side_px: int) -> Image:
    """The picture (height, width, 3), RGB.

    Raises ValueError where it is not a JPEG or declares a longer side; memory is spent only on what fits.
    """
    codec = av.CodecContext.create("mjpeg", "r")
    codec.options = {"max_pixels": str(largest_side_px**2)}
    try:
        pictures = codec.decode(av.Packet(data))
    except av.FFmpegError as error:
        raise ValueError("not a picture") from error
    if not pictures or max(pictures[0].width, pictures[0].height) > largest_side_px:
        raise ValueError(f"not a picture of at most {largest_side_px} px a side")
    return pictures[0].to_ndarray(format="rgb24").astype(np.uint8, copy=False)
