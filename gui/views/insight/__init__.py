"""The inspector of a layer, large: one map or unit from all sides, how its layer is spread, what excites it."""

from __future__ import annotations

from gui.views.insight.view import InsightView

__all__ = ["InsightView"]
