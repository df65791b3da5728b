"""A network as boxes of width x height x depth: the figure of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gui.views.volumes.view import VolumesView

__all__ = ["VolumesView"]


def __getattr__(name: str) -> Any:
    # The figure is plain arithmetic that can be had without widgets.
    if name == "VolumesView":
        from gui.views.volumes.view import VolumesView

        return VolumesView
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
