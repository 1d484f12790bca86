"""The front door: small, sorted, lazy, and of one version."""

import pytest
from packaging.version import Version

import formcheck
from places import ROOT

PUBLIC = [
    "Comparison",
    "FormcheckError",
    "PoseTrack",
    "Report",
    "Session",
    "__version__",
    "analyze_track",
    "analyze_video",
    "combine",
    "compare",
    "read_report",
]


def test_exactly_these_names_are_public_and_sorted() -> None:
    assert list(formcheck.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_can_be_had_and_is_listed(name: str) -> None:
    assert getattr(formcheck, name) is not None
    assert name in dir(formcheck)


def test_a_name_that_does_not_exist_is_an_ordinary_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = formcheck.no_such_name


def test_every_public_function_and_class_says_what_it_does() -> None:
    undocumented = [name for name in PUBLIC if name != "__version__" and not getattr(formcheck, name).__doc__]
    assert undocumented == []


def test_the_changelog_has_a_section_for_this_version_with_its_measurement_changes() -> None:
    version = Version(formcheck.__version__)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = [f"\n## [{version.base_version}]"] + ["\n## [Unreleased]"] * version.is_devrelease
    heading = next((heading for heading in headings if heading in changelog), None)
    assert heading is not None, f"no section for {version}"
    section = changelog.partition(heading)[2].partition("\n## ")[0]
    assert "### Measurement changes" in section
