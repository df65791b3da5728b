"""Which figure takes which operation apart."""

from __future__ import annotations

from engine.messages import ACTIVATIONS, Operation
from gui.views import words
from gui.views.inspector import sums
from gui.views.inspector.activation import ActivationFigure
from gui.views.inspector.convolution import ConvolutionFigure
from gui.views.inspector.dense import LinearFigure, SoftmaxFigure
from gui.views.inspector.figure import Figure, Scene
from gui.views.inspector.plain import InputFigure, PlainFigure
from gui.views.inspector.pooling import PoolFigure


def figure_for(scene: Scene) -> Figure:
    """How the scene's node is taken apart."""
    operation = scene.node.operation
    if operation in sums.CONVOLUTIONS and "weight" in scene.node.weights:
        return ConvolutionFigure(scene)
    if operation in sums.POOLS:
        return PoolFigure(scene)
    if operation in ACTIVATIONS:
        return ActivationFigure(scene)
    if operation is Operation.LINEAR and words.is_flat(scene.node):
        return LinearFigure(scene)
    if operation is Operation.SOFTMAX and words.is_flat(scene.node):
        return SoftmaxFigure(scene)
    return InputFigure(scene) if operation is Operation.INPUT else PlainFigure(scene)
