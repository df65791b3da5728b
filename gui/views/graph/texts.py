"""What is written on the nodes of a diagram: operations, shapes, costs, what a module is made of."""

from __future__ import annotations

from collections.abc import Sequence

from engine.messages import ACTIVATIONS, Node, Operation
from gui.theme import numbers
from gui.views.graph.modules import Leaf, Module, Network, Part
from gui.views.network import wording
from gui.views.network.receptive import windows

_SHORT = {
    Operation.BATCH_NORM: "BN", Operation.LAYER_NORM: "LN", Operation.LINEAR: "linear", Operation.ADD: "add",
    Operation.CONCAT: "concat", Operation.FLATTEN: "flatten", Operation.DROPOUT: "dropout",
    Operation.SOFTMAX: "softmax", Operation.ADAPTIVE_AVG_POOL: "avg pool", Operation.ADAPTIVE_MAX_POOL: "max pool",
}  # fmt: skip
_ROLES = (
    ("conv", "Convolution"), ("linear", "Linear"), ("pool", "Pooling"), ("norm", "Normalization"),
    ("add", "Addition"), ("concat", "Concatenation"),
)  # fmt: skip
FUNCTIONS = ACTIVATIONS | {Operation.SOFTMAX}


def operation(node: Node) -> str:
    """An operation in a few letters: "3×3 conv", "2×2 max", "BN", "linear"."""
    name = node.operation.value
    slides = windows(node)
    if node.operation.value.startswith("adaptive") or not slides:
        return _SHORT.get(node.operation, wording.operation(node))
    window = wording.sizes([slide.size for slide in slides])
    stride = {slide.stride for slide in slides}
    if "pool" in name:
        return f"{window} {'max' if name.startswith('max') else 'avg'}"
    groups = int(node.attributes.get("groups", 1))
    kind = "conv T" if "transpose" in name else "dw conv" if 1 < groups == node.output_shape[0] else "conv"
    return f"{window} {kind}{f' /{stride.pop()}' if len(stride) == 1 and stride != {1} else ''}"


def role(node: Node) -> str:
    """The family of an operation, for colours and their legend."""
    name = node.operation.value
    if node.operation in FUNCTIONS:
        return "Activation"
    return next((title for part, title in _ROLES if part in name), "Other")


def kind(network: Network, module: Module) -> str:
    """What a module is in a few words: "residual block", "4 branches", "3×3 conv, BN, ReLU", "6 layers"."""
    own = network.nodes[module.first : module.last + 1]
    if network.is_simple(module):
        return ", ".join(operation(node) for node in own if node.operation is not Operation.DROPOUT)
    face = network.nodes[network.face(module)]
    ends = {node.operation for node in own[-2:]}
    if Operation.ADD in ends and not any(isinstance(child, Module) and len(child.shown) > 3
                                         for child in module.children):  # fmt: skip
        return "residual block"
    if face.operation is Operation.CONCAT and len(face.inputs) > 1 and len(module.children) <= len(face.inputs) + 2:
        return f"{len(face.inputs)} branches"
    inner = [child for child in module.shown if isinstance(child, Module)]
    if len(inner) > 1 and 2 * len(inner) >= len([one for one in module.shown if not _is_concat(network, one)]):
        words = {kind(network, one) for one in inner}
        what = words.pop() if len(words) == 1 else "modules"
        return f"{len(inner)} {what}s" if what == "residual block" else f"{len(inner)} modules"
    count = module.last - module.first + 1
    return f"{count} layer{'' if count == 1 else 's'}"


def _is_concat(network: Network, part: Part) -> bool:
    return isinstance(part, Leaf) and network.nodes[part.first].operation is Operation.CONCAT


def line(network: Network, part: Part) -> str:
    """The second line of a card: the operation, or what is in a module."""
    if isinstance(part, Module):
        return kind(network, part)
    return operation(network.nodes[part.first])


def shape(sizes: Sequence[int]) -> str:
    return wording.shape(sizes) if sizes else ""


def shape_in_short(sizes: Sequence[int]) -> str:
    """A shape where there is little room: 112²×64."""
    if len(sizes) == 3 and sizes[1] == sizes[2]:
        return f"{sizes[1]}²{numbers.TIMES}{sizes[0]}"
    return shape(sizes)


def cost(value: int) -> str:
    """A number of parameters or multiply-adds on a card: 528, 2.1 k, 6.21 M."""
    if value >= 1000:
        text = numbers.short(value)
        head, _, unit = text.partition(" ")
        return f"{float(head):.3g} {unit}" if unit else text
    return str(value)
