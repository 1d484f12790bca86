"""Make a MediaPipe Tasks bundle (``.task``) out of two bare ``.tflite`` networks, and compare bundles by their weights.

A bundle is a zip of a person detector and a landmark network. The networks in the package registries were made for
MediaPipe's older API and do not say how a picture's bytes become numbers; Tasks refuses them until they do. The
values below are those of the graphs that shipped with them ([-1, 1] for the detector, [0, 1] for the landmarks).
"""

import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import flatbuffers  # type: ignore[import-untyped]  # ships no types
import numpy as np
from mediapipe.tasks.metadata import metadata_schema_py_generated as meta
from mediapipe.tasks.metadata import schema_py_generated as tfl

from formcheck.records.errors import ModelError
from formcheck.vision.weights.mask import drop_mask
from formcheck.words.catalogue import ENGLISH

DETECTOR: Final = "pose_detector.tflite"
LANDMARKS: Final = "pose_landmarks_detector.tflite"

_OUTPUTS: Final = {DETECTOR: (2, (1, 2254, 12)), LANDMARKS: (5, (1, 195))}
"""Number of a network's outputs, and shape of the first: anchors with boxes and key points, and landmarks."""

_METADATA_ENTRY: Final = b"TFLITE_METADATA"
_ALIGNMENT_BYTES: Final = 16  # of every weight array, as the tflite schema demands; less and the runtime copies them
_ZIP_BEGINS: Final = b"PK"
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever and wherever the bundle is made
_ZIP_HEADER_BYTES: Final = 30
_ZIP_PADDING_ID: Final = 0xD935  # the extra field that is there for padding only

_BROKEN: Final = (zipfile.BadZipFile, KeyError, struct.error, IndexError, ValueError, AttributeError, TypeError)
"""What reading arbitrary bytes as a bundle of networks may raise."""

say: Final = ENGLISH.say


@dataclass(frozen=True, slots=True)
class _Normalisation:
    """A network reads ``(value - mean) / std`` of each 0..255 colour value."""

    mean: float
    std: float


_INPUT: Final = {DETECTOR: _Normalisation(127.5, 127.5), LANDMARKS: _Normalisation(0.0, 255.0)}


class _AlignedBuffer(tfl.BufferT):  # type: ignore[misc]  # generated code without types
    """The generated class packs arrays wherever they fall."""

    def Pack(self, builder: Any) -> Any:  # noqa: N802  # the generated code's name
        if self.data is not None:
            builder.Prep(_ALIGNMENT_BYTES, len(self.data))
        return super().Pack(builder)


def make_bundle(detector: bytes, landmarks: bytes) -> bytes:
    """A ``.task`` file's bytes; the same input gives the same bytes."""
    networks = {DETECTOR: detector, LANDMARKS: landmarks}
    return _zipped({name: _described(network, _INPUT[name]) for name, network in networks.items()})


def without_mask(bundle: bytes) -> bytes:
    """``bundle`` without the segmentation mask; unchanged where it has none, or is not built as we know it.

    MediaPipe expects five outputs, so the mask's place is taken by a small tensor that is computed anyway. Metadata
    are kept.

    Raises
    ------
    ModelError
        These bytes are not a bundle of two networks that can be read.
    """
    detector, landmarks = _networks(bundle)
    try:
        trimmed = _trimmed(landmarks)
    except _BROKEN as error:
        raise ModelError(say("error.model.damaged")) from error
    return bundle if trimmed is None else _zipped({DETECTOR: detector, LANDMARKS: trimmed})


def weights_sha256(bundle: bytes) -> str:
    """Digest of every number in the two networks but those of the mask, whatever their metadata, layout or zip dates.

    A bundle has the same digest before and after `without_mask`.

    Raises
    ------
    ModelError
        These bytes are not a bundle of a person detector and a landmark network.
    """
    networks = dict(zip((DETECTOR, LANDMARKS), _networks(without_mask(bundle)), strict=True))
    try:
        are_known = all(_outputs(network) == _OUTPUTS[name] for name, network in networks.items())
        digests = [_tensor_digests(network) for network in networks.values()]
    except _BROKEN as error:
        raise ModelError(say("error.model.damaged")) from error
    if not are_known:
        raise ModelError(say("error.model.other_networks"))
    return hashlib.sha256("\n".join(map("".join, digests)).encode()).hexdigest()


