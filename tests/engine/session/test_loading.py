"""Loading the engine leaves Python's collector nothing of torch to walk through while a window is open."""

from __future__ import annotations

import subprocess
import sys

import pytest

_LOAD = """
import gc
{first}
from engine.session.loading import load_engine
load_engine()
assert gc.isenabled()
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
assert len(gc.get_objects()) < 10_000, len(gc.get_objects())
kept = gc.get_freeze_count()
load_engine()
assert gc.get_freeze_count() == kept
"""


@pytest.mark.parametrize("first", ["", "import torch"], ids=["alone", "where torch was there before"])
def test_the_collector_never_looks_at_what_was_loaded(first: str) -> None:
    done = subprocess.run([sys.executable, "-c", _LOAD.format(first=first)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
