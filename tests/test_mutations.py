"""The deliberate faults that `tools.mutations` plants still fit the program they are planted in."""

import shutil
from pathlib import Path

import pytest
from tools.mutations import MUTATIONS, PACKAGE, Mutation, count_differences

from formcheck.cli.verify.compare import MENDED

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_planted_fault_changes_the_program_and_leaves_it_readable(mutation: Mutation, tmp_path: Path) -> None:
    here = tmp_path / mutation.file
    here.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / PACKAGE / mutation.file, here)
    mutation.apply(tmp_path)
    changed = here.read_text(encoding="utf-8")
    assert changed != (ROOT / PACKAGE / mutation.file).read_text(encoding="utf-8")
    compile(changed, str(here), "exec")


def test_a_fault_for_a_program_that_has_moved_on_is_refused(tmp_path: Path) -> None:
    (tmp_path / "video.py").write_text("nothing of the kind")
    with pytest.raises(ValueError, match=r"video\.py holds"):
        Mutation("x", "video.py", "yield Frame", "pass").apply(tmp_path)


def test_neither_a_crash_nor_a_miss_that_a_fault_mends_counts_as_noticed() -> None:
    mended = {"verdict": "differs", "why": MENDED}
    off = {"verdict": "differs", "why": "off by +1, tolerance 0.5 deg"}
    clips = [
        {"clip": "crashed", "failure": "formcheck failed on it (NameError)", "checks": []},
        {"clip": "mended", "failure": "", "checks": [mended]},
        {"clip": "off", "failure": "", "checks": [mended, off, {"verdict": "ok", "why": ""}]},
    ]
    assert count_differences(clips) == {"off": 1}
