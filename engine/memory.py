"""Keeps the C library from giving freed memory back to the system between two runs of a network on the CPU.

Each step of a training, each picture of a network allocates and frees the same megabytes of activations. glibc returns
what is free at the end of its heap; whether that hits a run depends on what else lies there. Where it does, every run
takes a page fault for each 4 KB again (measured: 1,156 faults a step of LeNet, 9,000 a picture of VGG-16, 0 with this),
which costs as much as a convolution in the one and a tenth of the whole in the other.
"""

from __future__ import annotations

import ctypes
import platform
import sys

# Of mallopt, from malloc.h. Setting one switches off glibc's own adjusting of both.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 256 * 2**20
_LARGEST_MMAP_THRESHOLD = 32 * 2**20


def keep_freed_memory() -> bool:
    """Let up to 256 MB of freed memory stay with this process. Returns whether that could be asked for: glibc only."""
    if not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT))
