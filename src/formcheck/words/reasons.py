"""Why a number is withheld or doubted, in words: ``reason.<code>`` of the catalogue."""

from dataclasses import replace
from functools import cache

from formcheck.records.report import Measure, Measured, Reason
from formcheck.records.values import Blank, Sentence
from formcheck.words.catalogue import ENGLISH, Voice, WordsError
from formcheck.words.sentences import filled


@cache
def reason(code: str, variant: str = "message", /, **values: Blank) -> Reason:
    """The reason of a code; ``variant`` names its sentence where a code has several.

    Raises
    ------
    WordsError
        The catalogue has no such reason, or its sentence needs a value that is missing.
    """
    return _worded(Reason(code, "", "", variant, values), ENGLISH)


def reason_in(why: Reason, voice: Voice) -> Reason:
    """A reason in the reader's words; one of an older report that has no such words as it was written."""
    try:
        return why if why.values is None else _worded(why, voice)
    except WordsError:  # its code or a blank of its sentence is gone since
        return why


def measure_in(measure: Measure, voice: Voice) -> Measure:
    """A measure with the reasons of its withheld numbers in the reader's words."""

    def said(one: Measured) -> Measured:
        return replace(one, withheld=reason_in(one.withheld, voice)) if one.withheld else one

    left, right = (one and said(one) for one in (measure.left, measure.right))
    return replace(measure, headline=said(measure.headline), left=left, right=right)


def sentences_of(why: Reason) -> tuple[Sentence, ...]:
    """A reason's message and advice as they stand in another sentence; none where they are gone since."""
    try:
        _worded(why, ENGLISH)
    except WordsError:
        return ()
    return tuple(
        Sentence(code, why.values or {})
        for code, words in ((_message_code(why), why.message), (_advice_code(why), why.advice))
        if words
    )


def _message_code(why: Reason) -> str:
    return f"reason.{why.code}.{why.variant}"


def _advice_code(why: Reason) -> str:
    own = f"reason.{why.code}.{why.variant}_advice"
    return own if ENGLISH.has(own) else f"reason.{why.code}.advice"


def advice_on_page(why: Reason, voice: Voice) -> str:
    """What to do about a reason, for readers of the page: they fill in a form where others type an option."""
    code = f"reason.{why.code}.advice_page"
    return voice.say(code) if voice.has(code) else why.advice


def title_of_reason(why: Reason, voice: Voice) -> str:
    """What a clip is headed that shows nothing for this reason; empty where the reason is of one number."""
    own = f"reason.{why.code}.{why.variant}_title"
    code = own if voice.has(own) else f"reason.{why.code}.title"
    return voice.say(code) if voice.has(code) else ""


def _worded(why: Reason, voice: Voice) -> Reason:
    words = filled(why.values or {}, voice)
    return replace(why, message=voice.say(_message_code(why), **words), advice=voice.say(_advice_code(why), **words))
