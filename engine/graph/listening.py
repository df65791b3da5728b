"""Ways to listen to a run: every call of a torch function, every floating-point operation, every tensor in a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class Functions(TorchFunctionMode):
    """Hands every call of a torch function to `call`."""

    def __init__(self, call: Callable[[Callable[..., Any], Any, Mapping[str, Any]], Any]) -> None:
        super().__init__()
        self._hand_to = call

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return self._hand_to(func, args, kwargs or {})


class Flops(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts floating-point operations as torch.utils.flop_counter does, without its hooks on all modules."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.total = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here; else torch loads its compiler at the first call, 340 modules in 0.6 s."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        result = func(*args, **(kwargs or {}))
        kind = func._overloadpacket
        if kind in flop_registry:
            self.total += int(flop_registry[kind](*args, **(kwargs or {}), out_val=result))
        elif kind.__name__.startswith("_scaled_dot_product"):  # the CPU's, which torch's table lacks
            formula = flop_registry[torch.ops.aten._scaled_dot_product_flash_attention]
            self.total += int(formula(*args[:3], out_val=result))
        return result


def writes_in_place(function: Callable[..., Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether a call writes into its first argument: x.relu_(), x += y, x[i] = y, F.relu(x, inplace=True), out=x."""
    if kwargs.get("inplace") is True or kwargs.get("out") is not None:
        return True
    name = str(getattr(getattr(function, "_overloadpacket", function), "__name__", ""))
    if name.startswith("__") and name.endswith("__"):
        return name in _WRITING
    return name.endswith("_") and not name.startswith("_") and name != "requires_grad_"


_WRITING = frozenset(
    f"__{name}__"
    for name in (
        *("setitem", "iadd", "isub", "imul", "itruediv", "idiv", "ifloordiv", "imod", "ipow", "imatmul"),
        *("iand", "ior", "ixor", "ilshift", "irshift"),
    )
)


def tensors_in(value: Any) -> list[Tensor]:
    """All tensors in nested tuples, lists and dictionaries, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list) and not isinstance(value, torch.Size):
        return [one for part in value for one in tensors_in(part)]
    return []
