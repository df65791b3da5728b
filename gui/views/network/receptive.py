"""Receptive fields as the diagram asks for them; the arithmetic is the engine's, which needs it as well."""

from __future__ import annotations

from engine.traces.receptive import (
    Field,
    Range,
    Region,
    Window,
    field,
    per_axis,
    project,
    reached,
    regions,
    sources,
    spatial,
    unflattened,
    windows,
)

__all__ = [
    "Field",
    "Range",
    "Region",
    "Window",
    "field",
    "per_axis",
    "project",
    "reached",
    "regions",
    "sources",
    "spatial",
    "unflattened",
    "windows",
]
