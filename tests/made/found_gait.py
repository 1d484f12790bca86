"""The gait found in a filmed figure, as the kind a test expects."""

from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import Settings
from formcheck.records.gait import Given, Run, SideGait
from formcheck.records.track import PoseTrack


def side_gait(track: PoseTrack, given: Given | None = None, *, settings: Settings | None = None) -> SideGait:
    """What a side view shows."""
    gait = find_gait(track, given or Given(), settings=settings or Settings())
    assert isinstance(gait, SideGait)
    return gait


def run_of(track: PoseTrack, given: Given | None = None, *, settings: Settings | None = None) -> Run:
    """The run that a side view shows."""
    run = side_gait(track, given, settings=settings).run
    assert run is not None
    return run
