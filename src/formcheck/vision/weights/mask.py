"""Cut the segmentation mask out of MediaPipe's landmark network.

The network computes a mask in every frame, even when it isn't asked for: 9 % of the multiplications of ``full``, and
40 % of its time. MediaPipe has no option against it, so the operators that only the mask needs are removed from the
graph; the other outputs stay bit for bit the same.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mediapipe.tasks.metadata import schema_py_generated as tfl

_OUTPUTS: Final = (
    (b"Identity", (1, 195)),  # landmarks
    (b"Identity_1", (1, 1)),  # presence of a person
    (b"Identity_2", (1, 256, 256, 1)),  # the mask
    (b"Identity_3", (1, 64, 64, 39)),  # heatmap
    (b"Identity_4", (1, 117)),  # landmarks in metres
)
"""Name and shape of what the landmark network gives, in the order by which MediaPipe knows them."""

_PRESENCE: Final = 1
_MASK: Final = 2
_PRESENCE_HEAD: Final = ("RESHAPE", "LOGISTIC", "CONV_2D")
"""Its operators, last first; the input of the convolution is small and computed anyway."""


def drop_mask(model: Any) -> bool:
    """Remove the mask from an unpacked network (``ModelT``); False, and nothing done, if it is not the known graph.

    MediaPipe knows the outputs by their order, so a small tensor that is computed anyway takes the mask's place.
    Weights that nothing uses any more go too. A network without its mask is no longer the known graph.
    """
    if len(model.subgraphs) != 1 or _outputs(model.subgraphs[0]) != _OUTPUTS:
        return False
    features = _presence_features(model)
    if features is None:
        return False
    graph = model.subgraphs[0]
    graph.outputs = [*graph.outputs[:_MASK], features, *graph.outputs[_MASK + 1 :]]
    graph.operators = _needed_operators(graph)
    _drop_unused_tensors(graph)
    _drop_unused_buffers(model)
    return True


def _outputs(graph: Any) -> tuple[tuple[bytes, tuple[int, ...]], ...]:
    tensors = [graph.tensors[index] for index in graph.outputs]
    return tuple((tensor.name, tuple(map(int, tensor.shape))) for tensor in tensors)


def _makers(graph: Any) -> dict[int, Any]:
    """The operator that computes each tensor."""
    return {int(index): operator for operator in graph.operators for index in operator.outputs}


def _presence_features(model: Any) -> int | None:
    """The tensor that the presence head starts from, if the head is the known one."""
    graph = model.subgraphs[0]
    makers = _makers(graph)
    tensor = int(graph.outputs[_PRESENCE])
    for kind in _PRESENCE_HEAD:
        operator = makers.get(tensor)
        if operator is None or model.operatorCodes[operator.opcodeIndex].builtinCode != getattr(
            tfl.BuiltinOperator, kind
        ):
            return None
        tensor = int(operator.inputs[0])
    return tensor


def _needed_operators(graph: Any) -> list[Any]:
    """Those that the outputs depend on, in their order."""
    makers = _makers(graph)
    needed: set[int] = set()
    waiting = [int(index) for index in graph.outputs]
    while waiting:
        operator = makers.get(waiting.pop())
        if operator is not None and id(operator) not in needed:
            needed.add(id(operator))
            waiting += map(int, operator.inputs)
    return [operator for operator in graph.operators if id(operator) in needed]


def _drop_unused_tensors(graph: Any) -> None:
    lists = [graph.inputs, graph.outputs]
    lists += [each for operator in graph.operators for each in (operator.inputs, operator.outputs)]
    graph.tensors, new_index = _kept(graph.tensors, (int(index) for each in lists for index in each))
    new_index[-1] = -1  # an optional input that is not given
    graph.inputs, graph.outputs = (_renumbered(each, new_index) for each in (graph.inputs, graph.outputs))
    for operator in graph.operators:
        operator.inputs = _renumbered(operator.inputs, new_index)
        operator.outputs = _renumbered(operator.outputs, new_index)


def _drop_unused_buffers(model: Any) -> None:
    users = [*model.subgraphs[0].tensors, *(model.metadata or [])]
    listed = [] if model.metadataBuffer is None else model.metadataBuffer
    used = [0, *listed, *(user.buffer for user in users)]  # 0 is the empty one that tensors without data share
    model.buffers, new_index = _kept(model.buffers, map(int, used))
    for user in users:
        user.buffer = new_index[user.buffer]
    model.metadataBuffer = _renumbered(listed, new_index)


def _kept(items: list[Any], used: Iterable[int]) -> tuple[list[Any], dict[int, int]]:
    """The used items in their order, and where each index went."""
    indices = sorted({index for index in used if index >= 0})
    return [items[index] for index in indices], {old: new for new, old in enumerate(indices)}


def _renumbered(indices: Iterable[int], new_index: Mapping[int, int]) -> list[int]:
    return [new_index[int(index)] for index in indices]
