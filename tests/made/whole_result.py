"""A sample report with all files of a result, as a worker stores them."""

import json

from formcheck.records.report import Report
from formcheck.report.page.html import render_html
from formcheck.report.schema import report_to_json
from formcheck_api.jobs.processes.motion import motion_of
from places import CLIP
from sample_report import sample_pictures


def parts_of(report: Report) -> dict[str, bytes]:
    """Its files by name; the video is the reference clip."""
    pictures = sample_pictures(report)
    page = render_html(report, pictures=pictures, overlay="overlay.mp4")
    motion = motion_of(report)
    rest = {"report.html": page.encode(), "overlay.mp4": CLIP.read_bytes()}
    rest |= {"motion.json": json.dumps(motion).encode()} if motion else {}
    return {"report.json": json.dumps(report_to_json(report)).encode()} | pictures | rest
