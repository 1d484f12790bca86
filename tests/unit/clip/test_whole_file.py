"""A file is written whole or not at all."""

from pathlib import Path

import pytest

from formcheck.clip.whole_file import whole_file


def test_a_file_that_was_not_finished_leaves_the_one_before_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("before")

    def stopped_in_the_middle() -> None:
        with whole_file(path) as draft:
            draft.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_in_the_middle()
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("report.json", "before")]


def test_two_writers_of_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with whole_file(path) as first, whole_file(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("report.json", "first")]


def test_a_file_that_cannot_be_written_is_reported_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "no folder" / "report.json") as draft:
        draft.write_text("lost")
