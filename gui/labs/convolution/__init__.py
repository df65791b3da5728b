"""The convolution lab: any convolution, step by step, on a picture, as a matrix; everything in it can be edited."""

from __future__ import annotations

from gui.labs import Entry

LAB = Entry(
    name="convolution",
    title="Convolution",
    icon="convolution",
    order=10,
    factory="gui.labs.convolution.lab:ConvolutionLab",
    state="gui.labs.convolution.state:ConvolutionState",
    summary="Play any convolution cell by cell, and change every number in it",
    parts="gui.labs.convolution.parts:PARTS",
)
