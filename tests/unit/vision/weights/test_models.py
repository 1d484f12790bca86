"""The model is had from whichever source works, is checked, and a failure says what was tried."""

import functools
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from formcheck.cli.exits import WRONG_USAGE
from formcheck.cli.main import main
from formcheck.records.errors import ModelError
from formcheck.records.options import MODEL_NAMES
from formcheck.vision.weights.models import Model, available_models, find_model, list_models
from masked_model import with_mask
from places import CLIP

NOBODY = "http://127.0.0.1:9"  # a port that refuses at once


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def lite() -> Model:
    return find_model("lite")


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address of a server that publishes it."""
    folder = tmp_path / "bucket"
    folder.mkdir()
    handler = functools.partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def no_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Real clients that are told to look nowhere."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("npm_config_registry", NOBODY)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))


def publish(folder: Path, name: str, data: bytes) -> None:
    file = folder / f"pose_landmarker/pose_landmarker_{name}/float16/1/pose_landmarker_{name}.task"
    file.parent.mkdir(parents=True)
    file.write_bytes(data)


def retrained(network: bytes) -> bytes:
    """The network with one weight changed: its longest arrays fill the middle of the file."""
    middle = len(network) // 2
    return network[:middle] + bytes([network[middle] ^ 1]) + network[middle + 1 :]


def rezipped(bundle: bytes, change: Callable[[bytes], bytes] = bytes) -> bytes:
    """The same networks, or changed ones, in a zip of another date and order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as source, zipfile.ZipFile(out, "w") as target:
        for name in reversed(source.namelist()):
            target.writestr(name, change(source.read(name)))
    return out.getvalue()


@pytest.mark.slow
def test_a_published_bundle_is_known_by_its_weights_though_it_was_zipped_otherwise(
    bucket: tuple[Path, str], lite: Model, tmp_path: Path
) -> None:
    publish(bucket[0], "lite", rezipped(lite.path.read_bytes()))
    told: list[float] = []
    model = find_model(
        "lite", cache=tmp_path / "c", published_url=bucket[1], on_progress=lambda _, done: told.append(done)
    )
    assert (model.name, model.sha256) == ("lite", lite.sha256)
    assert told == sorted(told)
    assert (told[0], told[-1], len(told) > 10) == (0.0, 1.0, True)
    assert find_model("lite", cache=tmp_path / "c", published_url=NOBODY) == model


def test_a_damaged_cached_model_is_fetched_again(bucket: tuple[Path, str], lite: Model, tmp_path: Path) -> None:
    publish(bucket[0], "lite", lite.path.read_bytes())
    (tmp_path / lite.path.name).write_bytes(lite.path.read_bytes()[:-1000])
    assert list_models(tmp_path) == ()
    model = find_model("lite", cache=tmp_path, published_url=bucket[1])
    assert model.sha256 == lite.sha256
    assert list_models(tmp_path) == (model,)


@pytest.mark.slow
def test_without_any_source_one_line_lists_what_was_tried(
    bucket: tuple[Path, str], lite: Model, tmp_path: Path, no_registry: None
) -> None:
    publish(bucket[0], "full", lite.path.read_bytes())
    with pytest.raises(ModelError) as caught:
        find_model("full", cache=tmp_path / "c", published_url=bucket[1])
    text = str(caught.value)
    assert "\n" not in text
    for part in (
        "cache (nothing there yet)",
        "published bundle (its weights are not",
        "pip, ",
        "npm, ",
        "give its path as the model",
    ):
        assert part in text
    assert not (tmp_path / "c").exists()


@pytest.mark.slow
def test_a_cached_model_with_its_mask_is_converted_without_a_download_and_stays_for_formcheck_0_1(
    lite: Model, tmp_path: Path, no_registry: None
) -> None:
    old = tmp_path / "pose_landmarker_lite.task"
    old.write_bytes(with_mask(lite.path.read_bytes()))
    assert list_models(tmp_path) == (Model("lite", old, lite.sha256),)
    model = find_model("lite", cache=tmp_path, published_url=NOBODY)
    assert model == Model("lite", tmp_path / lite.path.name, lite.sha256)
    assert model.path.read_bytes() == lite.path.read_bytes()
    assert set(tmp_path.iterdir()) == {model.path, old}
    assert list_models(tmp_path) == (model,)


