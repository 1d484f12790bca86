"""The parts of a result: the files they are stored as, and which of them clients can read by now."""

from collections.abc import Collection
from typing import Final, Literal

REPORT: Final = "report.json"
PAGE: Final = "report.html"
OVERLAY: Final = "overlay.mp4"

Part = Literal["report", "frames", "report_html", "overlay"]
"""Named as its link. They get ready in this order."""

_LAST_OF: Final[dict[Part, str]] = {"report": REPORT, "frames": PAGE, "report_html": PAGE, "overlay": OVERLAY}
"""The file that makes a part whole: the page is written when all frames are there."""


def ready(artefacts: Collection[str]) -> list[Part]:
    """The parts that are whole."""
    return [part for part, file in _LAST_OF.items() if file in artefacts]
