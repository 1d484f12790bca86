"""A trend as it goes over the wire."""

import datetime
import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from formcheck.gait.measures.registry import MEASURES
from formcheck.judge.comparison.point import Point
from formcheck.records.report import Reason
from formcheck_api.http.wire.schemas import SESSION_PATTERN
from formcheck_api.records.mistakes import mistaken, says
from formcheck_api.records.people import Kind, Session

_CONDITION: Final = "belt_speed"
"""What the runner set, not how they run."""
NAMES: Final = tuple(row.name for row in MEASURES if row.name != _CONDITION)
DECIMALS: Final = 4
"""As in report.json: far below any error."""


def _known(name: str) -> str:
    if name not in NAMES:
        raise mistaken("choice", choices=", ".join(NAMES))
    return name


MeasureName = Annotated[
    str,
    Field(json_schema_extra={"enum": list(NAMES)}),
    AfterValidator(_known),
    says("choice", choices=", ".join(NAMES)),
]


class ReasonDocument(BaseModel):
    """Why there is no number, or why it does not count."""

    code: str
    message: str


class TrendPoint(BaseModel):
    """A measure of one session, the mean over its clips; of a leg, one point for each that was near the camera."""

    session: str = Field(pattern=SESSION_PATTERN)
    date: datetime.date
    kind: Kind | None
    side: Literal["left", "right"] | None
    value: float | None
    interval95: tuple[float | None, float | None]
    clips: int = Field(description="How many have the number")
    formcheck_version: str
    model: str
    comparable: bool = Field(description="Whether it was measured with the trend's version and model, and counts")
    reason: ReasonDocument | None = Field(description="Why it has no number or does not count")


class TrendDocument(BaseModel):
    """One measure over an athlete's sessions.

    ``since_first`` and ``since_previous`` compare the latest session that has the number with the first and the one
    before, by this measure alone; null where there are none.
    """

    athlete: str
    measure: str
    unit: str
    formcheck_version: str | None = Field(description="Of the newest report; null without any")
    model: str | None
    points: list[TrendPoint]
    since_first: dict[str, Any] | None
    since_previous: dict[str, Any] | None


def points_shown(
    session: Session, points: Sequence[Point], version: str, model: str, differs: Reason | None
) -> Iterator[TrendPoint]:
    """A session's points as clients see them."""
    for point in points:
        why = differs or point.reason
        low, high = point.interval95
        yield TrendPoint(
            session=session.id,
            date=session.date,
            kind=session.kind,
            side=point.side.value if point.side else None,
            value=_rounded(point.value),
            interval95=(_rounded(low), _rounded(high)),
            clips=point.clips,
            formcheck_version=version,
            model=model,
            comparable=differs is None,
            reason=ReasonDocument(code=why.code, message=why.message) if why else None,
        )


def _rounded(value: float) -> float | None:
    return round(value, DECIMALS) if math.isfinite(value) else None
