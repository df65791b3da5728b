"""Which stage shows a trace."""

from __future__ import annotations

from typing import Any

from gui.views.player.scenes.convolution_scene import ConvolutionScene
from gui.views.player.scenes.dense_scene import DenseScene
from gui.views.player.scenes.pointwise_scene import PointwiseScene
from gui.views.player.scenes.pool_scene import PoolScene
from gui.views.player.scenes.scene import Names, Scene
from gui.views.player.scenes.softmax_scene import SoftmaxScene
from gui.views.player.scenes.terms_scene import TermsScene

_POOLS = (
    "max_pool",
    "average_pool",
    "global_max_pool",
    "global_average_pool",
    "adaptive_max_pool",
    "adaptive_average_pool",
)
_POINTWISE = ("add", "flatten", "dropout", "concat", "identity", "input", "batch_norm", "layer_norm")


def scene_of(trace: Any, names: Names) -> Scene:
    """The stage that suits a trace; the list of its terms where there is none of its own."""
    name = trace.name
    axes = trace.inputs[0].ndim - 1
    if name == "convolution" and axes <= 2:
        return ConvolutionScene(trace, names)
    if name in _POOLS and axes <= 2:
        return PoolScene(trace, names)
    if name == "stamping":
        from gui.views.player.scenes.stamp_scene import StampScene  # few networks have one

        return StampScene(trace, names)
    if name == "linear":
        return DenseScene(trace, names)
    if name == "softmax":
        return SoftmaxScene(trace, names)
    if name in _POINTWISE or hasattr(trace, "parameters"):
        return PointwiseScene(trace, names)
    return TermsScene(trace, names)
