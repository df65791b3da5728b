"""The inspector: where the number of one cell comes from, with the trained network's own numbers."""

from __future__ import annotations

from gui.views.inspector.view import InspectorView

__all__ = ["InspectorView"]
