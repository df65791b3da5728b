"""Maps that are switched off: a network's forward in which they are zero, for all that is shown and asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from engine.messages import Graph
from engine.twin import Tapped, Twin

Off = Mapping[str, tuple[int, ...]]


class Mask(nn.Module):
    """Lets (batch, maps, …) pass with some maps zero."""

    indices: Tensor

    def __init__(self, maps: Iterable[int], device: torch.device) -> None:
        super().__init__()
        self.register_buffer("indices", torch.tensor(sorted(maps), dtype=torch.int64, device=device))

    def forward(self, values: Tensor) -> Tensor:
        return values.index_fill(1, self.indices, 0.0)


class AblatedTwin(Twin):
    """A twin whose maps in `off` are zero for everyone who looks at it, and for all that comes behind them."""

    def __init__(self, twin: Twin, off: Off) -> None:  # it is followed already: nothing of Twin's own is needed
        self.tensors = twin.tensors
        self.off = {name: tuple(maps) for name, maps in off.items() if maps}
        self._twin = twin
        device = next((one.device for one in self.tensors.values()), torch.device("cpu"))
        self._masks = {name: Mask(maps, device) for name, maps in self.off.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._twin

    def tapped(self, names: Iterable[str], through: Mapping[str, nn.Module] | None = None) -> Tapped:
        """As `Twin.tapped`; what passes through a module of the caller's has passed the mask before."""
        parts: dict[str, nn.Module] = dict(self._masks)
        for name, part in (through or {}).items():
            parts[name] = nn.Sequential(parts[name], part) if name in parts else part
        return self._twin.tapped(names, parts)


def switched(off: Off, *, graph: Graph, node: str, maps: Iterable[int]) -> dict[str, tuple[int, ...]]:
    """`off` with another set of maps of `node` (none: all on); of an empty node all of the network are on.

    Raises ValueError for a node or a map that the network lacks, and for its input or output.
    """
    if not node:
        return {}
    wanted = tuple(sorted(set(maps)))
    try:
        known = graph[node]
    except KeyError:
        raise ValueError(f"There is no layer {node} in this network.") from None
    count = known.output_shape[0] if known.output_shape else 0
    if missing := [one for one in wanted if not 0 <= one < count]:
        raise ValueError(f"{node} has maps 0 to {count - 1}, no map {missing[0]}.")
    changed = {name: kept for name, kept in off.items() if name != node}
    if wanted:
        changed[node] = wanted
    return changed
