"""What docs/verify.md says is true: options, exit codes, keys, and the truth file that it shows."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from documented import code_blocks, commands, help_of, offers, options
from formcheck.cli import exits as cli_exit
from formcheck.cli.verify import compare as verify
from formcheck.cli.verify.truth import Expect, Truth, read_truth
from places import ROOT

GUIDE = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
WORKFLOW = "\n".join(code_blocks(GUIDE, "yaml"))


def table_keys(header: str) -> set[str]:
    """What stands in backticks in the first column of the table of that header."""
    rows = GUIDE[GUIDE.index(header) :].partition("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


@pytest.mark.parametrize("words", commands(GUIDE), ids=" ".join)
def test_every_command_of_the_guide_exists_with_its_options(words: list[str]) -> None:
    help_text = help_of(words[0])
    assert [option for option in options(words) if not offers(help_text, option)] == []


def test_the_workflow_runs_a_command_that_exists() -> None:
    (line,) = re.findall(r"run: formcheck (verify .*)", WORKFLOW)
    assert [option for option in options(line.split()) if not offers(help_of("verify"), option)] == []


def test_every_option_of_the_command_is_in_the_guide_and_no_other() -> None:
    offered = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", help_of("verify"))) - {"--help", "-h", "--verbose"}
    assert {key.split()[0] for key in table_keys("| option | meaning |")} == offered


def test_every_key_of_a_truth_file_is_in_the_guide_and_no_other() -> None:
    listed = table_keys("| key | meaning |")
    asked = {"schema_version", *(each.name for each in fields(Truth))} - {"expect"}
    assert listed == asked | {f"expect.{each.name}" for each in fields(Expect)}


def test_the_truth_file_of_the_guide_is_sound(tmp_path: Path) -> None:
    (text,) = code_blocks(GUIDE, "json")
    path = tmp_path / "run.truth.json"
    path.write_text(text, encoding="utf-8")
    assert read_truth(path).kind == "known"


def test_numbers_in_the_guide_are_those_of_the_program() -> None:
    near = verify.DEFAULT_TOLERANCE_S
    assert f"Default {near['strikes']:.3f} and {near['toe_offs']:.3f} s" in GUIDE
    assert f"within {verify.EDGE_S:g} s of either end" in GUIDE
    assert verify.FAR_FACTOR == 2
    codes = re.findall(r"^\| (\d+) \|", GUIDE, flags=re.MULTILINE)
    assert codes == [str(code) for code in (cli_exit.DONE, cli_exit.DIFFERENT, cli_exit.WRONG_USAGE, cli_exit.STOPPED)]
