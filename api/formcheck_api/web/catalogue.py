"""The page's text: one catalogue, ``text/en.toml``. A translation is that file again, with the same keys."""

import tomllib
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, Final

LANGUAGE: Final = "en"


@cache
def catalogue() -> dict[str, Any]:
    """Texts by section and name; braces are filled by whoever shows them. ``script`` is what the scripts say."""
    return tomllib.loads(files("formcheck_api.web").joinpath(f"text/{LANGUAGE}.toml").read_text(encoding="utf-8"))


@cache
def sections() -> SimpleNamespace:
    """The same for templates: ``t.run.keys`` is a text and not what a dict calls keys."""
    return SimpleNamespace(**{name: SimpleNamespace(**texts) for name, texts in catalogue().items()})
