"""`from engine import watch`: Receptive's window beside a training loop of one's own.

The loop writes a Run (`writer`), the window is a process of its own that follows it (`engine.follow`). Nothing here
imports Qt, and nothing here may fail the loop.
"""

from __future__ import annotations

from engine.watching.watched import Watched, watch

__all__ = ["Watched", "watch"]
