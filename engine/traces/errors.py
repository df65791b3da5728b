"""The one error of the traces: what cannot be computed, and why."""

from __future__ import annotations


class TraceError(ValueError):
    """An operation that cannot be computed; the message says which two numbers don't fit."""
