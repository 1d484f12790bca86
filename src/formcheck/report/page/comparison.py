"""A comparison as one self-contained page: the verdict, strike frames side by side, curves laid over each other."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from formcheck.gait.measures.registry import HEADLINES
from formcheck.judge.comparison.records import Comparison, Difference
from formcheck.judge.comparison.said import comparison_in, rounded_up, shown_change, verdict
from formcheck.judge.measures.intervals import is_sure
from formcheck.records.report import Report
from formcheck.report.charts.laid_over import laid_over
from formcheck.report.page.html import style, template
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import change, ends, quantity, title_of
from formcheck.words.sentences import filled


@dataclass(frozen=True, slots=True)
class Pictured:
    """A report with the addresses of its annotated frames by ``KeyFrame.file``: data URIs, or links.

    An address is empty while its picture is drawn.
    """

    report: Report
    pictures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Still:
    """A foot strike of one group; ``image`` is empty while it is drawn."""

    title: str
    clip: str
    image: str


@dataclass(frozen=True, slots=True)
class Row:
    """A measure of the table; ``why`` where nothing can be said, ``how`` where the change is not the numbers' own."""

    title: str
    before: str
    after: str
    change: str
    how: str
    interval: str
    verdict: str
    is_changed: bool
    why: str


def render_comparison(
    comparison: Comparison, before: Sequence[Pictured], after: Sequence[Pictured], voice: Voice = ENGLISH
) -> str:
    """The page of a comparison; ``before`` and ``after`` are what it was made of."""
    comparison = comparison_in(comparison, voice)
    rows = [(row.measure in HEADLINES, row_of(row, voice)) for row in comparison.differences]
    page = template("comparison.html.jinja").render(
        comparison=comparison,
        voice=voice,
        t=voice.section("compare"),
        verdict=verdict(comparison, voice),
        disclaimer=voice.say("view.disclaimer"),
        style=Markup(style("report.css") + style("comparison.css")),
        stills=_in_turn(
            list(stills(voice.say("compare.before"), before)), list(stills(voice.say("compare.after"), after))
        ),
        headlines=[row for is_headline, row in rows if is_headline],
        others=[row for is_headline, row in rows if not is_headline],
        charts=()
        if comparison.refused
        else laid_over([one.report for one in before], [one.report for one in after], voice),
    )
    return page.encode("utf-8", "replace").decode("utf-8")  # a file name may hold bytes that are no text


def _in_turn(before: Sequence[Still], after: Sequence[Still]) -> list[Still]:
    """Pictures before and after beside each other, as far as there are pairs; the others follow."""
    both = min(len(before), len(after))
    pairs = [still for pair in zip(before[:both], after[:both], strict=True) for still in pair]
    return [*pairs, *before[both:], *after[both:]]


def stills(title: str, pictured: Sequence[Pictured]) -> Iterator[Still]:
    """The foot strikes of the near leg."""
    for one in pictured:
        near = one.report.scene.near_side
        for frame in one.report.frames:
            if frame.event == "foot_strike" and frame.side is near and frame.file in one.pictures:
                yield Still(title, one.report.clip.name, one.pictures[frame.file])


def row_of(row: Difference, voice: Voice = ENGLISH) -> Row:
    """A difference as the table has it."""
    measure, unit = row.measure, row.unit
    known = math.isfinite(row.value)
    return Row(
        title=_title(row, voice),
        before=quantity(measure, unit, row.before, voice, is_compared=True),
        after=quantity(measure, unit, row.after, voice, is_compared=True),
        change=change(measure, unit, shown_change(row), voice),
        how=voice.say("compare.same_speed") if row.correction else "",
        interval=_interval(row, voice) if known else "",
        verdict=_verdict(row, voice),
        is_changed=row.verdict == "changed",
        why=" ".join(why.message for why in row.reasons),
    )


def _interval(row: Difference, voice: Voice) -> str:
    """The ends of the interval, rounded outwards where the larger of them is the limit that the verdict names."""
    low, high = row.interval95
    if row.verdict == "no_change_larger_than":
        low, high = (-rounded_up(row.measure, row.unit, -low), rounded_up(row.measure, row.unit, high))
    return ends(row.measure, row.unit, low, high, voice)


def _title(row: Difference, voice: Voice) -> str:
    title = title_of(row.measure, voice)
    if row.side is None:
        return title
    return voice.say("compare.of_side", measure=title, side=voice.say(f"side.{row.side}"))


def _verdict(row: Difference, voice: Voice) -> str:
    if row.verdict == "changed":
        return voice.say("compare.is_changed" if is_sure(row.value, row.interval95) else "compare.is_changed_probably")
    if row.verdict == "cannot_say":
        return voice.say("compare.is_cannot_say")
    return voice.say("compare.is_no_change", limit=filled(row.values, voice)["limit"])