# --- the zip


def _networks(bundle: bytes) -> tuple[bytes, bytes]:
    """Detector and landmark network."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            return archive.read(DETECTOR), archive.read(LANDMARKS)
    except _BROKEN as error:
        is_part = isinstance(error, zipfile.BadZipFile) and bundle.startswith(_ZIP_BEGINS)
        raise ModelError(say("error.model.damaged") if is_part else say("error.model.no_bundle")) from error


def _zipped(networks: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as bundle:
        for name, network in networks.items():
            member = zipfile.ZipInfo(name, _ZIP_EPOCH)
            member.extra = _padding(archive.tell() + _ZIP_HEADER_BYTES + len(name))
            bundle.writestr(member, network)
    return archive.getvalue()


def _padding(offset: int) -> bytes:
    """A zip extra field that moves the member's data to an aligned offset."""
    size = -(offset + 4) % _ALIGNMENT_BYTES
    return struct.pack("<HH", _ZIP_PADDING_ID, size) + bytes(size)


# --- the networks


def _outputs(network: bytes) -> tuple[int, tuple[int, ...]]:
    """Number of outputs, and shape of the first."""
    graph = tfl.ModelT.InitFromPackedBuf(network, 0).subgraphs[0]
    return len(graph.outputs), tuple(map(int, graph.tensors[graph.outputs[0]].shape))


def _tensor_digests(network: bytes) -> list[str]:
    """SHA-256 of each constant tensor, sorted: repacking may reorder them."""
    model = tfl.ModelT.InitFromPackedBuf(network, 0)
    constants = (model.buffers[tensor.buffer].data for graph in model.subgraphs for tensor in graph.tensors)
    return sorted(hashlib.sha256(np.asarray(data).tobytes()).hexdigest() for data in constants if data is not None)


def _trimmed(network: bytes) -> bytes | None:
    """The landmark network without the mask, None where `drop_mask` finds none."""
    model = tfl.ModelT.InitFromPackedBuf(network, 0)
    return _repacked(model) if drop_mask(model) else None


def _described(network: bytes, normalisation: _Normalisation) -> bytes:
    """``network`` with our input metadata in place of whatever it had."""
    model = tfl.ModelT.InitFromPackedBuf(network, 0)
    described = [entry for entry in model.metadata if entry.name == _METADATA_ENTRY]
    if described and described[0].buffer == len(model.buffers) - 1:
        model.buffers.pop()  # so that detectors with and without metadata come out the same
    kept = [entry for entry in model.metadata if entry.name != _METADATA_ENTRY]
    text = _metadata(normalisation, outputs=len(model.subgraphs[0].outputs))
    model.metadata = [*kept, tfl.MetadataT(name=_METADATA_ENTRY, buffer=len(model.buffers))]
    arrays = [*(buffer.data for buffer in model.buffers), np.frombuffer(text, np.uint8)]
    model.buffers = [tfl.BufferT(data=data) for data in arrays]
    return _repacked(model)


def _metadata(normalisation: _Normalisation, outputs: int) -> bytes:
    """Metadata that says: one RGB picture in, normalised so; ``outputs`` unnamed tensors out."""
    options = meta.NormalizationOptionsT(mean=[normalisation.mean], std=[normalisation.std])
    unit = meta.ProcessUnitT(optionsType=meta.ProcessUnitOptions.NormalizationOptions, options=options)
    content = meta.ContentT(
        contentPropertiesType=meta.ContentProperties.ImageProperties,
        contentProperties=meta.ImagePropertiesT(colorSpace=meta.ColorSpaceType.RGB),
    )
    picture = meta.TensorMetadataT(name="image", content=content, processUnits=[unit])
    graph = meta.SubGraphMetadataT(
        inputTensorMetadata=[picture], outputTensorMetadata=[meta.TensorMetadataT() for _ in range(outputs)]
    )
    return _packed(meta.ModelMetadataT(subgraphMetadata=[graph]), b"M001")


def _repacked(model: Any) -> bytes:
    model.buffers = [_AlignedBuffer(data=buffer.data) for buffer in model.buffers]
    return _packed(model, b"TFL3")


def _packed(table: Any, file_id: bytes) -> bytes:
    builder = flatbuffers.Builder(1024)
    builder.Finish(table.Pack(builder), file_id)
    return bytes(builder.Output())
