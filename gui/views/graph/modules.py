"""A network as a tree of its modules: which nodes belong together, what a group of them is, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.messages import ACTIVATIONS, Graph, Node, Operation

ALL = 99
"""The depth that opens every module."""

_POINTWISE = ACTIVATIONS | {Operation.BATCH_NORM, Operation.LAYER_NORM, Operation.DROPOUT}


@dataclass(frozen=True, eq=False)
class Leaf:
    """One node. `label` is its name as seen from the module that holds it."""

    key: str
    label: str
    first: int

    @property
    def last(self) -> int:
        return self.first


@dataclass(frozen=True, eq=False)
class Module:
    """Nodes `first` … `last` (included; they run one after another) that are drawn as one, or opened.

    `key` names it ("layer1.0"; where the nodes of one module run in several stretches, "layer1#2" is the second).
    `depth` is 0 for the whole network. An `inline` module shows its children wherever its parent is open.
    """

    key: str
    label: str
    depth: int
    first: int
    last: int
    children: tuple[Module | Leaf, ...]
    inline: bool = False

    @property
    def shown(self) -> tuple[Module | Leaf, ...]:
        """The children as they are drawn: those of inline modules in their place."""
        found: list[Module | Leaf] = []
        for child in self.children:
            found += child.shown if isinstance(child, Module) and child.inline else (child,)
        return tuple(found)


Part = Module | Leaf


@dataclass(frozen=True, eq=False)
class Network:
    """A graph with its modules. `inputs` are node numbers, concatenations that grow drawn as what they grow from."""

    graph: Graph
    root: Module
    inputs: tuple[tuple[int, ...], ...]
    modules: Mapping[str, Module]
    parents: Mapping[str, Module] = field(default_factory=dict)  # of modules and leaves, by key

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.graph.nodes

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The place of each node by its name."""
        return {node.name: index for index, node in enumerate(self.nodes)}

    @cached_property
    def outputs(self) -> tuple[tuple[int, ...], ...]:
        """Which nodes take each node's output."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for index, sources in enumerate(self.inputs):
            for source in sources:
                found[source].append(index)
        return tuple(tuple(one) for one in found)

    @cached_property
    def deepest(self) -> int:
        """How many modules stand inside one another at most."""
        return max((module.depth for module in self.modules.values()), default=0)

    @cached_property
    def shared(self) -> frozenset[int]:
        """Nodes whose parameters another node has as well."""
        users: dict[str, set[int]] = {}
        for index, node in enumerate(self.nodes):
            for key in node.weights.values():
                users.setdefault(key, set()).add(index)
        return frozenset(index for found in users.values() if len(found) > 1 for index in found)

    @cached_property
    def unused(self) -> frozenset[int]:
        """Nodes whose output nobody takes, but for the last one."""
        last = len(self.nodes) - 1
        return frozenset(index for index, users in enumerate(self.outputs) if not users and index != last and last > 0)

    def parameters(self, part: Part) -> int:
        return sum(node.parameters for node in self.nodes[part.first : part.last + 1])

    def multiply_adds(self, part: Part) -> int:
        return sum(node.multiply_adds for node in self.nodes[part.first : part.last + 1])

    def face(self, part: Part) -> int:
        """The node whose maps stand for a part: the last one that others outside take."""
        for index in range(part.last, part.first - 1, -1):
            if any(user > part.last for user in self.outputs[index]):
                return index
        return part.last

    def opened(self, depth: int, toggled: frozenset[str] = frozenset()) -> frozenset[str]:
        """The modules that are open at a depth (1: only the network itself), but for those that were toggled."""
        return frozenset(
            key
            for key, module in self.modules.items()
            if not module.inline and (module.depth < depth) != (key in toggled)
        )

    def around(self, key: str) -> tuple[Module, ...]:
        """The modules that hold a module or a node, the outermost (but for the network) first."""
        found = []
        parent = self.parents.get(key)
        while parent is not None and parent.depth:
            found.append(parent)
            parent = self.parents.get(parent.key)
        return tuple(reversed(found))

    def part(self, key: str) -> Part | None:
        """A module or leaf by its key."""
        if key in self.modules:
            return self.modules[key]
        parent = self.parents.get(key)
        return next((one for one in parent.children if one.key == key), None) if parent is not None else None

    def kind(self, module: Module) -> str:
        """What a module is in a few words: "residual block", "4 branches", "3×3 conv, BN, ReLU", "6 layers"."""
        from gui.views.graph import texts

        return texts.kind(self, module)

    def is_simple(self, module: Module) -> bool:
        """Whether a module is one layer with what is done to each of its values, as a convolution with BN and ReLU."""
        own = self.nodes[module.first : module.last + 1]
        heavy = [node for node in own if node.operation not in _POINTWISE]
        return len(heavy) == 1 and len(own) <= 5 and heavy[0].operation not in (Operation.ADD, Operation.CONCAT)


def network(graph: Graph) -> Network:
    """The modules of a graph, by the paths in its nodes' names; the input is not among them."""
    numbers = {node.name: index for index, node in enumerate(graph.nodes)}
    inputs = tuple(tuple(numbers[name] for name in node.inputs if name in numbers) for node in graph.nodes)
    paths = [tuple(node.name.split(".")) for node in graph.nodes]
    for index, node in enumerate(graph.nodes):
        if node.operation is Operation.CONCAT and len(paths[index]) > 1:
            paths[index] = _hoisted(index, paths, inputs[index])
    modules: dict[str, Module] = {}
    start = 1 if graph.nodes and graph.nodes[0].operation is Operation.INPUT else 0
    children = tuple(_parts(paths, graph, start, len(paths), 0, 1, modules))
    root = Module("", graph.title, 0, start, len(paths) - 1, children)
    root = _inlined(root, _chained(graph, inputs), modules)
    modules[""] = root
    parents = {child.key: module for module in modules.values() for child in module.children}
    return Network(graph, root, _chained(graph, inputs), modules, parents)


