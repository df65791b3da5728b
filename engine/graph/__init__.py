"""Any module as a drawable network: nodes in the order in which they run, with shapes, parameters, multiply-adds."""

from __future__ import annotations

from dataclasses import replace

from engine.graph.tracing import GraphError, trace_graph
from engine.messages import Graph, Node, Operation

__all__ = ["GraphError", "trace_graph", "with_softmax"]


def with_softmax(graph: Graph) -> Graph:
    """The graph of a classifier with its probabilities: a node `softmax` over the features of the last node.

    A graph that ends in softmax already is returned as it is.
    """
    last = graph.nodes[-1]
    if last.operation is Operation.SOFTMAX:
        return graph
    taken = {node.name for node in graph.nodes}
    name = "softmax"
    while name in taken:
        name += "_"
    softmax = Node(
        name=name,
        operation=Operation.SOFTMAX,
        inputs=(last.name,),
        output_shape=last.output_shape,
        attributes={"axis": 0 if len(last.output_shape) > 1 else -1},
        module="Softmax",
    )
    return replace(graph, nodes=(*graph.nodes, softmax))
