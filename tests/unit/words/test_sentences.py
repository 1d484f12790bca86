"""What fills the blanks of a sentence, in the reader's units and safe in HTML."""

import math

import pytest
from markupsafe import Markup

from formcheck.records.values import Quantity, Range, Sentence
from formcheck.words.catalogue import Voice, WordsError
from formcheck.words.sentences import filled, spoken

SPEED = Quantity("belt_speed", "m/s", 3.0)


def test_a_length_or_speed_in_a_sentence_is_in_the_readers_units() -> None:
    sentence = Sentence("part.from_second", {"value": SPEED, "seconds": "2.5"})
    assert spoken(sentence, Voice()) == "10.8\N{NO-BREAK SPACE}km/h from 2.5 s on"
    assert spoken(sentence, Voice(units="imperial")) == "6.7\N{NO-BREAK SPACE}mph from 2.5 s on"
    both = spoken(sentence, Voice(units="both"))
    assert isinstance(both, Markup)
    assert '<span class="imperial">6.7\N{NO-BREAK SPACE}mph</span>' in both


def test_several_sentences_stand_one_after_another_and_hostile_text_among_them_is_only_text() -> None:
    sentences = tuple(Sentence("part.from_second", {"value": value, "seconds": "1"}) for value in (SPEED, "<b>"))
    assert filled({"path": sentences[1:]}, Voice()) == {"path": "<b> from 1 s on"}
    path = filled({"path": sentences}, Voice(units="both"))["path"]
    assert path.endswith("</span> from 1 s on, &lt;b&gt; from 1 s on")


def test_numbers_are_printed_as_they_are_and_what_is_not_known_is_left_out() -> None:
    values = {"count": 13, "fps": 29.97, "interval": Range("cadence", "1/min", math.nan, 4.0), "path": ()}
    assert filled(values, Voice()) == {"count": "13", "fps": "29.97", "interval": "", "path": ""}


def test_a_sentence_that_lacks_a_value_is_an_error() -> None:
    with pytest.raises(WordsError, match=r"part\.from_second needs 'seconds'"):
        spoken(Sentence("part.from_second", {"value": SPEED}), Voice())
