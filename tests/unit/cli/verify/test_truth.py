"""Truth files: what is read, what is written, and how a typo is reported."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formcheck.cli.verify.truth import EventTruth, Expect, Miss, Truth, Wanted, read_truth, truth_path, truth_to_json
from formcheck.records.errors import TruthError
from formcheck.records.skeleton import Side
from places import CLIPS

EVERYTHING = Truth(
    kind="recorded",
    how="Recorded.",
    comment="Läuft „rund“ \\ {nicht} [ganz]",
    recorded={"formcheck_version": "0.1.0", "model": "full", "created": "2026-11-22T14:08:00Z"},
    given={"height_m": 1.78, "incline_pct": -1.0},
    strikes=(EventTruth(Side.LEFT, 0.2), EventTruth(Side.RIGHT, 0.56, tolerance_s=0.05)),
    toe_offs=(),
    tolerance_s={"strikes": 0.02, "toe_offs": 0.03},
    far_tolerance_s={"strikes": 0.04},
    measures={"cadence": Wanted(167.0, 0.5, "1/min"), "trunk_lean": Wanted(-2.0, 1.2)},
    sides={Side.LEFT: {"shank_angle": Wanted(6.0, 3.0, "deg")}},
    scene={"view": "rear", "heading": None, "near_side": "left", "camera_roll_deg": Wanted(5.0, 0.5)},
    time_scale=Wanted(8.0, 0.1),
    expect=Expect(
        withheld=frozenset({"not_side_view", "camera_roll_unknown"}),
        reasons=frozenset({"far_leg_hidden"}),
        measures_withheld=frozenset({"trunk_lean"}),
    ),
    misses={"cadence": Miss("a step is counted twice"), "trunk_lean": Miss("leans", within=4.0)},
)

PINNED = """\
{
  "schema_version": 1,
  "strikes": [
    {"side": "left", "time_s": 0.2},
    {
      "side": "right",
      "time_s": 0.56
    }
  ],
  "measures": {
    "cadence": {
      "value": 167.0,
      "tolerance": 0.5,
      "unit": "1/min"
    }
  },
  "scene": {"view": "side"},
  "given": {"height_m": 1.78},
  "expect": {"withheld": ["not_side_view"]}
}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "run.truth.json"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    """What is said about a broken file, after its name."""
    path = write(folder, text)
    with pytest.raises(TruthError) as error:
        read_truth(path)
    said = str(error.value)
    assert "\n" not in said
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


def test_a_truth_lies_beside_its_clip() -> None:
    assert truth_path(Path("clips/my run.v2.MP4")) == Path("clips/my run.v2.truth.json")


@pytest.mark.parametrize("path", sorted(CLIPS.glob("*.truth.json")), ids=lambda path: path.name)
def test_the_truth_files_of_this_repository_are_sound(path: Path) -> None:
    assert read_truth(path).kind == "known"


@pytest.mark.parametrize(
    "truth", [EVERYTHING, Truth(), Truth(expect=Expect(withheld=frozenset()))], ids=["all", "none", "no codes"]
)
def test_what_is_written_is_read_back(tmp_path: Path, truth: Truth) -> None:
    assert read_truth(write(tmp_path, truth_to_json(truth))) == truth


def test_what_is_absent_is_not_checked(tmp_path: Path) -> None:
    assert read_truth(write(tmp_path, '{"schema_version": 1}')) == Truth()


def test_a_number_or_an_event_that_moves_changes_one_line() -> None:
    before = truth_to_json(EVERYTHING).splitlines()
    moved = replace(EVERYTHING, measures=EVERYTHING.measures | {"cadence": Wanted(168.0, 0.5, "1/min")})
    moved = replace(moved, strikes=(EventTruth(Side.LEFT, 0.21), *moved.events["strikes"][1:]))
    after = truth_to_json(moved).splitlines()
    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 2


def test_a_written_file_has_no_long_lines() -> None:
    assert max(map(len, truth_to_json(EVERYTHING).splitlines())) <= 120


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    text = "\ufeff" + PINNED.replace("\n", "\r\n")
    path = tmp_path / "run.truth.json"
    path.write_bytes(text.encode())
    assert read_truth(path).measures == {"cadence": Wanted(167.0, 0.5, "1/min")}


