"""Adapter, OpenCV: the pictures that prove the numbers. It draws what a Report holds and measures nothing.

``draw_key_frame`` makes one still, ``draw_overlay`` one picture of the video, ``hide_face`` a frame without
a face; ``write_jpeg`` keeps a picture. None of them ever paints on the caller's array.
"""

from formcheck.annotate.faces import hide_face
from formcheck.annotate.ink import write_jpeg
from formcheck.annotate.key_frame import draw_key_frame
from formcheck.annotate.overlay import draw_overlay

__all__ = ["draw_key_frame", "draw_overlay", "hide_face", "write_jpeg"]
