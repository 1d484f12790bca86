"""Render the clips that only the accuracy page needs."""

from pathlib import Path

from tools.accuracy.shots import Shot
from tools.rendered_runner.film import Film
from tools.rendered_runner.storage import write_clip


def render(shot: Shot, folder: Path) -> Path:
    """Render a shot unless it is there; return where it lies."""
    clip = folder / f"{shot.name}.mp4"
    if clip.exists():
        return clip
    preset = shot.preset
    film = Film(
        shot.runner(),
        preset.camera,
        preset.fps,
        preset.seed,
        look=preset.look,
        place=preset.place,
        shutter_s=preset.shutter_s,
        grain=preset.grain,
    )
    draft = clip.with_suffix(".part.mp4")
    pictures = (film.picture(float(time_s)) for time_s in shot.times_s())
    size_px = preset.camera.width_px, preset.camera.height_px
    write_clip(draft, size_px, pictures, preset.frame_times() * preset.slowed, preset.turn)
    draft.replace(clip)
    return clip
