"""Functions of torch as operations: F.relu(x), torch.flatten(x, 1), x + y, x.view(n, -1), …"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any, TypeAlias

from torch import Tensor

from engine.graph.vocabulary import (
    OTHER,
    Description,
    adaptive_pool,
    average_pool,
    convolution,
    max_pool,
    without_batch,
)
from engine.messages import Operation

Parameters: TypeAlias = tuple[tuple[str, Any], ...]
"""Names of a function's parameters in order, with their defaults."""

_ALIASES = {
    "hardsigmoid": "hard_sigmoid",
    "concat": "cat",
    "concatenate": "cat",
    "radd": "add",
    "iadd": "add",
    "max_pool1d_with_indices": "max_pool1d",
    "max_pool2d_with_indices": "max_pool2d",
    "max_pool3d_with_indices": "max_pool3d",
}
_FLATTENING = frozenset({"flatten", "view", "reshape"})
_PLAIN: Mapping[str, tuple[Operation, Parameters]] = {
    "sigmoid": (Operation.SIGMOID, ()),
    "tanh": (Operation.TANH, ()),
    "relu": (Operation.RELU, ()),
    "leaky_relu": (Operation.LEAKY_RELU, (("negative_slope", 0.01),)),
    "elu": (Operation.ELU, (("alpha", 1.0),)),
    "gelu": (Operation.GELU, (("approximate", "none"),)),
    "silu": (Operation.SILU, ()),
    "softplus": (Operation.SOFTPLUS, (("beta", 1), ("threshold", 20))),
    "hard_sigmoid": (Operation.HARD_SIGMOID, ()),
    "dropout": (Operation.DROPOUT, (("p", 0.5),)),
}
_CONVOLUTION: Parameters = (("input", None), ("weight", None), ("bias", None), ("stride", 1), ("padding", 0))
_POOL: Parameters = (("input", None), ("kernel_size", None), ("stride", None), ("padding", 0))


def function_name(function: Callable[..., Any]) -> str:
    """The name as one would write it: "relu" for relu_ and F.relu alike, "getitem" for x[…], "T" for x.T."""
    # Programs of torch.export call operators by overload: conv2d.default
    name = getattr(getattr(function, "_overloadpacket", function), "__name__", type(function).__name__)
    if name == "__get__":
        name = getattr(getattr(function, "__self__", None), "__name__", "attribute")
    name = name.removeprefix("__").removesuffix("__").removesuffix("_") or name
    return _ALIASES.get(name, name)


def describe_function(
    name: str, args: Any, kwargs: Mapping[str, Any], result: Any, batch: int, tracked: Container[int]
) -> Description:
    """The operation of a call of torch's function `name`. `tracked` has the ids of the values that the input made."""
    if name in _PLAIN:
        operation, parameters = _PLAIN[name]
        values = _bind((("input", None), *parameters), args, kwargs)
        return Description(operation, {key: values[key] for key, _ in parameters})
    if name in _FLATTENING:
        flat = isinstance(result, Tensor) and result.dim() == 2 and result.shape[0] == batch
        return Description(Operation.FLATTEN) if flat else OTHER
    if name == "add":
        return _add(args, kwargs, result, tracked)
    if name == "cat":
        return _cat(args, kwargs, result)
    if name == "softmax":
        values = _bind((("input", None), ("dim", None)), args, kwargs)
        axis = None if values["dim"] is None else without_batch(values["dim"], result.dim())
        return OTHER if axis is None else Description(Operation.SOFTMAX, {"axis": axis})
    if name == "linear":
        values = _bind((("input", None), ("weight", None), ("bias", None)), args, kwargs)
        outputs, inputs = values["weight"].shape
        attributes = {"in_features": inputs, "out_features": outputs, "bias": values["bias"] is not None}
        return Description(Operation.LINEAR, attributes, _roles(values, "weight", "bias"))
    if name in ("batch_norm", "layer_norm"):
        return _norm(name, args, kwargs)
    if name[-1:] == "d" and name[-2:-1] in ("1", "2", "3"):
        return _spatial(name, int(name[-2]), args, kwargs)
    return OTHER


