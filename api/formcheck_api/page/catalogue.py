"""The page's text: one catalogue for each language, ``text/<language>.toml``. A translation is one more, same keys."""

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, Final

ORIGINAL: Final = "en"
"""The language that is always there, and that reports are written in."""
_TEXTS: Final = files("formcheck_api.page") / "text"


@cache
def languages() -> frozenset[str]:
    """Languages that there is a catalogue of."""
    return frozenset(file.name.removesuffix(".toml") for file in _TEXTS.iterdir() if file.name.endswith(".toml"))


def language_for(asked: str | None, accepted: str | None, known: Collection[str]) -> str:
    """The language asked for (``?lang=``), else the one of Accept-Language that is known and wanted most."""
    wishes = [(1.0, asked or "")] + [_wish(part) for part in (accepted or "").split(",")]
    for _, tag in sorted(wishes, key=lambda wish: -wish[0]):
        if (language := tag.strip().partition("-")[0].lower()) in known:
            return language
    return ORIGINAL


def _wish(part: str) -> tuple[float, str]:
    """How much a language is wanted, at most as much as one that was asked for, and its tag."""
    tag, _, weight = part.partition(";q=")
    try:
        return min(float(weight or 1), 1.0), tag
    except ValueError:
        return 0.0, tag


@cache
def catalogue(language: str = ORIGINAL) -> dict[str, Any]:
    """Texts by section and name; braces are filled by whoever shows them. ``script`` is what the scripts say."""
    return tomllib.loads((_TEXTS / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def sections(language: str = ORIGINAL) -> SimpleNamespace:
    """The same for templates: ``t.run.keys`` is a text and not what a dict calls keys."""
    return SimpleNamespace(**{name: SimpleNamespace(**texts) for name, texts in catalogue(language).items()})
