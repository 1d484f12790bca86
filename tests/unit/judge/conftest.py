"""A report that says everything."""

import pytest

from assessed import RUNNER
from formcheck import Report, analyze_track
from stick_runner import Camera, film


@pytest.fixture(scope="session")
def easy() -> Report:
    """A clean side view from the left, as of MediaPipe's full."""
    return analyze_track(film(RUNNER, Camera(azimuth_deg=180)), model="full")
