"""What is computed: torch and NumPy, no Qt at all. In a training loop of one's own: `from engine import watch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.watching import watch as watch


def __getattr__(name: str) -> Any:
    """`watch` needs torch, which most of the engine's parts do not: it is loaded when it is asked for."""
    if name == "watch":
        from engine.watching import watch

        return watch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