def _spatial(name: str, axes: int, args: Any, kwargs: Mapping[str, Any]) -> Description:
    """Convolutions and pools over one, two or three axes."""
    kind = name[:-2]
    if kind in ("conv", "conv_transpose"):
        transposed = kind == "conv_transpose"
        rest: Parameters = (
            (("output_padding", 0), ("groups", 1), ("dilation", 1)) if transposed else (("dilation", 1), ("groups", 1))
        )
        values = _bind((*_CONVOLUTION, *rest), args, kwargs)
        attributes = convolution(
            weight=tuple(values["weight"].shape),
            transposed=transposed,
            bias=values["bias"] is not None,
            stride=values["stride"],
            padding=values["padding"],
            dilation=values["dilation"],
            groups=values["groups"],
            output_padding=values.get("output_padding", 0),
        )
        return Description(Operation(name), attributes, _roles(values, "weight", "bias"))
    if kind == "max_pool":
        values = _bind((*_POOL, ("dilation", 1), ("ceil_mode", False)), args, kwargs)
        return Description(Operation(name), max_pool(axes, **_without_input(values)))
    if kind == "avg_pool":
        tail: Parameters = (("ceil_mode", False), ("count_include_pad", True), ("divisor_override", None))
        values = _bind((*_POOL, *tail), args, kwargs)
        return Description(Operation(name), average_pool(axes, **_without_input(values)))
    if kind in ("adaptive_avg_pool", "adaptive_max_pool"):
        size = _bind((("input", None), ("output_size", None)), args, kwargs)["output_size"]
        return adaptive_pool(Operation(kind), output_size=size, axes=axes)
    return OTHER


def _add(args: Any, kwargs: Mapping[str, Any], result: Any, tracked: Container[int]) -> Description:
    values = _bind((("input", None), ("other", None), ("alpha", 1)), args, kwargs)
    pair = (values["input"], values["other"])
    fits = all(isinstance(one, Tensor) and id(one) in tracked and one.shape == result.shape for one in pair)
    return Description(Operation.ADD) if fits and values["alpha"] == 1 else OTHER


def _cat(args: Any, kwargs: Mapping[str, Any], result: Any) -> Description:
    values = _bind((("tensors", None), ("dim", 0)), args, kwargs)
    axis = without_batch(values["dim"], result.dim())
    return OTHER if axis is None else Description(Operation.CONCAT, {"axis": axis})


def _norm(name: str, args: Any, kwargs: Mapping[str, Any]) -> Description:
    if name == "layer_norm":
        names: Parameters = (("input", None), ("normalized_shape", ()), ("weight", None), ("bias", None), ("eps", 1e-5))
        values = _bind(names, args, kwargs)
        attributes = {"normalized_shape": list(values["normalized_shape"]), "eps": values["eps"]}
        return Description(Operation.LAYER_NORM, attributes, _roles(values, "weight", "bias"))
    names = (
        *(("input", None), ("running_mean", None), ("running_var", None), ("weight", None), ("bias", None)),
        *(("training", False), ("momentum", 0.1), ("eps", 1e-5)),
    )
    values = _bind(names, args, kwargs)
    if values["training"] or values["running_mean"] is None:  # it normalizes by the batch
        return OTHER
    attributes = {"num_features": len(values["running_mean"]), "eps": values["eps"]}
    return Description(
        Operation.BATCH_NORM, attributes, _roles(values, "weight", "bias", "running_mean", "running_var")
    )


def _bind(names: Parameters, args: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a call by name. torch's builtins tell no signature, so it is given: names with defaults."""
    values = dict(names)
    values.update(zip(values, args, strict=False))
    values.update({key: value for key, value in kwargs.items() if key in values})
    if "self" in kwargs:
        values["input"] = kwargs["self"]
    return values


def _roles(values: Mapping[str, Any], *names: str) -> dict[str, Tensor | None]:
    return {name: values[name] for name in names}


def _without_input(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "input"}
