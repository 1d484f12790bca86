"""The overlay plays in a real browser. Skipped with a reason where no Chromium is installed."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from chromium import CHROMIUM
from formcheck.clip.writer import VideoWriter

PAGE = """<!doctype html><p id="state">waiting</p><video muted autoplay src="overlay.mp4"></video><script>
const video = document.querySelector("video"), state = document.getElementById("state");
video.addEventListener("timeupdate", () => {
  if (video.currentTime > 0.5) state.textContent = `played ${video.videoWidth}x${video.videoHeight}`;
});
video.addEventListener("error", () => { state.textContent = "error " + video.error.message; });
</script>"""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--virtual-time-budget=10000",
    "--dump-dom",
)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.slow
def test_a_written_video_plays_in_chromium(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "overlay.mp4") as writer:
        for index in range(60):
            writer.write(np.full((240, 320, 3), 4 * index, dtype=np.uint8), index / 30)
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    shown = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    assert "played 320x240" in shown
