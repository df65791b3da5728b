"""Records a forward pass: hooks see torch's own layers, a function mode sees every function called outside of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from engine.graph.costs import multiply_adds
from engine.graph.functions import describe_function, function_name
from engine.graph.layers import describe_layer, is_layer
from engine.graph.listening import Flops, Functions, tensors_in, writes_in_place
from engine.graph.sites import Calls, Site
from engine.graph.vocabulary import OTHER, Description
from engine.graph.weightless import called
from engine.messages import Node, Operation

# What hands on the values that it gets: no node of its own.
_SAME_VALUES = frozenset(
    {"contiguous", "to", "float", "double", "half", "bfloat16", "type", "type_as", "cpu", "cuda", "detach", "clone"}
    | {"requires_grad_", "data", "alias", "view_as"}
)


class Recorder:
    """Runs `module` on `example` (batch, …) and collects a Node for each operation.

    `nodes` holds what has run so far, `place` the module that is running, `counted` the ids of the parameters that
    belong to a node: one that several nodes share counts for the first. `sites` says where the values of the nodes come
    about, `writes` whether functions write into what they are given.
    """

    def __init__(self, module: nn.Module, example: Tensor) -> None:
        self.nodes: list[Node] = [
            Node(name="input", operation=Operation.INPUT, inputs=(), output_shape=tuple(example.shape[1:]))
        ]
        self.counted: set[int] = set()
        self.sites: dict[str, Site] = {}
        self.writes = False
        self._calls = Calls()
        self._site = Site("")
        self._module = module
        self._example = example
        self._batch = example.shape[0]
        self._paths = {part: path for path, part in module.named_modules()}
        self._keys: dict[int, str] = {}  # of parameters and buffers, by id
        self._made_of: dict[int, tuple[Tensor, ...]] = {}  # values computed from parameters alone, by id
        self._source: dict[int, str] = {}  # node names of values, by id
        self._kept: list[Tensor] = []  # an id is unique only as long as its tensor lives
        self._running: list[nn.Module] = []
        self._taken = {"input", *self._paths.values()}
        self._used: set[str] = {"input"}
        self._flops = Flops()
        self._flops_before = 0

    @property
    def place(self) -> str:
        """The innermost module that is running, as "path (Class)"; empty in the module itself."""
        if not self._running or self._running[-1] is self._module:
            return ""
        part = self._running[-1]
        return f"{self._paths[part]} ({type(part).__name__})"

    def run(self) -> None:
        """One forward pass. What the module raises, comes out; `nodes` then holds what ran before."""
        for part_path, part in self._paths_and_parts():
            for key, tensor in [*part._parameters.items(), *part._buffers.items()]:
                if tensor is not None:
                    self._keys.setdefault(id(tensor), f"{part_path}.{key}" if part_path else key)
        self._remember(self._example, "input")
        handles = []
        for part in self._paths:
            handles.append(part.register_forward_pre_hook(self._enter))
            handles.append(part.register_forward_hook(self._leave, with_kwargs=True))
        try:
            with self._flops, Functions(self._call):
                result = self._call_module()
        finally:
            for handle in handles:
                handle.remove()
        self._drop_dead_ends({self._source[id(one)] for one in tensors_in(result) if id(one) in self._source})

    def _call_module(self) -> Any:
        return self._module(self._example)

    def _paths_and_parts(self) -> Iterator[tuple[str, nn.Module]]:
        return ((path, part) for part, path in self._paths.items())

    def _enter(self, part: nn.Module, _args: Any) -> None:
        if not self._in_layer():
            self._flops_before = self._flops.total
        self._running.append(part)

    def _leave(self, part: nn.Module, args: Any, kwargs: Mapping[str, Any], result: Any) -> None:
        while self._running and self._running.pop() is not part:
            pass  # parts that were left by an exception which forward() caught
        if not is_layer(part) or self._in_layer():
            return
        path = self._paths[part]
        self._running.append(part)  # a weight that is looked at may be computed first: that is the layer's business too
        description = describe_layer(part, args, result, self._batch)
        self._running.pop()
        self._site = self._calls.site(path)
        tensors = {
            role: tensor
            for role, tensor in [*part.named_parameters(), *part.named_buffers()]
            if not role.endswith("num_batches_tracked")
        }
        prefix = f"{path}." if path else ""
        self._add(
            name=self._name(path or type(part).__name__.lower()),
            description=description,
            operands=tensors_in([args, kwargs]),
            weights=tensors,
            keys={role: self._keys.get(id(tensor), prefix + role) for role, tensor in tensors.items()},
            result=result,
            module=type(part).__name__,
        )

    def _call(self, function: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> Any:
        """Carry out a torch function; note it, unless it is part of a layer of torch's own."""
        if self._in_layer():
            return called(function, args, kwargs)
        self._flops_before = self._flops.total
        name = function_name(function)
        path = self._paths[self._running[-1]] if self._running else ""
        site = self._calls.site(path, name)
        result = called(function, args, kwargs)
        results = tensors_in(result)
        self.writes = self.writes or writes_in_place(function, kwargs)
        if not results:
            return result
        operands = tensors_in([args, kwargs])
        tracked = [one for one in operands if id(one) in self._source]
        weights = [one for one in operands if id(one) not in self._source]
        if not tracked:
            self._derive(results, weights)
        elif name in _SAME_VALUES:
            for one in results:
                self._remember(one, self._source[id(tracked[0])])
        else:
            description = describe_function(name, args, kwargs, result, self._batch, self._source.keys())
            parts = {role: one for role, one in description.weights.items() if one is not None}
            if any(id(one) in self._source for one in parts.values()):  # a kernel that depends on the input
                description, parts = OTHER, {}
            self._site = site
            self._add(
                name=self._name(f"{path}.{name}" if path else name, reserved=True),
                description=description,
                operands=operands,
                weights=parts or {f"operand{index}": one for index, one in enumerate(weights)},
                keys={role: self._keys[id(one)] for role, one in parts.items() if id(one) in self._keys},
                result=result,
                module=name,
            )
        return result

    def _add(
        self,
        *,
        name: str,
        description: Description,
        operands: list[Tensor],
        weights: Mapping[str, Tensor],
        keys: Mapping[str, str],
        result: Any,
        module: str,
    ) -> None:
        results = tensors_in(result)
        counted = multiply_adds(description, operands, weights, results, self._batch)
        if counted is None:
            counted = (self._flops.total - self._flops_before) // (2 * self._batch)
        inputs = tuple(self._source[id(one)] for one in operands if id(one) in self._source)
        if description.operation not in (Operation.ADD, Operation.CONCAT):
            inputs = tuple(dict.fromkeys(inputs))  # but x + x has two
        self.nodes.append(
            Node(
                name=name,
                operation=description.operation,
                inputs=inputs,
                output_shape=self._shape(results),
                parameters=self._count(weights.values()),
                multiply_adds=counted,
                attributes=description.attributes,
                weights=keys,
                module=module,
            )
        )
        self._used.add(name)
        self.sites[name] = self._site
        for one in results:
            self._remember(one, name)

    def _drop_dead_ends(self, results: set[str]) -> None:
        """Drop what functions computed for nobody but Python, as in `if x.sum() > 0:`."""
        wanted, kept = set(results), []
        for node in reversed(self.nodes):
            if node.name in wanted or node.parameters or node.operation is Operation.INPUT or node.name in self._taken:
                wanted.update(node.inputs)
                kept.append(node)
        self.nodes = kept[::-1]

    def unused(self) -> str:
        """What is to be told of parameters that had no part in the run, and whose they are; "" if all had."""
        counts: dict[str, int] = {}
        used: set[str] = set()
        seen = set(self.counted)
        for path, part in self._paths_and_parts():
            for key, parameter in part._parameters.items():
                if parameter is None or isinstance(parameter, UninitializedParameter):
                    continue
                name = f"{path}.{key}" if path else key
                if id(parameter) in self.counted:
                    used.add(name)
                elif id(parameter) not in seen:
                    seen.add(id(parameter))
                    counts[name] = parameter.numel()
        if not counts:
            return ""
        owners = list(dict.fromkeys(_outermost(name, used) for name in counts))
        more = f" and {len(owners) - 3} more" if len(owners) > 3 else ""
        return f"unused: {sum(counts.values()):,} parameters ({', '.join(owners[:3])}{more})"

    def _count(self, weights: Any) -> int:
        """How many parameters these tensors bring, or those that they were computed from, that no node had before."""
        total = 0
        for tensor in weights:
            for one in self._made_of.get(id(tensor), (tensor,)):
                if isinstance(one, nn.Parameter) and id(one) not in self.counted:
                    self.counted.add(id(one))
                    total += one.numel()
        return total

    def _derive(self, results: list[Tensor], operands: list[Tensor]) -> None:
        """Values made of parameters alone (a masked or normalized kernel): whoever uses them uses the parameters."""
        made_of = tuple(part for one in operands for part in self._made_of.get(id(one), (one,)))
        for one in results:
            if not isinstance(one, nn.Parameter):
                self._made_of[id(one)] = made_of
                self._kept.append(one)

    def _in_layer(self) -> bool:
        return any(is_layer(part) for part in self._running)

    def _remember(self, tensor: Tensor, name: str) -> None:
        self._source[id(tensor)] = name
        self._kept.append(tensor)

    def _shape(self, results: list[Tensor]) -> tuple[int, ...]:
        """The first result's shape, without the batch axis where that still leads."""
        if not results:
            return ()
        shape = tuple(results[0].shape)
        return shape[1:] if shape and shape[0] == self._batch else shape

    def _name(self, wanted: str, *, reserved: bool = False) -> str:
        """`wanted`, or with a number where it is in use; a function may not take the name of a module (reserved)."""
        name, number = wanted, 1
        while name in self._used or (name in self._taken and (reserved or number > 1)):
            number += 1
            name = f"{wanted}_{number}"
        return name


def _outermost(name: str, used: Collection[str]) -> str:
    """The outermost module around a parameter in which none is used; the parameter's own name if there is no such."""
    steps = name.split(".")
    prefixes = (".".join(steps[:count]) for count in range(1, len(steps)))
    return next((one for one in prefixes if not any(other.startswith(f"{one}.") for other in used)), name)
