"""The few SVG parts a chart is made of. Colours and line styles are classes of the page's style sheet.

Everything returned is ``Markup``: text put into it is escaped by its type, so a chart is always valid XML.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from formcheck.records.skeleton import Side
from formcheck.words.catalogue import Voice
from formcheck.words.numbers import number

WIDTH: Final = 400
"""Drawing units across: few, so that text stays readable where a phone shrinks the chart to 300 px."""

HEIGHT: Final = 280
_TICKS: Final = 5
_MARK: Final = 4.5


def tag(name: str, content: str = "", **attributes: object) -> Markup:
    """One SVG element; ``class_`` is class, ``stroke_width`` is stroke-width; plain text content is escaped."""
    pairs = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _attribute(value))
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), pairs, content)


def _attribute(value: object) -> object:
    return f"{value:.1f}" if isinstance(value, float) else value


def text(words: str, x: float, y: float, class_: str) -> Markup:
    """Text at a drawing point."""
    return tag("text", words, x=x, y=y, class_=class_)


def joined(parts: Iterable[str]) -> Markup:
    """Parts one after the other."""
    return Markup("").join(parts)


def ticks(low: float, high: float, target: int = _TICKS) -> list[float]:
    """About ``target`` round numbers (steps of 1, 2, 5 x a power of ten) within ``low`` to ``high``."""
    rough = (high - low) / target
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def span_of(values: Iterable[float], *, least: float, pad: float = 0.08) -> tuple[float, float]:
    """A range that holds all finite values with some air, at least ``least`` wide."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    air = max(pad * (high - low), (least - (high - low)) / 2)
    return low - air, high + air


@dataclass(frozen=True, slots=True)
class Margins:
    """Room around a plot for its labels, in drawing units."""

    left: int = 46
    right: int = 14
    top: int = 34
    bottom: int = 44

    @property
    def plot_width(self) -> int:
        """What is left of the width."""
        return WIDTH - self.left - self.right


CHART_MARGINS: Final = Margins()


