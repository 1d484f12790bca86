"""The recipe "Add an option" of docs/extending.md, done; and the limits that every way of giving an option shares."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import formcheck
from formcheck.cli.exits import WRONG_USAGE
from formcheck.cli.main import main
from formcheck.records.errors import UsageError
from formcheck.records.options import OPTIONS, RunOptions
from small_clips import write_clip
from stick_runner import Camera, Runner, film

ONE_ROW = """
import dataclasses, json, sys
from pathlib import Path
from formcheck.records import options

shoe_drop = options.Option("--shoe-drop-mm", "MM", 0.0, 20.0, "millimetres", "8", "heel-to-toe drop of the shoe")
row = options.asked(shoe_drop)
fields = [("shoe_drop_mm", float | None, row)]
options.RunOptions = dataclasses.make_dataclass("RunOptions", fields, bases=(options.RunOptions,), frozen=True)
options.OPTIONS = options.table_of(options.RunOptions)

from formcheck.cli.main import main
from formcheck.cli.verify.truth import read_truth
from formcheck_api.http.wire.examples import QUEUED
from formcheck_api.http.wire.schemas import AnalysisForm
from tools.documents import MAKERS

form = AnalysisForm.model_validate({"shoe_drop_mm": "8"})
spoken = {
    "flag is refused": main(["analyze", "run.mp4", "--shoe-drop-mm", "80"]),
    "form": form.options().about_the_run()["shoe_drop_mm"],
    "schema": AnalysisForm.model_json_schema()["properties"]["shoe_drop_mm"]["description"],
    "example": QUEUED["options"]["shoe_drop_mm"],
    "truth": dict(read_truth(Path(sys.argv[1])).given),
    "docs": [made for made, make in MAKERS.items() if "shoe_drop_mm" in make().replace("-", "_")],
}
print(json.dumps(spoken))
"""


def test_an_option_is_one_row(tmp_path: Path) -> None:
    truth = tmp_path / "run.truth.json"
    truth.write_text('{"schema_version": 1, "given": {"shoe_drop_mm": 8}}', encoding="utf-8")
    spoken = subprocess.run([sys.executable, "-c", ONE_ROW, truth], capture_output=True, text=True, check=True)
    assert json.loads(spoken.stdout) == {
        "flag is refused": 2,
        "form": 8.0,
        "schema": "Heel-to-toe drop of the shoe",
        "example": None,
        "truth": {"shoe_drop_mm": 8.0},
        "docs": ["options", "fields", "names"],
    }
    assert "--shoe-drop-mm: '80' must be a number from 0 to 20 (millimetres, e.g. 8)" in spoken.stderr


def test_a_part_that_ends_before_it_begins_is_named_as_the_caller_wrote_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "no-such.mp4", "--from", "5", "--to", "2.5"]) == WRONG_USAGE
    assert capsys.readouterr().err == "formcheck: --from 5 must be before --to 2.5\n"
    with pytest.raises(UsageError, match=r"^from_s=5 must be before to_s=2\.5$"):
        formcheck.analyze_video("no-such.mp4", from_s=5, to_s=2.5)


def test_an_option_out_of_range_is_named_with_its_limits_and_unit() -> None:
    with pytest.raises(UsageError, match=r"^height_m=178 must be a number between 0\.9 and 2\.5 metres$"):
        formcheck.analyze_video("no-such.mp4", height_m=178)
    with pytest.raises(UsageError, match=r"^--height-m 178 must be a number between 0\.9 and 2\.5 metres$"):
        RunOptions(height_m=178).check(as_flags=True)


@pytest.mark.slow
def test_the_functions_pass_every_option_on(tmp_path: Path) -> None:
    """One that is named in the signature and then forgotten would be accepted and dropped."""
    given = {name: float(option.example) for name, option in OPTIONS.items()} | {"from_s": 0.5, "to_s": 2.5}
    clip = write_clip(tmp_path / "room.mp4", [number / 20 for number in range(60)])
    for report in (
        formcheck.analyze_track(film(Runner(), Camera(), 3.0), **given),
        formcheck.analyze_video(clip, **given),
    ):
        assert report.settings["told"] == given


def test_the_functions_name_every_option_with_its_default() -> None:
    for function in (formcheck.analyze_video, formcheck.analyze_track):
        named = inspect.signature(function).parameters
        assert {name: named[name].default for name in OPTIONS} == {
            name: option.default for name, option in OPTIONS.items()
        }
