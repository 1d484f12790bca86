"""The framing check before an upload: what a few pictures show, and what happens when it fails."""

import json
import sys
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest

from formcheck.clip.picture import decode_jpeg
from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import Settings
from formcheck.judge.obstacles import find_framing_obstacles
from formcheck.records.filmed import Filmed
from formcheck.records.gait import EndOn, Given, SideGait
from formcheck.records.skeleton import COUNT, INDEX
from formcheck.records.track import PoseTrack
from formcheck.vision.landmarker import Followed
from formcheck_api.http.routes.page.runs import LARGEST_LOOK_BYTES
from formcheck_api.jobs.processes import looker
from formcheck_api.jobs.processes.looker import Looker
from formcheck_api.jobs.processes.scout import LARGEST_SIDE_PX, answer, judge
from places import CLIP
from second_language import foreign, second_language
from service.server import Server, idle, serving
from stick_runner import Camera, Runner, film, turned_picture

ECHO = "import sys\nfor line in sys.stdin: print('{\"reasons\": []}', flush=True)"
"""A scout that finds nothing wrong."""


def scout(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script)


def seen_from_the_side(**moved: tuple[float, float]) -> PoseTrack:
    """A person who stands in the middle of a picture of 640 x 360, seen from the left; some landmarks moved."""
    heights = {
        "nose": 60,
        "ear": 62,
        "shoulder": 100,
        "hip": 180,
        "knee": 230,
        "ankle": 285,
        "heel": 290,
        "foot_index": 295,
    }
    ahead = {"nose": -12, "foot_index": -20, "heel": 4}
    xy = np.full((COUNT, 2), np.nan)
    for name, index in INDEX.items():
        joint = name.removeprefix("left_").removeprefix("right_")
        if joint in heights:
            xy[index] = moved.get(joint, (320 + ahead.get(joint, 0), heights[joint]))
    return PoseTrack(np.arange(3.0), np.stack([xy] * 3), np.ones((3, COUNT)), 640, 360)


def followed(track: PoseTrack, people: int = 1) -> Followed:
    return Followed(track, people, float(np.isfinite(track.xy_px).any(axis=(1, 2)).mean()), is_ambiguous=False)


def codes(track: PoseTrack, people: int = 1, scale: float = 2.0) -> list[str]:
    return [reason.code for reason in judge(followed(track, people), scale, Settings())]


def test_a_runner_seen_whole_from_the_side_has_no_obstacle() -> None:
    assert codes(seen_from_the_side()) == []


def test_feet_below_the_picture_a_small_runner_and_other_people_are_reported() -> None:
    assert codes(seen_from_the_side(foot_index=(300, 365), heel=(324, 362))) == ["feet_out_of_picture"]
    assert codes(seen_from_the_side(), scale=0.5) == ["runner_too_small"]
    assert codes(seen_from_the_side(), people=2) == ["several_people"]
    nobody = seen_from_the_side()
    assert codes(PoseTrack(nobody.time_s, nobody.xy_px * np.nan, nobody.visibility * 0, 640, 360)) == ["nobody_seen"]


@pytest.mark.parametrize(
    ("camera", "expected"),
    [
        (Camera(), []),
        (Camera(azimuth_deg=38), ["not_side_view"]),
        (Camera(azimuth_deg=90), ["front_view"]),
        (Camera(azimuth_deg=-90), ["rear_view"]),
        (Camera(leg_px=45, noise=0.005), ["runner_too_small"]),
        (Camera(azimuth_deg=38, leg_px=45, noise=0.005), ["not_side_view", "runner_too_small"]),
    ],
)
def test_a_few_pictures_give_the_same_reasons_as_the_report(camera: Camera, expected: list[str]) -> None:
    track = film(Runner(), camera)
    gait = find_gait(track, Given(), settings=Settings())
    assert isinstance(gait, EndOn | SideGait)
    report = find_framing_obstacles(gait.person, Filmed(), settings=Settings())
    stills = slice(20, None, 97)
    few = replace(track, time_s=np.arange(5.0), xy_px=track.xy_px[stills], visibility=track.visibility[stills])
    assert [each.code for each in report] == codes(few, scale=1.0) == expected


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_pictures_on_their_side_or_upside_down_are_reported_at_the_first_look(quarters: int) -> None:
    track = turned_picture(seen_from_the_side(), quarters)
    (why,) = judge(Followed(track, 1, 1.0, is_ambiguous=False), 2.0, Settings())
    assert why.code == "clip_turned"
    assert (why.values or {})["deg"] == 90 * quarters


def test_what_single_pictures_cannot_show_is_not_reported() -> None:
    unseen = (np.nan, np.nan)
    assert codes(seen_from_the_side(nose=unseen, heel=unseen, foot_index=unseen)) == []  # which way it faces
    assert codes(seen_from_the_side(ear=unseen, heel=unseen)) == []
    whole = seen_from_the_side()
    assert codes(replace(whole, visibility=whole.visibility * 0.1)) == ["legs_hidden"]  # placed, and not seen


