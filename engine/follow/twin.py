"""A twin that is run from graph and weights, for questions about a network whose code nobody has here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import Tensor, nn

from engine.follow.rebuilt import run_through
from engine.messages import Graph, Operation
from engine.twin import Tapped, Twin


class Rebuilt(nn.Module):
    """Holds copies of the weights, by their key; those in the graph's nodes have gradients, running statistics none."""

    def __init__(self, graph: Graph, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        roles = [pair for node in graph.nodes for pair in node.weights.items()]
        learned = {key for role, key in roles if not role.startswith("running")}
        self.weights = {
            key: value.detach().clone().requires_grad_(key in learned and value.is_floating_point())
            for key, value in weights.items()
        }


class RebuiltTwin(Twin):
    """As a Twin, of a `Rebuilt`. A softmax at the end counts as added: what comes before it are the logits."""

    def __init__(self, module: nn.Module, graph: Graph) -> None:  # there is no forward to be followed
        assert isinstance(module, Rebuilt)
        self.tensors = module.weights
        self.graph = graph
        last = graph.nodes[-1]
        self._names = {node.name for node in graph.nodes}
        if last.operation is Operation.SOFTMAX:
            self._names.discard(last.name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def tapped(self, names: Iterable[str], through: Mapping[str, nn.Module] | None = None) -> Tapped:
        return _Tapped(self, tuple(names), dict(through or {}))


class _Tapped(Tapped):
    def __init__(self, twin: RebuiltTwin, names: tuple[str, ...], through: Mapping[str, nn.Module]) -> None:
        nn.Module.__init__(self)
        self.names = names
        self.through = through
        self.parts = nn.ModuleList(through.values())
        self.training = False
        self._rebuilt = twin

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        found = run_through(self._rebuilt.graph, self._rebuilt.tensors, inputs[0], self.through)
        return tuple(found[name] for name in self.names)
