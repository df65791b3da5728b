"""The convolution lab: any convolution, step by step, on a picture, as a matrix; everything in it can be edited."""

from __future__ import annotations
