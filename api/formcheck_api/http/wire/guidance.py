"""How to film, in pieces that an app can show beside its record button; the same as on the page and in the README."""

from formcheck.words.capture import BEST_DURATION_S, tips
from formcheck_api.http.wire.schemas import CaptureGuidance, Guidance


def capture_guidance(largest_clip_mb: int) -> CaptureGuidance:
    """The advice, and what this service takes."""
    return CaptureGuidance(
        guidance=[Guidance(code=tip.code, title=tip.title, text=tip.text) for tip in tips()],
        largest_clip_mb=largest_clip_mb,
        best_duration_s=BEST_DURATION_S,
    )
