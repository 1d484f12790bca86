"""A second language, ``xx``: English with its Latin letters exchanged, so that what is left in English shows."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest

from formcheck.judge.findings.advice import ADVICE
from formcheck.records.report import Report
from formcheck.words import catalogue
from formcheck.words.catalogue import Voice

_LATIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WIDE: Final = str.maketrans(_LATIN, "".join(chr(ord(letter) + 0xFEE0) for letter in _LATIN))
_BLANK: Final = re.compile(r"(\{[^}]*\})")
_NO_WORDS: Final = r"formcheck|km/h|mph|cm|in|m|ft|s|x|doi"
"""Names, numbers and units that are the same in every language."""
_READ: Final = ("alt", "aria-label", "title", "data-label", "data-title")


def foreign(sentence: str) -> str:
    """A sentence in wide letters, its blanks as they are."""
    return "".join(part if _BLANK.fullmatch(part) else part.translate(_WIDE) for part in _BLANK.split(sentence))


def as_toml(tree: dict[str, Any], path: str = "", *, silent: str = "") -> str:
    """A catalogue in that language; the sentences of its part ``silent`` are empty."""
    lines = [f"[{path}]"] if path else []
    for name, each in tree.items():
        if isinstance(each, str):
            lines.append(f"{json.dumps(name)} = {json.dumps('' if path == silent else foreign(each))}")
        elif isinstance(each, list):
            lines.append(f"{json.dumps(name)} = {json.dumps([foreign(line) for line in each])}")
    inner = {f"{path}.{json.dumps(name)}" if path else name: each for name, each in tree.items()}
    return "\n".join(
        [*lines, *(as_toml(each, name, silent=silent) for name, each in inner.items() if isinstance(each, dict))]
    )


@contextmanager
def second_language(folder: Path, tree: dict[str, Any] | None = None, *, silent: str = "") -> Iterator[Voice]:
    """The voice of the second language, whose catalogue is known inside the block only."""
    original = (catalogue._FOLDER / "en.toml").read_text(encoding="utf-8")
    (folder / "en.toml").write_text(original, encoding="utf-8")
    (folder / "xx.toml").write_text(as_toml(tree or catalogue.catalogue(), silent=silent), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "_FOLDER", folder)
        forget()
        yield Voice("xx")
    forget()


def forget() -> None:
    for kept in (catalogue.languages, catalogue.catalogue, catalogue.entries):
        kept.cache_clear()


class Words(HTMLParser):
    """What a page says, in text and in attributes that are read out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._unread = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread = tag in ("style", "script", "pre")
        self.said += [value for name, value in attrs if name in _READ and value]

    def handle_endtag(self, _tag: str) -> None:
        self._unread = False

    def handle_data(self, data: str) -> None:
        if not self._unread and data.strip():
            self.said.append(" ".join(data.split()))


def english_in(html: str, report: Report) -> list[str]:
    """What a page says in Latin letters, but for names, numbers and units."""
    names = [report.clip.name, report.clip.sha256, report.created, report.formcheck_version]
    names += [report.model.name, report.model.sha256] if report.model else []
    names += [citation for band in report.reference for citation in band.citations]
    names += [source for advice in ADVICE.values() for source in advice.sources]
    left = []
    for text in Words(html).said:
        bare = text
        for name in sorted(filter(None, names), key=len, reverse=True):
            bare = bare.replace(name, "")
        left += [text for word in re.findall(r"[A-Za-z]+(?:/[a-z]+)?", bare) if not re.fullmatch(_NO_WORDS, word)]
    return left
