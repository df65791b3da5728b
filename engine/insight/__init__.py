"""What a layer, a map, a unit does: distributions, strongest samples, receptive fields, explanations, ablation.

Everything is computed on a copy of the network, in slices. captum is imported when the first explanation is asked for.
"""

from __future__ import annotations

from engine.insight.ablation import AblatedTwin, Mask, Off, switched
from engine.insight.desk import Insights
from engine.insight.subject import InsightError, Material, Subject

__all__ = ["AblatedTwin", "InsightError", "Insights", "Mask", "Material", "Off", "Subject", "switched"]
