"""The parts of a result: the files they are stored as, and which of them clients can read by now."""

from collections.abc import Collection
from typing import Final, Literal

REPORT: Final = "report.json"
PAGE: Final = "report.html"
OVERLAY: Final = "overlay.mp4"
GLIMPSES: Final = "following/"
"""Below it lies the newest picture of the runner being followed, until there is a report."""

Part = Literal["report", "frames", "report_html", "overlay"]
"""Named as its link. They get ready in this order."""

_LAST_OF: Final[dict[Part, str]] = {"report": REPORT, "frames": PAGE, "report_html": PAGE, "overlay": OVERLAY}
"""The file that makes a part whole: the page is written when all frames are there."""


def glimpse(artefacts: Collection[str]) -> str | None:
    """The newest picture of the runner being followed; None before and after."""
    return next((name for name in artefacts if name.startswith(GLIMPSES)), None)


def ready(artefacts: Collection[str]) -> list[Part]:
    """The parts that are whole."""
    return [part for part, file in _LAST_OF.items() if file in artefacts]
