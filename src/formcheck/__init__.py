"""formcheck: where a treadmill runner's feet land and how the trunk leans, measured from a clip.

Names are loaded when they are first asked for: ``import formcheck`` costs nothing, and only ``analyze_video`` brings
MediaPipe, OpenCV and PyAV.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formcheck.analyze import analyze_video
    from formcheck.judge.assess import analyze_track
    from formcheck.judge.comparison.compare import compare
    from formcheck.judge.comparison.records import Comparison
    from formcheck.judge.comparison.session.combine import combine
    from formcheck.judge.comparison.session.records import Session
    from formcheck.records.errors import FormcheckError
    from formcheck.records.report import Report
    from formcheck.records.track import PoseTrack
    from formcheck.report.schema import read_report

__version__ = version("formcheck")

__all__ = [
    "Comparison",
    "FormcheckError",
    "PoseTrack",
    "Report",
    "Session",
    "__version__",
    "analyze_track",
    "analyze_video",
    "combine",
    "compare",
    "read_report",
]

_HOME = {
    "Comparison": "formcheck.judge.comparison.records",
    "FormcheckError": "formcheck.records.errors",
    "PoseTrack": "formcheck.records.track",
    "Report": "formcheck.records.report",
    "Session": "formcheck.judge.comparison.session.records",
    "analyze_track": "formcheck.judge.assess",
    "analyze_video": "formcheck.analyze",
    "combine": "formcheck.judge.comparison.session.combine",
    "compare": "formcheck.judge.comparison.compare",
    "read_report": "formcheck.report.schema",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
