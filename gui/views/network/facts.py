"""The facts of a layer as a card shows them: window, shapes from the formula, parameters with the sum written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.messages import Graph, Node, Operation
from gui.theme.numbers import MINUS, count, plain
from gui.views.network import wording
from gui.views.network.receptive import Window, field, spatial, windows

_FORMULAS = {
    Operation.SIGMOID: "1 / (1 + exp(−x))",
    Operation.TANH: "tanh(x)",
    Operation.RELU: "max(0, x)",
    Operation.LEAKY_RELU: "x if x > 0, else {negative_slope}·x",
    Operation.ELU: "x if x > 0, else {alpha}·(exp(x) − 1)",
    Operation.GELU: "x·Φ(x)",
    Operation.SILU: "x / (1 + exp(−x))",
    Operation.SOFTPLUS: "log(1 + exp(x))",
    Operation.HARD_SIGMOID: "min(max(0, x/6 + 1/2), 1)",
    Operation.SOFTMAX: "exp(xᵢ) / Σ exp(xⱼ)",
    Operation.BATCH_NORM: "(x − mean) / √(variance + eps) · weight + bias",
}
_DEFAULTS = {"negative_slope": 0.01, "alpha": 1.0}
_WEIGHTED = (Operation.CONV1D, Operation.CONV2D, Operation.CONV3D)


@dataclass(frozen=True)
class Facts:
    """A title, what it stands for in the code, and rows of label and text."""

    title: str
    name: str
    rows: tuple[tuple[str, str], ...]


def facts(graph: Graph, node_name: str, title: str = "") -> Facts:
    """The facts of a node; `title` is what the stage calls it. KeyError for an unknown node."""
    node = graph[node_name]
    rows: list[tuple[str, str]] = []
    before = graph[node.inputs[0]] if node.inputs else None
    slides = windows(node)
    if node.operation is Operation.INPUT:
        rows.append(("Shape", wording.shape(node.output_shape)))
        return Facts(title or "Input", node.name, tuple(rows))
    if slides and before is not None:
        rows += _window_rows(node, slides)
        rows += _output_rows(node, slides, spatial(before.output_shape))
    elif (formula := _FORMULAS.get(node.operation)) is not None:
        given = {name: plain(float(node.attributes.get(name, value))) for name, value in _DEFAULTS.items()}
        rows.append(("Each value", formula.format(**given)))
    elif node.operation is Operation.DROPOUT:
        rows.append(("In training", f"a share of {plain(float(node.attributes.get('p', 0.5)))} is set to 0"))
    elif node.operation is Operation.FLATTEN and before is not None:
        sizes = "·".join(map(str, (*before.output_shape[1:], before.output_shape[0])))
        rows.append(("Units", f"{sizes} = {count(node.output_shape[0])}"))
    rows.append(("Shape", wording.shape(node.output_shape)))
    rows.append(("Parameters", parameter_sum(graph, node)))
    rows.append(("Multiply-adds", multiply_add_sum(graph, node)))
    if len(node.output_shape) == len(graph.input_shape) > 1:
        seen = field(graph, node.name)
        text = wording.sizes(seen.size)
        if seen.everything:
            text = "the whole input"
        elif any(step != 1 for step in seen.stride):
            text += f", stride {_each(seen.stride)}"
        rows.append(("Receptive field", text))
    return Facts(title or wording.operation(node), node.name, tuple(rows))


def _window_rows(node: Node, slides: Sequence[Window]) -> list[tuple[str, str]]:
    pooling = "pool" in node.operation.value
    rows = [("Window" if pooling else "Kernel", wording.sizes([slide.size for slide in slides]))]
    rows.append(("Stride", _each([slide.stride for slide in slides])))
    padding = node.attributes.get("padding", 0)
    text = "same" if padding == "same" else _each([slide.before for slide in slides])
    mode = str(node.attributes.get("padding_mode", "zeros"))
    rows.append(("Padding", f"{text}, {mode}" if mode != "zeros" else text))
    if any(slide.dilation != 1 for slide in slides):
        rows.append(("Dilation", _each([slide.dilation for slide in slides])))
    if (groups := int(node.attributes.get("groups", 1))) > 1:
        rows.append(("Groups", str(groups)))
    return rows


def _output_rows(node: Node, slides: Sequence[Window], before: Sequence[int]) -> list[tuple[str, str]]:
    """Output sizes by the formula, one for all axes where they are alike."""
    after = spatial(node.output_shape)
    lines = []
    for size, slide, out in zip(before, slides, after, strict=True):
        if "transpose" in node.operation.value or node.attributes.get("padding") == "same":
            return []
        reach = f"{slide.dilation}·({slide.size} {MINUS} 1) + 1" if slide.dilation != 1 else str(slide.size)
        kernel = f"({reach})" if slide.dilation != 1 else reach
        rounding = "⌈⌉" if node.attributes.get("ceil_mode") else "⌊⌋"
        inside = f"({size} + 2·{slide.before} {MINUS} {kernel})/{slide.stride}"
        lines.append(f"{rounding[0]}{inside}{rounding[1]} + 1 = {out}")
    if len(set(lines)) == 1:
        return [("Output size", lines[0])]
    names = ("Rows", "Columns") if len(lines) == 2 else tuple(f"Axis {i}" for i in range(len(lines)))
    return list(zip(names, lines, strict=True))


def parameter_sum(graph: Graph, node: Node) -> str:
    """The number of parameters with the sum written out: 16 × (6·5·5 + 1) = 2,416."""
    if not node.parameters:
        return "0"
    total = count(node.parameters)
    bias = " + 1" if "bias" in node.weights else ""
    inputs = _fan_in(graph, node)
    if inputs is None:
        return total
    units, terms = node.output_shape[0], "·".join(map(str, inputs))
    size = units
    for entry in inputs:
        size *= entry
    if size + (units if bias else 0) != node.parameters:
        return total
    return f"{units} × ({terms}{bias}) = {total}" if bias else f"{units} × {terms} = {total}"


def multiply_add_sum(graph: Graph, node: Node) -> str:
    """The number of multiply-adds with the product written out: 10·10·16 × 6·5·5 = 240,000."""
    if not node.multiply_adds:
        return "0"
    total = count(node.multiply_adds)
    inputs = _fan_in(graph, node)
    if inputs is None:
        return total
    outputs = (*node.output_shape[1:], node.output_shape[0])
    size = 1
    for entry in (*outputs, *inputs):
        size *= entry
    if size != node.multiply_adds:
        return total
    return f"{'·'.join(map(str, outputs))} × {'·'.join(map(str, inputs))} = {total}"


def _fan_in(graph: Graph, node: Node) -> tuple[int, ...] | None:
    """How many values enter each output: (channels, kernel height, kernel width), or (features,)."""
    if not node.inputs:
        return None
    channels = graph[node.inputs[0]].output_shape[0]
    if node.operation in _WEIGHTED:
        groups = int(node.attributes.get("groups", 1))
        return (channels // groups, *(slide.size for slide in windows(node)))
    if node.operation is Operation.LINEAR and len(node.output_shape) == 1:
        return (channels,)
    return None


def _each(values: Sequence[int]) -> str:
    return str(values[0]) if len(set(values)) == 1 else wording.sizes(values)
