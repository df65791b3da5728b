"""The Studio: a network from picture to prediction, watched while it learns."""

from __future__ import annotations

from gui.labs import Entry

LAB = Entry(
    name="studio",
    title="Studio",
    icon="studio",
    order=60,
    factory="gui.labs.studio.lab:StudioLab",
    state="gui.labs.studio.state:StudioState",
    summary="Watch a network learn, and step into any pixel of it",
    parts="gui.labs.studio.parts:PARTS",
)
