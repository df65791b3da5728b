"""The pooling lab: windows that become one number each, step by step and on pictures."""

from __future__ import annotations

from gui.labs import Entry

LAB = Entry(
    name="pooling",
    title="Pooling",
    icon="pooling",
    order=20,
    factory="gui.labs.pooling.lab:PoolingLab",
    state="gui.labs.pooling.state:PoolingState",
    summary="Maximum, mean and other poolings, number by number and on pictures",
    parts="gui.labs.pooling.parts:PARTS",
)
