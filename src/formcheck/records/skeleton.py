"""Landmark names in MediaPipe's order, left/right pairs and the lines of the skeleton.

"Left" is always the runner's left, never the picture's.
"""

from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """A side of the runner's body."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


NAMES: Final = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)

COUNT: Final = len(NAMES)
INDEX: Final = {name: index for index, name in enumerate(NAMES)}

LEG: Final = ("hip", "knee", "ankle", "heel", "foot_index")
"""The chain of one leg, from the pelvis down; "foot_index" is MediaPipe's toe."""

LEG_INDEX: Final = {side: tuple(INDEX[f"{side}_{joint}"] for joint in LEG) for side in Side}

FACE: Final = tuple(range(11))
"""Every landmark of the head."""

SKELETON: Final = tuple(
    (INDEX[a], INDEX[b])
    for a, b in (
        ("left_shoulder", "right_shoulder"),
        ("left_hip", "right_hip"),
        *(
            (f"{side}_{a}", f"{side}_{b}")
            for side in Side
            for a, b in (
                ("shoulder", "elbow"),
                ("elbow", "wrist"),
                ("shoulder", "hip"),
                ("hip", "knee"),
                ("knee", "ankle"),
                ("ankle", "heel"),
                ("heel", "foot_index"),
                ("ankle", "foot_index"),
            )
        ),
    )
)


def index_of(side: Side, joint: str) -> int:
    """Index of a paired landmark, e.g. ``index_of(Side.LEFT, "ankle")``."""
    return INDEX[f"{side}_{joint}"]
