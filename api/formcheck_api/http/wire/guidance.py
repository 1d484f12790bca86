"""How to film, in pieces that an app can show beside its record button; the same advice as the README's."""

from typing import Final

from formcheck_api.http.wire.schemas import CaptureGuidance, Guidance

BEST_DURATION_S: Final = (10.0, 30.0)
"""Twenty steps or more; longer clips cost time and add little."""

_GUIDANCE: Final = (
    (
        "side_view",
        "Film from the side",
        "Stand the phone beside the treadmill, at hip height, looking at right angles to the belt.",
    ),
    ("steady", "Keep the phone still", "Put it on a chair or a tripod; never hold it in a hand."),
    (
        "whole_runner",
        "Show the whole runner",
        "Head to shoes stay in the picture all the time; 4 to 5 m away with some zoom is better than near.",
    ),
    (
        "frame_rate",
        "60 frames per second or more",
        "At 30 a foot on a belt of 3 m/s moves 10 cm between two pictures, and the intervals show it.",
    ),
    (
        "light_and_clothes",
        "Good light, visible joints",
        "Feet must not be smeared; clothes should show hips, knees and ankles.",
    ),
    ("duration", "10 to 30 seconds at a steady speed", "Warm up first; each step that is measured adds to the worth."),
    (
        "original_file",
        "Send the original file",
        "Slow motion is welcome; if its true speed cannot be told, give capture_fps.",
    ),
    (
        "both_sides",
        "Both sides for left against right",
        "The leg nearer the camera is the headline; film once from each side to compare legs.",
    ),
)


def capture_guidance(largest_clip_mb: int) -> CaptureGuidance:
    """The advice, and what this service takes."""
    return CaptureGuidance(
        guidance=[Guidance(code=code, title=title, text=text) for code, title, text in _GUIDANCE],
        largest_clip_mb=largest_clip_mb,
        best_duration_s=BEST_DURATION_S,
    )