@dataclass(frozen=True, slots=True)
class Axes:
    """Data ranges of a chart and their place in the drawing."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_label: str = ""
    y_label: str = ""
    height: int = HEIGHT
    margins: Margins = CHART_MARGINS

    def x_px(self, value: float) -> float:
        """Drawing x of a data x."""
        return self.margins.left + self.margins.plot_width * (value - self.x[0]) / (self.x[1] - self.x[0])

    def y_px(self, value: float) -> float:
        """Drawing y of a data y, up is less."""
        room = self.height - self.margins.top - self.margins.bottom
        return self.bottom_px - room * (value - self.y[0]) / (self.y[1] - self.y[0])

    @property
    def bottom_px(self) -> float:
        """Drawing y of the lower edge of the plot."""
        return float(self.height - self.margins.bottom)

    def across(self) -> Markup:
        """The x axis with its ticks and label."""
        marks = ticks(*self.x)
        left, right = self.x_px(self.x[0]), self.x_px(self.x[1])
        return joined(
            [
                tag("line", x1=left, x2=right, y1=self.bottom_px, y2=self.bottom_px, class_="axis"),
                *(text(_tick(mark, marks), self.x_px(mark), self.bottom_px + 18, "tick middle") for mark in marks),
                text(self.x_label, self.margins.left + self.margins.plot_width / 2, self.height - 6, "label middle"),
            ]
        )

    def up(self) -> Markup:
        """The grid, with its ticks and label."""
        marks = ticks(*self.y)
        return joined(
            [
                *(self.level(mark, "grid") for mark in marks),
                *(text(_tick(mark, marks), self.margins.left - 8, self.y_px(mark) + 4.5, "tick end") for mark in marks),
                text(self.y_label, 4, 16, "label"),
            ]
        )

    def level(self, value: float, class_: str, *, between: tuple[float, float] | None = None) -> Markup:
        """A horizontal line, across the plot or ``between`` two data x."""
        low, high = between or self.x
        return tag(
            "line", x1=self.x_px(low), x2=self.x_px(high), y1=self.y_px(value), y2=self.y_px(value), class_=class_
        )

    def upright(self, value: float, class_: str, label: str = "", *, label_before: bool = False) -> Markup:
        """A vertical line at a data x, labelled at its top, after the line or before it."""
        x = self.x_px(value)
        line = tag("line", x1=x, x2=x, y1=self.y_px(self.y[1]), y2=self.bottom_px, class_=class_)
        anchor, shift = ("end", -5) if label_before else ("start", 5)
        return line + text(label, x + shift, self.margins.top + 11, f"note {anchor}") if label else line

    def box(self, x: tuple[float, float], y: tuple[float, float], class_: str) -> Markup:
        """A filled rectangle between data values, clipped to the plot."""
        left, right = (self.x_px(min(max(value, self.x[0]), self.x[1])) for value in x)
        top, bottom = (self.y_px(min(max(value, self.y[0]), self.y[1])) for value in (y[1], y[0]))
        return tag("rect", x=left, y=top, width=right - left, height=bottom - top, class_=class_)

    def line(self, x: npt.ArrayLike, y: npt.ArrayLike, class_: str) -> Markup:
        """A curve, interrupted where a value is not known."""
        points = np.column_stack([np.asarray(x, float), np.asarray(y, float)])
        path = " ".join(self._path(run, "M") for run in _runs(points))
        return tag("path", d=path, class_=class_) if path else Markup("")

    def area(self, x: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, class_: str) -> Markup:
        """The area between two curves, left out where either is not known."""
        points = np.column_stack([np.asarray(x, float), np.asarray(low, float), np.asarray(high, float)])
        path = " ".join(
            f"{self._path(run[:, [0, 1]], 'M')} {self._path(run[::-1][:, [0, 2]], 'L')} Z" for run in _runs(points)
        )
        return tag("path", d=path, class_=class_) if path else Markup("")

    def mark(self, x: float, y: float, side: Side, *, hollow: bool = False) -> Markup:
        """A circle for the left, a triangle for the right; nothing where either coordinate is not known."""
        if not (math.isfinite(x) and math.isfinite(y)):
            return Markup("")
        return shape(side, self.x_px(x), self.y_px(y), hollow=hollow)

    def note(self, words: str, x: float, y: float, class_: str = "note") -> Markup:
        """Small text at a data point."""
        return text(words, self.x_px(x), self.y_px(y), class_)

    def _path(self, points: npt.NDArray[np.float64], start: str) -> str:
        pixels = [f"{self.x_px(x):.1f} {self.y_px(y):.1f}" for x, y in points]
        return start + " L".join(pixels)


def shape(side: Side, x: float, y: float, *, hollow: bool = False) -> Markup:
    """The mark of a side at a drawing point: circle left, triangle right."""
    class_ = f"mark {side}{' hollow' if hollow else ''}"
    if side is Side.LEFT:
        return tag("circle", cx=x, cy=y, r=_MARK, class_=class_)
    size = _MARK * 1.2
    corners = f"{x:.1f},{y - size:.1f} {x - size:.1f},{y + size * 0.8:.1f} {x + size:.1f},{y + size * 0.8:.1f}"
    return tag("polygon", points=corners, class_=class_)


def legend(sides: Sequence[Side], voice: Voice) -> Markup:
    """Which line and mark is which side, at the top right."""
    parts = []
    for place, side in enumerate(reversed(sides)):
        x = WIDTH - CHART_MARGINS.right - 74.0 - place * 84
        line = tag("line", x1=x, x2=x + 28, y1=12, y2=12, class_=f"curve {side}")
        parts.append(line + shape(side, x + 14, 12) + text(voice.say(f"side.{side}"), x + 34, 16.5, "label"))
    return joined(parts)


def chart(name: str, title: str, description: str, body: str, height: int = HEIGHT) -> Markup:
    """The whole SVG, named and described for those who hear it. ``name`` is unique on the page."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title") + tag("desc", description, id=f"{name}-desc") + body,
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="chart",
        xmlns="http://www.w3.org/2000/svg",
    )


def empty_chart(name: str, title: str, why: str) -> Markup:
    """A chart that says why there is nothing in it."""
    box = tag("rect", x=1, y=1, width=WIDTH - 2, height=118, rx=8, class_="empty")
    return chart(name, title, why, box + text(why, WIDTH / 2, 64, "label middle"), 120)


def _tick(value: float, all_ticks: Sequence[float]) -> str:
    step = all_ticks[1] - all_ticks[0] if len(all_ticks) > 1 else 1.0
    return number(value, max(0, -math.floor(math.log10(step) + 1e-9)))


def _runs(points: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
    """Unbroken stretches of known points, of two or more."""
    known = np.all(np.isfinite(points), axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [points[start:end] for start, end in pairs if end - start > 1]
