"""The pooling lab: windows that become one number each, step by step and on pictures."""

from __future__ import annotations
