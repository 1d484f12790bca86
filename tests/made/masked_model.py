"""A pose bundle with a mask again, as Google publishes it; its operator is there but means nothing."""

import io
import zipfile

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import schema_py_generated as tfl

from formcheck.vision.weights.bundle import DETECTOR, LANDMARKS

MASK_SHAPE = (1, 256, 256, 1)


def networks_of(bundle: bytes) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return archive.read(DETECTOR), archive.read(LANDMARKS)


def with_mask(bundle: bytes, shape: tuple[int, ...] = MASK_SHAPE) -> bytes:
    """The bundle whose landmark network has an operator, weights and an output for a mask of that shape."""
    detector, landmarks = networks_of(bundle)
    model = tfl.ModelT.InitFromPackedBuf(landmarks, 0)
    graph = model.subgraphs[0]
    weights, mask = len(graph.tensors), len(graph.tensors) + 1
    graph.tensors += [
        tfl.TensorT(shape=[4], buffer=len(model.buffers), name="mask weights"),
        tfl.TensorT(shape=list(shape), buffer=0, name="Identity_2"),
    ]
    model.buffers.append(tfl.BufferT(data=np.arange(16, dtype=np.uint8)))
    outputs = [int(output) for output in graph.outputs]
    graph.operators.append(tfl.OperatorT(opcodeIndex=0, inputs=[outputs[2], weights, -1], outputs=[mask]))
    graph.outputs = [*outputs[:2], mask, *outputs[3:]]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(DETECTOR, detector)
        target.writestr(LANDMARKS, bytes(builder.Output()))
    return out.getvalue()
