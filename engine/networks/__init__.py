"""The networks that come with Receptive, and those in files of one's own.

Importing this package does not load torch; building or opening a network does.
"""

from __future__ import annotations

from engine.networks.catalogue import (
    build,
    catalogue,
    class_count,
    fit_problem,
    input_shape,
    is_known,
    recipe,
    skeleton,
)
from engine.networks.errors import NetworkError
from engine.networks.families import Recipe
from engine.networks.opening import open_module
from engine.networks.references import is_file_reference

__all__ = [
    "NetworkError",
    "Recipe",
    "build",
    "catalogue",
    "class_count",
    "fit_problem",
    "input_shape",
    "is_file_reference",
    "is_known",
    "open_module",
    "recipe",
    "skeleton",
]
