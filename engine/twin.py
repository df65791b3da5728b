"""A network's twin for looking at: the same parameters, in eval mode, with any node's output to be had.

Each module is copied shallowly, so parameters and buffers are the very same tensors, but flags (training, in-place) and
hooks are the twin's own. Where the values of a node come about was recorded when the graph was drawn: any module that
could be drawn can be looked into, whatever Python its forward() is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from torch import Tensor, nn

from engine.graph.functions import function_name
from engine.graph.layers import is_layer
from engine.graph.listener import still
from engine.graph.listening import Functions, tensors_in, writes_in_place
from engine.graph.sites import Calls, Site
from engine.graph.tracing import find_sites
from engine.messages import Graph


class TwinError(ValueError):
    """A network that cannot be looked into. The message is meant for the user."""


class Twin:
    """The twin of `module`, whose graph is `graph`.

    A node that the module does not compute itself, such as an added softmax, is not in the twin. Raises TwinError where
    the module cannot be run on the graph's input.
    """

    def __init__(self, module: nn.Module, graph: Graph) -> None:
        self.tensors: dict[str, Tensor] = {
            **dict(module.named_parameters(remove_duplicate=False)),
            **dict(module.named_buffers(remove_duplicate=False)),
        }
        self._root = still(module)
        sites, self._writes, failure = find_sites(self._root, graph.input_shape)
        self._sites = {node.name: sites[node.name] for node in graph.nodes if node.name in sites}
        self._input = graph.nodes[0].name
        if failure and not self._sites:
            raise TwinError(f"{type(module).__name__} cannot be looked into: it {failure}.")
        self._current: _Run | None = None
        self._functions = self._writes or any(site.function for site in self._sites.values())
        for path, part in self._root.named_modules():
            self._follow(part, path)

    def __contains__(self, name: str) -> bool:
        return name == self._input or name in self._sites

    def tapped(self, names: Iterable[str], through: Mapping[str, nn.Module] | None = None) -> Tapped:
        """A module from the network's input (with a batch axis) to a tuple of the outputs of the named nodes.

        The output of each node in `through` passes through that module before anyone sees it: to switch maps off, or
        to be hooked. Raises KeyError for a name that the network lacks.
        """
        wanted = tuple(names)
        parts = dict(through or {})
        sites = {self._sites[name]: name for name in {*wanted, *parts} if name != self._input}
        return Tapped(twin=self, root=self._root, names=wanted, sites=sites, through=parts)

    def run(self, inputs: Sequence[Tensor], tapped: Tapped) -> tuple[Tensor, ...]:
        """What `tapped` gives for these inputs. Raises TwinError for a node that did not run this time."""
        first = inputs[0]
        if self._input in tapped.through:
            first = tapped.through[self._input](first)
        run = _Run(tapped, writes=self._writes)
        run.found[self._input] = first
        before, self._current = self._current, run
        try:
            with Functions(run.call) if self._functions else nullcontext():
                self._root(run.begin(first), *inputs[1:])
        finally:
            self._current = before
        if missing := [name for name in tapped.names if name not in run.found]:
            raise TwinError(f"{', '.join(missing)} did not run for this sample: the network's code took another way.")
        found = (run.found[name] for name in tapped.names)
        return tuple(one.abs() if one.is_complex() else one for one in found)  # what is looked at is real

    def _follow(self, part: nn.Module, path: str) -> None:
        """Let the run that goes on know when this part is called."""
        layer = is_layer(part)

        def enter(part: nn.Module, args: Any, kwargs: Any) -> Any:
            return None if self._current is None else self._current.enter(part, path, layer, args, kwargs)

        def leave(part: nn.Module, args: Any, result: Any) -> Any:
            return None if self._current is None else self._current.leave(part, result)

        def called(part: nn.Module, args: Any, result: Any) -> Any:
            return None if self._current is None else self._current.called(path, "", result)

        if self._functions:
            part.register_forward_pre_hook(enter, with_kwargs=True)
            part.register_forward_hook(leave)
        elif layer:
            part.register_forward_hook(called)


class Tapped(nn.Module):
    """See `Twin.tapped`. `through` are its parts; those of the network below `root` are the twin's."""

    def __init__(
        self,
        *,
        twin: Twin,
        root: nn.Module,
        names: tuple[str, ...],
        sites: Mapping[Site, str],
        through: Mapping[str, nn.Module],
    ) -> None:
        super().__init__()
        self.root = root
        self.parts = nn.ModuleList(through.values())
        self.names = names
        self.sites = sites
        self.places = frozenset((site.path, site.function) for site in sites)
        self.through = through
        self.training = False
        self._twin = twin

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return self._twin.run(inputs, self)


