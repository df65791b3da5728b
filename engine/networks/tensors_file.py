"""Weights for a module from a file of tensors: safetensors, or a state_dict that torch.save wrote. No code is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.files import FileError, read_tensors
from engine.networks.errors import NetworkError

# How training scripts wrap a state_dict, and what parallel training or compiling put before its keys.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "module", "weights")
_PREFIXES = ("module.", "_orig_mod.", "model.")


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by key. NetworkError where it is none, or would have to be unpickled."""
    path = Path(path).expanduser()
    try:
        if path.suffix == ".safetensors":
            return read_tensors(path)[0]
        found: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (FileError, FileNotFoundError) as error:
        raise NetworkError(str(error) if isinstance(error, FileError) else f"there is no file {path}") from error
    except Exception as error:  # a damaged or foreign file may fail anywhere
        raise NetworkError(
            f"{path} holds no weights that can be read without running code in it: save a state_dict, "
            "torch.save(model.state_dict(), …), or safetensors"
        ) from error
    for name in _WRAPPERS:
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
    if not isinstance(found, Mapping) or not found or not all(isinstance(one, Tensor) for one in found.values()):
        raise NetworkError(f"{path} holds no state_dict: keys with tensors")
    return {str(key): value for key, value in found.items()}


def load_state(module: nn.Module, state: Mapping[str, Tensor], *, source: str) -> None:
    """Give the module these weights. NetworkError, and nothing changed, where keys or shapes differ."""
    own = _own(module)
    for prefix in _PREFIXES:
        if not own.keys() & state.keys() and all(key.startswith(prefix) for key in state):
            state = {key.removeprefix(prefix): value for key, value in state.items()}
    missing = [key for key in own if key not in state and not key.endswith("num_batches_tracked")]
    surplus = [key for key in state if key not in own]
    if missing or surplus:
        parts = [f"{what} {_some(keys)}" for what, keys in (("missing:", missing), ("unknown:", surplus)) if keys]
        raise NetworkError(f"the weights in {source} are of another network: {'; '.join(parts)}")
    for key, value in own.items():
        if key in state and state[key].shape != value.shape:
            raise NetworkError(
                f"the weights in {source} are of another network: {key} is {_size(state[key])}, the network's "
                f"{_size(value)}"
            )
    module.load_state_dict(dict(state), strict=False)


def carry_over(module: nn.Module, state: Mapping[str, Tensor]) -> tuple[int, int, list[str]]:
    """Give the module what fits it of another's weights: (tensors taken over, tensors it has, keys that start anew)."""
    own = _own(module)
    fits = {key: state[key] for key, value in own.items() if key in state and state[key].shape == value.shape}
    module.load_state_dict(fits, strict=False)
    return len(fits), len(own), [key for key in own if key not in fits]


def _own(module: nn.Module) -> dict[str, Tensor]:
    return {key: value for key, value in module.state_dict().items() if isinstance(value, Tensor)}


def _some(keys: list[str]) -> str:
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return f"{', '.join(keys[:3])}{more}"


def _size(value: Tensor) -> str:
    return "x".join(map(str, value.shape)) or "a number"
