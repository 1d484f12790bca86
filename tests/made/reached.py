"""Reports of one runner that differ in where the foot lands, for tests of what compares them."""

import json
from dataclasses import replace
from itertools import count

from formcheck.records.report import ErrorParts, Measured, ModelUsed, Report
from formcheck.report.schema import report_to_json
from sample_report import good_report

NUMBERS = count(1)


def reached(
    reach: float,
    *,
    created: str = "2026-11-24T10:00:00Z",
    version: str = "0.2.0",
    model: str = "full",
    speed_kmh: float = 11.0,
) -> Report:
    """A clip of its own whose foot lands so far ahead of the hip, measured well."""
    report = good_report()
    parts = ErrorParts(0.02, 0.006, 0.004)
    headline = Measured(reach, 0.01, (reach - 0.042, reach + 0.042), 14, "high", error=parts)
    measure = replace(report.measures["foot_ahead_of_hip"], headline=headline)
    belt = report.scene.belt_speed
    return replace(
        report,
        clip=replace(report.clip, sha256=f"{next(NUMBERS):064x}"),
        scene=replace(report.scene, belt_speed=replace(belt, value=belt.value * speed_kmh / 11.0)),
        formcheck_version=version,
        created=created,
        model=ModelUsed(model, f"{model:h<64}"),
        measures={**report.measures, "foot_ahead_of_hip": measure},
        settings={"told": {"speed_kmh": speed_kmh, "incline_pct": 0.0}},
        frames=(),
    )


def report_file(report: Report) -> dict[str, bytes]:
    """The report as the file that a worker makes."""
    return {"report.json": json.dumps(report_to_json(report)).encode()}
