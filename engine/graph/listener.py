"""A module run once on examples of one's choice, with the output of every node kept: for networks that nothing but
running them can follow, whatever Python their forward() is made of."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.graph.copies import copied
from engine.graph.listening import tensors_in
from engine.graph.recording import Recorder
from engine.graph.vocabulary import Description
from engine.messages import Graph, Node, Operation

# A forward() that runs more operations than any network here by far is taken for one without an end.
_MOST_NODES = 5_000
_DRAWN_OF_ENDLESS = 300


class EndlessError(RuntimeError):
    """A forward() does not come to its end."""


@dataclass(frozen=True, eq=False)
class Heard:
    """What came of a run: `outputs` by node, each with the batch axis that it had, `result` as forward() returned it.

    `stopped` says where and why it stopped, None if it did not; then `outputs` has what was there until then.
    `endless`: it was stopped here, because it seemed to go on for ever; then the graph has its beginning.
    """

    graph: Graph
    outputs: Mapping[str, Tensor]
    result: Any
    stopped: str | None
    endless: bool = False


def still(module: nn.Module) -> nn.Module:
    """A copy of `module` for looking at: the same parameters and buffers, in evaluation mode, computing nothing in
    place. Flags, hooks and attributes of the module itself are not touched by what is done with the copy."""
    known: dict[int, nn.Module] = {}
    made = copied(module, known)
    for part in known.values():
        _calm(part)
    return made


def _calm(made: nn.Module) -> None:
    state = made.__dict__
    state["_parameters"], state["_buffers"] = dict(made._parameters), dict(made._buffers)
    # Hooks before forward() may compute what it needs (weight_norm); those after it are somebody's who listens.
    state["_forward_pre_hooks"] = OrderedDict(made._forward_pre_hooks)
    state["_forward_pre_hooks_with_kwargs"] = OrderedDict(made._forward_pre_hooks_with_kwargs)
    for name in (
        *("_forward_hooks", "_forward_hooks_with_kwargs", "_forward_hooks_always_called"),
        *("_backward_hooks", "_backward_pre_hooks"),
    ):
        state[name] = OrderedDict()
    made.training = False
    if getattr(made, "inplace", False) is True:
        state["inplace"] = False


def input_names(module: nn.Module, count: int) -> tuple[str, ...]:
    """Names of the nodes of `count` inputs: the first is "input", others go by forward()'s own arguments."""
    try:
        taken = list(inspect.signature(module.forward).parameters)
    except (TypeError, ValueError):
        taken = []
    names, parts = ["input"], {path for path, _ in module.named_modules()}
    for index in range(1, count):
        name = taken[index] if index < len(taken) else ""
        names.append(f"input_{index + 1}" if not name or name in names or name in parts else name)
    return tuple(names)


def listen(module: nn.Module, examples: Sequence[Tensor], *, name: str, title: str, subtitle: str = "") -> Heard:
    """Run `module` (made `still` before by whoever trains it) once on `examples`, which share their batch axis.

    Neither torch's global random state nor anyone's gradients change.
    """
    listener = _Listener(module, examples, input_names(module, len(examples)))
    devices = sorted({one.device.index or 0 for one in examples if one.device.type == "cuda"})
    stopped = None
    with torch.random.fork_rng(devices=devices), torch.no_grad():
        try:
            listener.run()
        except (Exception, SystemExit) as error:  # a user's forward() may raise anything
            stopped = _reason(listener, error, examples)
    if endless := listener.endless:
        stopped = f"has run {_MOST_NODES:,} operations and does not come to its end"
        del listener.nodes[_DRAWN_OF_ENDLESS:]
    kept = {node.name for node in listener.nodes}
    note = listener.unused() if stopped is None else stopped
    notes = (note,) if note else ()
    return Heard(
        graph=Graph(name=name, title=title, nodes=tuple(listener.nodes), subtitle=subtitle, notes=notes),
        outputs={name: value for name, value in listener.outputs.items() if name in kept},
        result=listener.result,
        stopped=stopped,
        endless=endless,
    )


class _Listener(Recorder):
    """A Recorder with several inputs that keeps what each node gave."""

    def __init__(self, module: nn.Module, examples: Sequence[Tensor], names: Sequence[str]) -> None:
        super().__init__(module, examples[0])
        self._examples = tuple(examples)
        self.result: Any = None
        self.endless = False
        self.outputs: dict[str, Tensor] = {names[0]: examples[0]}
        for name, example in zip(names[1:], examples[1:], strict=True):
            free = self._name(name, reserved=True)
            self.nodes.append(
                Node(name=free, operation=Operation.INPUT, inputs=(), output_shape=tuple(example.shape[1:]))
            )
            self._used.add(free)
            self._remember(example, free)
            self.outputs[free] = example

    def _call_module(self) -> Any:
        self.result = self._module(*self._examples)
        return self.result

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
        super()._add(
            name=name, description=description, operands=operands, weights=weights, keys=keys, result=result,
            module=module,
        )  # fmt: skip
        if len(self.nodes) >= _MOST_NODES:
            self.endless = True  # whatever forward() makes of the error
            raise EndlessError
        found = next(iter(tensors_in(result)), None)
        if found is not None:
            self.outputs[name] = found.detach().clone()  # what comes later may write into it


def _reason(listener: Recorder, error: BaseException, examples: Sequence[Tensor]) -> str:
    """One line: where the run stopped and what was said."""
    said = str(error).strip().splitlines()
    text = said[0] if said else type(error).__name__
    if type(error) not in (RuntimeError, ValueError):
        text = f"{type(error).__name__}: {text}"
    place = f"in {listener.place}" if listener.place else "in forward()"
    shapes = ", ".join("x".join(map(str, one.shape[1:])) for one in examples)
    return f"stopped {place}, with an input of {shapes}: {text}"
