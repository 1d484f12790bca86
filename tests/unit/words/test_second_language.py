"""A second catalogue reaches the page and the pictures: no word in them is written anywhere else."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.records.track import Frame
from formcheck.report.html import render_html
from formcheck.report.pictures import draw_key_frame, draw_overlay
from formcheck.report.pictures.ink import NIGHT
from formcheck.report.pictures.key_frame import HEADER_PX
from formcheck.words import catalogue
from formcheck.words.catalogue import Voice
from sample_report import good_report, sample_pictures


def written(tree: dict[str, Any], path: str = "", *, as_word: str) -> str:
    """A catalogue's sentences as TOML, each with ``as_word`` before it, those of pictures with nothing else."""
    lines = [f"[{path}]"] if path else []
    for name, each in tree.items():
        if isinstance(each, str):
            lines.append(f"{json.dumps(name)} = {json.dumps('' if path == 'picture' else as_word + each)}")
        elif isinstance(each, list):
            lines.append(f"{json.dumps(name)} = {json.dumps(each)}")
    tables = [(name, each) for name, each in tree.items() if isinstance(each, dict)]
    inner = [written(each, f"{path}.{json.dumps(name)}" if path else name, as_word=as_word) for name, each in tables]
    return "\n".join([*lines, *inner])


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Voice:
    original = catalogue._FOLDER / "en.toml"
    (tmp_path / "en.toml").write_text(original.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "xx.toml").write_text(written(catalogue.catalogue(), as_word="\N{PILCROW SIGN}"), encoding="utf-8")
    monkeypatch.setattr(catalogue, "_FOLDER", tmp_path)
    return Voice("xx")


def test_the_reports_page_speaks_a_second_language(other: Voice) -> None:
    report = good_report()
    page = render_html(report, pictures=sample_pictures(report), overlay="overlay.mp4", voice=other)
    assert '<html lang="xx">' in page
    for name in ("numbers", "findings", "charts", "measures", "trust", "method"):
        heading = catalogue.catalogue()["report"][name]
        assert f"\N{PILCROW SIGN}{heading}</h" in page
        assert f">{heading}</h" not in page
    assert "\N{PILCROW SIGN}Foot ahead of hip, step by step" in page


def test_pictures_have_no_words_but_those_of_the_language(other: Voice) -> None:
    report = good_report()
    key = report.frames[0]
    frame = Frame(key.index, key.time_s, np.full((720, 1280, 3), 90, np.uint8))
    assert np.any(draw_key_frame(frame, report, key)[:HEADER_PX] != NIGHT)
    assert np.all(draw_key_frame(frame, report, key, other)[:HEADER_PX] == NIGHT)
    names = draw_overlay(frame, report)[720:754]
    assert np.any(names != NIGHT)
    assert np.all(draw_overlay(frame, report, other)[720:754] == NIGHT)