BROKEN = {
    "a comma is missing": ('"value": 167.0,', '"value": 167.0', "line 13: not valid JSON", ""),
    "a text does not end": ('"left"', '"left', "line 4: not valid JSON", ""),
    "a key of a typo": ('"unit"', '"units"', "measures.cadence.units: unknown key", ""),
    "a key on the outside": ('"scene"', '"scenes"', "scenes: unknown key", ""),
    "an expectation": ('"withheld"', '"witheld"', "expect.witheld: unknown key", ""),
    "a fact": ('"height_m"', '"height_cm"', "given.height_cm: unknown key", ""),
    "something of the scene": ('"view"', '"veiw"', "scene.veiw: unknown key", ""),
    "a number in quotes": ("167.0", '"167"', "measures.cadence.value: should be a valid number", "got '167'"),
    "true for a number": ("167.0", "true", "measures.cadence.value: should be a valid number", "got True"),
    "not a number": ("167.0", "NaN", "measures.cadence.value: should be a finite number", "got nan"),
    "a number beyond all": ("167.0", "1" * 400, "measures.cadence.value: should be a finite number", "got 1111"),
    "more digits than can be read": ("167.0", "1" * 5000, "", ""),
    "a tolerance below zero": ('e": 0.5', 'e": -0.5', "measures.cadence.tolerance: should be greater", "-0.5"),
    "no tolerance": ('"tolerance": 0.5,', "", "measures.cadence.tolerance: missing", ""),
    "a unit that is no text": ('"1/min"', "60", "measures.cadence.unit: should be a valid string", "got 60"),
    "a side nobody has": ('"right"', '"rechts"', "strikes[1].side: should be 'left' or 'right'", "got 'rechts'"),
    "a time before the clip": ("0.56", "-0.56", "strikes[1].time_s: should be greater than", "got -0.56"),
    "an event that is a number": ('{"side": "left", "time_s": 0.2}', "0.2", "strikes[0]: should be an object", "0.2"),
    "centimetres for metres": ("1.78", "178", "given.height_m: should be less than or equal to 2.5", "got 178"),
    "a list for an object": ('{"view": "side"}', "[]", "scene: should be an object", "got []"),
    "a text for a list": ('["not_side_view"]', '"all"', "expect.withheld: should be a valid array", "got 'all'"),
    "another version": ("1,\n", "2,\n", "schema_version: should be 1", "got 2"),
    "no version": ('"schema_version": 1,', "", "schema_version: should be 1", "got None"),
    "a key twice": ('"scene": {', '"given": {}, "scene": {', "", "'given' is given twice"),
    "a unit that nobody would check": (
        '{"view": "side"}',
        '{"camera_roll_deg": {"value": 5, "tolerance": 1, "unit": "rad"}}',
        "scene.camera_roll_deg: takes no unit",
        "",
    ),
    "a view that does not exist": ('"side"}', '"sideways"}', "scene.view: should be 'side'", "got 'sideways'"),
}


@pytest.mark.parametrize(("there", "instead", "begins", "holds"), BROKEN.values(), ids=BROKEN)
def test_a_typo_is_reported_with_its_key(tmp_path: Path, there: str, instead: str, begins: str, holds: str) -> None:
    assert there in PINNED
    said = refusal(tmp_path, PINNED.replace(there, instead, 1))
    assert said.startswith(begins)
    assert holds in said
    assert len(said) < 250


def test_several_typos_are_reported_at_once_a_line_each(tmp_path: Path) -> None:
    path = write(tmp_path, PINNED.replace('"tolerance"', '"tolerence"').replace("1.78", "178"))
    with pytest.raises(TruthError) as error:
        read_truth(path)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    assert sorted(line.removeprefix(f"{path}: ").partition(":")[0] for line in lines) == [
        "given.height_m",
        "measures.cadence.tolerance",
        "measures.cadence.tolerence",
    ]


def test_the_file_that_is_broken_in_these_tests_is_sound_by_itself(tmp_path: Path) -> None:
    truth = read_truth(write(tmp_path, PINNED))
    assert truth.events["strikes"] == (EventTruth(Side.LEFT, 0.2), EventTruth(Side.RIGHT, 0.56))
    assert truth.expect.withheld == {"not_side_view"}


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000], ids=["empty", "a list", "null", "brackets"])
def test_what_is_no_truth_file_at_all_is_one_line(tmp_path: Path, text: str) -> None:
    assert len(refusal(tmp_path, text)) < 200


def test_what_is_no_text_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "run.truth.json"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(TruthError, match="UTF-8"):
        read_truth(path)


def test_a_truth_reads_what_the_contract_says(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "schema_version": 1,
        "how": "by hand",
        "strikes": [{"side": "left", "time_s": 1.0}],
        "toe_offs": [],
        "measures": {"trunk_lean": {"value": 7.0, "tolerance": 1.0, "unit": "deg"}},
        "scene": {"heading": "left"},
        "expect": {"withheld": []},
    }
    truth = read_truth(write(tmp_path, json.dumps(document)))
    assert truth.events == {"strikes": (EventTruth(Side.LEFT, 1.0),), "toe_offs": ()}
    assert (truth.kind, truth.expect.withheld, truth.scene) == ("known", frozenset(), {"heading": "left"})