@pytest.mark.slow
@pytest.mark.parametrize("change", [bytes, retrained], ids=["known weights", "other weights"])
def test_a_file_of_ones_own_is_used_without_its_mask_and_stays_as_it_is(
    lite: Model, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    changed = rezipped(lite.path.read_bytes(), change)
    own, cache = tmp_path / "mine.task", tmp_path / "cache"
    own.write_bytes(with_mask(changed))
    model = find_model(str(own), cache=cache)
    assert model == find_model(str(own), cache=cache)
    assert model.path.parent == cache
    assert model.sha256 == find_model(str(model.path), cache=cache).sha256
    assert model.name == ("lite" if change is bytes else "mine.task")
    assert (b"mask weights" in own.read_bytes(), b"mask weights" in model.path.read_bytes()) == (True, False)


@pytest.mark.slow
def test_a_model_with_its_mask_is_used_as_it_is_where_the_cache_cannot_be_written(lite: Model, tmp_path: Path) -> None:
    own, no_folder = tmp_path / "mine.task", tmp_path / "file"
    own.write_bytes(with_mask(lite.path.read_bytes()))
    no_folder.touch()
    assert find_model(str(own), cache=no_folder) == Model("lite", own, lite.sha256)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pose_landmarker_lite.task", "mine.task", "full"])
def test_a_known_model_is_itself_wherever_it_lies(lite: Model, tmp_path: Path, name: str) -> None:
    whole, zipped_otherwise = tmp_path / name, tmp_path / f"again-{name}"
    whole.write_bytes(lite.path.read_bytes())
    zipped_otherwise.write_bytes(rezipped(lite.path.read_bytes()))
    assert find_model(str(whole)) == Model("lite", whole, lite.sha256)
    assert find_model(str(zipped_otherwise)).name == "lite"


@pytest.mark.parametrize(("file", "name"), [("mine.task", "mine.task"), ("full", "full.task")])
def test_a_file_with_other_weights_keeps_its_own_name_and_never_takes_that_of_a_known_model(
    lite: Model, tmp_path: Path, file: str, name: str
) -> None:
    own = tmp_path / file
    own.write_bytes(rezipped(lite.path.read_bytes(), retrained))
    model = find_model(str(own))
    assert (model.name, model.path) == (name, own)


def test_a_wrong_name_and_a_wrong_file_are_told_apart(tmp_path: Path) -> None:
    wrong = tmp_path / "clip.mp4"
    wrong.write_bytes(b"not a zip")
    with pytest.raises(ModelError, match="ful is neither a pose model nor a file; use lite, full, heavy, or the path"):
        find_model("ful")
    with pytest.raises(ModelError, match=r"clip\.mp4 is not a pose model"):
        find_model(str(wrong))


def test_an_empty_model_option_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(CLIP), "-o", str(tmp_path), "--model", ""]) == WRONG_USAGE
    told = "formcheck: the pose model's name is empty; use lite, full, heavy, or the path of a .task file\n"
    assert capsys.readouterr().err == told


def test_an_empty_name_and_a_folder_are_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the pose model's name is empty; use lite, full, heavy, or the path"):
        find_model("")
    with pytest.raises(ModelError, match=f"{tmp_path} can't be read: .*; use lite, full, heavy"):
        find_model(str(tmp_path))


def test_every_model_is_available_where_it_could_still_be_fetched(tmp_path: Path) -> None:
    assert available_models(tmp_path / "not" / "made" / "yet") == MODEL_NAMES


def test_none_is_available_where_there_is_no_folder_to_keep_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert available_models(tmp_path / "file" / "models") == ()
