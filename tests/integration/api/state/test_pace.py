"""When a result will be ready, by the analyses that ended and by the line before it."""

from datetime import timedelta

import pytest

from formcheck.words.catalogue import ENGLISH
from formcheck_api.page.ready_view import MOST_BEFORE, ready_in_s
from formcheck_api.records.analyses import Analysis, Succeeded
from formcheck_api.store.store import Store
from service.accepting import DONE, NOW, WORKER, accept, claim, read

TOOK_S = 10.0
REPORT_SHARE = 0.6


def due_s(store: Store, analysis: Analysis) -> float | None:
    before = store.line(analysis.id, MOST_BEFORE + 1)
    return ready_in_s(read(store, analysis), before, store.pace(), REPORT_SHARE)


def end_one(store: Store) -> None:
    store.finish(claim(store), WORKER, DONE, NOW + timedelta(seconds=TOOK_S))


def test_a_result_is_due_after_those_before_it_and_its_own_report(store: Store) -> None:
    first = accept(store, "clip 0")
    assert due_s(store, first) is None  # nothing ended here yet
    end_one(store)
    second, third = accept(store, "clip 1"), accept(store, "clip 2")
    assert due_s(store, second) == pytest.approx(REPORT_SHARE * TOOK_S)
    assert due_s(store, third) == pytest.approx((1 + REPORT_SHARE) * TOOK_S)
    claim(store)
    store.progress(second.id, WORKER, ENGLISH.say("stage.following"), 0.5)
    assert due_s(store, second) == pytest.approx((REPORT_SHARE - 0.5) * TOOK_S)
    assert due_s(store, third) == pytest.approx((0.5 + REPORT_SHARE) * TOOK_S)


def test_a_clip_four_times_as_large_takes_twice_as_long(store: Store) -> None:
    accept(store, "clip 0")
    end_one(store)
    assert due_s(store, accept(store, 4 * "clip 1")) == pytest.approx(2 * REPORT_SHARE * TOOK_S)


def test_a_refused_clip_says_little_about_how_long_a_run_takes(store: Store) -> None:
    accept(store, "clip 0")
    end_one(store)
    accept(store, "walk 1")
    refused = Succeeded("artefacts/x/z", ("report.json", "overlay.mp4"))
    store.finish(claim(store), WORKER, refused, NOW + timedelta(seconds=TOOK_S / 2))
    assert due_s(store, accept(store, "clip 2")) == pytest.approx(REPORT_SHARE * TOOK_S)


def test_behind_a_long_line_nothing_is_said(store: Store) -> None:
    accept(store, "clip 0")
    end_one(store)
    *_, last = [accept(store, f"clip {number}") for number in range(1, MOST_BEFORE + 3)]
    assert due_s(store, last) is None
