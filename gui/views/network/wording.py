"""How the stage names things: operations, shapes, columns."""

from __future__ import annotations

from collections.abc import Sequence

from engine.messages import Node, Operation
from gui.theme.numbers import TIMES
from gui.views.network.receptive import per_axis, windows

_PLAIN = {
    Operation.INPUT: "Input",
    Operation.LINEAR: "Linear",
    Operation.FLATTEN: "Flatten",
    Operation.SIGMOID: "Sigmoid",
    Operation.TANH: "Tanh",
    Operation.RELU: "ReLU",
    Operation.LEAKY_RELU: "Leaky ReLU",
    Operation.ELU: "ELU",
    Operation.GELU: "GELU",
    Operation.SILU: "SiLU",
    Operation.SOFTPLUS: "Softplus",
    Operation.HARD_SIGMOID: "Hard sigmoid",
    Operation.SOFTMAX: "Softmax",
    Operation.DROPOUT: "Dropout",
    Operation.BATCH_NORM: "Batch norm",
    Operation.LAYER_NORM: "Layer norm",
    Operation.ADD: "Add",
    Operation.CONCAT: "Concat",
    Operation.LSTM: "LSTM",
    Operation.OTHER: "Other",
}
_STARTS = (
    ("conv_transpose", "Transposed conv", "Conv"),
    ("conv", "Conv", "Conv"),
    ("max_pool", "Max pool", "Pool"),
    ("avg_pool", "Average pool", "Pool"),
    ("adaptive_avg", "Average pool", "Pool"),
    ("adaptive_max", "Max pool", "Pool"),
)

_SHORT = (
    ("Batch norm", "BN"),
    ("Layer norm", "LN"),
    ("Max pool", "Max"),
    ("Average pool", "Avg"),
    ("Global average pool", "Global avg"),
    ("Transposed conv", "Conv T"),
    ("Depthwise conv", "Conv"),
)


def shape(sizes: Sequence[int]) -> str:
    """A shape (channels, height, width) as height, width, channels: 28×28×6; (units,) as 120."""
    return TIMES.join(str(size) for size in (*sizes[1:], sizes[0]))


def sizes(values: Sequence[int]) -> str:
    """Sizes one an axis: 5×5; of one axis: 5."""
    return TIMES.join(map(str, values))


def family(operation: Operation) -> str:
    """What columns of this operation are called and counted by: Conv, Pool, Dense, …"""
    for start, _, name in _STARTS:
        if operation.value.startswith(start):
            return name
    if operation is Operation.LINEAR:
        return "Dense"
    return _PLAIN.get(operation, operation.value.replace("_", " ").capitalize())


def operation(node: Node) -> str:
    """An operation as it stands on an arrow: Conv 5×5, Max pool 2/2, ReLU, Linear."""
    name = next((long for start, long, _ in _STARTS if node.operation.value.startswith(start)), "")
    if not name:
        if node.operation is Operation.OTHER and node.module:
            return node.module.rsplit(".", 1)[-1]
        return _PLAIN.get(node.operation, node.operation.value)
    slides = windows(node)
    if node.operation.value.startswith("adaptive"):
        goal = node.attributes.get("output_size")
        whole = goal is None or all(size == 1 for size in per_axis(goal, max(len(node.output_shape) - 1, 1)))
        return f"Global {name.lower()}" if whole else f"Adaptive {name.lower()}"
    if not slides:
        return name
    window = [slide.size for slide in slides]
    if "pool" in node.operation.value:
        strides = [slide.stride for slide in slides]
        if len(set(window)) == len(set(strides)) == 1:
            return f"{name} {window[0]}/{strides[0]}"
        return f"{name} {sizes(window)}/{sizes(strides)}"
    groups = int(node.attributes.get("groups", 1))
    kind = "Depthwise conv" if groups > 1 and groups == node.output_shape[0] else name
    return f"{kind} {sizes(window)}"


def short(text: str) -> str:
    """An operation in fewer letters, for narrow gaps: BN, Max 2/2, Avg 2/2."""
    for long, brief in _SHORT:
        text = text.replace(long, brief)
    return text


def parameters(node: Node) -> str:
    """What else matters of a convolution or pooling, where it is not the usual: pad 2, stride 2, …"""
    slides = windows(node)
    if not slides:
        return ""
    found = []
    padding = node.attributes.get("padding", 0)
    if padding == "same":
        found.append("pad same")
    elif any(slide.before for slide in slides):
        found.append(f"pad {_one_or_all([slide.before for slide in slides])}")
    if "pool" not in node.operation.value:
        if any(slide.stride != 1 for slide in slides):
            found.append(f"stride {_one_or_all([slide.stride for slide in slides])}")
        groups = int(node.attributes.get("groups", 1))
        if groups > 1 and groups != node.output_shape[0]:
            found.append(f"{groups} groups")
    if any(slide.dilation != 1 for slide in slides):
        found.append(f"dilation {_one_or_all([slide.dilation for slide in slides])}")
    return ", ".join(found)


def _one_or_all(values: Sequence[int]) -> str:
    return str(values[0]) if len(set(values)) == 1 else sizes(values)
