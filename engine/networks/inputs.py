"""What a module of somebody's own takes: shapes guessed from its layers and tried, or those that the user gave."""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from engine.graph.listener import Heard, listen, still
from engine.networks.errors import NetworkError
from engine.networks.programs import program_examples

Shapes = tuple[tuple[int, ...], ...]

# Usual sizes of pictures. What begins with large windows or strides was made for large ones, and says less on others.
_LARGE_FIRST, _SMALL_FIRST = (224, 64, 32, 28), (32, 28, 64, 224)
_LENGTH = 16
_ENTRIES = 4
_BATCH = 2


class AskShapeError(NetworkError):
    """No usual input is taken: the user has to say which one is. The message says what was tried."""


@dataclass(frozen=True, eq=False)
class Fitting:
    """A run of the module on inputs that it takes, as far as it got. `whole`: which inputs are indices (int64).
    `trainable`: whether it has anything to train; `alone`: it takes one sample at a time only."""

    shapes: Shapes
    whole: tuple[bool, ...]
    heard: Heard
    trainable: bool
    alone: bool = False


def fit(
    module: nn.Module, *, name: str, title: str, shapes: Shapes = (), first: Sequence[tuple[int, ...]] = ()
) -> Fitting:
    """Run the module on inputs of these shapes (without a batch axis); without shapes, on those of `first` and then on
    guessed ones, until one is taken.

    A module that stops whatever it is given comes with the graph as far as it got. AskShapeError where it seems to be
    the shape that does not suit, or there is nothing to guess from.
    """
    count = input_count(module)
    if shapes:
        return _best([_try(module, shapes, whole, name, title) for whole in _kinds(module, len(shapes))])
    failures: list[Fitting] = []
    seen: set[Shapes] = set()
    for guess in _guesses(module, count, first):
        if guess in seen:
            continue
        seen.add(guess)
        for whole in _kinds(module, count):
            found = _try(module, guess, whole, name, title)
            if found.heard.stopped is None or found.heard.endless:
                return found
            failures.append(found)
    if not failures:
        raise AskShapeError(f"nothing tells what {title} takes as its input: say it, such as 3x32x32")
    best = _best(failures)
    furthest = [one for one in failures if len(one.heard.graph.nodes) == len(best.heard.graph.nodes)]
    if len({_said(one) for one in furthest}) == 1 and len({one.shapes for one in furthest}) > 1:
        return best  # it stops at the same place with the same words: not for the shape
    tried = {one.shapes for one in failures}
    text = "; ".join(", ".join("x".join(map(str, shape)) for shape in one) for one in sorted(tried))
    raise AskShapeError(f"{title} takes none of {text}: {best.heard.stopped}")


def input_count(module: nn.Module) -> int:
    """How many tensors forward() needs."""
    if known := program_examples(module):
        return len(known)
    try:
        parameters = list(inspect.signature(module.forward).parameters.values())
    except (TypeError, ValueError):
        return 1
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [one for one in parameters if one.kind in kinds and one.default is one.empty]
    return max(1, len(needed))


