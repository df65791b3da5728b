"""Procedural handwriting: pictures of digits like MNIST's, from a seed and a few strokes drawn by hand.

`shapes` says how each digit is written, `strokes` turns that into pen positions, `hands` gives every digit a hand of
its own, `ink` draws it. All of it is NumPy on whole chunks: 70,000 pictures take a few seconds.
"""

from __future__ import annotations

from engine.datasets.handwriting.generator import CHUNK, FORMAT, generate

__all__ = ["CHUNK", "FORMAT", "generate"]
