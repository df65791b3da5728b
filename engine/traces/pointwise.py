"""Operations that work cell by cell: activations, sums of two arrays, and those that only hand values on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.traces.arrays import Array, Index, floats, one_axis, shape_text, whole
from engine.traces.errors import TraceError
from engine.traces.formula import Piece, equals, number, place, plus
from engine.traces.functions import FUNCTIONS, Function, evaluate
from engine.traces.terms import Terms
from engine.traces.trace import Step, Trace


class Activation(Trace):
    """The trace of `activation`. The one term of a step is the input cell, with weight 1; parameters are attributes."""

    def __init__(self, *, name: str, x: Array, output: Array, parameters: dict[str, Any], function: Function) -> None:
        super().__init__(name=name, inputs=(x,), output=output)
        self.parameters = parameters
        self._function = function

    def __getattr__(self, name: str) -> Any:
        parameters = self.__dict__.get("parameters", {})
        if name in parameters:
            return parameters[name]
        raise AttributeError(f"the trace of {self.__dict__.get('name')} has no {name}")

    def terms(self, index: Index) -> Terms:
        return one_term(self.inputs[0], index)

    def _touching(self, index: Index, source: int) -> list[Index]:
        return [index]

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        value = float(self.inputs[0][step.index])
        argument = [Piece(f"{self.name}("), Piece(number(value), "input"), Piece(")")]
        written = self._function.written(value, self.parameters)
        if len(written) > 1:  # else it is x itself
            argument += [Piece(" = "), *written]
        return [*argument, *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        return f"y{place(*index)} = {self._function.letters}, x = x{place(*index)}"


def one_term(x: Array, index: Index, *, source: int = 0, sources: int = 1) -> Terms:
    """A single input cell, with weight 1."""
    return Terms(
        input_indices=np.array([index], np.int64).reshape(1, len(index)),
        input_values=x[index].reshape(1),
        sources=np.full(1, source),
        weight_names=("",) * sources,
    )


@np.errstate(all="ignore")
def activation(x: ArrayLike, name: str, **parameters: Any) -> Activation:
    """An activation function of every cell of x (any shape): sigmoid, tanh, relu, leaky_relu (negative_slope=0.01),
    elu (alpha=1), gelu (approximate="none" or "tanh"), silu, softplus (beta=1, threshold=20) or hard_sigmoid.

    Names, parameters and defaults are PyTorch's. Raises TraceError for others.
    """
    (values,) = floats(x=x)
    function = FUNCTIONS.get(name)
    if function is None:
        raise TraceError(f"activation {name!r} is unknown: it is one of {', '.join(FUNCTIONS)}")
    unknown = set(parameters) - set(function.defaults)
    if unknown:
        takes = ", ".join(function.defaults) or "no parameters"
        raise TraceError(f"{name} has no parameter {', '.join(sorted(unknown))}: it takes {takes}")
    parameters = {**function.defaults, **parameters}
    output = evaluate(function, values, parameters)
    return Activation(name=name, x=values, output=output, parameters=parameters, function=function)


class Add(Trace):
    """The trace of `add`. A term of the second array has source 1."""

    def terms(self, index: Index) -> Terms:
        cells = [self._cell(index, array) for array in self.inputs]
        return Terms.joined(
            [
                one_term(array, cell, source=k, sources=2)
                for k, (array, cell) in enumerate(zip(self.inputs, cells, strict=True))
            ]
        )

    def _cell(self, index: Index, array: Array) -> Index:
        return tuple(0 if size == 1 else entry for entry, size in zip(index, array.shape, strict=True))

    def _touching(self, index: Index, source: int) -> list[Index]:
        array, shape = self.inputs[source], self.output.shape
        mask: Any = np.zeros(array.shape, np.bool_)
        mask[index] = True
        return [tuple(cell) for cell in np.argwhere(np.broadcast_to(mask, shape)).tolist()]

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        first, second = step.terms.input_values.tolist()
        return [Piece(number(first), "input"), *plus(second, "input"), *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        a, b = (place(*self._cell(index, array)) for array in self.inputs)
        return f"y{place(*index)} = a{a} + b{b}"


@np.errstate(all="ignore")
def add(a: ArrayLike, b: ArrayLike) -> Add:
    """The sum of two arrays, cell by cell, broadcast as NumPy and PyTorch do. TraceError if shapes don't fit.

    In the trace's inputs, the one with fewer axes has leading axes of size 1 in their place.
    """
    first, second = floats(a=a, b=b)
    try:
        output = np.add(first, second)
    except ValueError:
        raise TraceError(f"shapes {shape_text(first.shape)} and {shape_text(second.shape)} cannot be added") from None
    inputs = [array.reshape((1,) * (output.ndim - array.ndim) + array.shape) for array in (first, second)]
    return Add(name="add", inputs=inputs, output=np.asarray(output))


class Moved(Trace):
    """The trace of `flatten`, `dropout`, `concat` and `identity`: every output cell is one input cell, unchanged."""

    def __init__(self, *, name: str, inputs: Sequence[Array], output: Array, axis: int | None = None) -> None:
        super().__init__(name=name, inputs=inputs, output=output)
        self.axis = axis

    def _origin(self, index: Index) -> tuple[int, Index]:
        """(source, input index) of an output cell."""
        if self.axis is None:
            cell = np.unravel_index(self._position(index), self.inputs[0].shape)
            return 0, tuple(int(entry) for entry in cell)
        entry, source = index[self.axis], 0
        while entry >= self.inputs[source].shape[self.axis]:
            entry -= self.inputs[source].shape[self.axis]
            source += 1
        return source, (*index[: self.axis], entry, *index[self.axis + 1 :])

    def terms(self, index: Index) -> Terms:
        source, cell = self._origin(index)
        return one_term(self.inputs[source], cell, source=source, sources=len(self.inputs))

    def _touching(self, index: Index, source: int) -> list[Index]:
        if self.axis is None:
            return [self.index_of(int(np.ravel_multi_index(index, self.inputs[0].shape)) if index else 0)]
        before = sum(array.shape[self.axis] for array in self.inputs[:source])
        return [(*index[: self.axis], index[self.axis] + before, *index[self.axis + 1 :])]

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        source, cell = self._origin(step.index)
        name = f"x{source}" if len(self.inputs) > 1 else "x"
        return [Piece(f"{name}{place(*cell)}", "input"), *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        source, cell = self._origin(index)
        name = f"x{source}" if len(self.inputs) > 1 else "x"
        return f"y{place(*index)} = {name}{place(*cell)}"


def identity(x: ArrayLike, *, name: str = "identity") -> Moved:
    """x (any shape) as it is."""
    (values,) = floats(x=x)
    return Moved(name=name, inputs=(values,), output=values.copy())


class Dropout(Moved):
    """The trace of `dropout`."""

    def __init__(self, *, x: Array, p: float) -> None:
        super().__init__(name="dropout", inputs=(x,), output=x.copy())
        self.p = p


def dropout(x: ArrayLike, p: float = 0.5) -> Dropout:
    """Dropout in test mode: x (any shape) as it is. `p`, from 0 to 1, is what training would zero."""
    (values,) = floats(x=x)
    if not 0 <= p <= 1:
        raise TraceError(f"p is {p}; it must be from 0 to 1")
    return Dropout(x=values, p=float(p))


def flatten(x: ArrayLike, start_axis: int = 0, end_axis: int = -1) -> Moved:
    """x with its axes from `start_axis` to `end_axis` (both included) merged, in C order. There is no batch axis."""
    (values,) = floats(x=x)
    if values.ndim == 0:
        return Moved(name="flatten", inputs=(values,), output=values.reshape(1).copy())
    start = one_axis("start_axis", start_axis, values.ndim)
    end = one_axis("end_axis", end_axis, values.ndim)
    if start > end:
        raise TraceError(f"start_axis {start_axis} lies behind end_axis {end_axis}")
    return Moved(
        name="flatten",
        inputs=(values,),
        output=values.reshape(*values.shape[:start], -1, *values.shape[end + 1 :]).copy(),
    )


def concat(arrays: Sequence[ArrayLike], axis: int = 0) -> Moved:
    """Arrays joined along an axis; the others must agree. A term's source is the array it comes from."""
    if not isinstance(arrays, Sequence | np.ndarray) or len(arrays) == 0:
        raise TraceError("concat needs a list of at least one array")
    read = floats(**{f"array {position}": array for position, array in enumerate(arrays)})
    number_ = one_axis("axis", axis, read[0].ndim)
    rest = [array.shape[:number_] + array.shape[number_ + 1 :] for array in read if array.ndim == read[0].ndim]
    if len(rest) < len(read) or any(shape != rest[0] for shape in rest):
        shapes = " and ".join(shape_text(array.shape) for array in read)
        raise TraceError(f"shapes {shapes} cannot be joined along axis {whole('axis', number_, least=0)}")
    return Moved(name="concat", inputs=read, output=np.concatenate(read, axis=number_), axis=number_)
