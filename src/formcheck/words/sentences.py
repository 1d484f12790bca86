"""What the records say as data, in the reader's language and units: the one place that makes sentences of it."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from formcheck.records.values import Blank, Quantity, Range, Sentence
from formcheck.words.catalogue import Voice
from formcheck.words.numbers import ends, quantity


def spoken(sentence: Sentence, voice: Voice) -> str:
    """A sentence with its blanks filled. Raises WordsError as `Voice.say` does."""
    return voice.say(sentence.code, **filled(sentence.values, voice))


def filled(values: Mapping[str, Blank], voice: Voice) -> dict[str, str]:
    """What fills the blanks of a sentence, in words. Raises WordsError as `Voice.say` does."""
    return {name: _filled(name, value, voice) for name, value in values.items()}


def _filled(name: str, value: Blank, voice: Voice) -> str:
    match value:
        case str():
            return value
        case Quantity():
            return quantity(value.measure, value.unit, value.value, voice)
        case Range():
            return ends(value.measure, value.unit, value.low, value.high, voice)
        case Sentence():
            return spoken(value, voice)
        case tuple():
            return _joined([spoken(each, voice) for each in value], voice.say(f"joined.{name}"))
    return f"{value:g}"


def _joined(parts: list[str], between: str) -> str:
    """Sentences one after another; safe HTML as soon as one of them is."""
    return (escape(between) if any(isinstance(part, Markup) for part in parts) else between).join(parts)
