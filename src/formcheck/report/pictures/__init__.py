"""Adapter, OpenCV: the pictures that prove the numbers. It draws what a Report holds and measures nothing.

``draw_key_frame`` makes one still, ``draw_overlay`` one picture of the video, ``draw_glimpse`` a small one while the
runner is followed, ``hide_face`` a frame without a face; ``write_jpeg`` keeps a picture. None of them ever paints on
the caller's array.
"""

from formcheck.report.pictures.faces import hide_face
from formcheck.report.pictures.glimpse import draw_glimpse
from formcheck.report.pictures.ink import write_jpeg
from formcheck.report.pictures.key_frame import draw_key_frame
from formcheck.report.pictures.overlay import draw_overlay

__all__ = ["draw_glimpse", "draw_key_frame", "draw_overlay", "hide_face", "write_jpeg"]
