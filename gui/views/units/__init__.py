"""A network as circles and lines: its units, their weights as colour and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gui.views.units.view import UnitsView

__all__ = ["UnitsView"]


def __getattr__(name: str) -> Any:
    # Which units are shown is plain arithmetic that can be had without widgets.
    if name == "UnitsView":
        from gui.views.units.view import UnitsView

        return UnitsView
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
