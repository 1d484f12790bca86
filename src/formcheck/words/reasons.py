"""Why a number is withheld or doubted, in words: ``reason.<code>`` of the catalogue."""

from functools import cache

from formcheck.records.report import Reason
from formcheck.words.catalogue import ENGLISH, Voice


@cache
def reason(code: str, why: str = "message", /, **values: float | str) -> Reason:
    """The reason of a code; ``why`` names its sentence where a code has several. Numbers are printed as 2.5 or 180.

    Raises
    ------
    WordsError
        The catalogue has no such reason, or its sentence needs a number that is missing.
    """
    words = {name: value if isinstance(value, str) else f"{value:g}" for name, value in values.items()}
    own = f"reason.{code}.{why}_advice"
    advice = own if ENGLISH.has(own) else f"reason.{code}.advice"
    return Reason(code, ENGLISH.say(f"reason.{code}.{why}", **words), ENGLISH.say(advice, **words))


def advice_on_page(why: Reason, voice: Voice) -> str:
    """What to do about a reason, for readers of the page: they fill in a form where others type an option."""
    code = f"reason.{why.code}.advice_page"
    return voice.say(code) if voice.has(code) else why.advice
