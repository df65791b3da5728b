"""captum, loaded when the first prediction is explained, without its plotting."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_PLOTTING = "captum.attr._utils.visualization"


class _NoPlotting(ModuleType):
    """Stands in for captum's plotting while captum loads: any name is there, nothing is behind it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


def load() -> Any:
    """The module `captum.attr`.

    Its plotting, which nobody here uses, would import matplotlib.pyplot: 1.1 of 1.5 s (measured), and on its first
    import a search for all fonts of the machine. So it finds something empty in its place, and whoever imports that
    module afterwards gets the true one.
    """
    if "captum.attr" in sys.modules or _PLOTTING in sys.modules:
        return importlib.import_module("captum.attr")
    sys.modules[_PLOTTING] = _NoPlotting(_PLOTTING)
    try:
        return importlib.import_module("captum.attr")
    finally:
        sys.modules.pop(_PLOTTING, None)
