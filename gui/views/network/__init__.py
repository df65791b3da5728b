"""The network diagram: every layer as its real maps, from the input picture to the outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gui.views.network.view import NetworkView

__all__ = ["NetworkView"]


def __getattr__(name: str) -> Any:
    # `receptive` is plain arithmetic that others use without the stage.
    if name == "NetworkView":
        from gui.views.network.view import NetworkView

        return NetworkView
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
