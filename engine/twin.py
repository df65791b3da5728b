"""A network's twin for looking at: the same parameters, in eval mode, with any node's output to be had.

Each module is copied shallowly, so parameters and buffers are the very same tensors, but flags (training, in-place)
are the twin's own. torch.fx rewrites the forward to return the wanted nodes: plain Python, no hooks.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from torch import Tensor, fx, nn

from engine.graph.functions import function_name

_IN_PLACE_OPERATORS = frozenset(
    f"i{name}"
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift")
)


class TwinError(ValueError):
    """A network that cannot be looked into. The message is meant for the user."""


class Twin:
    """The twin of `module`. Raises TwinError where torch.fx cannot follow the module's forward."""

    def __init__(self, module: nn.Module) -> None:
        self.tensors: dict[str, Tensor] = {
            **dict(module.named_parameters(remove_duplicate=False)),
            **dict(module.named_buffers(remove_duplicate=False)),
        }
        self._root = _shared_copy(module, {})
        try:
            self._graph = fx.Tracer().trace(self._root)
        except Exception as error:  # whatever the module's own forward raises when it meets a placeholder
            raise TwinError(f"The forward of {type(module).__name__} cannot be followed: {error}") from error
        self._nodes = _named(self._graph, module)
        _write_nowhere(self._graph)

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def tapped(self, names: Iterable[str], through: Mapping[str, nn.Module] | None = None) -> fx.GraphModule:
        """A module from the network's input (with a batch axis) to a tuple of the outputs of the named nodes.

        Nothing that these do not need is computed. The output of each node in `through` passes through that module
        before anyone sees it: to switch maps off, or to be hooked. Raises KeyError for a name that the network lacks.
        """
        graph = fx.Graph()
        copies: dict[fx.Node, fx.Node] = {}
        graph.graph_copy(self._graph, copies)
        graph.output(tuple(copies[self._nodes[name]] for name in names))
        graph.eliminate_dead_code(is_impure_node=lambda node: node.op in ("placeholder", "output"))
        made = fx.GraphModule(self._root, graph)
        if through:
            for number, (name, part) in enumerate(through.items()):
                _insert(made, copies[self._nodes[name]], f"through_{number}", part)
            made.recompile()
        return made


def _insert(made: fx.GraphModule, node: fx.Node, name: str, part: nn.Module) -> None:
    """Let what `node` gives pass through `part`; nothing happens where the node is not computed."""
    if node not in made.graph.nodes:
        return
    made.add_submodule(name, part)
    with made.graph.inserting_after(node):
        passed = made.graph.call_module(name, (node,))
    node.replace_all_uses_with(passed, delete_user_cb=lambda user: user is not passed)


def _shared_copy(module: nn.Module, known: dict[int, nn.Module]) -> nn.Module:
    if id(module) in known:
        return known[id(module)]
    twin = copy.copy(module)
    known[id(module)] = twin
    children = {name: None if child is None else _shared_copy(child, known) for name, child in module._modules.items()}
    twin.__dict__["_modules"] = children
    twin.training = False
    if getattr(twin, "inplace", False) is True:
        twin.__dict__["inplace"] = False
    return twin


def _named(graph: fx.Graph, module: nn.Module) -> dict[str, fx.Node]:
    """The operations of a traced forward by the names that `engine.graph.trace_graph` gives them."""
    paths = {path for path, _ in module.named_modules()}
    named: dict[str, fx.Node] = {}
    for node in graph.nodes:
        if node.op == "placeholder" and "input" not in named:
            named["input"] = node
        elif node.op == "call_module":
            named[_free(str(node.target), named, paths)] = node
        elif node.op in ("call_function", "call_method"):
            path = next((path for path, _ in reversed((node.meta.get("nn_module_stack") or {}).values())), "")
            name = node.target if node.op == "call_method" else function_name(node.target)
            name = str(name).removesuffix("_")
            named[_free(f"{path}.{name}" if path else name, named, paths, reserved=True)] = node
    return named


def _free(wanted: str, used: Iterable[str], paths: set[str], *, reserved: bool = False) -> str:
    name, number = wanted, 1
    while name in used or (name in paths and (reserved or number > 1)):
        number += 1
        name = f"{wanted}_{number}"
    return name


def _write_nowhere(graph: fx.Graph) -> None:
    """Let no operation write into what another one has handed out: it gets a copy, and who comes later its result."""
    for node in list(graph.nodes):
        if node.kwargs.get("inplace"):
            node.kwargs = {**node.kwargs, "inplace": False}
        elif not _writes(node) or not node.args or not isinstance(node.args[0], fx.Node):
            continue
        written = node.args[0]
        assert isinstance(written, fx.Node)
        for user in list(written.users):
            if node < user:
                user.replace_input_with(written, node)
        if _writes(node):
            with graph.inserting_before(node):
                node.args = (graph.call_method("clone", (written,)), *node.args[1:])


def _writes(node: fx.Node) -> bool:
    if node.op == "call_method":
        name = str(node.target)
        return name.endswith("_") and not name.endswith("__")
    if node.op == "call_function":
        name = getattr(node.target, "__name__", "")
        operator = getattr(node.target, "__module__", "") == "_operator"
        return (operator and name in _IN_PLACE_OPERATORS) or (not operator and name.endswith("_") and name[:1] != "_")
    return False
