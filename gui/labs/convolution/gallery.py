"""Kernels by name: whole numbers with what they are divided by, so that they can be read and changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).resolve().parents[3] / "resources" / "weights" / "lenet.safetensors"


@dataclass(frozen=True)
class Kernel:
    """A kernel (rows of numbers) and the number that each sum is divided by."""

    name: str
    title: str
    rows: tuple[tuple[float, ...], ...]
    divide: int = 1

    @property
    def values(self) -> tuple[float, ...]:
        """In C order."""
        return tuple(value for row in self.rows for value in row)

    @property
    def array(self) -> NDArray[np.float64]:
        """(rows, columns), before the division."""
        return np.array(self.rows, float)


def _kernel(name: str, title: str, text: str, divide: int = 1) -> Kernel:
    rows = tuple(tuple(float(value) for value in row.split()) for row in text.split("/"))
    return Kernel(name, title, rows, divide)


DESIGNED = (
    _kernel("identity", "Identity", "0 0 0/0 1 0/0 0 0"),
    _kernel("box", "Box blur", "1 1 1/1 1 1/1 1 1", 9),
    _kernel("gaussian", "Gaussian", "1 2 1/2 4 2/1 2 1", 16),
    _kernel("sharpen", "Sharpen", "0 -1 0/-1 5 -1/0 -1 0"),
    _kernel("sobel-x", "Sobel x", "-1 0 1/-2 0 2/-1 0 1"),
    _kernel("sobel-y", "Sobel y", "-1 -2 -1/0 0 0/1 2 1"),
    _kernel("laplacian", "Laplacian", "0 1 0/1 -4 1/0 1 0"),
    _kernel("emboss", "Emboss", "-2 -1 0/-1 1 1/0 1 2"),
    _kernel("lines-horizontal", "Lines –", "-1 -1 -1/2 2 2/-1 -1 -1"),
    _kernel("lines-vertical", "Lines |", "-1 2 -1/-1 2 -1/-1 2 -1"),
    _kernel("lines-rising", "Lines /", "-1 -1 2/-1 2 -1/2 -1 -1"),
    _kernel("lines-falling", "Lines \\", "2 -1 -1/-1 2 -1/-1 -1 2"),
    _kernel("prewitt-x", "Prewitt x", "-1 0 1/-1 0 1/-1 0 1"),
    _kernel("prewitt-y", "Prewitt y", "-1 -1 -1/0 0 0/1 1 1"),
    _kernel("scharr-x", "Scharr x", "-3 0 3/-10 0 10/-3 0 3"),
    _kernel("scharr-y", "Scharr y", "-3 -10 -3/0 0 0/3 10 3"),
    _kernel(
        "gaussian-5", "Gaussian 5×5", "1 4 6 4 1/4 16 24 16 4/6 24 36 24 6/4 16 24 16 4/1 4 6 4 1", 256
    ),
)  # fmt: skip


def random_kernel(seed: int, size: int = 3) -> Kernel:
    """Whole numbers from −2 to 2, the same for the same seed."""
    values = np.random.RandomState(seed).randint(-2, 3, (size, size))
    return Kernel("random", "Random", tuple(tuple(float(value) for value in row) for row in values))


@lru_cache(maxsize=1)
def learned() -> tuple[Kernel, ...]:
    """The first layer's kernels of the bundled LeNet, rounded to two decimals; none where its weights are missing."""
    if not WEIGHTS.is_file():
        return ()
    from safetensors.numpy import load_file

    weight = load_file(WEIGHTS).get("conv1.weight")
    if weight is None:
        return ()
    rounded = np.round(weight[:, 0].astype(float), 2)
    return tuple(
        Kernel(f"learned-{n}", f"Learned {n + 1}", tuple(tuple(row) for row in kernel.tolist()))
        for n, kernel in enumerate(rounded)
    )


def made_kernels(seed: int = 1) -> tuple[Kernel, ...]:
    """Designed ones and a random one."""
    return (*DESIGNED, random_kernel(seed))


def all_kernels(seed: int = 1) -> tuple[Kernel, ...]:
    """Designed ones, a random one, learned ones."""
    return (*DESIGNED, random_kernel(seed), *learned())


def kernel(name: str) -> Kernel:
    """The kernel of that name; KeyError if there is none."""
    for entry in all_kernels():
        if entry.name == name:
            return entry
    raise KeyError(name)
