"""What code of somebody's own may change for the whole process when it is imported, put back afterwards."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def undisturbed(path: Path) -> Iterator[None]:
    """Let the file at `path` be run as if it had been started without arguments, and afterwards have everything as it
    was: torch's defaults (dtype, device, gradients, threads, random numbers), the working folder, sys.argv.

    What it prints goes to standard error. First weights drawn meanwhile go by torch's generator as it is.
    """
    import torch

    dtype, device, threads = torch.get_default_dtype(), torch.get_default_device(), torch.get_num_threads()
    arguments, folder = sys.argv, os.getcwd()
    sys.argv = [str(path)]
    try:
        with contextlib.redirect_stdout(sys.stderr), torch.random.fork_rng(devices=[]), torch.set_grad_enabled(True):
            yield
    finally:
        sys.argv = arguments
        os.chdir(folder)
        torch.set_default_dtype(dtype)
        if torch.get_default_device() != device:
            torch.set_default_device(None if device.type == "cpu" else device)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
