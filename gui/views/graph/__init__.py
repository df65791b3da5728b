"""Any network as a diagram in layers: modules that open and close, branches, skips, maps live inside the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gui.views.graph.view import GraphView

__all__ = ["GraphView"]


def __getattr__(name: str) -> Any:
    # `modules` and `layout` are plain arithmetic that others use without the stage.
    if name == "GraphView":
        from gui.views.graph.view import GraphView

        return GraphView
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
