"""The networks that come with Receptive. Importing this package does not load torch; building a network does."""

from __future__ import annotations

from engine.networks.catalogue import NetworkError, Recipe, build, catalogue, fit_problem, input_shape, recipe

__all__ = ["NetworkError", "Recipe", "build", "catalogue", "fit_problem", "input_shape", "recipe"]
