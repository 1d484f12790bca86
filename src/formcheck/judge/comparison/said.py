"""A comparison in words: each difference in a sentence, and the verdict."""

import math
from dataclasses import replace
from typing import Final

from formcheck.gait.measures.registry import HEADLINES, REAR_HEADLINES
from formcheck.judge.comparison.records import Comparison, Difference
from formcheck.judge.measures.intervals import is_sure
from formcheck.records.values import Blank, Quantity, Sentence
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import DECIMALS, factor_of, shown_difference
from formcheck.words.reasons import reason_in
from formcheck.words.sentences import filled, spoken

OTHERS: Final = "other"
"""Where the catalogue has the sentences of measures without their own."""


def said(row: Difference, *, names_leg: bool = False) -> Difference:
    """The difference with its sentence in English; ``names_leg`` also in a sentence that is of one foot by itself."""
    sentence = _sentence(row, names_leg=names_leg)
    return replace(row, code=sentence.code, text=spoken(sentence, ENGLISH), values=sentence.values)


def difference_in(row: Difference, voice: Voice) -> Difference:
    """The difference in the reader's language and units."""
    words = voice.say(row.code, **filled(row.values, voice))
    return replace(row, text=words, reasons=tuple(reason_in(why, voice) for why in row.reasons))


def comparison_in(comparison: Comparison, voice: Voice) -> Comparison:
    """The comparison in the reader's language and units."""
    return replace(
        comparison,
        refused=comparison.refused and reason_in(comparison.refused, voice),
        notes=tuple(reason_in(why, voice) for why in comparison.notes),
        differences=tuple(difference_in(row, voice) for row in comparison.differences),
    )


def verdict(comparison: Comparison, voice: Voice = ENGLISH) -> str:
    """What became of the headline numbers: what changed, else what was ruled out, else that nobody can say."""
    comparison = comparison_in(comparison, voice)
    if comparison.refused:
        return comparison.refused.message
    rows = _main_rows(comparison)
    changed, ruled_out = ([row for row in rows if row.verdict == name] for name in ("changed", "no_change_larger_than"))
    if ruled_out == rows and {row.measure for row in rows} >= set(HEADLINES):
        return voice.say("difference.none_found")
    return " ".join(row.text for row in changed or ruled_out) or voice.say("difference.nothing_said")


def _main_rows(comparison: Comparison) -> list[Difference]:
    """The headlines; of clips from behind, which have none, what such a clip shows."""
    headlines = [row for row in comparison.differences if row.measure in HEADLINES]
    from_behind = [row for row in comparison.differences if row.measure in REAR_HEADLINES]
    return from_behind if from_behind and all(math.isnan(row.value) for row in headlines) else headlines


def _sentence(row: Difference, *, names_leg: bool) -> Sentence:
    measure = Sentence(f"measure.{row.measure}.title")
    side = Sentence(f"side.{row.side}") if row.side else None
    named = Sentence("compare.of_side", {"measure": measure, "side": side}) if side else measure
    if row.verdict == "cannot_say":
        return Sentence("difference.other.cannot_say", {"measure": named})
    if row.verdict == "no_change_larger_than":
        limit = Quantity(row.measure, row.unit, rounded_up(row.measure, row.unit, row.limit))
        return Sentence("difference.other.no_change", {"measure": named, "limit": limit})
    way = ("more" if row.value > 0 else "less") + ("" if is_sure(row.value, row.interval95) else "_probably")
    values: dict[str, Blank] = {"by": Quantity(row.measure, row.unit, abs(shown_change(row)))}
    if side and names_leg and ENGLISH.has(f"difference.{row.measure}_of_side.{way}"):
        return Sentence(f"difference.{row.measure}_of_side.{way}", values | {"side": side})
    if ENGLISH.has(f"difference.{row.measure}.{way}"):
        return Sentence(f"difference.{row.measure}.{way}", values)
    return Sentence(f"difference.{OTHERS}.{way}", values | {"measure": named})


def shown_change(row: Difference) -> float:
    """The change as people read it: of the two numbers as shown, unless the speed was taken off."""
    return row.value if row.correction else shown_difference(row.measure, row.unit, row.before, row.after)


def rounded_up(measure: str, unit: str, limit: float) -> float:
    """The limit of a difference, as it is shown never smaller than it is."""
    shown = factor_of(unit) * 10.0 ** DECIMALS.get(measure, 2)
    return math.ceil(limit * shown - 1e-9) / shown
