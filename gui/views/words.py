"""What nodes, maps and cells are called on screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from engine.messages import Graph, Node, Operation
from gui.views.network import wording

_COLOURS = ("red", "green", "blue")


@lru_cache(maxsize=8)
def titles(graph: Graph) -> Mapping[str, str]:
    """The nodes' names as people say them: "Conv 2", "ReLU 3", "Output"; a path in a module, and
    what has no name of its own there, stays as it is: "block.0.conv", "emb"."""
    families = {node.name: wording.family(node.operation) for node in graph.nodes}
    totals = Counter(families.values())
    counts: Counter[str] = Counter()
    found = {}
    for node in graph.nodes:
        family = families[node.name]
        counts[family] += 1
        if "." in node.name or node.operation is Operation.OTHER:
            found[node.name] = node.name
        elif node.operation is Operation.LINEAR and is_output(graph, node):
            found[node.name] = "Output"
        elif family in ("Conv", "Pool", "Dense") or totals[family] > 1:
            found[node.name] = f"{family} {counts[family]}"
        else:
            found[node.name] = family
    return found


def title(graph: Graph, node: Node) -> str:
    """The name of one node, as in `titles`."""
    return titles(graph)[node.name]


def is_flat(node: Node) -> bool:
    """Whether the node's output is a list of units rather than maps."""
    return len(node.output_shape) < 2


def is_output(graph: Graph, node: Node) -> bool:
    """Whether the node's units are the classes: the last node, or only a softmax follows."""
    if not is_flat(node):
        return False
    consumers = [other for other in graph.nodes if node.name in other.inputs]
    return all(other.operation is Operation.SOFTMAX for other in consumers)


def channel(graph: Graph, node: Node, index: int, classes: tuple[str, ...] = ()) -> str:
    """What one map or unit of a node is called: "map 8", "unit 3", "class 7"; of the input: "picture" or a colour."""
    if node.operation is Operation.INPUT:
        if node.output_shape[0] == 1:
            return "picture"
        return _COLOURS[index] if node.output_shape[0] == 3 else f"channel {index}"
    if not is_flat(node):
        return f"map {index}"
    if not is_output(graph, node):
        return f"unit {index}"
    name = classes[index] if index < len(classes) else str(index)
    return f"class {name}" if len(name) <= 2 else name


def place(row: int, column: int) -> str:
    """A cell of a map: "row 5, column 6"."""
    return f"row {row}, column {column}"
