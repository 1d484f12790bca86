"""Render the clips that only the accuracy page needs."""

from pathlib import Path

from tools.accuracy.shots import Shot
from tools.rendered_runner.clip import write_video


def render(shot: Shot, folder: Path) -> Path:
    """Render a shot unless it is there; return where it lies."""
    clip = folder / f"{shot.name}.mp4"
    if not clip.exists():
        draft = clip.with_suffix(".part.mp4")
        write_video(draft, shot.preset, shot.runner(), shot.start_s)
        draft.replace(clip)
    return clip