def test_what_a_look_found_is_said_in_the_language_of_the_page(tmp_path: Path) -> None:
    turned = followed(turned_picture(seen_from_the_side(), 1))
    asked = json.dumps({"pictures": some_pictures("nobody")[:1], "scale": 1.0, "language": "xx"})
    with second_language(tmp_path):
        (reason,) = answer(asked, lambda _: turned)["reasons"]
    expected = judge(turned, 1.0, Settings())[0]
    assert (reason["code"], reason["message"]) == (expected.code, foreign(expected.message))
    assert reason["advice"] == foreign(expected.advice)


@pytest.mark.slow
def test_pictures_of_real_clips_are_looked_at_each_by_itself(tmp_path: Path) -> None:
    asked = Looker(tmp_path, 3000)
    found = {name: asked.look(some_pictures(name), 1.0) for name in ("side_left_60fps", "oblique_left", "nobody")}
    asked.stop()
    codes = {name: reasons and [reason["code"] for reason in reasons] for name, reasons in found.items()}
    assert codes == {"side_left_60fps": [], "oblique_left": ["not_side_view"], "nobody": ["nobody_seen"]}


def some_pictures(name: str) -> list[str]:
    """Three pictures from early in a reference clip, as JPEG in base64."""
    encoder = av.CodecContext.create("mjpeg", "w")
    with av.open(str(CLIP.with_name(f"{name}.mp4"))) as clip:
        frames = [frame.reformat(format="yuvj420p") for frame in islice(clip.decode(video=0), 0, 45, 15)]
    encoder.width, encoder.height, encoder.pix_fmt = frames[0].width, frames[0].height, "yuvj420p"
    encoder.time_base = Fraction(1, 30)
    return [b64encode(bytes(packet)).decode() for frame in frames for packet in encoder.encode(frame)]


def test_what_is_no_picture_is_refused() -> None:
    for content in (b"", b"no picture", b"\xff\xd8\xff\xe0 broken"):
        with pytest.raises(ValueError, match="picture"):
            decode_jpeg(content, largest_side_px=LARGEST_SIDE_PX)


def test_a_picture_of_many_pixels_is_refused_by_what_it_declares() -> None:
    small = b64decode(some_pictures("nobody")[0])
    size = small.index(b"\xff\xc0") + 5  # of the frame header: height and width
    for side in (1290, 60_000):
        with pytest.raises(ValueError, match="not a picture"):
            decode_jpeg(small[:size] + 2 * side.to_bytes(2, "big") + small[size + 4 :], largest_side_px=LARGEST_SIDE_PX)


def test_what_a_scout_that_failed_wrote_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    asked = Looker(tmp_path, 500, scout("import sys; sys.exit('the model is gone')"))
    assert asked.look(["a"], 1.0) is None
    assert "the model is gone" in caplog.records[-1].last_words  # type: ignore[attr-defined]


def test_a_scout_sees_no_secrets_and_gets_no_interrupt_that_was_meant_for_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCHECK_LINK_SECRET", "secret")
    script = "import os, sys, json\nfor line in sys.stdin: print(json.dumps({'reasons': [os.environ.get("
    script += "'FORMCHECK_LINK_SECRET'), os.getsid(0) == os.getpid(), os.getcwd()]}), flush=True)"
    asked = Looker(tmp_path, 500, scout(script))
    assert asked.look(["a"], 1.0) == [None, True, str(tmp_path.resolve())]
    asked.stop()


def test_a_scout_is_asked_again_and_again_and_one_that_died_is_replaced(tmp_path: Path) -> None:
    asked = Looker(tmp_path, 500, scout(ECHO))
    assert asked.look(["a"], 1.0) == asked.look(["b"], 1.0) == []
    asked.stop()
    assert asked.look(["c"], 1.0) == []
    asked.stop()


@pytest.mark.parametrize("script", ["", "print('no JSON')", "import time; time.sleep(60)"])
def test_a_look_that_fails_gives_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(looker, "ANSWER_WITHIN_S", 0.5)
    asked = Looker(tmp_path, 500, scout(script))
    assert asked.look(["a"], 1.0) is None
    asked.stop()


def test_a_scout_that_reads_nothing_does_not_hold_a_long_look_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looker, "ANSWER_WITHIN_S", 0.5)
    asked = Looker(tmp_path, 500, scout("import time; time.sleep(60)"))
    assert asked.look(["a" * 1_000_000], 1.0) is None  # more than a pipe holds
    asked.stop()


def test_a_crowd_of_looks_is_turned_away(tmp_path: Path) -> None:
    asked = Looker(tmp_path, 500, scout(ECHO.replace("in sys.stdin:", "in sys.stdin: __import__('time').sleep(0.3);")))
    with ThreadPoolExecutor(20) as crowd:
        found = list(crowd.map(lambda _: asked.look(["a"], 1.0), range(20)))
    asked.stop()
    assert found.count([]) >= looker.MOST_AT_ONCE
    assert None in found


def test_too_much_and_nonsense_are_refused_without_a_look(tmp_path: Path) -> None:
    def code(server: Server, content: Any) -> str:
        with server.client() as client:
            answer: httpx.Response = client.post("/look", content=content)
            return str(answer.json()["code"])

    with serving(idle(tmp_path)) as server:
        assert code(server, b"x" * (LARGEST_LOOK_BYTES + 1)) == "body_too_large"
        assert code(server, b"") == "json_malformed"
        for nonsense in (b"[]", b'{"pictures": 1}', b'{"pictures": ["a"], "scale": 0}'):
            assert code(server, nonsense) == "invalid_request"
