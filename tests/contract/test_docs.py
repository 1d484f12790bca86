"""What the documents say is true: commands and options exist, links lead somewhere, code compiles."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from tools import documents

from documented import code_blocks, commands, help_of, offers, options
from formcheck.gait.measures.registry import MEASURES
from places import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = DOCUMENTS[0].read_text(encoding="utf-8")

REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"))
REGISTRY_HOSTS = tuple(".".join(parts) for parts in REGISTRIES)  # in parts, so that this file names none of them
MACHINE_PATHS = re.compile(
    r"(?<![\w.~/-])/(?:workspace|tmp|root|Users|mnt)/|/home/(?!runner\b)\w+/|(?<![\w.~/-])/opt/(?!formcheck\b|build\b)\w+"
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_readme_shows_commands() -> None:
    assert commands(README)


@pytest.mark.parametrize("words", commands(README), ids=" ".join)
def test_every_command_in_the_readme_exists_with_its_options(words: list[str]) -> None:
    help_text = help_of(words[0])
    assert [option for option in options(words) if not offers(help_text, option)] == []
    if words[0] == "models":
        assert offers(help_text, words[1])


def test_every_option_named_in_the_readmes_table_exists() -> None:
    table = "\n".join(line for line in README.splitlines() if line.startswith("| `-"))
    named_options = set(re.findall(r"`(--?[a-z][\w-]*)", table))
    assert named_options
    assert {option for option in named_options if not offers(help_of("analyze"), option)} == set()


def test_the_readmes_table_has_every_measure_and_no_other() -> None:
    table = README.split("## What it measures")[1].split("\n## ")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)} == {row.name for row in MEASURES}


def test_every_option_of_analyze_is_in_the_readme() -> None:
    offered = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", help_of("analyze"))) - {"--help"}
    assert {option for option in offered if not offers(README, option)} == set()


@pytest.mark.parametrize("code", code_blocks(README, "python"))
def test_python_in_the_readme_compiles_and_imports_only_what_is_public(code: str) -> None:
    import formcheck  # noqa: PLC0415  # its version of today, after the tests of the documents alone

    tree = ast.parse(code)
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "formcheck"
    }
    assert used <= set(formcheck.__all__)


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    broken = [t for t in targets if "://" not in t and not (document.parent / t).exists()]
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_make_target_named_in_a_document_exists(document: Path) -> None:
    made = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|^)make ([a-z][\w-]*)", text, flags=re.MULTILINE)) - made == set()


def tracked_texts() -> list[tuple[str, str]]:
    """Path and text of every file under version control but this one; pictures and clips left out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nothing says which files belong to the project")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    contents = [(named(path), path.read_bytes()) for path in paths if path.is_file() and path != Path(__file__)]
    return [(name, data.decode("utf-8")) for name, data in contents if b"\0" not in data]


def test_no_tracked_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    found = [
        f"{name}: {text}"
        for name, content in tracked_texts()
        for text in (*(host for host in REGISTRY_HOSTS if host in content), *MACHINE_PATHS.findall(content))
    ]
    assert found == []


def test_the_locks_pin_and_hash_every_package_and_name_no_index() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        content = lock.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in content.splitlines() if line and not line.lstrip().startswith("#")]
        assert lines, named(lock)
        for line in lines:
            assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ ", line), f"{named(lock)}: {line[:60]}"
            assert "--hash=sha256:" in line, f"{named(lock)}: {line[:60]}"


def test_the_locks_agree_on_every_version() -> None:
    versions: dict[str, set[str]] = {}
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        for package, version in re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE):
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize("page", documents.PAGES, ids=lambda page: page.name)
def test_what_is_made_from_the_code_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert documents.up_to_date(text) == text, "run: python -m tools.documents"
