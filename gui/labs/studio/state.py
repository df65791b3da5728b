"""What the Studio shows, as one frozen dataclass: a link, a restart and an export need nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.messages import Quantity, Scale


class Page(StrEnum):
    """What the stage shows."""

    NETWORK = "network"
    LAYER = "layer"
    STEP = "step"
    CURVES = "curves"
    COMPARE = "compare"


class Drawing(StrEnum):
    """How the stage draws a network."""

    MAPS = "maps"
    VOLUMES = "volumes"
    UNITS = "units"
    TABLE = "table"


@dataclass(frozen=True)
class StudioState:
    """`node`, `map`, `row` and `column` are the pinned cell; an empty `node` means that nothing is pinned.

    `runs` are the names of the runs that are compared (see `engine.messages.compare`), () the open one; `pair` the two
    of them that stand beside each other, () the first two.
    `pretrained` starts from the bundled weights where the network has some for the dataset. `depth` says how many
    levels of modules are open (0: as many as can be read at once), `opened` which modules differ from that.
    `film`: the film strip is open. `moment` is the step that is looked back to in the open run, -1: none, the present.
    `large`: the layer page shows all maps with their kernels, not one from all sides.
    """

    network: str = field(default="lenet-relu", metadata={"key": "net"})
    dataset: str = field(default="digits", metadata={"key": "data"})
    seed: int = field(default=0, metadata={"key": "seed", "min": 0, "max": 2**31 - 1})
    pretrained: bool = field(default=True, metadata={"key": "trained"})
    sample: int = field(default=0, metadata={"key": "sample", "min": 0, "max": 10**7})
    quantity: Quantity = field(default=Quantity.ACTIVATIONS, metadata={"key": "show"})
    scale: Scale = field(default=Scale.LAYER, metadata={"key": "scale"})
    page: Page = field(default=Page.NETWORK, metadata={"key": "page"})
    node: str = field(default="", metadata={"key": "node"})
    map: int = field(default=0, metadata={"key": "map", "min": 0, "max": 10**6})
    row: int = field(default=0, metadata={"key": "row", "min": 0, "max": 10**5})
    column: int = field(default=0, metadata={"key": "col", "min": 0, "max": 10**5})
    drawing: Drawing = field(default=Drawing.MAPS, metadata={"key": "draw"})
    depth: int = field(default=0, metadata={"key": "depth", "min": 0, "max": 99})
    opened: tuple[str, ...] = field(default=(), metadata={"key": "open", "longest": 200})
    film: bool = field(default=False, metadata={"key": "film"})
    large: bool = field(default=False, metadata={"key": "large"})
    moment: int = field(default=-1, metadata={"key": "moment", "min": -1, "max": 10**9})
    runs: tuple[str, ...] = field(default=(), metadata={"key": "runs", "longest": 200})
    pair: tuple[str, ...] = field(default=(), metadata={"key": "pair", "longest": 200})
