"""What Receptive looks like: colours, value maps, type, numbers, icons and controls."""

from __future__ import annotations

from gui.theme.tokens import DARK, LIGHT, Density, Theme

__all__ = ["DARK", "LIGHT", "Density", "Theme"]
