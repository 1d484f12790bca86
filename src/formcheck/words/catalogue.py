"""The catalogue: every sentence a person reads, by code. One TOML file for each language, with the same codes.

A code is the path to a sentence in the file, ``finding.overstride_likely.title``. Sentences hold named blanks in
braces; a blank that is itself a code stands for that sentence. The service's sentences are in the same file: a
language is one file to translate, a voice needs no registry, and the core names none of their codes.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, Final, Literal

from markupsafe import Markup, escape

ORIGINAL: Final = "en"
"""The language that is always there, and that reports are written in."""

Units = Literal["metric", "imperial", "both"]
"""How lengths and speeds are printed; ``both`` is HTML whose style sheet shows one of them."""

_REFERENCE: Final = re.compile(r"\{(\w+(?:\.\w+)+)\}")
_FOLDER: Final = files("formcheck.words")


class WordsError(LookupError):
    """A code that is not in the catalogue, or a sentence with a blank left unfilled: a mistake in the program."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The reader's language and units."""

    language: str = ORIGINAL
    units: Units = "metric"

    def say(self, code: str, /, **values: object) -> str:
        """The sentence of a code, its blanks filled; safe HTML as soon as one of the values is.

        Raises
        ------
        WordsError
            The code is unknown, or a blank is left.
        """
        sentence = _entry(code, self.language)
        if not isinstance(sentence, str):
            raise WordsError(f"{code} is a list of sentences")
        if any(isinstance(value, Markup) for value in values.values()):
            sentence = escape(sentence)
        try:
            return sentence.format(**values)
        except KeyError as error:
            raise WordsError(f"{code} needs {error}") from error

    def has(self, code: str) -> bool:
        """Whether the catalogue knows a code."""
        return code in entries(self.language)

    def lines(self, code: str, /) -> tuple[str, ...]:
        """A list of sentences. Raises WordsError where the code is none."""
        lines = _entry(code, self.language)
        if isinstance(lines, str):
            raise WordsError(f"{code} is a single sentence")
        return lines

    def section(self, *path: str) -> SimpleNamespace:
        """A part of the catalogue for templates: ``t.run.keys`` is a sentence, not what a dict calls keys."""
        part: Any = catalogue(self.language)
        for name in path:
            part = part[name]
        texts = {name: SimpleNamespace(**each) if isinstance(each, dict) else each for name, each in part.items()}
        return SimpleNamespace(**texts)


ENGLISH: Final = Voice()
"""The voice of report.json and the command line, and of pictures where no other is asked for."""


@cache
def languages() -> frozenset[str]:
    """Languages that have a catalogue."""
    return frozenset(file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if file.name.endswith(".toml"))


@cache
def catalogue(language: str = ORIGINAL) -> dict[str, Any]:
    """The sentences of a language as they are nested in its file."""
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def entries(language: str = ORIGINAL) -> Mapping[str, str | tuple[str, ...]]:
    """Every sentence, or list of sentences, by its code."""
    found = dict(_leaves("", catalogue(language)))

    def referred(match: re.Match[str]) -> str:
        if not isinstance(sentence := found.get(match[1]), str):
            raise WordsError(f"{match[1]} is not a sentence of the catalogue {language}.toml")
        return sentence

    return {code: _REFERENCE.sub(referred, each) if isinstance(each, str) else each for code, each in found.items()}


def _leaves(path: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for name, each in tree.items():
        code = f"{path}.{name}" if path else name
        if isinstance(each, Mapping):
            yield from _leaves(code, each)
        else:
            yield code, each if isinstance(each, str) else tuple(each)


def _entry(code: str, language: str) -> str | tuple[str, ...]:
    try:
        return entries(language)[code]
    except KeyError:
        raise WordsError(f"{code} is not in the catalogue {language}.toml") from None
