"""The background thread behind a viewer. Importing this package loads no torch."""

from __future__ import annotations

from engine.session.session import Session

__all__ = ["Session"]