def examples(module: nn.Module, shapes: Shapes, whole: Sequence[bool], *, batch: int = _BATCH) -> tuple[Tensor, ...]:
    """Inputs to try a module with: normally distributed numbers, small whole numbers where indices are meant."""
    dtype, device = number_type(module), next((one.device for one in module.parameters()), torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    made = []
    for shape, indices in zip(shapes, whole, strict=True):
        if indices:
            most = min((one.num_embeddings for one in module.modules() if isinstance(one, nn.Embedding)), default=2)
            made.append(torch.randint(0, max(1, most), (batch, *shape), generator=generator).to(device))
        else:
            made.append(torch.randn((batch, *shape), generator=generator).to(device=device, dtype=dtype))
    return tuple(made)


def number_type(module: nn.Module) -> torch.dtype:
    """What the module computes in: that of its first parameter of real numbers, else of complex ones, else float32."""
    kinds = [one.dtype for one in module.parameters() if one.is_floating_point() or one.is_complex()]
    return next((one for one in kinds if one.is_floating_point), kinds[0] if kinds else torch.float32)


def complete(module: nn.Module, *, shapes: Shapes = (), first: Sequence[tuple[int, ...]] = ()) -> None:
    """Let lazy layers find their sizes by a run on inputs of these shapes, else of those of `first` or usual ones.

    AskShapeError where they take none of them. Without lazy layers nothing is done.
    """
    if not any(isinstance(one, UninitializedParameter | UninitializedBuffer) for one in _tensors(module)):
        return
    tried: list[str] = []
    for one in [shapes] if shapes else [(shape,) for shape in (*first, (1, 28, 28), (3, 32, 32), (16,))]:
        for part in (_copy(module), module):  # a run that stops half way leaves sizes behind
            training = part.training
            try:
                with torch.no_grad(), torch.random.fork_rng(devices=[]):
                    part.eval()(*(torch.randn(_BATCH, *shape) for shape in one))
            except Exception as error:  # a user's forward() may raise anything
                tried.append(f"{', '.join('x'.join(map(str, shape)) for shape in one)} ({_first_line(error)})")
                break
            finally:
                part.train(training)
        else:
            return
    raise AskShapeError(f"its lazy layers do not learn their sizes from {'; '.join(dict.fromkeys(tried))}")


def _copy(module: nn.Module) -> nn.Module:
    """A copy of a module with lazy parts; torch itself copies lazy parameters, but not lazy buffers."""
    known: dict[int, object] = {
        id(one): UninitializedBuffer(one.requires_grad, one.device, one.dtype)  # type: ignore[arg-type]
        for one in module.buffers()
        if isinstance(one, UninitializedBuffer)
    }
    return copy.deepcopy(module, known)


def _tensors(module: nn.Module) -> list[Tensor]:
    return [*module.parameters(), *module.buffers()]


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _try(module: nn.Module, shapes: Shapes, whole: tuple[bool, ...], name: str, title: str) -> Fitting:
    quiet = still(module)
    inputs = examples(module, shapes, whole)
    heard = listen(quiet, inputs, name=name, title=title)
    alone = False
    if heard.stopped is not None and not heard.endless and any(len(one) > 1 for one in inputs):
        # A forward() may be written for one sample.
        single = listen(quiet, [one[:1] for one in inputs], name=name, title=title)
        if alone := single.stopped is None:
            heard = single
    return Fitting(shapes, whole, heard, any(one.requires_grad for one in module.parameters()), alone)


def _kinds(module: nn.Module, count: int) -> list[tuple[bool, ...]]:
    """Which inputs are indices: as the first layer says; for several inputs with an embedding, each alone as well."""
    if known := program_examples(module):
        return [tuple(not dtype.is_floating_point for _, dtype in known)]
    leaves = [part for part in module.modules() if not list(part.children())]
    embeds = [isinstance(part, nn.Embedding | nn.EmbeddingBag) for part in leaves if part._parameters]
    plain = (False,) * count
    if not any(embeds):
        return [plain]
    first = (embeds[0], *plain[1:])
    others = [tuple(place == one for place in range(count)) for one in range(count)]
    return list(dict.fromkeys([first, (True,) * count, *others, plain]))


def _guesses(module: nn.Module, count: int, first: Sequence[tuple[int, ...]]) -> Iterator[Shapes]:
    if known := program_examples(module):
        yield tuple(shape[1:] for shape, _ in known)
        return
    entries = [part for part in module.modules() if part._parameters and not isinstance(part, nn.ModuleList)]
    options = list(_shapes(entries[0], first)) if entries else [*first, (1, 28, 28), (3, 32, 32), (16,)]
    if count == 1:
        for part in entries[:_ENTRIES]:  # the first that is defined need not be the first that runs
            yield from ((shape,) for shape in _shapes(part, first))
        yield from ((shape,) for shape in options if not entries)
        yield from ((shape,) for shape in first)  # forward() may cut a picture into whatever its layers take
        return
    for shape in options:  # all alike, or each as the layer says that stands at its place
        yield (shape,) * count
    others = [list(_shapes(part, ())) for part in entries[1:count]]
    if len(others) == count - 1 and all(others):
        for shape in options:
            yield (shape, *(one[0] for one in others))


def _shapes(part: nn.Module, first: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Inputs that a layer with weights would take; those of `first` that suit it before others."""
    if isinstance(part, _ConvNd):
        axes = len(part.kernel_size)
        yield from (shape for shape in first if len(shape) == axes + 1 and shape[0] == part.in_channels)
        large = max(part.kernel_size) >= 7 or max(part.stride) > 1
        pictures = _LARGE_FIRST if large else _SMALL_FIRST
        sides = pictures if axes == 2 else (32, 16) if axes == 3 else (128, 64)
        for side in sides:
            yield (part.in_channels, *[side] * axes)
    elif isinstance(part, nn.Linear):
        yield from (shape for shape in first if math.prod(shape) == part.in_features)
        yield (part.in_features,)
        for channels in (1, 3):
            side = math.isqrt(part.in_features // channels)
            if channels * side * side == part.in_features:
                yield channels, side, side
        yield _LENGTH, part.in_features
    elif isinstance(part, nn.RNNBase):  # rows or columns of a picture, one after the other
        yield from (shape for shape in first if part.input_size in (*shape[1:], math.prod(shape[:-1])))
        yield _LENGTH, part.input_size
    elif isinstance(part, nn.Embedding | nn.EmbeddingBag):
        yield (_LENGTH,)
    elif isinstance(part, nn.modules.batchnorm._BatchNorm):
        yield from (shape for shape in first if len(shape) == 3 and shape[0] == part.num_features)
        yield part.num_features, 32, 32
        yield (part.num_features,)
    elif isinstance(part, nn.LayerNorm):
        yield tuple(part.normalized_shape)
        yield _LENGTH, *part.normalized_shape
    else:
        yield from first
        yield 1, 28, 28
        yield 3, 32, 32


def _best(found: Sequence[Fitting]) -> Fitting:
    """The one that got furthest; the first of those that got as far."""
    return max(found, key=lambda one: (one.heard.stopped is None, len(one.heard.graph.nodes)))


def _said(fitting: Fitting) -> str:
    """What was said, without the shape of the input."""
    return (fitting.heard.stopped or "").partition(": ")[2]