def _hoisted(index: int, paths: list[tuple[str, ...]], inputs: tuple[int, ...]) -> tuple[str, ...]:
    """The path of a concatenation that stands at the beginning of a module and takes nothing from inside of it.

    It is shown before the module: so a dense block looks like what it is, layers that each add to what came before.
    """
    own = paths[index][:-1]
    if paths[index - 1][: len(own)] == own or any(paths[source][: len(own)] == own for source in inputs):
        return paths[index]
    return (*own[:-1], ".".join(paths[index][-2:]))


def _parts(
    paths: list[tuple[str, ...]], graph: Graph, start: int, stop: int, level: int, depth: int,
    modules: dict[str, Module],
) -> Iterator[Part]:  # fmt: skip
    """The parts of a stretch of nodes that share the first `level` steps of their paths."""
    at = start
    while at < stop:
        step = paths[at][level]
        end = at + 1
        if len(paths[at]) > level + 1:
            while end < stop and len(paths[end]) > level + 1 and paths[end][level] == step:
                end += 1
            yield _module(paths, graph, at, end, level, depth, modules)
        else:
            yield Leaf(graph.nodes[at].name, step, at)
        at = end


def _module(
    paths: list[tuple[str, ...]], graph: Graph, start: int, end: int, level: int, depth: int,
    modules: dict[str, Module],
) -> Part:  # fmt: skip
    step = paths[start][level]
    inner = list(_parts(paths, graph, start, end, level + 1, depth + 1, modules))
    if len(inner) == 1:  # a module in a module, or a single layer: one box is enough
        only = inner[0]
        label = f"{step}.{only.label}"
        if isinstance(only, Leaf):
            return Leaf(only.key, label, only.first)
        modules.pop(only.key)
        renamed = _shallower(only, modules)
        found = Module(only.key, label, depth, only.first, only.last, renamed)
        modules[found.key] = found
        return found
    path = ".".join(paths[start][: level + 1])
    key, number = path, 1
    while key in modules:
        number += 1
        key = f"{path}#{number}"
    label = step if number == 1 else f"{step} ({number})"
    found = Module(key, label, depth, start, end - 1, tuple(inner))
    modules[key] = found
    return found


def _shallower(module: Module, modules: dict[str, Module]) -> tuple[Part, ...]:
    """The children of a module, with all below them one level less deep."""
    found: list[Part] = []
    for child in module.children:
        if isinstance(child, Module):
            child = Module(child.key, child.label, child.depth - 1, child.first, child.last,
                           _shallower(child, modules))  # fmt: skip
            modules[child.key] = child
        found.append(child)
    return tuple(found)


def _inlined(module: Module, inputs: tuple[tuple[int, ...], ...], modules: dict[str, Module]) -> Module:
    """The module with those children inlined that are branches of a few numbered steps (nn.Sequential)."""
    starts = sum(1 for child in module.children if _takes_from_outside(module, child, inputs))
    children: list[Part] = []
    for child in module.children:
        if isinstance(child, Module):
            child = _inlined(child, inputs, modules)
            branch = module.depth > 0 and starts > 1 and 1 < len(child.children) <= 3
            if branch and all(one.label.split(".")[0].isdigit() for one in child.children):
                named = tuple(_renamed(one, f"{child.label}.{one.label}") for one in child.children)
                for one in named:
                    if isinstance(one, Module):
                        modules[one.key] = one
                child = Module(child.key, child.label, child.depth, child.first, child.last, named, inline=True)
            modules[child.key] = child
        children.append(child)
    return Module(module.key, module.label, module.depth, module.first, module.last, tuple(children), module.inline)


def _renamed(part: Part, label: str) -> Part:
    if isinstance(part, Leaf):
        return Leaf(part.key, label, part.first)
    return Module(part.key, label, part.depth - 1, part.first, part.last, part.children, part.inline)


def _takes_from_outside(module: Module, part: Part, inputs: tuple[tuple[int, ...], ...]) -> bool:
    return any(source < module.first for index in range(part.first, part.last + 1) for source in inputs[index])


def _chained(graph: Graph, inputs: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """Inputs where a concatenation that begins or ends with all of an earlier one takes that one instead.

    cat(a, b, c) is cat(cat(a, b), c): a dense block of n layers then has about 2n edges to draw and not n²/2.
    """
    known: dict[tuple[object, ...], int] = {}
    found = list(inputs)
    for index, node in enumerate(graph.nodes):
        if node.operation is not Operation.CONCAT:
            continue
        own, axis = inputs[index], str(node.attributes.get("axis", node.attributes.get("dim", "")))
        for length in range(len(own) - 1, 1, -1):
            if (head := known.get((axis, own[:length]))) is not None:
                found[index] = (head, *own[length:])
                break
            if (tail := known.get((axis, own[-length:]))) is not None:
                found[index] = (*own[:-length], tail)
                break
        known.setdefault((axis, own), index)
    return tuple(found)
