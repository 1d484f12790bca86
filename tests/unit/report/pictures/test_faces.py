"""A face that is to be hidden is hidden in every frame, and nothing else is."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.records.report import Report
from formcheck.records.skeleton import FACE
from formcheck.records.track import Floats, Frame
from formcheck.report.pictures import hide_face
from stills import FPS, FRAMES, LEG_PX, pose_px, report_of


def striped(report: Report, index: int) -> Frame:
    """A frame of fine stripes: hiding a part of it is sure to change its pixels."""
    image = np.zeros((report.clip.height_px, report.clip.width_px, 3), dtype=np.uint8)
    image[::4], image[1::4] = 255, 255
    return Frame(index, index / FPS, image)


def share_hidden(frame: Frame, report: Report, centre: Floats, radius_px: float) -> float:
    """Share of a disc whose stripes are gone."""
    hidden = hide_face(frame, report.evidence).image
    y, x = np.mgrid[: hidden.shape[0], : hidden.shape[1]]
    disc = np.hypot(x - centre[0], y - centre[1]) < radius_px
    return float((hidden != frame.image).any(axis=2)[disc].mean())


def test_the_face_is_hidden_in_every_frame_even_where_it_was_not_seen() -> None:
    xy = np.tile(pose_px(), (FRAMES, 1, 1))
    xy[:, :, 0] += 2.0 * np.arange(FRAMES)[:, None]  # drifting
    head = xy[:, list(FACE)].mean(axis=1)
    lost = xy.copy()
    lost[5:9, list(FACE)] = np.nan  # the face is not seen, the shoulders are
    lost[15:22] = np.nan  # nothing is seen
    report = report_of(lost)
    for index in range(FRAMES):
        assert share_hidden(striped(report, index), report, head[index], 0.24 * LEG_PX) == 1.0, index


def test_the_face_of_somebody_else_is_hidden_where_they_were_seen_and_between() -> None:
    aside = np.array([-LEG_PX, 0.0])
    known = {frame: (pose_px() + aside)[None] for frame in (2, 8)}
    report = report_of()
    assert report.evidence is not None
    report = replace(report, evidence=replace(report.evidence, others=known))
    head = pose_px()[list(FACE)].mean(axis=0)
    for frame in (2, 5, 8):
        assert share_hidden(striped(report, frame), report, head + aside, 0.24 * LEG_PX) == 1.0, frame
        assert share_hidden(striped(report, frame), report, head, 0.24 * LEG_PX) == 1.0, frame


def test_where_the_head_is_unknown_the_whole_picture_is_coarsened() -> None:
    report = report_of()
    assert report.evidence is not None
    later = replace(report.evidence, first_frame=5)  # next to the part that was measured another shot may begin
    shown = ((FRAMES, report.evidence), (FRAMES + 30, report.evidence), (4, later), (3, None))
    for frame, evidence in ((striped(report, index), evidence) for index, evidence in shown):
        assert (hide_face(frame, evidence).image != frame.image).any(axis=2).mean() > 0.99


def test_hiding_the_face_leaves_the_legs_as_they_are() -> None:
    report = report_of()
    frame = striped(report, 3)
    hidden = hide_face(frame, report.evidence)
    assert np.array_equal(hidden.image[300:], frame.image[300:])
    assert (hidden.index, hidden.time_s) == (frame.index, frame.time_s)


def test_a_scaled_down_frame_has_its_own_head_hidden() -> None:
    report = report_of()
    half = replace(striped(report, 3), image=striped(report, 3).image[::2, ::2].copy())
    half.image[:] = np.arange(half.image.shape[1])[None, :, None] % 2 * 255
    changed = (hide_face(half, report.evidence).image != half.image).any(axis=2)
    y, x = np.nonzero(changed)
    head = pose_px()[list(FACE)].mean(axis=0) / 2
    assert x.mean() == pytest.approx(head[0], abs=4)
    assert y.mean() == pytest.approx(head[1], abs=4)
