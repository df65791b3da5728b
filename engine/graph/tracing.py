"""From a module to a Graph: one forward pass is run and recorded, whatever Python the module's forward() is made of.

Why not torch.fx: symbolic tracing stops at the first `if` on a value, at `*args` and at many libraries' modules, and
shapes need a run anyway. A recorded run has none of these limits, and where forward() itself fails, what ran before
is drawn all the same. See docs/decisions/graph-by-recording-a-run.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from engine.graph.copies import weightless
from engine.graph.recording import Recorder
from engine.graph.sites import Site
from engine.messages import Graph


class GraphError(ValueError):
    """A module that cannot be run on the input that it was given. The message is meant for the user."""


def trace_graph(
    module: nn.Module,
    input_shape: tuple[int, ...],
    *,
    name: str,
    title: str,
    subtitle: str = "",
    strict: bool = False,
) -> Graph:
    """The graph of what `module` does to one input of `input_shape` (without a batch axis), in evaluation mode.

    Nodes of modules are named by their path ("conv1", "features.0"), those of functions by the function, below the
    path of the module that called it ("block1.add"); a second use gets "_2". Neither the module's mode, its weights
    nor torch's global random state change. A module that fails gives a graph as far as it got, and the reason in
    `Graph.notes`; with `strict` it raises GraphError instead.
    """
    recorder, failure = record(module, input_shape)
    if failure is not None and strict:
        raise GraphError(failure)
    notes = [] if failure is None else [failure]
    if failure is None and (unused := recorder.unused()):
        notes.append(unused)
    return Graph(name=name, title=title, nodes=tuple(recorder.nodes), subtitle=subtitle, notes=tuple(notes))


def record(module: nn.Module, input_shape: tuple[int, ...]) -> tuple[Recorder, str | None]:
    """The recording of a run, and why it stopped, if it did.

    Two samples tell the batch axis from one that squeeze() may drop; a forward() written for one gets a second try.
    """
    failures: list[tuple[Recorder, str]] = []
    for batch in (2, 1):
        recorder = Recorder(module, _example(module, input_shape, batch))
        with _evaluating(module), torch.random.fork_rng(devices=[]), torch.no_grad():
            try:
                recorder.run()
            except Exception as error:  # a user's forward() may raise anything; it is told in the graph's notes
                failures.append((recorder, _reason(recorder, error, input_shape)))
            else:
                return recorder, None
    return failures[0]


def _example(module: nn.Module, input_shape: tuple[int, ...], batch: int) -> Tensor:
    """A batch of normally distributed numbers, or of zeros as indices where the module starts by looking them up."""
    first = next((one for one in module.modules() if not list(one.children())), module)
    parameter = next(
        (one for one in module.parameters() if isinstance(one, UninitializedParameter) or one.is_floating_point()),
        None,
    )
    device = parameter.device if parameter is not None else torch.device("cpu")
    if isinstance(first, nn.Embedding | nn.EmbeddingBag):
        return torch.zeros((batch, *input_shape), dtype=torch.long, device=device)
    values = torch.randn((batch, *input_shape), generator=torch.Generator().manual_seed(0))
    dtype = parameter.dtype if parameter is not None else values.dtype
    return values.to(device=device, dtype=dtype)


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    """Evaluation mode, and afterwards each part's mode as it was."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, training in modes:
            part.training = training


def _reason(recorder: Recorder, error: Exception, input_shape: tuple[int, ...]) -> str:
    """One line: where the run stopped and what was said."""
    said = str(error).strip().splitlines()
    text = said[0] if said else type(error).__name__
    if not isinstance(error, RuntimeError | ValueError):
        text = f"{type(error).__name__}: {text}"
    place = f"in {recorder.place}" if recorder.place else "in forward()"
    return f"stopped {place}, with an input of {'x'.join(map(str, input_shape))}: {text}"


def find_sites(module: nn.Module, input_shape: tuple[int, ...]) -> tuple[Mapping[str, Site], bool, str]:
    """(sites by node name, whether functions write in place, why the run stopped or "") of a module made `still`.

    The module runs without computing anything, on torch's device "meta", if it can; else once for real.
    """
    recorder, failure = record(weightless(module), input_shape)
    if failure is not None:
        recorder, failure = record(module, input_shape)
    return recorder.sites, recorder.writes, failure or ""
