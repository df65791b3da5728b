"""What the Studio asks the engine for: only what is on screen now."""

from __future__ import annotations

from collections.abc import Sequence

from engine import messages
from gui.labs.studio.state import Page, StudioState

_LARGEST = 112
"""Cells along a side of a map beyond which the diagram shows averages: its pictures of maps are smaller than that."""


def watch(state: StudioState, *, visible: Sequence[str], frames_per_second: float, active: bool) -> messages.Watch:
    """The Watch for a state. `visible` are the nodes whose maps the network view draws.

    A page over the network hides its maps, so only the focused node is computed there (and the way to it, of course).
    The input and the output stay: sample and prediction are shown everywhere.
    """
    if not active:
        return messages.Watch(nodes=(), links=False, frames_per_second=frames_per_second)
    on_network = state.page is Page.NETWORK
    if on_network:
        nodes = tuple(visible)
    elif state.page is Page.LAYER and state.node:
        nodes = (state.node,)
    else:
        nodes = ()
    return messages.Watch(
        nodes=nodes,
        quantity=state.quantity,
        scale=state.scale,
        focus=state.node or None,
        links=on_network,
        frames_per_second=frames_per_second,
        largest=_LARGEST if on_network else 0,
    )
