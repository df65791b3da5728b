"""Torch, loaded beside a running gui without stopping it, and set up to share the processors with it."""

from __future__ import annotations

import ctypes
import gc
import importlib
import importlib.util
import os
import sys
from pathlib import Path

# In the order in which they need each other; those that a build of torch does not have are left out.
_LIBRARIES = ("gomp", "c10", "torch_cpu", "torch", "shm", "torch_python")
_SUFFIXES = {"darwin": ".dylib"}

# How threads of libgomp wait for each other: some 0.2 ms spinning, then asleep; 20 µs where more of them were started
# than there are processors. By its own choice libgomp spins for several milliseconds, on a core that the gui or any
# other program may need: beside one busy process LeNet on two threads then makes 3 updates a second here, with this
# 30, and the same 390 as before where nobody else works.
OPENMP = {"GOMP_SPINCOUNT": "10000", "OMP_WAIT_POLICY": "ACTIVE"}


def preload_torch_libraries() -> None:
    """Load torch's shared libraries without holding the GIL, so that `import torch` finds them loaded.

    Measured with a thread that stands in for the gui: `import torch` alone stops it for 170-200 ms, with the libraries
    there for 50 ms, and for 15 ms with the collector at rest as well (`load_engine`). `ctypes.CDLL(path)` does not
    help: Python 3.11 holds the GIL while it loads. A foreign call releases it, so dlopen itself is called as one. What
    cannot be loaded here is left to the import, which knows why.
    On Windows torch is imported before Qt (pytorch issue 166628), and there is nothing to do.
    """
    if sys.platform == "win32" or "torch" in sys.modules:
        return
    found = importlib.util.find_spec("torch")
    if found is None or not found.submodule_search_locations:
        return
    folder = Path(found.submodule_search_locations[0]) / "lib"
    loader = ctypes.CDLL(None)
    loader.dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
    loader.dlopen.restype = ctypes.c_void_p
    suffix = _SUFFIXES.get(sys.platform, ".so")
    for name in _LIBRARIES:
        for path in sorted(folder.glob(f"lib{name}{suffix}*")):
            loader.dlopen(os.fsencode(path), os.RTLD_NOW)


def load_engine() -> None:
    """Import torch and all of the engine that needs it. Raises ImportError (OSError on a broken installation).

    Python's collector of cyclic garbage rests meanwhile, and never looks at what was loaded: each of its full rounds
    would stop every thread for 80 to 220 ms (measured) to find nothing. That holds where torch was there before, too.
    """
    if "engine.session.worker" in sys.modules:
        return
    too_late = "torch" in sys.modules
    if not too_late and sys.platform.startswith("linux") and not OPENMP.keys() & os.environ.keys():
        os.environ.update(OPENMP)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        preload_torch_libraries()
        importlib.import_module("engine.session.worker")
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