class _Run:
    """One run of a twin: `found` by node.

    Where functions write in place they get a copy to write into, and who comes later gets that instead: otherwise they
    would write into what was found.
    """

    def __init__(self, tapped: Tapped, *, writes: bool) -> None:
        self.found: dict[str, Tensor] = {}
        self._tapped = tapped
        self._writes = writes
        self._calls = Calls()
        self._running: list[tuple[nn.Module, str, bool]] = []  # parts with their paths; whether they are layers
        self._layers = 0
        self._instead: dict[int, Tensor] = {}
        self._kept: list[Tensor] = []  # an id is unique only as long as its tensor lives
        self._views: dict[int, int] = {}  # storages of tensors that look into another one

    def begin(self, first: Tensor) -> Tensor:
        """What the network is given: it may write into it, where it does such things."""
        return first.clone() if self._writes else first

    def enter(self, part: nn.Module, path: str, layer: bool, args: Any, kwargs: Any) -> Any:
        """A part is called; gives the arguments that it gets, None for those that it was called with."""
        changed = None
        if self._instead and not self._layers:
            changed = self._exchanged(args), self._exchanged(kwargs)
        self._running.append((part, path, layer))
        self._layers += layer
        return changed

    def leave(self, part: nn.Module, result: Any) -> Any:
        """A part has run; gives what the network goes on with."""
        path, layer = "", False
        while self._running:  # above it are parts that were left by an exception which forward() caught
            last, path, layer = self._running.pop()
            self._layers -= layer
            if last is part:
                break
        return self.called(path, "", result) if layer and not self._layers else result

    def called(self, path: str, function: str, result: Any) -> Any:
        """A layer or a function was called; gives what the network goes on with."""
        tapped = self._tapped
        if (path, function) not in tapped.places:
            return result
        name = tapped.sites.get(self._calls.site(path, function))
        values = next(iter(tensors_in(result)), None)
        if name is None or values is None:
            return result
        part = tapped.through.get(name)
        if part is not None:
            passed = part(values)
            result = _with(result, values, passed)
            values = passed
        self.found[name] = values
        return result

    def call(self, function: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
        """Carry out a torch function; see whether it is wanted, unless it is part of a layer."""
        if self._layers:
            return function(*args, **kwargs)
        if self._instead:
            args, kwargs = self._exchanged(args), self._exchanged(kwargs)
        result = self._written(function, args, kwargs) if self._writes else function(*args, **kwargs)
        return self.called(self._running[-1][1] if self._running else "", function_name(function), result)

    def _exchanged(self, value: Any) -> Any:
        """`value` with the tensors in it that have been written to replaced by those that were written."""
        if isinstance(value, Tensor):
            while id(value) in self._instead:
                value = self._instead[id(value)]
            return value
        if type(value) in (tuple, list):
            return type(value)(self._exchanged(one) for one in value)
        if type(value) is dict:
            return {key: self._exchanged(one) for key, one in value.items()}
        return value

    def _written(self, function: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
        """Carry out a function; one that writes gets a copy to write into, unless the tensor looks into another."""
        target = args[0] if args and isinstance(args[0], Tensor) else None
        if target is None or not writes_in_place(function, kwargs) or kwargs.get("out") is not None:
            result = function(*args, **kwargs)
            self._note_views(result, args)
            return result
        if id(target) in self._views:
            storage = self._views[id(target)]
            for name, values in self.found.items():
                if _storage(values) == storage:
                    self.found[name] = values.clone()
            return function(*args, **kwargs)
        copy = target.clone()
        result = function(copy, *args[1:], **kwargs)
        self._kept += [target, copy]
        self._instead[id(target)] = result if isinstance(result, Tensor) else copy
        return result

    def _note_views(self, result: Any, args: Any) -> None:
        given = {_storage(one): one for one in tensors_in(list(args))}
        for one in tensors_in(result):
            looked_into = given.get(_storage(one))
            if looked_into is not None and looked_into is not one:
                self._kept += [one, looked_into]
                self._views[id(one)] = self._views[id(looked_into)] = _storage(one)


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _with(result: Any, old: Tensor, new: Tensor) -> Any:
    """`result` with the tensor `old`, wherever it is in it, replaced by `new`."""
    if result is old:
        return new
    if type(result) in (tuple, list):
        return type(result)(_with(one, old, new) for one in result)
    if isinstance(result, tuple):  # a named one
        return type(result)(*(_with(one, old, new) for one in result))
    if isinstance(result, dict):
        return {key: _with(one, old, new) for key, one in result.items()}
    return result
