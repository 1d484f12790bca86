"""What counts as noticed when `tools.mutations` plants a fault."""

from tools.mutations import count_differences

from formcheck.cli.verify.compare import mended


def test_neither_a_crash_nor_a_miss_that_a_fault_mends_counts_as_noticed() -> None:
    is_mended = {"verdict": "differs", "why": mended()}
    off = {"verdict": "differs", "why": "off by +1, tolerance 0.5 deg"}
    clips = [
        {"clip": "crashed", "failure": "formcheck failed on it (NameError)", "checks": []},
        {"clip": "mended", "failure": "", "checks": [is_mended]},
        {"clip": "off", "failure": "", "checks": [is_mended, off, {"verdict": "ok", "why": ""}]},
    ]
    assert count_differences(clips) == {"off": 1}
